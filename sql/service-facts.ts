/**
 * How things stand for whoever runs the service: the numbers behind /readyz and /metrics.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export interface ServiceFacts {
  /** Nights that are over and not run yet, and for how long the oldest of them has been known. */
  nightsDue: number
  oldestDueSeconds: number | null
  /** Oldest night whose last attempt failed. */
  failedNight: string | null
  lastNight: string | null
  /** Seconds since the epoch. */
  lastSuccess: number | null
  /** Of the last night that succeeded, by step. */
  stepSeconds: Record<string, number>
  /** Notices by status. */
  notices: Record<string, number>
  /** Open alerts by level. */
  openAlerts: Record<string, number>
}

export async function readServiceFacts(db: Queryable): Promise<ServiceFacts> {
  const { rows } = await db.query<{
    nights_due: number, oldest_due_seconds: number | null, failed_night: string | null, last_night: string | null, last_success: number | null,
    step_seconds: Record<string, number>, notices: Record<string, number>, open_alerts: Record<string, number>
  }>(statement('service-facts'))
  const row = rows[0]!
  return {
    nightsDue: row.nights_due, oldestDueSeconds: row.oldest_due_seconds, failedNight: row.failed_night, lastNight: row.last_night,
    lastSuccess: row.last_success, stepSeconds: row.step_seconds, notices: row.notices, openAlerts: row.open_alerts,
  }
}
