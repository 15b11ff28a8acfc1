/**
 * How late tickets became known: the reporting triangle of each city and topic, read out of the changes that daily_counts holds.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export interface ArrivalRow {
  city: number
  topic: number
  /** Days since 1970-01-01. */
  day: number
  /** Days after it on which the tickets became known. */
  lag: number
  /** Negative where tickets moved to another topic. */
  tickets: number
}

/** Arrivals of the last `days` days as known on `night`, in no order; nothing of cities whose arrival times are all assumed. */
export async function readArrivals(
  db: Queryable, night: string, days: number, maxLag: number, cities: number[], topics: number[],
): Promise<ArrivalRow[]> {
  const { rows } = await db.query<ArrivalRow>(statement('arrivals'), [night, days, maxLag, cities, topics])
  return rows
}
