/**
 * The registries a deployment knows beforehand: places with households and centres, topics with their families, units
 * with territories and topics. All are upserts on the natural key, so that loading one again changes nothing.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

/** Joins names to the natural key of a place or a topic. */
export const PATH_SEPARATOR = '›'

export interface PlaceEntry {
  /** Names from the city down. */
  path: readonly string[]
  kind: 'city' | 'district' | 'street' | 'community' | 'grid' | 'compound' | 'project' | 'school' | 'bus_line' | 'merchant' | 'developer' | 'point'
  code?: string | null
  households?: number | null
  lng?: number | null
  lat?: number | null
}

export interface TopicEntry {
  /** Names from the first level down, without the root. */
  path: readonly string[]
  isFamily: boolean
}

export interface UnitEntry {
  name: string
  kind: 'bureau' | 'street' | 'district' | 'enterprise' | 'hotline'
  /** Names from the city down; null where the unit has no territory of its own. */
  territory: readonly string[] | null
  topics: readonly (readonly string[])[]
}

/** Parents may stand anywhere in the list; a place whose parent is neither there nor in the store is left out. */
export async function upsertPlaces(db: Queryable, places: readonly PlaceEntry[]): Promise<void> {
  for (const [depth, entries] of byDepth(places, 1)) {
    await db.query(statement('registry-places'), [
      depth, entries.map((x) => key(x.path)), entries.map((x) => (depth === 0 ? null : key(x.path.slice(0, -1)))), entries.map((x) => x.path.at(-1)),
      entries.map((x) => x.kind), entries.map((x) => x.code ?? null), entries.map((x) => x.households ?? null), entries.map((x) => x.lng ?? null), entries.map((x) => x.lat ?? null),
    ])
    await db.query(statement('registry-places-rollup'), [depth])
  }
  // What lies above a declared place is declared with it.
  await db.query('update places set registered = true where not registered and id in (select unnest(rollup) from places where registered)')
}

/** Everything below a family belongs to it; what stands above has none. */
export async function upsertTopics(db: Queryable, topics: readonly TopicEntry[]): Promise<void> {
  for (const [depth, entries] of byDepth(topics, 0)) {
    await db.query(statement('registry-topics'), [
      depth, entries.map((x) => key(x.path)), entries.map((x) => key(x.path.slice(0, -1))), entries.map((x) => x.path.at(-1)), entries.map((x) => x.isFamily),
    ])
    await db.query(statement('registry-topics-rollup'), [depth])
  }
  await db.query('update topics set registered = true where not registered and id in (select unnest(rollup) from topics where registered)')
}

/** A unit's topics become exactly those given. */
export async function upsertUnits(db: Queryable, units: readonly UnitEntry[]): Promise<void> {
  await db.query(statement('registry-units'), [units.map((x) => x.name), units.map((x) => x.kind), units.map((x) => (x.territory ? key(x.territory) : null))])
  const owned = units.flatMap((unit) => unit.topics.map((path) => [unit.name, key(path)] as const))
  await db.query(statement('registry-unit-topics'), [units.map((x) => x.name), owned.map(([name]) => name), owned.map(([, path]) => path)])
}

/** Tickets that come in bulk through these channels are staff's backlog, not callers. */
export async function declareStaffChannels(db: Queryable, source: string, channels: readonly string[]): Promise<void> {
  await db.query(statement('registry-staff-channels'), [source, channels])
}

function key(names: readonly string[]): string {
  return names.join(PATH_SEPARATOR)
}

/** Groups by number of names less `base`, shallow first. */
function byDepth<T extends { path: readonly string[] }>(entries: readonly T[], base: number): [number, T[]][] {
  const groups = new Map<number, T[]>()
  for (const entry of entries) {
    const depth = entry.path.length - base
    const group = groups.get(depth)
    if (group) group.push(entry)
    else groups.set(depth, [entry])
  }
  return [...groups].sort(([a], [b]) => a - b)
}
