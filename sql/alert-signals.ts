/**
 * Alerts with the signals behind them, for whoever explains a night.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'
import type { SignalRow } from './signals.ts'

export interface AlertSignalRow extends SignalRow {
  alertId: string
  /** Paths of the places of `evidence.neighbours`. */
  neighbourPaths: string[]
}

/** A night of an alert: callers in the window that decided, and how many were usual in it. */
export interface AlertNightSummary {
  night: string
  level: string
  callers: number
  expected: number
  window_days: number
  recurrence_days: number
}

/** One row an alert; none for a night that was judged by a version which kept no baseline. */
export async function readAlertSignals(db: Queryable, alertIds: string[], night: string): Promise<AlertSignalRow[]> {
  return (await db.query<AlertSignalRow & Record<string, unknown>>(statement('alert-signals'), [alertIds, night])).rows
}

/** Oldest first; empty where no alert has the id. */
export async function readAlertNights(db: Queryable, alertId: string): Promise<AlertNightSummary[]> {
  return (await db.query<AlertNightSummary & Record<string, unknown>>(statement('alert-nights'), [alertId])).rows
}
