/**
 * The score card in words and figures, for the terminal and the page alike: facts, each with what it was divided by, and tables.
 */
import type { Locale } from '../../core/config.ts'
import { parseDay } from '../../core/days.ts'
import { formatNumber, t } from '../../core/texts.ts'
import type { TextKey } from '../../core/texts.ts'
import type { Burden } from '../../models/evaluate/summary.ts'
import { REFERENCES } from './references.ts'
import type { CurveRow, ReferenceRow } from './references.ts'
import type { PrecisionRow, ScoreCard, SurgeGroup } from './card.ts'
import type { SurgeRow } from './surge-rows.ts'

export interface Fact { name: string, value: string, of: string }

export interface CardTable {
  key: string
  title: string
  columns: { title: string, align: 'left' | 'right' }[]
  rows: string[][]
}

/** The headline figures in the order of the issue. */
export function cardFacts(locale: Locale, card: ScoreCard): Fact[] {
  const text = (key: TextKey, params?: Record<string, string | number>): string => t(locale, key, params)
  const { of, alerts, units: { above_blue: load }, lineage, coverage, small_events: small } = card
  return [
    { name: text('score.by_fifth'), value: percent(locale, card.share_alerted_by_5th_caller), of: text('score.of', { part: of.clusters_in_time, whole: of.clusters }) },
    { name: text('score.lead_20'), value: figure(locale, card.median_lead_days_before_20th, 1), of: text('score.of', { part: of.clusters_found, whole: of.clusters }) },
    { name: text('score.load'), value: figure(locale, card.p95_alerts_per_unit_week), of: text('score.load_of', {
      units: load.units, weeks: load.weeks, mean: figure(locale, load.mean, 3), max: load.max, fullest: load.p95OfFullest,
    }) },
    { name: text('score.false'), value: figure(locale, card.false_alerts_per_stream_year, 5), of: text('score.false_of', { false: of.false_alerts, years: Math.round(of.stream_years), streams: of.streams }) },
    { name: text('score.forbidden'), value: figure(locale, card.forbidden_alerts), of: '' },
    { name: text('score.lineage'), value: percent(locale, card.lineage_accuracy), of: text('score.lineage_of', { agreeing: lineage.agreeing, nights: lineage.nights, split: lineage.split_episodes, merged: lineage.merged_alerts }) },
    { name: text('score.small'), value: percent(locale, small.sensitivity), of: text('score.of', { part: small.found, whole: small.episodes }) },
    { name: text('score.coverage'), value: percent(locale, coverage.share_judged), of: text('score.coverage_of', { judged: coverage.judged, all: coverage.series_nights }) },
    { name: text('score.alerts'), value: figure(locale, alerts.opened), of: text('score.alerts_of', {
      true: alerts.true, false: alerts.false, forbidden: alerts.forbidden, above: alerts.above_blue, earlier: alerts.earlier,
    }) },
  ]
}

/** Nights that did not run, which episodes, and which were left out. */
export function cardNotes(locale: Locale, { episodes_from, of, from, until, nights }: ScoreCard): string[] {
  const days = parseDay(until) + 1 - parseDay(from)
  return [
    ...(nights < days ? [t(locale, 'score.nights_missing', { n: days - nights, days })] : []),
    t(locale, episodes_from === 'labels' ? 'score.from_labels' : 'score.from_rule'),
    t(locale, 'score.left_out', { before: of.began_before, after: of.fifth_after, none: of.no_tickets }),
  ]
}

/** @param whole also the tables that are too long for a terminal */
export function cardTables(locale: Locale, card: ScoreCard, whole: boolean): CardTable[] {
  const clusters = card.surges.filter((surge) => surge.cluster && surge.unjudged === '')
  const missed = clusters.filter((surge) => !surge.in_time)
  const tables = [
    table(locale, 'kinds', 'score.section_kinds', ['score.kind', 'score.clusters', 'score.found', 'score.in_time', 'score.in_time_sent', 'score.caller', 'score.before_10', 'score.before_20', 'score.before_50', 'score.before_peak', 'score.gained'], 1,
      card.surges_by_kind.map((group) => kindCells(locale, group))),
    ...(card.references ? [
      table(locale, 'references', t(locale, 'score.section_references', { alerts: card.references.alerts }), REFERENCE_COLUMNS, 1, referenceRows(locale, card, (rule) => rule.at_equal_alerts)),
      table(locale, 'references_false', t(locale, 'score.section_references_false', { alerts: card.of.false_alerts }), REFERENCE_COLUMNS, 1, referenceRows(locale, card, (rule) => rule.at_equal_false_alerts)),
    ] : []),
    table(locale, 'precision', 'score.section_precision', ['score.level', 'score.count', 'score.right', 'score.precision'], 1, precisionCells(locale, card.precision.level, (name) => levelWord(locale, name))),
    ...(whole ? [
      table(locale, 'alert_kinds', 'score.section_alert_kinds', ['score.kind', 'score.count', 'score.right', 'score.precision'], 1, precisionCells(locale, card.precision.kind)),
      table(locale, 'rules', 'score.section_rules', ['score.rule', 'score.count', 'score.right', 'score.precision'], 1, precisionCells(locale, card.precision.rule)),
      table(locale, 'units', 'score.section_units', ['score.weekly', 'score.mean', 'score.median', 'score.p95', 'score.max', 'score.p95_fullest'], 1, [
        burdenCells(locale, 'score.above_blue', card.units.above_blue), burdenCells(locale, 'score.sent', card.units.sent), burdenCells(locale, 'score.opened', card.units.opened)]),
      table(locale, 'coverage', 'score.section_coverage', ['score.verdict', 'score.reason', 'score.share'], 2, card.coverage.verdicts.map((row) => [row.verdict, row.reason, percent(locale, row.share)])),
    ] : []),
    table(locale, 'missed', 'score.section_missed', MISSED_COLUMNS, 3, missed.map((surge) => missedCells(locale, surge))),
    table(locale, 'forbidden', 'score.section_forbidden', ['score.id', 'score.clusters'], 2, card.forbidden.map((row) => [row.alert_id, row.episodes.join(' ')])),
    ...(whole ? [table(locale, 'surges', 'score.section_surges', SURGE_COLUMNS, 3, card.surges.filter((surge) => surge.unjudged === '').map((surge) => surgeCells(locale, surge)))] : []),
  ]
  return tables.filter((one) => one.rows.length > 0)
}

const REFERENCE_COLUMNS: readonly TextKey[] = ['score.method', 'score.found', 'score.in_time', 'score.before_20', 'score.gained', 'score.false_rate', 'score.forbidden', 'score.count', 'score.depth', 'score.cpu']
const SURGE_COLUMNS: readonly TextKey[] = ['score.id', 'score.place', 'score.topic', 'score.tickets', 'score.callers', 'score.fifth', 'score.first_alert', 'score.caller', 'score.before_20', 'score.before_peak', 'score.lineage_short']

const MISSED_COLUMNS: readonly TextKey[] = ['score.id', 'score.place', 'score.topic', 'score.tickets', 'score.callers', 'score.fifth', 'score.first_alert', 'score.caller', 'score.signal', 'score.signal_days']

/** @param left  columns from the left that hold words */
function table(locale: Locale, key: string, title: TextKey | string, columns: readonly TextKey[], left: number, rows: string[][]): CardTable {
  return {
    key, title: title.startsWith('score.') ? t(locale, title as TextKey) : title,
    columns: columns.map((column, i) => ({ title: t(locale, column), align: i < left ? 'left' : 'right' })), rows,
  }
}

function kindCells(locale: Locale, group: SurgeGroup): string[] {
  return [
    group.kind, figure(locale, group.clusters), figure(locale, group.found), figure(locale, group.in_time), figure(locale, group.in_time_sent),
    figure(locale, group.median_caller_number, 1), figure(locale, group.median_lead_10, 1), figure(locale, group.median_lead_20, 1),
    figure(locale, group.median_lead_50, 1), figure(locale, group.median_lead_peak, 1), figure(locale, group.mean_days_gained, 1),
  ]
}

function referenceRows(locale: Locale, { references }: ScoreCard, pointOf: (rule: ReferenceRow) => CurveRow | null): string[][] {
  const { own, rules } = references!
  const cells = (name: string, point: CurveRow | null, rule?: ReferenceRow): string[] => [
    referenceName(locale, name), percent(locale, point?.share_found ?? null), percent(locale, point?.share_in_time ?? null), figure(locale, point?.median_lead_days ?? null, 1),
    figure(locale, point?.mean_days_gained ?? null, 1), figure(locale, point?.false_alerts_per_stream_year ?? null, 5), figure(locale, point?.forbidden ?? null, 1),
    figure(locale, point?.alerts ?? null, 0), rule ? figure(locale, rule.min_depth) : '', rule ? figure(locale, rule.cpu_seconds, 1) : '',
  ]
  return [cells('weisu', own), ...rules.map((rule) => cells(rule.name, pointOf(rule), rule))]
}

export function referenceName(locale: Locale, name: string): string {
  return name === 'weisu' || (REFERENCES as readonly string[]).includes(name) ? t(locale, `score.reference.${name}` as TextKey) : name
}

function precisionCells(locale: Locale, rows: readonly PrecisionRow[], word = (name: string): string => name): string[][] {
  return rows.map((row) => [word(row.name), figure(locale, row.alerts), figure(locale, row.true), percent(locale, row.precision)])
}

function burdenCells(locale: Locale, name: TextKey, burden: Burden): string[] {
  return [t(locale, name), figure(locale, burden.mean, 3), figure(locale, burden.median, 1), figure(locale, burden.p95), figure(locale, burden.max), figure(locale, burden.p95OfFullest)]
}

function surgeCells(locale: Locale, surge: SurgeRow): string[] {
  return [
    surge.id, surge.place.slice(-2).join(' '), surge.topic.at(-1) ?? '', figure(locale, surge.tickets), figure(locale, surge.callers), surge.fifth_caller ?? '–',
    surge.first_alert ?? '–', figure(locale, surge.caller_number),
    figure(locale, surge.lead_20), figure(locale, surge.lead_peak), surge.lineage_nights > 0 ? `${surge.lineage_agreeing}/${surge.lineage_nights}` : '–',
  ]
}

/** With the strongest signal that the nights had by the fifth caller. */
function missedCells(locale: Locale, surge: SurgeRow): string[] {
  const signal = surge.strongest_signal
  return [
    surge.id, surge.place.slice(-2).join(' '), surge.topic.at(-1) ?? '', figure(locale, surge.tickets), figure(locale, surge.callers), surge.fifth_caller ?? '–',
    surge.first_alert ?? '–', figure(locale, surge.caller_number),
    signal ? t(locale, 'score.signal_of', { place: signal.place.at(-1)!, callers: signal.callers, expected: figure(locale, signal.expected, 2), days: signal.window_days }) : '–',
    signal ? figure(locale, signal.recurrence_days, 0) : '–',
  ]
}

function levelWord(locale: Locale, level: string): string {
  return t(locale, `alert.level.${level}` as TextKey)
}

/** A dash where it is not defined. */
export function figure(locale: Locale, value: number | null, digits = 0): string {
  if (value === null) return '–'
  return Number.isInteger(value) ? formatNumber(locale, value) : new Intl.NumberFormat(locale === 'zh' ? 'zh-CN' : 'en', { maximumFractionDigits: digits }).format(value)
}

export function percent(locale: Locale, share: number | null): string {
  if (share === null) return '–'
  return new Intl.NumberFormat(locale === 'zh' ? 'zh-CN' : 'en', { style: 'percent', maximumFractionDigits: share > 0 && share < 0.01 ? 2 : 1 }).format(share)
}
