/**
 * Row functions of reviews: what came of alerts some nights after they were opened or raised.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export type Outcome = 'surged' | 'still_on' | 'ended_quietly' | 'came_to_nothing'

/** What came after an alert, before it has a word. */
export interface DueReview {
  alertId: string
  event: 'opened' | 'raised'
  freshNight: string
  ageDays: number
  /** Nights since the alert's last signal. */
  silentNights: number
  /** Callers a day that were usual at the alert, and how much they scatter. */
  usualPerDay: number
  cv: number
  dispersion: number
  ticketsSince: number
  callersSince: number
  lead10: number | null
  lead20: number | null
  lead50: number | null
}

export interface ReviewRow {
  alertId: string
  event: 'opened' | 'raised'
  freshNight: string
  ageDays: number
  ticketsSince: number
  callersSince: number
  expectedSince: number
  log10P: number
  outcome: Outcome
  lead10: number | null
  lead20: number | null
  lead50: number | null
}

export async function readDueReviews(db: Queryable, night: string, ages: readonly number[]): Promise<DueReview[]> {
  return (await db.query<DueReview & Record<string, unknown>>(statement('reviews-due'), [night, ages])).rows
}

/** Rewrites the night's reviews. */
export async function replaceReviews(db: Queryable, night: string, rows: readonly ReviewRow[]): Promise<void> {
  await db.query('delete from reviews where night = $1', [night])
  await db.query(
    `insert into reviews (night, alert_id, fresh_night, event, age_days, tickets_since, callers_since, expected_since, log10_p, outcome, lead_10, lead_20, lead_50)
     select $1, r."alertId", r."freshNight", r.event, r."ageDays", r."ticketsSince", r."callersSince", r."expectedSince", r."log10P", r.outcome, r.lead10, r.lead20, r.lead50
     from jsonb_to_recordset($2::jsonb) as r ("alertId" text, "freshNight" date, event text, "ageDays" int, "ticketsSince" int, "callersSince" int,
       "expectedSince" float8, "log10P" float8, outcome text, lead10 int, lead20 int, lead50 int)`, [night, JSON.stringify(rows)])
}
