/**
 * The outbox: notices wait here until each of their deliveries (deliveries.ts) has ended.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export interface Notice {
  id: string
  alertId: string
  night: string
  reason: string
  /** Name of the unit it goes to; null where it goes to the channel as such. */
  unit: string | null
  channel: string
  payload: Record<string, unknown>
  /** Attempts so far. */
  attempts: number
}

export interface NoticeCounts {
  /** To be sent now, or tried again. */
  pending: number
  /** Those that wait for a digest or the end of quiet hours. */
  scheduled: number
  delivered: number
  failed: number
}

/** @param night null for every night */
export async function countNotices(db: Queryable, night: string | null): Promise<NoticeCounts> {
  const { rows } = await db.query<NoticeCounts & Record<string, unknown>>(statement('notices-counts'), [night])
  return rows[0]!
}

/** Decides on the notices that caught-up nights held back: those that still hold are to be sent. @returns how many there were */
export async function settleCaughtUp(db: Queryable): Promise<number> {
  return (await db.query(statement('notices-settle'))).rowCount ?? 0
}
