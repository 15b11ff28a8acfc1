/**
 * Takes a file of places into the registry: entities with codes, households, centres, outlines and spellings. What tickets named before
 * under a declared spelling is led to the place by an event that can be taken back. The same file again changes nothing.
 */
import { BadInputError } from '../../core/errors.ts'
import { convertPoint } from '../../features/datum.ts'
import type { Datum } from '../../core/place-kinds.ts'
import type { Db } from '../../sql/db.ts'
import { readCities, readPlaceIds, readSpelt, saveAliases, saveDevelopers, saveOutlines } from '../../sql/places.ts'
import type { AliasRow, Polygons } from '../../sql/places.ts'
import { PATH_SEPARATOR, upsertPlaces } from '../../sql/registry.ts'
import type { PlaceEntry } from '../../sql/registry.ts'
import { mergeManyWithin } from '../trees/merge.ts'
import { CODED_KINDS, readCode } from './codes.ts'
import { readPlaceTable } from './read-places.ts'
import type { PlaceReject, ReadPlace } from './read-places.ts'

export interface PlaceImport {
  file: string
  read: number
  new: number
  known: number
  rejected: number
  rejects: PlaceReject[]
  aliases: number
  outlines: number
  /** Places of tickets that a declared spelling leads to a registered one since. */
  joined: number
}

export interface PlaceImportOptions { city?: string | undefined, datum?: Datum | undefined, by: string }

/**
 * One transaction: all of the file's usable rows, or nothing.
 *
 * @param options.city   city of the rows; the store's only one where it is left out
 * @param options.datum  of points and outlines that do not say theirs; GeoJSON is WGS-84 by its standard, else the city's
 * @throws {BadInputError} what readPlaceTable refuses; no city, or which of several is not said
 */
export async function importPlaces(db: Db, path: string, options: PlaceImportOptions): Promise<PlaceImport> {
  const table = await readPlaceTable(path)
  return db.transaction(async (client) => {
    const city = await chooseCity(await readCities(client), options.city)
    const given = options.datum ?? (/json$/i.test(path) ? 'WGS-84' : city.datum)
    const known = await readPlaceIds(client)
    const entries = new Map<string, PlaceEntry>([[city.name, { path: [city.name], kind: 'city' }]])
    const usable: { path: string, place: ReadPlace }[] = []
    const rejects = [...table.rejects]
    for (const place of table.places) {
      const names = [city.name, ...place.names]
      const key = names.join(PATH_SEPARATOR)
      const kind = place.kinds.at(-1)!
      let code: string | null = null
      if (place.code !== null) {
        const read = readCode(place.code, kind, codeAbove(names, entries, known))
        if ('fault' in read) {
          rejects.push({ line: place.line, reason: read.fault, column: 'code', value: place.code.slice(0, 60) })
          continue
        }
        code = read.code
      }
      for (let depth = 2; depth < names.length; depth++) {
        const above = names.slice(0, depth)
        if (!entries.has(above.join(PATH_SEPARATOR))) entries.set(above.join(PATH_SEPARATOR), { path: above, kind: place.kinds[depth - 2]! })
      }
      const point = place.point ? convertPoint(place.point, place.datum ?? given, city.datum) : place.polygons ? convertPoint(middleOf(place.polygons), given, city.datum) : null
      const before = entries.get(key)
      entries.set(key, { path: names, kind, code: code ?? before?.code ?? null, households: place.households ?? before?.households ?? null, lng: point ? round(point.lng) : before?.lng ?? null, lat: point ? round(point.lat) : before?.lat ?? null })
      usable.push({ path: key, place })
    }
    if (usable.length === 0) throw new BadInputError('no_usable_row', `not one row of ${path} can be used`, { file: path, reasons: [...new Set(rejects.map(({ reason }) => reason))].join(', ') })
    await upsertPlaces(client, [...entries.values()])
    const ids = await readPlaceIds(client)
    await saveDevelopers(client, usable.flatMap(({ path: key, place }) => (place.developer === null ? [] : [{ path: key, developer: place.developer }])))
    const outlines = await saveOutlines(client, usable.flatMap(({ path: key, place }) => (place.polygons ? [{ path: key, polygons: inWgs(place.polygons, given) }] : [])))
    const aliases = await saveAliases(client, usable.flatMap(({ path: key, place }) => place.aliases.map((alias): AliasRow => ({ placeId: ids.get(key)!.id, ...alias, by: options.by }))))
    const spelt = await readSpelt(client)
    await mergeManyWithin(client, { tree: 'place', pairs: spelt, act: 'alias', by: options.by, why: 'a declared spelling' })
    const fresh = new Set(usable.map(({ path: key }) => key).filter((key) => !known.has(key)))
    rejects.sort((a, b) => a.line - b.line)
    return {
      file: path, read: table.read, new: usable.filter(({ path: key }) => fresh.has(key)).length, known: usable.filter(({ path: key }) => !fresh.has(key)).length,
      rejected: rejects.length, rejects, aliases, outlines, joined: spelt.length,
    }
  })
}

async function chooseCity(cities: readonly { name: string, datum: string }[], named: string | undefined): Promise<{ name: string, datum: Datum }> {
  const found = named === undefined ? (cities.length === 1 ? cities[0] : undefined) : cities.find(({ name }) => name === named) ?? { name: named, datum: 'WGS-84' }
  if (!found) throw new BadInputError('which_city', cities.length === 0 ? 'the store has no city yet: name one' : `which city? there are ${cities.map(({ name }) => name).join(', ')}`, { cities: cities.map(({ name }) => name) })
  return found as { name: string, datum: Datum }
}

/** Code of the nearest coded place above. */
function codeAbove(names: readonly string[], entries: ReadonlyMap<string, PlaceEntry>, known: ReadonlyMap<string, { kind: string, code: string | null }>): string | null {
  for (let depth = names.length - 1; depth > 0; depth--) {
    const key = names.slice(0, depth).join(PATH_SEPARATOR)
    const above = entries.get(key)
    const code = above?.code ?? known.get(key)?.code
    if (code && CODED_KINDS.includes(above?.kind ?? known.get(key)!.kind)) return code
  }
  return null
}

/** Middle of the outer rings' bounding box. */
function middleOf(polygons: Polygons): { lng: number, lat: number } {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [outer] of polygons) {
    for (const [lng, lat] of outer ?? []) {
      west = Math.min(west, lng)
      east = Math.max(east, lng)
      south = Math.min(south, lat)
      north = Math.max(north, lat)
    }
  }
  return { lng: (west + east) / 2, lat: (south + north) / 2 }
}

function inWgs(polygons: Polygons, from: Datum): Polygons {
  return polygons.map((rings) => rings.map((ring) => ring.map(([lng, lat]): [number, number] => {
    const point = convertPoint({ lng, lat }, from, 'WGS-84')
    return [round(point.lng), round(point.lat)]
  })))
}

/** Seven decimals are a centimetre. */
function round(degrees: number): number {
  return Math.round(degrees * 1e7) / 1e7
}
