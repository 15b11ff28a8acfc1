/**
 * Row functions of signals and of the coverage of a night.
 */
import type { Queryable } from './db.ts'

/** What the detector saw, for whoever explains the signal. Numbers are rounded, so that reruns are byte-equal. */
export interface SignalEvidence {
  score: number
  surroundingRatio: number
  /** Log odds that a rise is on, relative to one that begins by chance. */
  logOdds: number
  /** Other places of the signal, where neighbours stand out together. */
  neighbours: number[]
  /** Where the expected callers come from. */
  baseline: {
    /** Days of history, callers in them, and callers expected in them before and after the series' own were looked at; null where there is none. */
    days: number, callers: number, prior: number | null, expected: number | null
    /** Coefficient of variation of the level, and variance / mean of the night's day. */
    cv: number, dispersion: number
    /** Share of the night's own tickets that is known by the night. */
    complete: number
  }
  /** Callers and expected callers of the last days, per window; the expected without and with what lies around. */
  windows: { days: number, callers: number, expected: number, usual: number }[]
  detectors: { name: string, window_days: number, observed: number, expected: number, upper: number, log10_p: number, verdict: string }[]
  /** The last days of the series; null is a gap. */
  series: { from: string, observed: (number | null)[], expected: (number | null)[], upper: (number | null)[] }
  forecast: { horizon: number, mean: number, q10: number, q90: number, surge: number | null }[]
  /** Of a burst of words: its tickets, 'source/number'. They are of it by what they say, not by their topic. */
  tickets?: string[]
}

export interface SignalRow {
  placeId: number
  topicId: number
  detector: string
  verdict: 'alert' | 'watch'
  windowDays: number
  observed: number
  expected: number
  upper: number
  log10P: number
  recurrenceDays: number
  callers: number
  evidence: SignalEvidence
}

/** Series of one size class that got one verdict for one reason. */
export interface CoverageRow { placeDepth: number, topicDepth: number, verdict: string, reason: string, series: number }

/** Rewrites the night's signals and coverage. */
export async function saveSignals(db: Queryable, night: string, signals: SignalRow[], coverage: CoverageRow[]): Promise<void> {
  await db.query('delete from signals where night = $1', [night])
  await db.query('delete from night_coverage where night = $1', [night])
  await addSignals(db, night, signals)
  await db.query(
    `insert into night_coverage (night, place_depth, topic_depth, verdict, reason, series)
     select $1, c."placeDepth", c."topicDepth", c.verdict, c.reason, c.series
     from jsonb_to_recordset($2::jsonb) as c ("placeDepth" int, "topicDepth" int, verdict text, reason text, series int)`,
    [night, JSON.stringify(coverage)])
}

/** Adds signals to those of the night. */
export async function addSignals(db: Queryable, night: string, signals: SignalRow[]): Promise<void> {
  await db.query(
    `insert into signals (night, place_id, topic_id, detector, verdict, window_days, observed, expected, upper, log10_p, recurrence_days, callers, evidence)
     select $1, s."placeId", s."topicId", s.detector, s.verdict, s."windowDays", s.observed, s.expected, s.upper, s."log10P", s."recurrenceDays", s.callers, s.evidence
     from jsonb_to_recordset($2::jsonb) as s ("placeId" int, "topicId" int, detector text, verdict text, "windowDays" int, observed int,
       expected float8, upper float8, "log10P" float8, "recurrenceDays" float8, callers int, evidence jsonb)
     on conflict (night, place_id, topic_id, detector) do nothing`, [night, JSON.stringify(signals)])
}

/** Strongest first. */
export async function readSignals(db: Queryable, night: string): Promise<SignalRow[]> {
  const { rows } = await db.query<SignalRow>(
    `select place_id as "placeId", topic_id as "topicId", detector, verdict, window_days as "windowDays", observed, expected, upper,
            log10_p as "log10P", recurrence_days as "recurrenceDays", callers, evidence
     from signals where night = $1 order by (evidence->>'score')::float8 desc, place_id, topic_id`, [night])
  return rows
}
