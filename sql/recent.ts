/**
 * The tickets of the last weeks as known on a night, for questions that counts cannot answer: how many different people.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export interface RecentRow {
  source: number
  no: string
  /** Days since 1970-01-01. */
  day: number
  /** Day on which its present state became known, for news that comes late. */
  known: number
  place: number
  topic: number
  /** Keyed hash, or null where the source tells no caller. */
  caller: string | null
}

/** @param places @param topics  the very nodes to keep, null for all */
export async function readRecentTickets(
  db: Queryable, fromDay: string, toDay: string, night: string, places: number[] | null, topics: number[] | null,
): Promise<RecentRow[]> {
  const { rows } = await db.query<RecentRow>(statement('recent-tickets'), [fromDay, toDay, night, places, topics])
  return rows
}
