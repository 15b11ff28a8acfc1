/**
 * What the hotspot report of a night reads: alerts with their names, series, samples, areas, coverage. Read-only.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export interface ReportNightRow { city: string, time_zone: string | null, code_version: string | null, status: string | null }

export interface ReportAlertRow {
  id: string
  kind: 'emerging' | 'common' | 'seasonal'
  level: 'blue' | 'yellow' | 'orange' | 'red'
  rank: number
  within_budget: boolean
  place_id: number
  topic_id: number
  tickets: number
  callers: number
  observed: number
  expected: number
  upper: number
  window_days: number
  log10_p: number
  recurrence_days: number
  /** Written by the step that raised the alert; every key may be missing. */
  why: Record<string, unknown>
  first_night: string
  parent_alert_id: string | null
  lead_reason: string
  due_on: string | null
  due_certain: boolean
  place_kind: string
  place_rollup: number[]
  households: number | null
  lng: number | null
  lat: number | null
  /** Whether that is the mean of tickets, which may be one person's door. */
  centre_from_tickets: boolean
  /** Names from the city down. */
  place: string[]
  /** Names from the top topic down; null for all topics. */
  topic: string[] | null
  lead_unit: string | null
  territory_unit: string | null
  co_units: string[]
  event: 'opened' | 'returned' | 'raised' | 'lowered' | 'moved' | 'ended' | null
  level_before: ReportAlertRow['level'] | null
  /** Why nobody was told of it; null where its units were. */
  held: 'silenced' | 'inhibited' | 'snoozed' | 'merged' | null
  /** Where within its area most callers of its window are, at places of three callers and more. */
  affected: { place: string, callers: number }[]
}

export interface ReportOtherRow { id: string, place: string[], topic: string[] | null, level: ReportAlertRow['level'], last_signal: string, ended: boolean }
export interface ReportSeriesRow { alert_id: string, day: string, observed: number | null, expected: number | null, upper: number | null }
/** A known event over an alert's series, on the days [from, until). */
export interface ReportEventRow { alert_id: string, from: string, until: string, note: string }
export interface ReportNoticeRow { alert_id: string, night: string }
export interface ReportPlaceRow { id: number, depth: number, name: string, lng: number, lat: number }
export interface ReportPointRow { alert_id: string, lng: number, lat: number }
export interface ReportAreaRow { id: number, name: string, tickets: number, callers: number }
export interface ReportPivotRow { topic: string | null, district: string | null, tickets: number, callers: number, tickets_before: number, callers_before: number }
export interface ReportSourceRow {
  name: string
  first_day: string | null
  last_day: string | null
  tickets: number
  sweeps: number
  unlocated: number
  assumed: number
  gaps: string[]
}
export interface ReportCoverageRow { verdict: string, reason: string, series: number }

export async function readReportNight(db: Queryable, night: string): Promise<ReportNightRow> {
  return (await db.query<ReportNightRow>(statement('report-night'), [night])).rows[0]!
}

export async function readReportAlerts(db: Queryable, night: string): Promise<ReportAlertRow[]> {
  return (await db.query<ReportAlertRow>(statement('report-alerts'), [night])).rows
}

/** Alerts without a row on the night: ended on it, or still watched without a new signal. */
export async function readReportOthers(db: Queryable, night: string): Promise<ReportOtherRow[]> {
  return (await db.query<ReportOtherRow>(statement('report-others'), [night])).rows
}

export async function readReportSeries(db: Queryable, alertIds: string[], night: string): Promise<ReportSeriesRow[]> {
  return (await db.query<ReportSeriesRow>(statement('report-series'), [alertIds, night])).rows
}

export async function readReportEvents(db: Queryable, alertIds: string[], night: string): Promise<ReportEventRow[]> {
  return (await db.query<ReportEventRow>(statement('report-events'), [alertIds, night])).rows
}

export async function readReportNotices(db: Queryable, alertIds: string[], night: string): Promise<ReportNoticeRow[]> {
  return (await db.query<ReportNoticeRow>(statement('report-notices'), [alertIds, night])).rows
}

export async function readReportPlaces(db: Queryable, night: string): Promise<ReportPlaceRow[]> {
  return (await db.query<ReportPlaceRow>(statement('report-places'), [night])).rows
}

export async function readReportPoints(db: Queryable, alertIds: string[], night: string): Promise<ReportPointRow[]> {
  return (await db.query<ReportPointRow>(statement('report-points'), [alertIds, night])).rows
}

export async function readReportAreas(db: Queryable, night: string, placeIds: number[]): Promise<ReportAreaRow[]> {
  return (await db.query<ReportAreaRow>(statement('report-areas'), [night, placeIds])).rows
}

/** Names of all places with their ids, to match boundaries to places. */
export async function readPlaceNames(db: Queryable): Promise<{ id: number, depth: number, name: string }[]> {
  return (await db.query<{ id: number, depth: number, name: string }>(statement('report-place-names'))).rows
}

export async function readReportPivot(db: Queryable, night: string, families: number, districts: number): Promise<ReportPivotRow[]> {
  return (await db.query<ReportPivotRow>(statement('report-pivot'), [night, families, districts])).rows
}

export async function readReportSources(db: Queryable, night: string): Promise<ReportSourceRow[]> {
  return (await db.query<ReportSourceRow>(statement('report-sources'), [night])).rows
}

export async function readReportCoverage(db: Queryable, night: string): Promise<ReportCoverageRow[]> {
  return (await db.query<ReportCoverageRow>(statement('report-coverage'), [night])).rows
}
