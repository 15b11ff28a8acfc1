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

/** Alerts with a signal by the night that hold the tickets ('source/number') as of it, by ticket. */
export async function readAlertsOfTickets(db: Queryable, night: string, tickets: readonly string[]): Promise<Map<string, string[]>> {
  const { rows } = await db.query<{ ticket: string, alert: string }>(
    `select k.source_id || '/' || k.ticket_no as ticket, k.alert_id as alert from alert_tickets k
     where k.first_night <= $1 and k.source_id || '/' || k.ticket_no = any ($2::text[]) order by 1, 2`, [night, tickets])
  const alerts = new Map<string, string[]>()
  for (const { ticket, alert } of rows) alerts.set(ticket, [...alerts.get(ticket) ?? [], alert])
  return alerts
}
