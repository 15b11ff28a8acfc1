/**
 * Forecasts for people: a table of the coming days, of the models behind them, of how they did.
 */
import { formatDay, parseDay } from '../core/days.ts'
import { workCalendar } from '../core/calendar.ts'
import { formatNumber } from '../core/texts.ts'
import type { TextKey } from '../core/texts.ts'
import { toCsvLine } from '../pipelines/ingest/csv-text.ts'
import type { Backtest } from '../pipelines/forecast/backtest.ts'
import type { ForecastLine, ModelLine, RecordLine } from '../pipelines/forecast/list.ts'
import { formatCount, formatShare } from './format.ts'
import type { Session } from './session.ts'
import type { Column } from './table.ts'

/** Lines that are shown to people. */
const MOST = 30
/** Decisive columns of a record. */
const RECORD_DAYS = 14

const CSV_COLUMNS = ['place', 'topic', 'from', 'until', 'mean', 'q025', 'q05', 'q10', 'q25', 'q50', 'q75', 'q90', 'q95', 'q975', 'usual', 'threshold', 'surge', 'model'] as const

export function printForecasts(session: Session, night: string, rows: readonly ForecastLine[], record: readonly RecordLine[], country: string): void {
  const { text } = session
  if (rows.length === 0) return session.print(text('cli.forecast.none'))
  const last = lastDay(rows.reduce((most, row) => (row.until > most ? row.until : most), ''))
  session.print(session.paint('bold', text('cli.forecast.heading', { night, from: rows[0]!.from, last })))
  const right = (key: TextKey, dropFirst?: number): Column => ({ title: text(key), align: 'right', ...(dropFirst === undefined ? {} : { dropFirst }) })
  const dated = rows.some((row) => row.from !== rows[0]!.from)
  session.printTable([
    { title: text('cli.column.place'), shrinkTo: 10, keep: 'end' },
    { title: text('cli.column.topic'), shrinkTo: 10 },
    ...(dated ? [{ title: text('cli.forecast.column.days') }] : []),
    right('cli.forecast.column.mean'),
    right('cli.forecast.column.half', 2),
    right('cli.forecast.column.range'),
    right('cli.forecast.column.wide', 3),
    right('cli.column.usual', 1),
    right('cli.forecast.column.threshold'),
    right('cli.forecast.column.surge'),
    { title: text('cli.forecast.column.model'), dropFirst: 4 },
  ], rows.slice(0, MOST).map((row) => [
    row.place.slice(-2).join(' › '), row.topic.join(' › ') || text('alert.all_topics'), ...(dated ? [daysOf(row)] : []), amount(session, row.mean), `${whole(session, row.q25)}–${whole(session, row.q75)}`,
    `${whole(session, row.q10)}–${whole(session, row.q90)}`, `${whole(session, row.q025)}–${whole(session, row.q975)}`, amount(session, row.usual),
    formatCount(session.locale, row.threshold), chance(session, row.surge), modelWord(session, row.model),
  ]))
  if (rows.length > MOST) session.say('cli.forecast.more', { n: rows.length - MOST })
  const covered = workCalendar(country).coveredUntil
  if (parseDay(last) >= covered) session.warn('cli.forecast.calendar', { last: formatDay(covered - 1) })
  for (const one of record.filter((row) => row.horizon_days === RECORD_DAYS)) {
    session.say('cli.forecast.record', {
      nights: one.nights, class: classWord(session, one.class), days: one.horizon_days, wql: one.wql === null ? '–' : String(one.wql),
      coverage: one.coverage80 === null ? '–' : formatShare(session.locale, one.coverage80, 1),
    })
  }
}

export function printForecastCsv(session: Session, rows: readonly ForecastLine[]): void {
  session.print(toCsvLine(CSV_COLUMNS).trimEnd())
  for (const row of rows) {
    session.print(toCsvLine(CSV_COLUMNS.map((name) => {
      const value = row[name]
      return Array.isArray(value) ? value.join('›') : value === null ? '' : String(value)
    })).trimEnd())
  }
}

export function printModels(session: Session, rows: readonly ModelLine[]): void {
  const { text } = session
  if (rows.length === 0) return session.print(text('cli.forecast.none'))
  session.printTable([
    { title: text('cli.forecast.column.trained') },
    { title: text('cli.column.city'), dropFirst: 2 },
    { title: text('cli.forecast.column.class') },
    { title: text('cli.forecast.column.model') },
    { title: text('cli.forecast.column.serves') },
    { title: text('cli.forecast.column.reason'), shrinkTo: 10 },
    { title: text('cli.forecast.column.ratio'), align: 'right' },
    ...(['day', 'sum_7', 'sum_14', 'sum_28'] as const).map((horizon) => ({ title: `WQL ${text(`forecast.horizon.${horizon}`)}`, align: 'right' as const, dropFirst: 1 })),
  ], rows.map((row) => {
    const scores = (row.score_card.scores ?? []) as { horizon: string, wql: number | null }[]
    return [
      row.trained_on, row.city, classWord(session, row.class), modelWord(session, row.name), row.serves ? '●' : '', text(`forecast.reason.${row.reason}` as TextKey),
      decimal(row.score_card.ratio), ...['day', 'sum_7', 'sum_14', 'sum_28'].map((horizon) => decimal(scores.find((score) => score.horizon === horizon)?.wql)),
    ]
  }))
}

export function printBacktest(session: Session, { origins, first, last, served, scores }: Backtest): void {
  const { text } = session
  session.print(session.paint('bold', text('cli.forecast.backtest.heading', { first, last, origins })))
  session.printTable([
    { title: text('cli.forecast.column.class') },
    { title: text('cli.forecast.column.horizon') },
    { title: text('cli.forecast.column.model') },
    ...([['cli.forecast.column.n'], ['WQL'], ['50 %'], ['80 %'], ['95 %'], ['cli.forecast.column.brier'], ['cli.forecast.column.skill'], ['cli.forecast.column.slope'], ['cli.forecast.column.pr_auc']] as const)
      .map(([title], i) => ({ title: title.includes('.') ? text(title as TextKey) : title, align: 'right' as const, ...(i === 2 || i === 4 ? { dropFirst: 1 } : {}) })),
  ], scores.map((row) => [
    classWord(session, row.class), text(`forecast.horizon.${row.horizon}`), modelWord(session, row.model), formatCount(session.locale, row.n), decimal(row.wql), decimal(row.coverage50),
    decimal(row.coverage80), decimal(row.coverage95), decimal(row.brier), decimal(row.brier_skill), decimal(row.slope),
    row.pr_auc === null ? '–' : `${decimal(row.pr_auc)} (${decimal(row.pr_auc_climatology)})`,
  ]))
  for (const one of served) session.print(text('cli.forecast.served', { class: classWord(session, one.class), model: modelWord(session, one.model), origins: one.origins }))
}

export function modelWord(session: Session, model: string): string {
  return session.text(`forecast.model.${model}` as TextKey)
}

function classWord(session: Session, name: string): string {
  return session.text(`forecast.class.${name}` as TextKey)
}

/** A probability; tiny ones are told as such. */
export function chance(session: Session, p: number | null): string {
  if (p === null) return '–'
  return p > 0 && p < 0.001 ? `<${formatShare(session.locale, 0.001, 1)}` : formatShare(session.locale, p, 1)
}

function daysOf({ from, until }: ForecastLine): string {
  const last = lastDay(until)
  return last === from ? from : `${from} – ${last.slice(5)}`
}

function lastDay(until: string): string {
  return formatDay(parseDay(until) - 1)
}

function amount(session: Session, value: number | null): string {
  return value === null ? '–' : formatNumber(session.locale, value)
}

function whole(session: Session, value: number): string {
  return formatNumber(session.locale, Math.round(value))
}

function decimal(value: unknown): string {
  return typeof value === 'number' ? value.toFixed(3) : '–'
}
