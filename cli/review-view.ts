/**
 * A review for people: the counts, the records with their denominators, and the last alerts one by one.
 */
import type { TextKey } from '../core/texts.ts'
import { FEWEST_JUDGED } from '../pipelines/learn/ages.ts'
import type { RecordRow } from '../pipelines/learn/record.ts'
import type { Review, ReviewedAlert } from '../pipelines/learn/review-list.ts'
import { formatCount, formatShare } from './format.ts'
import type { Session } from './session.ts'
import { printable } from './width.ts'

const OUTCOMES = ['surged', 'still_on', 'ended_quietly', 'came_to_nothing'] as const
const SHOWN = ['rule', 'level', 'kind', 'unit'] as const
/** Rows of a table; the rest is for --json. */
const MOST_ROWS = 12
const MOST_ALERTS = 20

export function printReview(session: Session, review: Review): void {
  const { text } = session
  if (review.alerts.length === 0) return session.print(text('cli.review.none', { night: review.night }))
  session.print(session.paint('bold', text('cli.review.title', { night: review.night, n: review.alerts.length })))
  const counts = Object.fromEntries(OUTCOMES.map((word) => [word, review.alerts.filter((alert) => alert.outcome === word).length]))
  session.print(text('cli.review.counts', { ...counts, pending: review.alerts.filter((alert) => alert.outcome === null).length }))
  session.print(text('cli.review.good', { ...recordParams(session, review.all), judged: review.all.judged }))
  for (const [n, { of, median_days: days, before }] of Object.entries(review.lead)) {
    if (of > 0) session.print(text('cli.review.lead', { n, of, before, days: formatCount(session.locale, days) }))
  }
  session.print(rankerText(session, review))
  session.print(session.paint('dim', text('cli.review.definitions')))
  for (const dimension of SHOWN) printRecords(session, dimension, review.by[dimension])
  printAlerts(session, review.alerts)
}

/** Numbers of a record as its texts take them. */
export function recordParams(session: Session, row: RecordRow): Record<string, string | number> {
  const share = (value: number): string => formatShare(session.locale, value, 1)
  return { of: row.of, good: row.good, share: row.share === null ? '–' : share(row.share), low: share(row.low), high: share(row.high), estimate: share(row.estimate) }
}

function rankerText(session: Session, { ranker }: Review): string {
  if (!ranker) return session.text('cli.review.ranker.none')
  const auc = (value: number | null | undefined): string => (value === null || value === undefined ? '–' : value.toFixed(2))
  return session.text(`cli.review.ranker.${ranker.reason}`, {
    outcomes: ranker.outcomes, least: FEWEST_JUDGED, auc: auc(ranker.holdout?.auc), plain: auc(ranker.holdout?.auc_plain),
  })
}

function printRecords(session: Session, dimension: typeof SHOWN[number], rows: readonly (RecordRow & { name: string })[]): void {
  if (rows.length === 0) return
  const { text } = session
  session.print(`\n${session.paint('bold', text(`cli.review.by.${dimension}`))}`)
  session.printTable([
    { title: '', shrinkTo: 16 },
    { title: text('cli.review.of'), align: 'right' },
    { title: text('cli.review.judged'), align: 'right', dropFirst: 2 },
    { title: text('cli.review.share'), align: 'right' },
    { title: text('cli.review.interval'), align: 'right' },
    { title: text('cli.review.estimate'), align: 'right', dropFirst: 1 },
  ], rows.slice(0, MOST_ROWS).map((row) => {
    const { of, share, low, high, estimate } = recordParams(session, row)
    return [nameOf(session, dimension, row.name), String(of), String(row.judged), `${row.good} (${share})`, `${low}–${high}`, String(estimate)]
  }), '  ')
}

function nameOf(session: Session, dimension: typeof SHOWN[number], name: string): string {
  if (dimension === 'level') return session.text(`cli.level.${name}` as TextKey)
  if (dimension === 'kind') return session.text(`alert.kind.${name}` as TextKey)
  return printable(name)
}

function printAlerts(session: Session, alerts: readonly ReviewedAlert[]): void {
  const { text, locale } = session
  session.print('')
  session.printTable([
    { title: text('cli.column.night') },
    { title: text('cli.column.level') },
    { title: text('cli.column.place'), shrinkTo: 10, keep: 'end' },
    { title: text('cli.column.topic'), shrinkTo: 8, keep: 'end' },
    { title: text('cli.review.outcome') },
    { title: text('cli.review.since'), align: 'right', dropFirst: 1 },
    { title: text('cli.review.verdict'), dropFirst: 2 },
    { title: text('cli.column.id'), dropFirst: 3 },
  ], alerts.slice(0, MOST_ALERTS).map((alert) => [
    alert.night, text(`cli.level.${alert.level}` as TextKey), alert.place.join(' › '), alert.family.at(-1) ?? text('alert.all_topics'),
    text(`outcome.${alert.outcome ?? 'pending'}`),
    alert.callers_since === null ? '–' : `${formatCount(locale, alert.callers_since)} / ${formatCount(locale, alert.expected_since)}`,
    alert.verdict ? text(`verdict.${alert.verdict}`) : '–', alert.id,
  ]))
}
