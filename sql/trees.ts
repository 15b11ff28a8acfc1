/**
 * The two trees, read whole: a few thousand rows that every step of a night needs.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export interface PlaceRow {
  id: number
  parentId: number | null
  depth: number
  kind: string
  name: string
  path: string
  /** Ids from the city down to this place, or to the one that it is merged into. */
  rollup: number[]
  households: number | null
  /** Centre in degrees, as a registry gave it or else the mean of tickets; null where unknown, and where the place is merged into another. */
  lng: number | null
  lat: number | null
}

export interface TopicRow {
  id: number
  parentId: number | null
  depth: number
  name: string
  path: string
  rollup: number[]
  familyId: number | null
}

/** @param night  without what only later tickets brought; null for all there are. Households and registered centres have no dates. */
export async function readPlaces(db: Queryable, night: string | null = null): Promise<Map<number, PlaceRow>> {
  const { rows } = await db.query<PlaceRow>(
    `select id, parent_id as "parentId", depth::int, kind, name, path, rollup, case when merged_into is null then households end as households,
       case when merged_into is null then lng end as lng, case when merged_into is null then lat end as lat from places
     where $1::date is null or registered or first_known_on is null or first_known_on <= $1::date order by id`, [night])
  return new Map(rows.map((row) => [row.id, row]))
}

/** @param night  without what only later tickets brought; null for all there are */
export async function readTopics(db: Queryable, night: string | null = null): Promise<Map<number, TopicRow>> {
  const { rows } = await db.query<TopicRow>(
    `select id, parent_id as "parentId", depth::int, name, path, rollup, family_id as "familyId" from topics
     where $1::date is null or registered or first_known_on is null or first_known_on <= $1::date order by id`, [night])
  return new Map(rows.map((row) => [row.id, row]))
}

/** The family stands for the cause; a topic above the families stands for itself. */
export function familyOf(topics: ReadonlyMap<number, Pick<TopicRow, 'familyId'>>, topic: number): number {
  return topics.get(topic)!.familyId ?? topic
}

/** Since which night the places and topics of the dirty days are known. */
export async function dateNodes(db: Queryable): Promise<void> {
  await db.query(statement('resolve-known-nodes'))
}

/** Country of each city, by the city's name, as its sources declare it. */
export async function readCityCountries(db: Queryable): Promise<Map<string, string>> {
  const { rows } = await db.query<{ city: string, country: string }>('select city, min(country) as country from sources group by 1 order by 1')
  return new Map(rows.map((row) => [row.city, row.country]))
}

/** Gives places without a centre the mean of the dirty days' tickets there. @returns places that have one now */
export async function locatePlaces(db: Queryable): Promise<number> {
  return (await db.query(statement('resolve-centroids'))).rowCount ?? 0
}
