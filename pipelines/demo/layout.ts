/**
 * The map of the demo city: a rectangle cut into districts, those into streets, sites scattered inside each street, so
 * that neighbours on the map are neighbours in the tree. Coordinates are WGS-84; codes begin with 99, which no province has.
 */
import type { Rng } from '../../core/rng.ts'
import { createNames } from './names.ts'
import type { DemoParams } from './params.ts'

export type SiteKind = '小区' | '在建项目' | '学校' | '市场' | '商场' | '路口'

export interface DemoPlace {
  /** Names from the city down. */
  path: string[]
  kind: 'city' | 'district' | 'street' | 'compound' | 'point'
  code: string
  households: number | null
  lng: number
  lat: number
}

export interface DemoDistrict { name: string, place: DemoPlace, streets: number[], rectangle: Rectangle }
export interface DemoStreet { name: string, district: number, place: DemoPlace, sites: number[], rectangle: Rectangle }
export interface DemoSite { name: string, street: number, district: number, kind: SiteKind, households: number, place: DemoPlace, road: string }

export interface CityMap {
  city: string
  root: DemoPlace
  districts: DemoDistrict[]
  streets: DemoStreet[]
  sites: DemoSite[]
  /** Site of the seed's case, or -1. */
  seedSite: number
}

/** West, south, east, north in degrees. */
export type Rectangle = readonly [number, number, number, number]

export const SEED_PROJECT = { name: '锦澜府', households: 520 } as const

const BOX: Rectangle = [103.42, 36.02, 104.18, 36.48]
const KIND_SHARES: readonly (readonly [SiteKind, number])[] = [['小区', 0.68], ['在建项目', 0.1], ['学校', 0.06], ['市场', 0.04], ['商场', 0.05], ['路口', 0.07]]

export function drawMap(params: DemoParams, rng: Rng): CityMap {
  const names = createNames(rng.fork('names'))
  const root = placeIn([params.city], 'city', '990100000000', BOX)
  const map: CityMap = { city: params.city, root, districts: [], streets: [], sites: [], seedSite: -1 }
  const districtBoxes = cut(BOX, params.districts, rng)
  for (let d = 0; d < params.districts; d++) {
    const name = names.district()
    const rectangle = districtBoxes[d]!
    const place = placeIn([params.city, name], 'district', `9901${pad(d + 1, 2)}000000`, rectangle)
    map.districts.push({ name, place, streets: [], rectangle })
    const boxes = cut(rectangle, share(params.streets, params.districts, d), rng)
    for (const [s, box] of boxes.entries()) addStreet(map, d, s, names.street(), box)
  }
  for (let s = 0; s < map.streets.length; s++) {
    const street = map.streets[s]!
    const n = share(params.sites, map.streets.length, s)
    for (let i = 0; i < n; i++) {
      // No street lacks compounds or a building site.
      const kind: SiteKind = i < 4 ? '小区' : i === 4 ? '在建项目' : drawKind(rng)
      const households = kind === '小区' ? Math.round(180 + rng.gamma(1.6, 420)) : kind === '在建项目' ? Math.round(200 + rng.gamma(2, 260)) : 0
      const name = kind === '小区' ? names.compound() : kind === '在建项目' ? names.project()
        : kind === '学校' ? names.school(street.name.replace(/(街道|镇)$/, '')) : kind === '市场' ? names.market(street.name.replace(/(街道|镇)$/, ''))
          : kind === '商场' ? names.mall() : names.junction()
      addSite(map, s, i, name, kind, households, rng)
    }
  }
  for (const street of map.streets) street.place.households = total(street.sites.map((i) => map.sites[i]!.households))
  for (const district of map.districts) district.place.households = total(district.streets.map((i) => map.streets[i]!.place.households ?? 0))
  root.households = total(map.districts.map((district) => district.place.households ?? 0))
  if (params.seedCase) map.seedSite = nameSeedProject(map, rng)
  return map
}

/** Every place of the tree, parents before children. */
export function listPlaces(map: CityMap): DemoPlace[] {
  return [map.root, ...map.districts.map((x) => x.place), ...map.streets.map((x) => x.place), ...map.sites.map((x) => x.place)]
}

/** Outlines of the districts or the streets as a GeoJSON FeatureCollection. */
export function drawBoundaries(map: CityMap, level: 'district' | 'street'): { type: 'FeatureCollection', features: unknown[] } {
  const areas = level === 'district' ? map.districts : map.streets
  return {
    type: 'FeatureCollection',
    features: areas.map(({ name, place, rectangle: [west, south, east, north] }) => ({
      type: 'Feature', properties: { name, level, code: place.code },
      geometry: { type: 'Polygon', coordinates: [[[west, south], [east, south], [east, north], [west, north], [west, south]].map(([lng, lat]) => [round(lng!), round(lat!)])] },
    })),
  }
}

/** Streets by distance of their centres from the street, nearest first, itself left out. */
export function nearestStreets(map: CityMap, street: number): number[] {
  const { lng, lat } = map.streets[street]!.place
  const distance = (i: number): number => Math.hypot((map.streets[i]!.place.lng - lng) * 0.81, map.streets[i]!.place.lat - lat)
  return map.streets.map((_, i) => i).filter((i) => i !== street).sort((a, b) => distance(a) - distance(b) || a - b)
}

function addStreet(map: CityMap, district: number, order: number, name: string, rectangle: Rectangle): void {
  const parent = map.districts[district]!
  parent.streets.push(map.streets.length)
  const place = placeIn([...parent.place.path, name], 'street', `9901${pad(district + 1, 2)}${pad(order + 1, 3)}000`, rectangle)
  map.streets.push({ name, district, place, sites: [], rectangle })
}

function addSite(map: CityMap, street: number, order: number, name: string, kind: SiteKind, households: number, rng: Rng): void {
  const parent = map.streets[street]!
  const [west, south, east, north] = parent.rectangle
  const lng = round(west + (east - west) * (0.05 + 0.9 * rng.next()))
  const lat = round(south + (north - south) * (0.05 + 0.9 * rng.next()))
  const place: DemoPlace = {
    path: [...parent.place.path, name], kind: kind === '路口' ? 'point' : 'compound',
    code: parent.place.code.slice(0, 9) + pad(order + 1, 3), households: households || null, lng, lat,
  }
  const road = `${parent.name.replace(/(街道|镇)$/, '')}${['路', '街', '大道', '巷'][rng.below(4)]}${1 + rng.below(280)}号`
  parent.sites.push(map.sites.length)
  map.sites.push({ name, street, district: parent.district, kind, households, place, road })
}

/** The project keeps its name in every city; its street is drawn. */
function nameSeedProject(map: CityMap, rng: Rng): number {
  const projects = map.sites.flatMap((site, i) => (site.kind === '在建项目' ? [i] : []))
  const chosen = projects[rng.fork('seed-case').below(projects.length)]!
  const site = map.sites[chosen]!
  site.name = SEED_PROJECT.name
  site.place.path = [...site.place.path.slice(0, -1), SEED_PROJECT.name]
  site.households = site.place.households = SEED_PROJECT.households
  return chosen
}

/** Cuts a rectangle into n of about equal area, always across its longer side. */
function cut(box: Rectangle, n: number, rng: Rng): Rectangle[] {
  if (n === 1) return [box]
  const first = n >> 1
  const at = first / n + (rng.next() - 0.5) * 0.12 / n
  const [west, south, east, north] = box
  if ((east - west) * 0.81 >= north - south) {
    const middle = west + (east - west) * at
    return [...cut([west, south, middle, north], first, rng), ...cut([middle, south, east, north], n - first, rng)]
  }
  const middle = south + (north - south) * at
  return [...cut([west, south, east, middle], first, rng), ...cut([west, middle, east, north], n - first, rng)]
}

function drawKind(rng: Rng): SiteKind {
  let u = rng.next()
  for (const [kind, part] of KIND_SHARES) {
    u -= part
    if (u < 0) return kind
  }
  return '小区'
}

function placeIn(path: string[], kind: DemoPlace['kind'], code: string, [west, south, east, north]: Rectangle): DemoPlace {
  return { path, kind, code, households: null, lng: round((west + east) / 2), lat: round((south + north) / 2) }
}

/** Part i of n in k as equal whole parts. */
function share(n: number, k: number, i: number): number {
  return Math.floor((n * (i + 1)) / k) - Math.floor((n * i) / k)
}

function total(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

const round = (degrees: number): number => Math.round(degrees * 1e5) / 1e5
const pad = (n: number, width: number): string => String(n).padStart(width, '0')
