/**
 * Rules, their trials and what was solved, told on a terminal.
 */
import type { TextKey } from '../core/texts.ts'
import type { RuleVersion } from '../pipelines/rules-activate.ts'
import type { Change, Side } from '../pipelines/rules-compare.ts'
import type { RuleDifference } from '../pipelines/rules-diff.ts'
import type { CurvePoint, Solution } from '../pipelines/rules-solve.ts'
import type { TryResult } from '../pipelines/rules-try.ts'
import { formatShare } from './format.ts'
import type { Session } from './session.ts'

const LEVELS = ['red', 'orange', 'yellow', 'blue'] as const
const SHOWN_CHANGES = 30
const SHOWN_WEEKS = 12

export function printVersions(session: Session, versions: readonly RuleVersion[]): void {
  session.printTable([
    { title: session.text('cli.rules.column.version'), align: 'right' },
    { title: session.text('cli.rules.column.from') }, { title: session.text('cli.rules.column.until') },
    { title: session.text('cli.rules.column.name') }, { title: session.text('cli.rules.column.author') },
    { title: session.text('cli.rules.column.tried'), shrinkTo: 20 }, { title: session.text('cli.rules.column.note'), shrinkTo: 20 },
  ], versions.map((one) => [
    String(one.version), one.from, one.until ?? '', one.name, one.author,
    one.tried ? `${one.tried.from} – ${one.tried.until}` : session.text('cli.rules.untried_mark', { reason: one.untried_reason ?? '' }), one.note,
  ]))
}

export function printDifferences(session: Session, differences: readonly RuleDifference[]): void {
  if (differences.length === 0) return session.say('cli.rules.same')
  const cell = (value: unknown): string => (value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value))
  session.printTable([
    { title: session.text('cli.rules.column.path') },
    { title: session.text('cli.rules.before'), shrinkTo: 16 }, { title: session.text('cli.rules.after'), shrinkTo: 16 },
  ], differences.map(({ path, before, after }) => [path, cell(before), cell(after)]))
}

export function printTrial(session: Session, result: TryResult): void {
  const { nights, from, until, because, reproduced } = result
  session.print(result.how === 'kept'
    ? session.text('cli.rules.how.kept', { nights, from, until, share: formatShare(session.locale, reproduced ?? 1, 1) })
    : session.text('cli.rules.how.replay', { nights, from, until, because: because.join(', ') }))
  session.print('')
  const rows: [string, (side: Side) => number][] = [
    ...LEVELS.map((level): [string, (side: Side) => number] => [session.text('cli.rules.row.level', { level: session.text(`alert.level.${level}` as TextKey) }), ({ alerts }) => alerts[level]]),
    [session.text('cli.rules.row.above'), ({ units: { above_blue: burden } }) => burden.mean * burden.units],
    [session.text('cli.rules.row.p95'), ({ units }) => units.above_blue.p95],
    [session.text('cli.rules.row.max'), ({ units }) => units.above_blue.max],
    [session.text('cli.rules.row.sent'), ({ sent }) => sent],
  ]
  const scores: [TextKey, (card: NonNullable<TryResult['score']>['before']) => number | null][] = [
    ['cli.rules.row.fifth', (card) => card.share_alerted_by_5th_caller], ['cli.rules.row.lead', (card) => card.median_lead_days_before_20th],
    ['cli.rules.row.forbidden', (card) => card.forbidden_alerts], ['cli.rules.row.false', (card) => card.false_alerts_per_stream_year],
  ]
  const { score } = result
  session.printTable([
    { title: '' }, { title: session.text('cli.rules.before'), align: 'right' }, { title: session.text('cli.rules.after'), align: 'right' },
  ], [
    ...rows.map(([title, of]) => [title, number(of(result.before)), number(of(result.after))]),
    ...(score ? scores.map(([key, of]) => [session.text(key), number(of(score.before)), number(of(score.after))]) : []),
  ])
  printChanges(session, result.changes)
  if (result.weeks.length === 0) return
  const shown = result.weeks.slice(-SHOWN_WEEKS)
  session.print(`\n${session.paint('bold', session.text('cli.rules.weeks', { n: result.weeks.length, shown: shown.length }))}`)
  session.printTable([
    { title: session.text('cli.rules.column.week') }, { title: session.text('cli.rules.column.unit') },
    { title: session.text('cli.rules.before'), align: 'right' }, { title: session.text('cli.rules.after'), align: 'right' },
  ], shown.map(({ week, unit, before, after }) => [week, unit, String(before), String(after)]))
}

function printChanges(session: Session, changes: readonly Change[]): void {
  if (changes.length === 0) return
  const shown = changes.slice(0, SHOWN_CHANGES)
  session.print(`\n${session.paint('bold', session.text('cli.rules.changes', { n: changes.length, shown: shown.length }))}`)
  const told = (firing: Change['before']): string => (firing ? `${firing.night} ${session.text(`alert.level.${firing.level}` as TextKey)} ${firing.rule}` : '–')
  session.printTable([
    { title: session.text('cli.rules.column.change') }, { title: session.text('cli.rules.column.where'), shrinkTo: 16 },
    { title: session.text('cli.rules.before') }, { title: session.text('cli.rules.after') },
  ], shown.map((change) => [
    session.text(`cli.rules.change.${change.change}` as TextKey), `${change.topic.at(-1) ?? session.text('alert.all_topics')}, ${change.place.slice(-2).join('›')}`,
    told(change.before), told(change.after),
  ]))
}

export function printSolution(session: Session, { dial, budget, of, from, until, units, weeks, now, solved, curve, unreachable_because: rules }: Solution): void {
  session.print(session.text('cli.rules.curve', { from, until, units, weeks }))
  const mark = (point: CurvePoint): string => [point.at === now.at ? session.text('cli.rules.before') : '', point.at === solved?.at ? '◀' : ''].filter(Boolean).join(' ')
  session.printTable([
    { title: session.text(dial === 'interval' ? 'cli.rules.column.interval' : 'cli.rules.column.factor'), align: 'right' },
    { title: session.text('cli.rules.column.per_week'), align: 'right' }, { title: session.text('cli.rules.column.p95'), align: 'right' },
    { title: session.text('cli.rules.column.p95_fullest'), align: 'right' }, { title: session.text('cli.rules.column.max'), align: 'right' }, { title: '' },
  ], curve.map((point) => [String(point.at), number(point.per_week), String(point.p95), String(point.p95_fullest), String(point.max), mark(point)]))
  session.print('')
  if (solved) session.print(session.text(`cli.rules.solved.${dial}` as TextKey, { at: String(solved.at), budget, of: session.text(`cli.rules.of.${of}` as TextKey), p95: solved[of], week: number(solved.per_week) }))
  else session.print(session.text('cli.rules.unsolved', { p95: curve.at(-1)![of], rules: rules.slice(0, 5).map(({ rule, alerts }) => `${rule} ${alerts}`).join(', ') }))
}

function number(value: number | null): string {
  return value === null || Number.isNaN(value) ? '–' : String(Math.round(value * 100) / 100)
}
