/**
 * The score card: what a range of nights was worth, with every denominator. Names of the keys are promised in docs/cli.md; a value
 * that is not defined is null. docs/methods/score-card.md
 */
import { median, meanOf } from '../../models/evaluate/summary.ts'
import type { CoverageTotal } from '../../sql/scorecard.ts'
import type { AlertScoreRow, Outcome } from './alert-rows.ts'
import type { Burdens } from './burden-of-units.ts'
import type { ReferenceCard } from './references.ts'
import type { SurgeRow } from './surge-rows.ts'

export interface ScoreCard {
  /** First and last night; nights that ran. */
  from: string
  until: string
  nights: number
  /** Whether episodes come from a file, or were defined afterwards by the rule of the counts. */
  episodes_from: 'labels' | 'rule'
  share_alerted_by_5th_caller: number | null
  median_lead_days_before_20th: number | null
  p95_alerts_per_unit_week: number | null
  false_alerts_per_stream_year: number | null
  forbidden_alerts: number
  lineage_accuracy: number | null
  of: Denominators
  surges_by_kind: SurgeGroup[]
  small_events: { episodes: number, found: number, in_time: number, sensitivity: number | null }
  alerts: AlertTotals
  precision: { level: PrecisionRow[], kind: PrecisionRow[], rule: PrecisionRow[] }
  units: Burdens
  coverage: CoverageCard
  lineage: LineageCard
  forbidden: { alert_id: string, episodes: string[] }[]
  surges: SurgeRow[]
  references: ReferenceCard | null
}

export interface Denominators {
  /** Episodes with 20 tickets or more whose fifth caller the nights could see, and those of them that were told in time. */
  clusters: number
  clusters_in_time: number
  clusters_found: number
  unit_weeks: number
  false_alerts: number
  streams: number
  stream_years: number
  lineage_nights: number
  /** Episodes left out, by reason. */
  began_before: number
  fifth_after: number
  no_tickets: number
}

export interface SurgeGroup {
  kind: string
  clusters: number
  found: number
  in_time: number
  in_time_above_blue: number
  in_time_sent: number
  median_caller_number: number | null
  median_lead_10: number | null
  median_lead_20: number | null
  median_lead_50: number | null
  median_lead_peak: number | null
  mean_days_gained: number | null
}

export interface AlertTotals {
  opened: number
  above_blue: number
  /** Open already when the range began: in no rate. */
  earlier: number
  true: number
  false: number
  forbidden: number
  false_above_blue: number
  per_stream_year: number | null
  false_above_blue_per_stream_year: number | null
}

export interface PrecisionRow { name: string, alerts: number, true: number, precision: number | null }

export interface CoverageCard { series_nights: number, judged: number, share_judged: number | null, verdicts: (CoverageTotal & { share: number })[] }

export interface LineageCard { episodes: number, nights: number, agreeing: number, split_episodes: number, merged_alerts: number }

export interface CardFacts {
  nights: readonly number[]
  from: string
  until: string
  episodesFrom: 'labels' | 'rule'
  surges: SurgeRow[]
  alerts: AlertScoreRow[]
  units: Burdens
  coverage: readonly CoverageTotal[]
  streams: number
  references: ReferenceCard | null
}

/** Days in a year. */
const YEAR = 365.2425
/** Small events: as many tickets as the smallest alert has callers, and a few more. */
const SMALL = [3, 5] as const

export function makeCard({ nights, from, until, episodesFrom, surges, alerts, units, coverage, streams, references }: CardFacts): ScoreCard {
  const judged = surges.filter((surge) => surge.unjudged === '')
  const clusters = judged.filter((surge) => surge.cluster)
  const opened = alerts.filter((alert) => !alert.earlier)
  const outcome = (of: readonly AlertScoreRow[], wanted: Outcome): number => of.filter((alert) => alert.outcome === wanted).length
  const aboveBlue = opened.filter((alert) => alert.level !== 'blue')
  const years = streamYears(streams, nights.length)
  const isWrong = (alert: AlertScoreRow): boolean => alert.outcome !== 'true'
  const falseAlerts = opened.filter(isWrong).length
  const falseAboveBlue = aboveBlue.filter(isWrong).length
  const told = surges.filter((surge) => surge.lineage_nights > 0)
  const lineage: LineageCard = {
    episodes: told.length, nights: sum(told, (surge) => surge.lineage_nights), agreeing: sum(told, (surge) => surge.lineage_agreeing),
    split_episodes: told.filter((surge) => surge.alerts > 1).length, merged_alerts: alerts.filter((alert) => alert.episodes.length > 1).length,
  }
  const small = judged.filter((surge) => surge.tickets >= SMALL[0] && surge.tickets <= SMALL[1])
  const left = (reason: SurgeRow['unjudged']): number => surges.filter((surge) => surge.unjudged === reason).length
  const all = groupOf('', clusters)
  return {
    from, until, nights: nights.length, episodes_from: episodesFrom,
    share_alerted_by_5th_caller: ratio(all.in_time, all.clusters),
    median_lead_days_before_20th: all.median_lead_20,
    p95_alerts_per_unit_week: finite(units.above_blue.p95),
    false_alerts_per_stream_year: ratio(falseAlerts, years),
    forbidden_alerts: alerts.filter((alert) => alert.outcome === 'forbidden').length,
    lineage_accuracy: ratio(lineage.agreeing, lineage.nights),
    of: {
      clusters: all.clusters, clusters_in_time: all.in_time, clusters_found: all.found, unit_weeks: units.above_blue.units * units.above_blue.weeks,
      false_alerts: falseAlerts, streams, stream_years: years, lineage_nights: lineage.nights,
      began_before: left('began_before'), fifth_after: left('fifth_after'), no_tickets: left('no_tickets'),
    },
    surges_by_kind: [...new Set(clusters.map((surge) => surge.kind))].sort().map((kind) => groupOf(kind, clusters.filter((surge) => surge.kind === kind))),
    small_events: { episodes: small.length, found: sum(small, (surge) => Number(surge.found)), in_time: sum(small, (surge) => Number(surge.in_time)), sensitivity: ratio(sum(small, (surge) => Number(surge.found)), small.length) },
    alerts: {
      opened: opened.length, above_blue: aboveBlue.length, earlier: alerts.length - opened.length,
      true: outcome(opened, 'true'), false: outcome(opened, 'false'), forbidden: outcome(opened, 'forbidden'), false_above_blue: falseAboveBlue,
      per_stream_year: ratio(opened.length, years), false_above_blue_per_stream_year: ratio(falseAboveBlue, years),
    },
    precision: {
      level: precisionBy(opened, (alert) => alert.level), kind: precisionBy(opened, (alert) => alert.kind), rule: precisionBy(opened, (alert) => alert.rule),
    },
    units, coverage: coverageOf(coverage), lineage,
    forbidden: alerts.filter((alert) => alert.outcome === 'forbidden').map((alert) => ({ alert_id: alert.id, episodes: alert.episodes })),
    surges, references,
  }
}

export function streamYears(streams: number, nights: number): number {
  return (streams * nights) / YEAR
}

/** A surge that was never told has a lead below all others, and gained no day. */
function groupOf(kind: string, clusters: readonly SurgeRow[]): SurgeGroup {
  const count = (match: (surge: SurgeRow) => boolean): number => clusters.filter(match).length
  const lead = (of: (surge: SurgeRow) => number | null, has: (surge: SurgeRow) => boolean = () => true): number | null => (
    finite(median(clusters.filter(has).map((surge) => (surge.found ? of(surge) ?? NaN : -Infinity)).filter((days) => !Number.isNaN(days)))))
  return {
    kind, clusters: clusters.length, found: count((surge) => surge.found), in_time: count((surge) => surge.in_time),
    in_time_above_blue: count((surge) => surge.in_time_above_blue), in_time_sent: count((surge) => surge.in_time_sent),
    median_caller_number: finite(median(clusters.map((surge) => surge.caller_number ?? Infinity))),
    median_lead_10: lead((surge) => surge.lead_10), median_lead_20: lead((surge) => surge.lead_20),
    median_lead_50: lead((surge) => surge.lead_50, (surge) => surge.tickets >= 50), median_lead_peak: lead((surge) => surge.lead_peak),
    mean_days_gained: finite(meanOf(clusters.map((surge) => Math.max(0, surge.lead_20 ?? 0)))),
  }
}

function precisionBy(alerts: readonly AlertScoreRow[], nameOf: (alert: AlertScoreRow) => string): PrecisionRow[] {
  return [...new Set(alerts.map(nameOf))].sort().map((name) => {
    const those = alerts.filter((alert) => nameOf(alert) === name)
    const right = those.filter((alert) => alert.outcome === 'true').length
    return { name, alerts: those.length, true: right, precision: ratio(right, those.length) }
  })
}

function coverageOf(totals: readonly CoverageTotal[]): CoverageCard {
  const all = sum(totals, (row) => row.series)
  const judged = sum(totals.filter((row) => row.verdict !== 'cannot tell'), (row) => row.series)
  return { series_nights: all, judged, share_judged: ratio(judged, all), verdicts: totals.map((row) => ({ ...row, share: row.series / all })) }
}

function sum<Row>(rows: readonly Row[], of: (row: Row) => number): number {
  return rows.reduce((total, row) => total + of(row), 0)
}

function ratio(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
