/**
 * Row functions of how much, how quickly and by how many people places report.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export interface PlaceReports {
  placeId: number
  tickets: number
  callers: number
  /** Share of the busiest caller, and the sum of squared shares; null where no ticket tells its caller. */
  top: number | null
  herfindahl: number | null
}

/** Places of one depth over the days [from, to], as known on the night; places without tickets are absent. */
export async function readPlaceReports(db: Queryable, from: string, to: string, night: string, depth: number): Promise<PlaceReports[]> {
  return (await db.query<PlaceReports & Record<string, unknown>>(statement('reporting-places'), [from, to, night, depth])).rows
}

export interface IncidentRow { place: number, kind: number, duplicates: number, watched: number }

/** Incidents that began on the days [from, to]; `watched` is in days. */
export async function readIncidents(db: Queryable, from: string, to: string, night: string, depth: number, days: number): Promise<IncidentRow[]> {
  return (await db.query<IncidentRow & Record<string, unknown>>(statement('reporting-incidents'), [from, to, night, depth, days])).rows
}

/** Bulk entries in the alerts' windows [from, until], by alert; alerts without any are absent. */
export async function readAlertSweeps(
  db: Queryable, alerts: readonly { id: string, places: number[], topic: number, from: string, until: string }[], night: string,
): Promise<Map<string, number>> {
  const { rows } = await db.query<{ alertId: string, sweeps: number }>(statement('alert-sweeps'), [JSON.stringify(alerts), night])
  return new Map(rows.map((row) => [row.alertId, row.sweeps]))
}
