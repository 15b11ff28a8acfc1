/**
 * One alert with everything the store keeps about it, for whoever asks "why was I alerted?".
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export interface AlertDetail {
  id: string
  status: 'open' | 'ended'
  first_night: string
  last_night: string
  ended_on: string | null
  parent_alert_id: string | null
  lead_unit: string | null
  lead_reason: string
  territory_unit: string | null
  co_units: string[]
  due_on: string | null
  /** False where the deadline lies beyond the known holiday calendar. */
  due_certain: boolean
  tickets: number
  /** Up to 90 days, oldest first; observed null is a gap in the feed. */
  series: { day: string, observed: number | null, expected: number | null, upper: number | null }[]
  events: { night: string, kind: string, before: string | null, after: string | null }[]
}

/** Undefined where no alert has the id. */
export async function readAlertDetail(db: Queryable, id: string): Promise<AlertDetail | undefined> {
  return (await db.query<AlertDetail & Record<string, unknown>>(statement('alert-detail'), [id])).rows[0]
}
