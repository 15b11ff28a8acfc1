/**
 * Boundaries for the map: a GeoJSON file, thinned to what a page can show, its features matched to places by name.
 */
import { readFile } from 'node:fs/promises'
import { BadInputError } from '../../core/errors.ts'

export type Ring = [number, number][]

export interface Boundary {
  name: string
  /** The place of that name; undefined where there is none. */
  placeId: number | undefined
  polygons: Ring[][]
}

export interface Boundaries { features: Boundary[] }

/** Largest file that is read whole. */
const MOST_BYTES = 200 * 2 ** 20
/** Points closer than this share of the map's width are one. */
const RESOLUTION = 1 / 1200

interface PlaceName { id: number, depth: number, name: string }

/**
 * Each feature is matched by that one of its properties whose values name most places, upper levels first.
 *
 * @throws {BadInputError} no such file, not GeoJSON, or without polygons
 */
export async function readBoundaries(path: string, places: readonly PlaceName[]): Promise<Boundaries> {
  const collection = await readFeatures(path)
  const features = collection.filter((feature) => feature.geometry?.type === 'Polygon' || feature.geometry?.type === 'MultiPolygon')
  if (features.length === 0) throw new BadInputError('bad_boundaries', `${path} has no polygon`, { path })
  const byName = new Map<string, PlaceName>()
  for (const place of places) if (!byName.has(normal(place.name))) byName.set(normal(place.name), place)
  const property = nameProperty(features, byName)
  const thin = thinner(features)
  return {
    features: features.map((feature, i) => {
      const name = property === undefined ? String(i + 1) : String(feature.properties?.[property] ?? i + 1)
      const { type, coordinates } = feature.geometry!
      const polygons = (type === 'Polygon' ? [coordinates] : coordinates) as Ring[][]
      return { name, placeId: byName.get(normal(name))?.id, polygons: polygons.map((rings) => rings.map(thin).filter((ring) => ring.length > 3)).filter((rings) => rings.length > 0) }
    }),
  }
}

export interface Feature { properties?: Record<string, unknown> | null, geometry?: { type: string, coordinates: unknown } | null }

/** Features of a GeoJSON FeatureCollection. @throws {BadInputError} no such file, or none */
export async function readFeatures(path: string): Promise<Feature[]> {
  let parsed: unknown
  try {
    const bytes = await readFile(path)
    if (bytes.length > MOST_BYTES) throw new Error('the file is larger than 200 MB')
    parsed = parseLoosely(bytes.toString('utf8').replace(/^\uFEFF/, ''))
  } catch (cause) {
    throw new BadInputError('bad_boundaries', `cannot read boundaries from ${path}: ${(cause as Error).message}`, { path }, { cause })
  }
  const features = (parsed as { features?: unknown }).features
  if (!Array.isArray(features)) throw new BadInputError('bad_boundaries', `${path} is not a GeoJSON FeatureCollection`, { path })
  return features as Feature[]
}

/** JSON as geographic tools write it: Python's leave NaN and Infinity among the properties. */
function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const strict = text.replace(/([:[,]\s*)-?(?:NaN|Infinity)(?=\s*[,}\]])/g, '$1null')
    if (strict === text) throw error
    return JSON.parse(strict)
  }
}

/** The property that names most places; where none names any, one called name, else the first text. */
function nameProperty(features: Feature[], byName: ReadonlyMap<string, unknown>): string | undefined {
  const scores = new Map<string, number>()
  for (const { properties } of features) {
    for (const [key, value] of Object.entries(properties ?? {})) {
      if (typeof value !== 'string' && typeof value !== 'number') continue
      scores.set(key, (scores.get(key) ?? (/^name|^名称|name$/i.test(key) ? 0.5 : 0)) + (byName.has(normal(String(value))) ? 1 : 0))
    }
  }
  return [...scores].sort((a, b) => b[1] - a[1])[0]?.[0]
}

/** Names are compared without case, width and spaces, so that 'Kingwood Area' is 'KINGWOOD AREA'. */
function normal(name: string): string {
  return name.normalize('NFKC').toUpperCase().replace(/\s+/g, ' ').trim()
}

/** Rounds points to the grid a drawing can show and drops repeats. */
function thinner(features: Feature[]): (ring: Ring) => Ring {
  let west = Infinity
  let east = -Infinity
  const visit = (value: unknown): void => {
    if (!Array.isArray(value)) return
    if (typeof value[0] === 'number') {
      west = Math.min(west, value[0])
      east = Math.max(east, value[0])
    } else value.forEach(visit)
  }
  for (const feature of features) visit(feature.geometry?.coordinates)
  const step = (east - west) * RESOLUTION || 1e-6
  return (ring) => {
    const kept: Ring = []
    for (const [lng, lat] of ring) {
      const point: [number, number] = [Math.round(lng / step) * step, Math.round(lat / step) * step]
      const last = kept.at(-1)
      if (!last || last[0] !== point[0] || last[1] !== point[1]) kept.push(point)
    }
    return kept
  }
}
