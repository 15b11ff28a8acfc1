/**
 * The state of the store in one row, for commands that must choose a night or say how things stand.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export interface StoreFacts {
  schema: number | null
  hasTickets: boolean
  /** Last local day with tickets. */
  lastDay: string | null
  timeZone: string | null
  country: string | null
  lastNight: string | null
  lastStatus: 'running' | 'succeeded' | 'failed' | null
  lastFinished: Date | null
}

interface Row {
  schema: number | null, has_tickets: boolean, last_day: string | null, time_zone: string | null, country: string | null
  last_night: string | null, last_status: StoreFacts['lastStatus'], last_finished: Date | null
}

export async function readStoreFacts(db: Queryable): Promise<StoreFacts> {
  const { rows } = await db.query<Row & Record<string, unknown>>(statement('store-facts'))
  const row = rows[0]!
  return {
    schema: row.schema, hasTickets: row.has_tickets, lastDay: row.last_day, timeZone: row.time_zone, country: row.country,
    lastNight: row.last_night, lastStatus: row.last_status, lastFinished: row.last_finished,
  }
}
