/**
 * An explanation for people: every number with its name, in short lines and small tables.
 */
import { formatDay, parseDay } from '../core/days.ts'
import { formatNumber, TEXTS } from '../core/texts.ts'
import type { TextKey } from '../core/texts.ts'
import { describeRecurrence } from '../pipelines/alert-text.ts'
import type { Explanation } from '../pipelines/explanation.ts'
import { RECORD_KEYS } from '../pipelines/learn/ages.ts'
import { ruleWords } from '../pipelines/rule-source.ts'
import { chance, modelWord } from './forecast-view.ts'
import { formatCount, formatShare } from './format.ts'
import { recordParams } from './review-view.ts'
import type { Session } from './session.ts'
import { renderFields } from './table.ts'
import type { Column } from './table.ts'
import { printable } from './width.ts'

/** Nights that are listed, the latest. */
const MOST_NIGHTS = 14
/** Families and words of a group that are named. */
const MOST_NAMES = 4
/** Fewer are "almost none". */
const ALMOST_NONE = 0.05
const LEAST_CHANCE = 0.0001

type Field = readonly [name: TextKey, value: string]

export function printExplanation(session: Session, explanation: Explanation): void {
  const { text } = session
  const { id, night, level, kind, verdict, place, neighbours, topic, title } = explanation
  session.print(session.paint('bold', printable(title)))
  session.print(`${text(`alert.level.${level}` as TextKey)} · ${text(`alert.kind.${kind}` as TextKey)} · ${text(`cli.explain.verdict.${verdict}`)}\n`)
  session.print(renderFields(named(session, [
    ['cli.column.place', place.join(' › ')],
    ...neighbours.map((path): Field => ['cli.explain.neighbours', path.join(' › ')]),
    ['cli.column.topic', topic.join(' › ') || text('alert.all_topics')],
    ['cli.column.night', night],
    ['cli.column.id', id],
    ['cli.explain.level_rule', ruleOf(session, explanation)],
  ])))
  printSeen(session, explanation)
  printUsual(session, explanation)
  printWindows(session, explanation)
  printStrength(session, explanation)
  printDetectors(session, explanation)
  printForecast(session, explanation)
  printOutlook(session, explanation)
  printGroups(session, explanation)
  printRecord(session, explanation)
  printNights(session, explanation)
}

/** The rule in words where it is one of ours, its id, the version and where it comes from. */
function ruleOf(session: Session, { level_rule: { id, version, source, exception } }: Explanation): string {
  const key = `report.rule.${id}`
  const words = key in TEXTS ? session.text(key as TextKey) : id
  return [session.text('cli.explain.level_rule_value', { words, id, version: String(version) }), source === null ? null : ruleWords(session.locale, source), exception].filter(Boolean).join(' · ')
}

function printSeen(session: Session, { window, first_night: first }: Explanation): void {
  printSection(session, 'cli.explain.seen', [
    ['cli.explain.since', session.text(window.days === 1 ? 'cli.explain.since_day' : 'cli.explain.since_value', { from: window.from, days: window.days })],
    ['cli.explain.callers', formatCount(session.locale, window.callers)],
    ['cli.explain.expected', usualOf(session, window.expected)],
    ['cli.explain.upper', formatCount(session.locale, window.upper)],
    ['cli.explain.first', first],
  ])
}

function printUsual(session: Session, { detector, baseline, surrounding_ratio: ratio, events }: Explanation): void {
  const { locale, text } = session
  const leansOnTrees = detector === 'share_of_city' || detector === 'neighbours'
  const inHistory = (n: number | null): string => text('cli.explain.expected_in_it', { n: amount(session, n) })
  printSection(session, 'cli.explain.usual', [
    ['cli.explain.method', text(`report.detector.${detector}` as TextKey)],
    ['cli.explain.history', text('cli.explain.history_value', { days: baseline.days, callers: baseline.callers })],
    ...(leansOnTrees ? [['cli.explain.prior', inHistory(baseline.prior)], ['cli.explain.corrected', inHistory(baseline.expected)]] satisfies Field[] : []),
    ['cli.explain.complete', baseline.complete === null ? '–' : formatShare(locale, Math.min(1, baseline.complete), 1)],
    ['cli.explain.cv', `± ${formatShare(locale, Math.round(baseline.cv * 100), 100)}`],
    ['cli.explain.dispersion', text('cli.explain.dispersion_value', { n: baseline.dispersion })],
    ['cli.explain.surroundings', Math.abs(ratio - 1) > 0.005 ? text('cli.explain.surroundings_value', { ratio }) : text('cli.explain.surroundings_none')],
    ...(events.length === 0 ? [['cli.explain.events', text('cli.explain.none')] satisfies Field] : events.map((event): Field => ['cli.explain.events', eventOf(event)])),
  ])
}

function printWindows(session: Session, { windows }: Explanation): void {
  printRows(session, 'cli.explain.windows', ['cli.explain.days', 'cli.explain.seen_column', 'cli.explain.expected', 'cli.explain.given'],
    windows.map(({ days, callers, expected, usual }) => [String(days), formatCount(session.locale, callers), amount(session, expected), amount(session, usual)]))
}

function printStrength(session: Session, { strength }: Explanation): void {
  printSection(session, 'cli.explain.strength', [
    ['cli.explain.log_odds', amount(session, strength.log_odds)],
    ['cli.explain.chance', oneIn(session, strength.log10_p)],
    ['cli.explain.recurrence', onceIn(session, strength.recurrence_days)],
    ['cli.explain.watch_limit', onceIn(session, strength.watch_days)],
    ['cli.explain.alert_limit', onceIn(session, strength.alert_days)],
  ])
}

function printDetectors(session: Session, { detectors }: Explanation): void {
  const { text } = session
  heading(session, text('cli.explain.detectors'))
  session.printTable([
    { title: text('cli.explain.method'), shrinkTo: 16 },
    { title: text('cli.explain.window'), align: 'right', dropFirst: 1 },
    { title: text('cli.explain.seen_column'), align: 'right' },
    { title: text('cli.explain.expected'), align: 'right' },
    { title: text('cli.explain.line'), align: 'right' },
    { title: text('cli.explain.says') },
  ], detectors.map((one) => [
    text(`report.detector.${one.name}` as TextKey), String(one.window_days), formatCount(session.locale, one.observed), amount(session, one.expected),
    amount(session, one.upper), text(`report.verdict.${one.verdict}` as TextKey),
  ]), '  ')
}

function printForecast(session: Session, { forecast }: Explanation): void {
  printRows(session, 'cli.explain.forecast', ['cli.explain.next_days', 'cli.explain.expected', 'cli.explain.range', 'cli.explain.surge'],
    forecast.map(({ horizon_days: days, mean, q10, q90, surge }) => [
      String(days), amount(session, mean), `${q10}–${q90}`, chanceOf(session, surge),
    ]))
}

/** What came of such alerts so far, and what units said of this one. */
function printRecord(session: Session, { record, verdicts }: Explanation): void {
  const { text } = session
  printSection(session, 'cli.explain.record', [
    ...RECORD_KEYS.map((key): Field => [
      `cli.explain.record.${key}`, record[key].of === 0 ? text('cli.explain.record_none') : text('cli.explain.record_value', recordParams(session, record[key])),
    ]),
    ...verdicts.map(({ verdict, known_on: on, by, note }): Field => [
      'cli.explain.verdict_of', [on, text(`verdict.${verdict}`), by, note].filter((part) => part !== '').join(' · '),
    ]),
  ])
}

/** A line a group: how many people, since when, under how many families, what they mention. */
function printGroups(session: Session, { groups }: Explanation): void {
  if (groups.length === 0) return
  printSection(session, 'issues.groups', groups.map((group): Field => ['issues.group', [
    `#${group.id}`, session.text('issues.group.people', { callers: group.callers, tickets: group.tickets, shared: group.in_alert, from: group.from, to: group.to }),
    group.families.map((family) => family.at(-1)!).slice(0, MOST_NAMES).join(session.locale === 'zh' ? '、' : ', '), group.words.slice(0, MOST_NAMES).join(' '), group.example === null ? '' : printable(group.example),
  ].filter((part) => part !== '').join(' · ')]))
}

function printOutlook(session: Session, { outlook }: Explanation): void {
  if (outlook.length === 0) return
  printRows(session, 'cli.explain.outlook',
    ['cli.explain.next_days', 'cli.forecast.column.mean', 'cli.explain.median', 'cli.explain.range', 'cli.explain.threshold', 'cli.explain.surge_chance'],
    outlook.map(({ horizon_days: days, mean, q10, q50, q90, threshold, surge }) => [
      String(days), amount(session, mean), formatCount(session.locale, Math.round(q50)), `${Math.round(q10)}–${Math.round(q90)}`, formatCount(session.locale, threshold), chance(session, surge),
    ]))
  const [{ model, trained_on: trained }] = outlook as [Explanation['outlook'][number]]
  session.print(`  ${session.text('cli.forecast.column.model')}: ${modelWord(session, model)}${trained === null ? '' : ` (${session.text('cli.forecast.column.trained')} ${trained})`}`)
}

function printNights(session: Session, { nights }: Explanation): void {
  const { text, locale } = session
  const shown = nights.slice(-MOST_NIGHTS).reverse()
  heading(session, text('cli.explain.nights', { n: nights.length, shown: shown.length }))
  session.printTable([
    { title: text('cli.column.night') },
    { title: text('cli.column.level') },
    { title: text('cli.explain.seen_column'), align: 'right' },
    { title: text('cli.explain.expected'), align: 'right' },
    { title: text('cli.explain.window'), align: 'right' },
    { title: text('cli.explain.recurrence'), align: 'right', dropFirst: 1 },
  ], shown.map((one) => [
    one.night, text(`cli.level.${one.level}` as TextKey), formatCount(locale, one.callers), amount(session, one.expected), String(one.window_days),
    onceIn(session, one.recurrence_days),
  ]), '  ')
}

/** A small table of numbers under a heading. */
function printRows(session: Session, title: TextKey, columns: readonly TextKey[], rows: readonly (readonly string[])[]): void {
  heading(session, session.text(title))
  session.printTable(columns.map((key): Column => ({ title: session.text(key), align: 'right' })), rows, '  ')
}

function printSection(session: Session, title: TextKey, fields: readonly Field[]): void {
  heading(session, session.text(title))
  session.print(renderFields(named(session, fields), '  '))
}

function heading(session: Session, title: string): void {
  session.print(`\n${session.paint('bold', title)}`)
}

/** A name that repeats is said once. */
function named(session: Session, fields: readonly Field[]): [name: string, value: string][] {
  return fields.map(([key, value], i) => [fields[i - 1]?.[0] === key ? '' : session.text(key), value])
}

function eventOf({ from, until, note }: Explanation['events'][number]): string {
  const last = formatDay(parseDay(until) - 1)
  return `${from === last ? from : `${from} – ${last}`}${note && ` · ${note}`}`
}

function usualOf(session: Session, expected: number): string {
  return expected < ALMOST_NONE ? session.text('cli.explain.expected_none', { n: amount(session, expected) }) : amount(session, expected)
}

/** A model's number: two digits behind the point below 10. */
function amount(session: Session, value: number | null): string {
  return value === null ? '–' : formatNumber(session.locale, value)
}

/** The store keeps four digits. */
function chanceOf(session: Session, chance: number | null): string {
  if (chance === null) return '–'
  return chance < LEAST_CHANCE ? `<${formatShare(session.locale, LEAST_CHANCE, 1)}` : formatShare(session.locale, chance, 1)
}

function onceIn(session: Session, days: number): string {
  return session.text('cli.explain.once_in', { span: describeRecurrence(session.locale, days) })
}

/** A probability as people say it, to two digits. */
function oneIn(session: Session, log10P: number): string {
  if (log10P < -9) return session.text('cli.explain.one_in_billion')
  return session.text('cli.explain.one_in', { n: Number((10 ** -log10P).toPrecision(2)) })
}
