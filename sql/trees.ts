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
  rollup: number[]
  households: number | null
  /** Centre in degrees, as a registry gave it or else the mean of tickets; null where unknown. */
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

export async function readPlaces(db: Queryable): Promise<Map<number, PlaceRow>> {
  const { rows } = await db.query<PlaceRow>(
    `select id, parent_id as "parentId", depth::int, kind, name, path, rollup, households, lng, lat from places order by id`)
  return new Map(rows.map((row) => [row.id, row]))
}

export async function readTopics(db: Queryable): Promise<Map<number, TopicRow>> {
  const { rows } = await db.query<TopicRow>(
    `select id, parent_id as "parentId", depth::int, name, path, rollup, family_id as "familyId" from topics order by id`)
  return new Map(rows.map((row) => [row.id, row]))
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
