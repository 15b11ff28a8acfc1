/**
 * Clocks and their rules, told on a terminal.
 */
import type { Span } from '../core/deadline.ts'
import { t } from '../core/texts.ts'
import type { TextKey } from '../core/texts.ts'
import type { DeadlineTrial, DeadlineVersion } from '../pipelines/clocks/activate.ts'
import type { ClockHistory, ClockLine } from '../pipelines/clocks/list.ts'
import type { DeadlineRules } from '../pipelines/clocks/rules.ts'
import type { WhenAnswer } from '../pipelines/clocks/when.ts'
import { clockWord, shownAt } from '../pipelines/clocks/wording.ts'
import { ruleWords } from '../pipelines/rule-source.ts'
import type { Session } from './session.ts'
import { renderFields } from './table.ts'

export function printClockTable(session: Session, rows: readonly ClockLine[]): void {
  const { text, locale } = session
  session.printTable([
    { title: text('cli.column.id'), align: 'right' },
    { title: text('cli.clocks.column.due') },
    { title: text('cli.clocks.column.left'), align: 'right' },
    { title: text('cli.clocks.column.card') },
    { title: text('cli.clocks.column.clock') },
    { title: text('cli.column.unit'), shrinkTo: 8 },
    { title: text('cli.column.level') },
    { title: text('cli.column.place'), shrinkTo: 8, keep: 'end', dropFirst: 1 },
    { title: text('cli.column.topic'), shrinkTo: 6, keep: 'end', dropFirst: 2 },
    { title: text('cli.clocks.column.alert'), dropFirst: 3 },
  ], rows.map((row) => [
    row.id, shownAt(Date.parse(row.due_at), row.time_zone) + (row.certain ? '' : ' ?'), leftOf(session, row), cardOf(session, row), clockWord(locale, row.clock) + (row.subject === '' || row.clock === 'sign' ? '' : ` ${row.subject}`),
    row.unit, text(`alert.level.${row.level}` as TextKey), row.place.slice(-2).join(' › '), row.topic.at(-1) ?? text('alert.all_topics'), row.alert,
  ]))
  if (rows.some((row) => !row.certain)) session.say('cli.clocks.uncertain')
}

export function printClock(session: Session, { clock, events }: ClockHistory): void {
  const { text, locale } = session
  const at = (iso: string | null): string => (iso === null ? '–' : shownAt(Date.parse(iso), clock.time_zone))
  session.print(renderFields([
    [text('cli.clocks.column.clock'), `${clockWord(locale, clock.clock)} ${clock.subject}`.trim()], [text('cli.clocks.column.alert'), clock.alert], [text('cli.column.unit'), clock.unit],
    [text('cli.clocks.started'), at(clock.started_at)], [text('cli.clocks.original'), at(clock.original_due_at)],
    [text('cli.clocks.column.due'), at(clock.due_at) + (clock.certain ? '' : ` ${text('cli.alerts.uncertain')}`)],
    [text('cli.clocks.rule'), `${clock.rule.id} (${clock.rule.version}): ${spanWord(session, clock.rule as unknown as Span)}, ${clock.rule.author}, ${ruleWords(session.locale, clock.rule.source)}`],
    [text('cli.clocks.column.card'), cardOf(session, clock)], [text('cli.clocks.column.left'), leftOf(session, clock)],
  ]))
  session.print('')
  session.printTable([
    { title: text('cli.clocks.column.at') }, { title: text('cli.clocks.column.event') }, { title: text('cli.clocks.column.by') }, { title: text('cli.clocks.column.why'), shrinkTo: 12 },
  ], events.map((event) => [
    at(event.at), clockEventWord(session, event), event.role === 'system' ? text('role.system') : [event.by, event.unit].filter(Boolean).join(', '), event.why,
  ]))
}

export function printDeadlineVersions(session: Session, versions: readonly DeadlineVersion[]): void {
  const { text } = session
  session.printTable([
    { title: text('cli.rules.column.version'), align: 'right' }, { title: text('cli.rules.column.from') }, { title: text('cli.rules.column.until') }, { title: text('cli.rules.column.name') },
    { title: text('cli.rules.column.author') }, { title: text('cli.rules.column.tried'), shrinkTo: 20 }, { title: text('cli.rules.column.note'), shrinkTo: 20 },
  ], versions.map((one) => [
    String(one.version), one.from, one.until ?? '', one.name, one.author, one.tried ? `${one.tried.from} – ${one.tried.until}` : text('cli.rules.untried_mark', { reason: one.untried_reason ?? '' }), one.note,
  ]))
}

export function printClockRules(session: Session, { clocks, calendars, opens }: DeadlineRules): void {
  const { text, locale } = session
  const join = locale === 'zh' ? '、' : ', '
  session.printTable([
    { title: text('cli.clocks.column.rule') }, { title: text('cli.clocks.column.clock') }, { title: text('cli.clocks.column.kinds'), dropFirst: 2 }, { title: text('cli.clocks.column.levels') },
    { title: text('cli.clocks.column.limit') }, { title: text('cli.clocks.column.yellow'), dropFirst: 1 }, { title: text('cli.clocks.column.red'), dropFirst: 1 },
    { title: text('cli.clocks.column.escalate'), shrinkTo: 16 }, { title: text('cli.clocks.column.extensions'), dropFirst: 3 },
  ], clocks.map((rule) => [
    rule.id, clockWord(locale, rule.clock), rule.kinds.length === 3 ? text('cli.clocks.all_kinds') : rule.kinds.map((kind) => text(`alert.kind.${kind}` as TextKey)).join(join),
    rule.levels.length === 4 ? text('cli.clocks.all_levels') : rule.levels.map((level) => text(`alert.level.${level}` as TextKey)).join(join),
    rule.basis === 'reply' ? text('cli.clocks.by_reply') : rule.basis === 'date' ? text('cli.clocks.by_date') : spanWord(session, rule.limit),
    rule.cards.yellow ? `−${spanWord(session, rule.cards.yellow)}` : '–', rule.cards.red ? `+${spanWord(session, rule.cards.red)}` : '–',
    rule.escalate.map(({ after, to, rung }) => `+${spanWord(session, after)} ${text(`role.${to}`)}${rung === null ? '' : ` → ${text(`rung.${rung}`)}`}`).join('; ') || '–',
    rule.extensions.count === 0 ? '–' : `${rule.extensions.count} × ≤ ${rule.extensions.most}`,
  ]))
  session.say('cli.deadlines.opens', { opens })
  for (const { country, from, until, source } of calendars) session.say('cli.deadlines.calendar', { country, from, until, source })
}

export function printDeadlineTrial(session: Session, trial: DeadlineTrial): void {
  const { text, locale } = session
  session.print(text('cli.deadlines.tried', { from: trial.from, until: trial.until, clocks: trial.clocks, before: trial.late.before, after: trial.late.after }))
  if (trial.by_clock.length === 0) return
  const right = (key: TextKey): { title: string, align: 'right' } => ({ title: text(key), align: 'right' })
  session.printTable([
    { title: text('cli.clocks.column.clock') }, right('cli.deadlines.column.clocks'), right('cli.deadlines.column.earlier'), right('cli.deadlines.column.later'), right('cli.deadlines.column.without'),
    right('cli.deadlines.column.late_before'), right('cli.deadlines.column.late_after'),
  ], trial.by_clock.map((row) => [clockWord(locale, row.clock), ...[row.clocks, row.earlier, row.later, row.without, row.late_before, row.late_after].map(String)]))
}

export function printWhen(session: Session, answer: WhenAnswer): void {
  const { text } = session
  const at = (iso: string): string => shownAt(Date.parse(iso), answer.time_zone)
  session.print(text('cli.deadlines.when.answer', { due: at(answer.due_at), from: at(answer.received_at), zone: answer.time_zone }) + (answer.certain ? '' : ` ${text('cli.alerts.uncertain')}`))
  if (answer.calendar === 'weekends') session.warn('cli.deadlines.when.weekends', { country: answer.country })
  else if (!answer.certain && answer.known_until !== null) session.warn('cli.deadlines.when.known', { last: answer.known_until })
}

function spanWord({ locale }: Session, { unit, amount }: Span): string {
  return t(locale, `cli.clocks.span.${unit}`, { n: amount })
}

function leftOf({ text }: Session, { state, hours_left: hours }: ClockLine): string {
  if (state === 'stopped') return hours < 0 ? text('cli.clocks.stopped_late') : text('cli.clocks.stopped')
  const span = Math.abs(hours) < 48 ? text('cli.clocks.span.hour', { n: Math.abs(hours) }) : text('cli.clocks.span.day', { n: Math.round(Math.abs(hours) / 24) })
  return hours < 0 ? text('cli.clocks.overdue', { span }) : span
}

function cardOf({ text }: Session, { card, escalated, extension_asked: asked }: ClockLine): string {
  return [card === null ? '' : text(`clocks.card.${card}`), escalated > 0 ? text('clocks.escalated', { n: escalated }) : '', asked ? text('clocks.asked') : ''].filter(Boolean).join(' ') || '–'
}

/** A card, an escalation or more time, in words. */
export function clockEventWord({ text }: Session, { event, step, detail }: Pick<ClockHistory['events'][number], 'event' | 'step' | 'detail'>): string {
  if (event === 'card' || event === 'passed_over') return `${text(`clocks.card.${step as 'red'}`)}${event === 'card' ? '' : ` ${text('clocks.event.passed_over')}`}`
  if (event === 'escalated') return text('clocks.event.escalated', { n: Number(step), role: text(`role.${String(detail.to)}` as TextKey) })
  if (event === 'stopped') return text('clocks.event.stopped', { by: String(detail.by) })
  return text(`clocks.event.${event}` as TextKey)
}
