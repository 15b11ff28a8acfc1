/**
 * The state of the store in one row, for commands that must choose a night or say how things stand.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export interface StoreFacts {
  schema: number | null
  hasTickets: boolean
  /** First and last local day with tickets. */
  firstDay: string | null
  lastDay: string | null
  /** Days whose tickets changed since they were counted. */
  uncountedDays: number
  timeZone: string | null
  country: string | null
  lastNight: string | null
  lastStatus: 'running' | 'succeeded' | 'failed' | null
  lastFinished: Date | null
}

interface Row {
  schema: number | null, has_tickets: boolean, first_day: string | null, last_day: string | null, uncounted_days: number
  time_zone: string | null, country: string | null
  last_night: string | null, last_status: StoreFacts['lastStatus'], last_finished: Date | null
}

export async function readStoreFacts(db: Queryable): Promise<StoreFacts> {
  const { rows } = await db.query<Row & Record<string, unknown>>(statement('store-facts'))
  const row = rows[0]!
  return {
    schema: row.schema, hasTickets: row.has_tickets, firstDay: row.first_day, lastDay: row.last_day, uncountedDays: row.uncounted_days,
    timeZone: row.time_zone, country: row.country,
    lastNight: row.last_night, lastStatus: row.last_status, lastFinished: row.last_finished,
  }
}
