/**
 * Row functions of the registry of places: entities with spellings, outlines, and what tickets say of them.
 */
import type { AliasKind } from '../core/place-kinds.ts'
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export interface AliasRow { placeId: number, name: string, kind: AliasKind, by: string }

export interface EntityRow {
  id: number
  kind: string
  name: string
  path: string
  code: string | null
  households: number | null
  lng: number | null
  lat: number | null
  developer: string | null
  registered: boolean
  mergedInto: string | null
  aliases: string[]
  tickets: number
}

/** Places that a person looks for: by a part of the name, of a spelling, or the code; all of them without a word. Most tickets first. */
export async function findEntities(db: Queryable, word: string | null, kind: string | null, limit: number): Promise<EntityRow[]> {
  const { rows } = await db.query<EntityRow & Record<string, unknown>>(statement('places-find'), [word, kind, limit])
  return rows
}

export type FoundPlace = Pick<EntityRow, 'id' | 'kind' | 'name' | 'path' | 'households' | 'lng' | 'lat' | 'aliases'>

/** The same without the tickets, whose counting takes its time in a large store. */
export async function searchPlaces(db: Queryable, word: string, limit: number): Promise<FoundPlace[]> {
  return (await db.query<FoundPlace & Record<string, unknown>>(statement('places-search'), [word, limit])).rows
}

/** One of the places of a path, with the spellings and the places that lead to it. */
export async function readEntity(db: Queryable, id: number): Promise<(EntityRow & { leads: string[] }) | undefined> {
  const { rows } = await db.query<EntityRow & { leads: string[] }>(statement('places-show'), [id])
  return rows[0]
}

/** What a registry says of a place besides its name; degrees in the datum of the city's tickets. */
export interface PlaceFacts { kind: string, code: string | null, households: number | null, lng: number | null, lat: number | null, developer: string | null }

/** As given, nulls included; the place and all above it count as declared. */
export async function writePlaceFacts(db: Queryable, id: number, { kind, code, households, lng, lat, developer }: PlaceFacts): Promise<void> {
  await db.query(
    `update places set kind = $2, code = $3, households = $4, lng = $5::float8, lat = $6::float8, developer = $7,
       centre_from_tickets = centre_from_tickets and lng is not distinct from $5::float8 and lat is not distinct from $6::float8 where id = $1`, [id, kind, code, households, lng, lat, developer])
  await db.query('update places set registered = true where not registered and (id = $1 or id in (select unnest(rollup) from places where id = $1))', [id])
}

/** The other place gets the spellings of the one, and its name as a former one. */
export async function copySpellings(db: Queryable, from: number, into: number, by: string): Promise<void> {
  await db.query(
    `insert into place_aliases (place_id, name, kind, by_name)
     select $2, a.name, a.kind, a.by_name from place_aliases a where a.place_id = $1
     union all select $2, p.name, 'former', $3 from places p join places q on q.id = $2 where p.id = $1 and p.name <> q.name
     on conflict do nothing`, [from, into, by])
}

export async function copyOutline(db: Queryable, from: number, into: number): Promise<void> {
  await db.query('insert into place_outlines (place_id, polygons) select $2, polygons from place_outlines where place_id = $1 on conflict do nothing', [from, into])
}

/** Paths that units have as their territory. */
export async function readTerritories(db: Queryable): Promise<string[]> {
  return (await db.query<{ path: string }>('select distinct territory_path as path from units where territory_path is not null')).rows.map(({ path }) => path)
}

/** Datum of the points of a city's tickets, and with them of its places' centres. */
export async function readDatum(db: Queryable, city: string): Promise<string> {
  return (await readCities(db)).find(({ name }) => name === city)?.datum ?? 'WGS-84'
}

export async function readAliases(db: Queryable): Promise<AliasRow[]> {
  const { rows } = await db.query<AliasRow & Record<string, unknown>>(
    'select place_id as "placeId", name, kind, by_name as by from place_aliases order by place_id, name')
  return rows
}

/** Spellings of one place. */
export async function readSpellings(db: Queryable, placeId: number): Promise<AliasRow[]> {
  const { rows } = await db.query<AliasRow & Record<string, unknown>>('select place_id as "placeId", name, kind, by_name as by from place_aliases where place_id = $1 order by name', [placeId])
  return rows
}

/** @returns spellings that were not there */
export async function saveAliases(db: Queryable, aliases: readonly AliasRow[]): Promise<number> {
  const { rowCount } = await db.query(
    `insert into place_aliases (place_id, name, kind, by_name) select * from unnest($1::int[], $2::text[], $3::text[], $4::text[]) on conflict do nothing`,
    [aliases.map((x) => x.placeId), aliases.map((x) => x.name), aliases.map((x) => x.kind), aliases.map((x) => x.by)])
  return rowCount ?? 0
}

export async function removeAlias(db: Queryable, placeId: number, name: string): Promise<boolean> {
  return ((await db.query('delete from place_aliases where place_id = $1 and place_normal(name) = place_normal($2)', [placeId, name])).rowCount ?? 0) > 0
}

export async function saveDevelopers(db: Queryable, rows: readonly { path: string, developer: string }[]): Promise<void> {
  await db.query('update places p set developer = x.developer from unnest($1::text[], $2::text[]) as x (path, developer) where p.path = x.path', [rows.map((x) => x.path), rows.map((x) => x.developer)])
}

/** Rings of longitude and latitude, WGS-84. */
export type Polygons = [number, number][][][]

export async function saveOutlines(db: Queryable, rows: readonly { path: string, polygons: Polygons }[]): Promise<number> {
  let saved = 0
  for (const { path, polygons } of rows) {
    saved += (await db.query(
      `insert into place_outlines (place_id, polygons) select id, $2::jsonb from places where path = $1
       on conflict (place_id) do update set polygons = excluded.polygons`, [path, JSON.stringify(polygons)])).rowCount ?? 0
  }
  return saved
}

export async function readOutlines(db: Queryable): Promise<{ path: string, depth: number, kind: string, polygons: Polygons }[]> {
  const { rows } = await db.query<{ path: string, depth: number, kind: string, polygons: Polygons }>(
    'select p.path, p.depth::int, p.kind, o.polygons from place_outlines o join places p on p.id = o.place_id where p.merged_into is null order by p.path')
  return rows
}

/** Places that a registry declared and that lead nowhere, in order of path. */
export async function readRegistered(db: Queryable): Promise<{ id: number, name: string, path: string, kind: string }[]> {
  const { rows } = await db.query<{ id: number, name: string, path: string, kind: string }>(
    'select id, name, path, kind from places where registered and depth > 0 and merged_into is null order by path')
  return rows
}

export async function readPlaceIds(db: Queryable): Promise<Map<string, { id: number, kind: string, code: string | null }>> {
  const { rows } = await db.query<{ id: number, path: string, kind: string, code: string | null }>('select id, path, kind, code from places')
  return new Map(rows.map(({ path, ...rest }) => [path, rest]))
}

/** Cities of the store, and the datum that their tickets' points are in. */
export async function readCities(db: Queryable): Promise<{ name: string, datum: string }[]> {
  const { rows } = await db.query<{ name: string, datum: string }>(
    `select p.name, coalesce((select s.datum from sources s where s.city = p.name order by s.id limit 1), 'WGS-84') as datum from places p where p.depth = 0 order by p.name`)
  return rows
}

/** Places that bear a registered place's name or spelling in the same area, and lead nowhere yet. */
export async function readSpelt(db: Queryable): Promise<{ fromId: number, intoId: number }[]> {
  const { rows } = await db.query<{ fromId: number, intoId: number }>(statement('places-spelt'))
  return rows
}

/** What may be one place: its names, where it lies, how many tickets. */
export interface NamedPlace { id: number, path: string, name: string, parentId: number, rollup: number[], lng: number | null, lat: number | null, names: string[], tickets: number }

export async function readNamedPlaces(db: Queryable, limit: number): Promise<NamedPlace[]> {
  const { rows } = await db.query<NamedPlace & Record<string, unknown>>(statement('places-named'), [limit])
  return rows
}

export interface PairFacts { a: number, b: number, callers: number, together: number }

/** Of each pair: callers who named both on their tickets, and tickets that name both in one text. */
export async function readPairFacts(db: Queryable, pairs: readonly (readonly [a: number, b: number])[]): Promise<PairFacts[]> {
  const { rows } = await db.query<PairFacts & Record<string, unknown>>(statement('places-pairs'), [pairs.map(([a]) => a), pairs.map(([, b]) => b)])
  return rows
}

/** Pairs that a person told apart. */
export async function readDistinctPairs(db: Queryable): Promise<Set<string>> {
  const { rows } = await db.query<{ a: number, b: number }>(
    `select least(from_id, into_id) as a, greatest(from_id, into_id) as b from tree_events where tree = 'place' and act = 'distinct'`)
  return new Set(rows.map(({ a, b }) => `${a}/${b}`))
}

/** Tickets that no place was found for, and all; by source. */
export async function countUnresolved(db: Queryable): Promise<{ source: string, tickets: number, unresolved: number, city: number, district: number, below: number }[]> {
  const { rows } = await db.query<{ source: string, tickets: number, unresolved: number, city: number, district: number, below: number }>(statement('places-unresolved'))
  return rows
}
