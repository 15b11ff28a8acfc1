/**
 * The two maps: numbered alerts over the boundaries of areas, or over faint dots of all places.
 */
import type { ReportPlaceRow } from '../../sql/report.ts'
import type { Boundaries } from './boundaries.ts'
import { INK } from './echarts.ts'
import type { Drawing } from './echarts.ts'
import type { AlertFacts, Level, ReportFacts } from './facts.ts'
import type { AreaFacts } from './map-section.ts'
import { LEVEL_SHAPES } from './marks.ts'

type Library = typeof import('echarts')
type Sketch = Omit<Drawing, 'label' | 'className'>

/** An alert with a place on the map. */
export interface Spot { alert: AlertFacts, lng: number, lat: number }

/** Degrees to which the mean of tickets' coordinates is rounded, so that a map cannot point at a door. */
const GRID_DEGREES = 0.005
const MARK_SIZE = 24
const MARGIN = 22
const TALLEST = 1.1
const FLATTEST = 0.45

/** Positions of alerts below the city: the place's centre as a registry gave it, else the mean of tickets on the grid. */
export function spotsOf(facts: ReportFacts): Spot[] {
  const spots: Spot[] = []
  for (const alert of facts.alerts) {
    if (alert.place.length === 1) continue
    const mean = facts.points.get(alert.id)
    if (alert.lng === null || alert.lat === null) {
      if (mean) spots.push({ alert, lng: onGrid(mean.lng), lat: onGrid(mean.lat) })
    } else if (alert.centre_from_tickets) spots.push({ alert, lng: onGrid(alert.lng), lat: onGrid(alert.lat) })
    else spots.push({ alert, lng: alert.lng, lat: alert.lat })
  }
  return spots
}

function onGrid(degrees: number): number {
  return Math.round(degrees / GRID_DEGREES) * GRID_DEGREES
}

/** Faint dots of all places show the city's shape; no projection but the cosine of the latitude. */
export function pointDrawing(places: readonly ReportPlaceRow[], spots: readonly Spot[], width: number): Sketch {
  const frame = frameOf([...withoutStrays(places), ...spots], width)
  const dots = new Set<string>()
  for (const place of places) {
    const [x, y] = frame.pixel(place.lng, place.lat)
    if (x > 0 && x < width && y > 0 && y < frame.height) dots.add(`M${Math.round(x / 2) * 2} ${Math.round(y / 2) * 2}h0`)
  }
  return {
    width, height: frame.height,
    option: {
      grid: { left: 0, right: 0, top: 0, bottom: 0 },
      xAxis: { type: 'value', show: false, min: 0, max: width },
      yAxis: { type: 'value', show: false, min: 0, max: frame.height, inverse: true },
      series: [marks(apart(spots.map((spot) => frame.pixel(spot.lng, spot.lat)), width, frame.height), spots, 'cartesian2d')],
    },
    underlay: () => `<path d="${[...dots].join('')}" fill="none" stroke="${INK.dot}" stroke-width="${dots.size < 400 ? 4 : 2.4}" stroke-linecap="round"/>`,
  }
}

/** Areas tinted by their highest alert level, with the same marks on top. */
export function boundaryDrawing(echarts: Library, boundaries: Boundaries, areas: readonly AreaFacts[], spots: readonly Spot[], width: number): Sketch {
  const corners = boundaries.features.flatMap((feature) => feature.polygons.flatMap((rings) => rings[0]!.map(([lng, lat]) => ({ lng, lat }))))
  const frame = frameOf(corners, width)
  // In pixels already, so that the library neither projects nor fits.
  const geoJson = {
    type: 'FeatureCollection',
    features: boundaries.features.map((feature, i) => ({
      type: 'Feature', properties: { name: `area ${i}` },
      geometry: { type: 'MultiPolygon', coordinates: feature.polygons.map((rings) => rings.map((ring) => ring.map(([lng, lat]) => frame.pixel(lng, lat)))) },
    })),
  }
  echarts.registerMap('weisu', geoJson as Parameters<Library['registerMap']>[1])
  const pixels = geoJson.features.flatMap((feature) => feature.geometry.coordinates.flatMap((rings) => rings[0]!))
  const [left, right] = [Math.min(...xs(pixels, 0)), Math.max(...xs(pixels, 0))]
  const [top, bottom] = [Math.min(...xs(pixels, 1)), Math.max(...xs(pixels, 1))]
  return {
    width, height: frame.height,
    option: {
      geo: {
        map: 'weisu', silent: true, roam: false, left, top, right: width - right, bottom: frame.height - bottom, aspectScale: 1,
        projection: { project: (point: [number, number]) => point, unproject: (point: [number, number]) => point },
        itemStyle: { areaColor: INK.area, borderColor: INK.border, borderWidth: 0.8 },
        label: { show: false }, emphasis: { disabled: true },
        regions: areas.map((area, i) => ({ name: `area ${i}`, itemStyle: area.level ? { areaColor: INK[`${area.level}Tint`] } : {} })),
      },
      series: [marks(apart(spots.map((spot) => frame.pixel(spot.lng, spot.lat)), width, frame.height), spots, 'geo')],
    },
  }
}

function xs(points: [number, number][], i: 0 | 1): number[] {
  return points.map((point) => point[i])
}

/** Pixel frame of the given points: width given, height by their extent. */
function frameOf(points: readonly { lng: number, lat: number }[], width: number): { height: number, pixel(lng: number, lat: number): [number, number] } {
  let [west, east, south, north] = [Infinity, -Infinity, Infinity, -Infinity]
  for (const { lng, lat } of points) {
    west = Math.min(west, lng)
    east = Math.max(east, lng)
    south = Math.min(south, lat)
    north = Math.max(north, lat)
  }
  const shrink = Math.cos((south + north) / 2 * Math.PI / 180)
  const across = Math.max((east - west) * shrink, 1e-4)
  const down = Math.max(north - south, 1e-4)
  const height = Math.round(Math.min(TALLEST, Math.max(FLATTEST, down / across)) * width)
  const scale = Math.min((width - 2 * MARGIN) / across, (height - 2 * MARGIN) / down)
  const x0 = (width - across * scale) / 2
  const y0 = (height - down * scale) / 2
  return { height, pixel: (lng, lat) => [round(x0 + (lng - west) * shrink * scale), round(y0 + (north - lat) * scale)] }
}

/** Leaves out default coordinates far away, such as (0, 0): beyond five times the middle half's spread. */
function withoutStrays(places: readonly ReportPlaceRow[]): ReportPlaceRow[] {
  const within = (key: 'lng' | 'lat'): (place: ReportPlaceRow) => boolean => {
    const sorted = places.map((place) => place[key]).sort((a, b) => a - b)
    const [low, high] = [sorted[Math.floor(sorted.length * 0.25)] ?? 0, sorted[Math.floor(sorted.length * 0.75)] ?? 0]
    const spread = Math.max(high - low, 0.01) * 5
    return (place) => place[key] >= low - spread && place[key] <= high + spread
  }
  const [byLng, byLat] = [within('lng'), within('lat')]
  return places.filter((place) => byLng(place) && byLat(place))
}

/** Moves marks that would overlap to the nearest free cell around them, in rank order. */
function apart(points: [number, number][], width: number, height: number): [number, number][] {
  const taken: [number, number][] = []
  for (const [x, y] of points) {
    let best: [number, number] = [x, y]
    search: for (let ring = 0; ring < 30; ring++) {
      const steps = ring === 0 ? 1 : ring * 8
      for (let k = 0; k < steps; k++) {
        const angle = k / steps * 2 * Math.PI
        const at: [number, number] = [round(x + Math.sin(angle) * ring * 9), round(y - Math.cos(angle) * ring * 9)]
        const inside = at[0] >= MARK_SIZE / 2 && at[1] >= MARK_SIZE / 2 && at[0] <= width - MARK_SIZE / 2 && at[1] <= height - MARK_SIZE / 2
        if (!inside || taken.some(([tx, ty]) => Math.hypot(tx - at[0], ty - at[1]) < MARK_SIZE + 2)) continue
        best = at
        break search
      }
    }
    taken.push(best)
  }
  return taken
}

function marks(points: [number, number][], spots: readonly Spot[], coordinateSystem: 'cartesian2d' | 'geo'): object {
  return {
    type: 'scatter', coordinateSystem, silent: true, clip: false, z: 10,
    data: spots.map(({ alert }, i) => ({
      value: points[i],
      symbol: `path://${LEVEL_SHAPES[alert.level]}`, symbolSize: sizeOf(alert.level),
      itemStyle: { color: INK[`${alert.level}Tint`], borderColor: INK[`${alert.level}Ink`], borderWidth: 1.75 },
      label: { show: true, formatter: String(alert.rank), color: INK[`${alert.level}Ink`], fontSize: 12, fontWeight: 'bold', position: 'inside', offset: alert.level === 'yellow' ? [0, 3] : [0, 0] },
    })),
  }
}

function sizeOf(level: Level): number {
  return level === 'yellow' || level === 'orange' ? MARK_SIZE + 4 : MARK_SIZE
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
