/**
 * Alerts for people: a table of many, a few lines of some, everything about one.
 */
import { formatNumber, TEXTS } from '../core/texts.ts'
import type { TextKey } from '../core/texts.ts'
import type { LifeSummary } from '../pipelines/alert-life/timeline.ts'
import { describeState } from '../pipelines/alert-life/wording.ts'
import { describeExpected } from '../pipelines/alert-text.ts'
import type { AlertRow } from '../pipelines/alerts.ts'
import type { AlertWords } from '../pipelines/alert-words.ts'
import type { AlertForecast } from '../pipelines/forecast/alert-forecast.ts'
import type { AlertDetail } from '../sql/alert-detail.ts'
import { chance, modelWord } from './forecast-view.ts'
import { sparkline } from './format.ts'
import type { Paint, Session } from './session.ts'
import { renderFields } from './table.ts'
import { printable } from './width.ts'

const LEVEL_PAINT: Readonly<Record<string, Paint>> = { blue: 'blueBright', yellow: 'yellow', orange: 'magenta', red: ['red', 'bold'] }

/** With what the level means, as "red · critical". */
function levelWord(session: Session, level: string): string {
  return session.text(`alert.level.${level}` as TextKey)
}

export function printAlertTable(session: Session, rows: readonly AlertRow[], lives: ReadonlyMap<string, LifeSummary>): void {
  const { locale } = session
  const word = (level: string): string => session.text(`cli.level.${level}` as TextKey)
  const words = new Map(rows.map((row) => [word(row.level), LEVEL_PAINT[row.level]!]))
  session.printTable([
    { title: session.text('cli.column.level'), paint: (cell, row) => session.paint(words.get(row[0]!) ?? 'reset', cell) },
    { title: session.text('cli.column.place'), shrinkTo: 12, keep: 'end' },
    { title: session.text('cli.column.topic'), shrinkTo: 10 },
    { title: session.text('cli.column.observed'), align: 'right' },
    { title: session.text('cli.column.usual'), align: 'right' },
    { title: session.text('cli.column.since') },
    { title: session.text('cli.column.lead'), shrinkTo: 10, dropFirst: 1 },
    { title: session.text('cli.life.state'), shrinkTo: 6, dropFirst: 2 },
    { title: session.text('cli.column.id'), dropFirst: 2 },
    { title: session.text('cli.column.title'), shrinkTo: 20, dropFirst: 3 },
  ], rows.map((row) => [
    word(row.level), row.place.slice(-2).join(' › '), row.topic.at(-1) ?? session.text('alert.all_topics'), recentCallers(session, row), describeExpected(locale, row.expected), row.first_night, row.lead_unit ?? '–', describeState(locale, lives.get(row.id)!), row.id, row.title,
  ]))
}

/** In the window that decided, as "51 in 7 days". */
function recentCallers(session: Session, { observed, window_days: days }: AlertRow): string {
  return session.text(days === 1 ? 'cli.alerts.window_day' : 'cli.alerts.window', { callers: observed, days })
}

/** A few lines an alert: what, where, why, who. */
export function printAlertBlocks(session: Session, rows: readonly AlertRow[]): void {
  for (const row of rows) {
    const level = session.paint(LEVEL_PAINT[row.level] ?? 'reset', levelWord(session, row.level))
    session.print(`  ${level}  ${session.paint('bold', printable(row.title))}`)
    session.print(`      ${printable(row.place.join(' › '))} · ${printable(row.topic.join(' › ') || session.text('alert.all_topics'))}`)
    session.print(`      ${printable(row.why_text)}`)
    session.print(`      ${session.text('cli.alerts.lead', { unit: row.lead_unit ?? '–' })}${row.territory_unit ? ` · ${session.text('cli.alerts.territory', { unit: row.territory_unit })}` : ''} · ${row.id}`)
  }
}

export function printAlert(session: Session, row: AlertRow, detail: AlertDetail, life: LifeSummary): void {
  session.print(session.paint('bold', printable(row.title)))
  session.print(`${session.paint(LEVEL_PAINT[row.level] ?? 'reset', levelWord(session, row.level))} · ${session.text(`alert.kind.${row.kind}` as TextKey)} · ${session.text(`cli.status.${detail.status}` as TextKey)}\n`)
  const units = [...new Set([detail.territory_unit, ...detail.co_units].filter((name) => name !== null))].join(session.locale === 'zh' ? '、' : ', ')
  session.print(renderFields([
    [session.text('cli.column.place'), row.place.join(' › ')],
    [session.text('cli.column.topic'), row.topic.join(' › ') || session.text('alert.all_topics')],
    [session.text('cli.alerts.why'), row.why_text],
    ...(row.forecast ? [[session.text('cli.alerts.forecast', { days: row.forecast.days }), forecastText(session, row.forecast)] as const] : []),
    [session.text('cli.life.state'), describeState(session.locale, life)],
    ...(life.lowered && life.lowered.known_on > row.last_night ? [[session.text('cli.column.level'), session.text('cli.life.lowered', { level: session.text(`cli.level.${life.lowered.level}` as TextKey), on: life.lowered.known_on })] as const] : []),
    [session.text('cli.column.lead'), row.lead_unit ?? '–'],
    [session.text('cli.alerts.units'), units || '–'],
    [session.text('cli.alerts.due'), detail.due_on === null ? '–' : detail.due_on + (detail.due_certain ? '' : ` ${session.text('cli.alerts.uncertain')}`)],
    [session.text('cli.alerts.nights'), `${detail.first_night} – ${detail.last_night}${detail.ended_on ? ` (${session.text('cli.alerts.ended_on', { date: detail.ended_on })})` : ''}`],
    [session.text('cli.alerts.callers'), session.text('cli.alerts.so_far', { n: row.callers })],
    [session.text('cli.alerts.tickets'), session.text('cli.alerts.so_far', { n: row.tickets })],
    [session.text('cli.column.id'), row.id],
  ]))
  if (detail.series.length > 0) printSeries(session, detail)
  if (detail.events.length > 0) printEvents(session, detail)
}

/** What the callers say: their own words, and the texts that tell most. */
export function printSaid(session: Session, { phrases, excerpts }: AlertWords): void {
  if (phrases.length + excerpts.length === 0) return
  session.print(`\n${session.text('cli.alerts.said')}`)
  if (phrases.length > 0) session.print(`  ${phrases.map(({ text, callers }) => session.text('report.words.phrase', { text: printable(text), n: callers })).join(session.locale === 'zh' ? '、' : ', ')}`)
  for (const { day, text } of excerpts) session.print(`  ${day}  ${session.text('alert.said.quoted', { phrase: printable(text) })}`)
}

function forecastText(session: Session, { mean, q10, q90, threshold, surge, chance_20: serious, model, certain }: AlertForecast): string {
  const text = session.text('cli.alerts.forecast_value', {
    mean: formatNumber(session.locale, mean < 10 ? Math.round(mean * 10) / 10 : Math.round(mean)), q10: Math.round(q10), q90: Math.round(q90), threshold,
    surge: chance(session, surge), serious: chance(session, serious), model: modelWord(session, model),
  })
  return certain ? text : text + session.text('cli.alerts.forecast_uncertain')
}

/** Cells before a line of bars. */
const BARS_FROM = 14

/** As many of the last days as the terminal is wide, both lines on one scale. */
function printSeries(session: Session, detail: AlertDetail): void {
  const series = detail.series.slice(-Math.max(7, Math.min(detail.series.length, session.width - BARS_FROM)))
  const most = Math.max(0, ...series.map((day) => day.observed ?? 0))
  const lines = [['cli.alerts.observed', series.map((day) => day.observed)], ['cli.alerts.expected', series.map((day) => day.expected)]] as const
  session.print(`\n${session.text('cli.alerts.series', { from: series[0]!.day, last: series.at(-1)!.day, most })}`)
  // The observed maximum, as an invisible last value, sets the scale.
  session.print(renderFields(lines.map(([key, values]) => [session.text(key), sparkline([...values, most]).slice(0, series.length)]), '  '))
}

function printEvents(session: Session, { events }: AlertDetail): void {
  session.print(`\n${session.text('cli.alerts.events')}`)
  session.printTable([{ title: session.text('cli.column.night') }, { title: session.text('cli.column.event') }, { title: session.text('cli.column.change') }],
    events.map((event) => [event.night, session.text(`cli.event.${event.kind}` as TextKey), [...new Set([event.before, event.after])].filter((value) => value !== null).map((value) => changeWord(session, value)).join(' → ')]), '  ')
}

/** An event's value is a level or a place. */
function changeWord(session: Session, value: string): string {
  const key = `alert.level.${value}`
  return key in TEXTS ? session.text(key as TextKey) : value.replaceAll('›', ' › ')
}
