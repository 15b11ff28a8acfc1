/**
 * A place of the registry as a person changes it: kind, code, households, centre, developer; and its name or what it lies in, which is a new
 * place that the old one leads to, so that tickets and files with the old name still find it and the change can be taken back.
 */
import { createHash } from 'node:crypto'
import { BadInputError } from '../../core/errors.ts'
import { PLACE_KINDS } from '../../core/place-kinds.ts'
import { insertAudit } from '../../sql/audit.ts'
import type { Queryable } from '../../sql/db.ts'
import { copyOutline, copySpellings, readEntity, readTerritories, saveDevelopers, writePlaceFacts } from '../../sql/places.ts'
import type { EntityRow, PlaceFacts } from '../../sql/places.ts'
import { PATH_SEPARATOR, upsertPlaces } from '../../sql/registry.ts'
import type { PlaceEntry } from '../../sql/registry.ts'
import { readPlaces } from '../../sql/trees.ts'
import type { PlaceRow } from '../../sql/trees.ts'
import { cleanName } from '../ingest/registry.ts'
import { mergeWithin } from '../trees/merge.ts'
import type { MergeResult } from '../trees/merge.ts'
import { findByPath } from '../typed-path.ts'
import { CODED_KINDS, readCode } from './codes.ts'
import { findPlace, showEntity } from './entities.ts'
import type { EntityDetail } from './entities.ts'
export type { PlaceFacts } from '../../sql/places.ts'

const MOST_HOUSEHOLDS = 10_000_000
const MOST_NAME = 100

/** Mark of a place's facts as they were seen: a change by somebody else in between is refused. */
export function markOfFacts(facts: PlaceFacts): string {
  return createHash('sha256').update(JSON.stringify(factsOf(facts))).digest('hex').slice(0, 12)
}

/**
 * Writes the facts of a place as they are given; null for what is not known. From then on the place counts as declared. Facts have no dates: the
 * nights to come go by them, and so do those that are run again.
 *
 * @param facts.lng  degrees in the datum of the city's tickets
 * @param seen       mark of the facts that the person saw
 * @throws {BadInputError} `no_such_place`, `place_conflict`, `place_kind`, `place_households`, `place_centre`, `place_code_…`; nothing is written
 */
export async function changePlace(client: Queryable, id: number, facts: PlaceFacts, seen?: string): Promise<{ before: EntityRow, after: EntityRow }> {
  const before = await readEntity(client, id)
  if (!before) throw new BadInputError('no_such_place', `there is no place ${id}`, { typed: String(id), near: [] })
  if (seen !== undefined && markOfFacts(before) !== seen) throw new BadInputError('place_conflict', `${before.path} was changed by somebody else`, { path: before.path })
  if (!PLACE_KINDS.some((kind) => kind === facts.kind) || (facts.kind === 'city') !== (before.kind === 'city')) throw new BadInputError('place_kind', `no kind for ${before.path}: ${facts.kind}`, { kind: facts.kind })
  const { households, lng, lat } = facts
  if (households !== null && !(Number.isInteger(households) && households >= 0 && households <= MOST_HOUSEHOLDS)) throw new BadInputError('place_households', `households are a whole number up to ${MOST_HOUSEHOLDS}`, { most: MOST_HOUSEHOLDS })
  if ((lng === null) !== (lat === null) || (lng !== null && lat !== null && !(Math.abs(lng) <= 180 && Math.abs(lat) <= 90))) throw new BadInputError('place_centre', 'a centre is a longitude and a latitude in degrees', {})
  await writePlaceFacts(client, id, { ...facts, code: facts.code === before.code && facts.kind === before.kind ? before.code : await codeOf(client, id, facts), developer: facts.developer?.trim() || null })
  return { before, after: (await readEntity(client, id))! }
}

async function codeOf(client: Queryable, id: number, { code, kind }: PlaceFacts): Promise<string | null> {
  if (code === null || code.trim() === '') return null
  const places = await readPlaces(client)
  let above: string | null = null
  for (let parent = places.get(id)?.parentId ?? null; parent !== null && above === null; parent = places.get(parent)?.parentId ?? null) {
    const row = (await readEntity(client, parent))!
    if (row.code !== null && CODED_KINDS.includes(row.kind)) above = row.code
  }
  const read = readCode(code.trim(), kind, above)
  if ('fault' in read) throw new BadInputError(`place_${read.fault}`, `${code} is no code of this kind: ${read.fault}`, { code })
  return read.code
}

/** What is not given stays. */
export interface FactsGiven { kind?: string, households?: number, centre?: string, code?: string, developer?: string }

/** The facts that are given, of the place of a typed path; noted in the audit log. @throws {BadInputError} what changePlace and findPlace throw */
export async function setFacts(client: Queryable, typed: string, { kind, households, centre, code, developer }: FactsGiven, { by, why }: { by: string, why: string }): Promise<EntityDetail> {
  const place = await findPlace(client, typed)
  const now = (await readEntity(client, place.id))!
  const [lng, lat] = centre === undefined ? [now.lng, now.lat] : centreOf(centre)
  const { before, after } = await changePlace(client, place.id, { kind: kind ?? now.kind, code: code ?? now.code, households: households ?? now.households, lng, lat, developer: developer ?? now.developer })
  await insertAudit(client, { accountId: null, name: by, role: '', act: 'places.set', object: `place:${place.path}`, detail: { before: factsOf(before), after: factsOf(after), reason: why } })
  return showEntity(client, place.path)
}

/** Longitude and latitude as people type them, null for nothing, NaN for what are no numbers. */
export function centreOf(typed: string): [lng: number | null, lat: number | null] {
  if (typed.trim() === '') return [null, null]
  const numbers = typed.trim().split(/[\s,，;；]+/).map(Number)
  return numbers.length === 2 ? [numbers[0]!, numbers[1]!] : [NaN, NaN]
}

export function factsOf({ kind, code, households, lng, lat, developer }: PlaceFacts): PlaceFacts {
  return { kind, code, households, lng, lat, developer }
}

export interface RenameRequest {
  from: number
  name: string
  /** Path of the place that it is to lie in; '' where that stays. */
  parent: string
  by: string
  why: string
  /** Version of the place that the person saw. */
  version?: number
}

/**
 * Gives a place another name, another place above it, or both: a new place with the facts, spellings and outline of the old one, which leads to
 * it. The old name becomes a former spelling.
 *
 * @throws {BadInputError} `no_such_place`; `area_renamed`: districts, streets, communities and grids, and whatever is a unit's territory, since
 * units, rules and accounts go by their names; `place_unchanged`; `place_exists`: merge the two; what mergeWithin refuses
 */
export async function renamePlace(client: Queryable, { from, name, parent, by, why, version }: RenameRequest): Promise<MergeResult> {
  const places = await readPlaces(client)
  const one = places.get(from)
  if (!one) throw new BadInputError('no_such_place', `there is no place ${from}`, { typed: String(from), near: [] })
  if (CODED_KINDS.includes(one.kind) || one.parentId === null || (await readTerritories(client)).includes(one.path)) throw new BadInputError('area_renamed', `${one.path} is an administrative area or a unit's territory; give it another spelling instead`, { path: one.path })
  const clean = cleanName(name)
  if (clean === '' || clean.length > MOST_NAME) throw new BadInputError('empty_name', `a name has 1 to ${MOST_NAME} characters`, {})
  const above = standing(places, parent.trim() === '' ? places.get(one.parentId)! : findByPath(places.values(), parent, 'no_such_place'))
  const path = [...above.path.split(PATH_SEPARATOR), clean]
  const key = path.join(PATH_SEPARATOR)
  if (key === one.path) throw new BadInputError('place_unchanged', `${one.path} has this name and lies there already`, { path: one.path })
  if ([...places.values()].some((place) => place.path === key)) throw new BadInputError('place_exists', `there is a place ${key} already: merge the two`, { path: key })
  if (above.rollup.includes(one.id)) throw new BadInputError('bad_merge', `${key} would lie below ${one.path}`, { from: one.path, into: key })
  const facts = (await readEntity(client, one.id))!
  await upsertPlaces(client, [{ path, kind: one.kind as PlaceEntry['kind'], code: facts.code, households: facts.households, lng: facts.lng, lat: facts.lat }])
  const into = [...(await readPlaces(client)).values()].find((place) => place.path === key)!
  if (facts.developer !== null) await saveDevelopers(client, [{ path: key, developer: facts.developer }])
  await copySpellings(client, one.id, into.id, by)
  await copyOutline(client, one.id, into.id)
  return mergeWithin(client, { tree: 'place', from: one.id, into: into.id, act: 'rename', by, why, ...(version === undefined ? {} : { version }) })
}

/** Where a merged place leads. */
function standing(places: ReadonlyMap<number, PlaceRow>, place: PlaceRow): PlaceRow {
  return places.get(place.rollup.at(-1)!)!
}
