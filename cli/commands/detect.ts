/**
 * `weisu detect`: what a table's counts were expected to be, and which of them are too many, by any method.
 */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { InvalidOptionError, MissingOptionError } from '../../core/errors.ts'
import type { TextKey } from '../../core/texts.ts'
import type { DetectedRow, DetectedRows } from '../../pipelines/detect-table.ts'
import { toCsvLine } from '../../pipelines/ingest/csv-text.ts'
import { addCommand, option, wordOption } from '../command.ts'
import type { Setup } from '../command.ts'
import { formatCount } from '../format.ts'
import type { Session } from '../session.ts'

interface DetectOptions { method: string, counts?: string, calendar?: string, period?: 'day' | 'week', from?: string, periodsPerYear?: string }

const LIST = 'list'

export function addDetect(program: Command, setup: Setup): void {
  const { locale } = setup
  addCommand(program, setup, {
    name: 'detect',
    examples: ['weisu detect --method list', 'weisu detect --method weisu --counts daily.csv --calendar CN', 'weisu detect --method ff_nbPlugin --counts weekly.csv.gz --from 2026-W01 --json'],
    work: async (session, _, options) => {
      const { method, counts, calendar, period, from, periodsPerYear } = options as unknown as DetectOptions
      const { detectTable, listMethods } = await import('../../pipelines/detect-table.ts')
      const methods = listMethods()
      if (method === LIST) return printMethods(session, methods)
      if (!methods.some(({ name }) => name === method)) {
        const width = Math.max(...methods.map(({ name }) => name.length))
        for (const { name, about } of methods) session.say('cli.plain', { text: `${name.padEnd(width)}  ${about}` })
        throw new InvalidOptionError('--method', method, session.text('cli.detect.one_of_these'))
      }
      if (counts === undefined) throw new MissingOptionError('--counts', session.text('cli.detect.file'))
      const rows = await detectTable({
        method, counts,
        ...(calendar !== undefined && { calendar }), ...(period !== undefined && { period }), ...(from !== undefined && { from }),
        ...(periodsPerYear !== undefined && { periodsPerYear: periodsOf(session, periodsPerYear) }),
      })
      if (rows.beyondCalendar > 0) session.warn('cli.detect.beyond_calendar', { days: rows.beyondCalendar })
      await printRows(session, rows)
    },
  })
    .addOption(option(locale, '--method <name>', 'cli.detect.method').makeOptionMandatory())
    .addOption(option(locale, '--counts <file>', 'cli.detect.counts'))
    .addOption(option(locale, '--calendar <file or country>', 'cli.detect.calendar'))
    .addOption(option(locale, '--period <period>', 'cli.detect.period', wordOption(locale, ['day', 'week'])))
    .addOption(option(locale, '--from <time>', 'cli.detect.from'))
    .addOption(option(locale, '--periods-per-year <n>', 'cli.detect.periods_per_year'))
}

function periodsOf(session: Session, text: string): number {
  const periods = Number(text)
  if (text.trim() === '' || !(periods >= 2 && periods <= 100_000)) throw new InvalidOptionError('--periods-per-year', text, session.text('cli.detect.periods'))
  return periods
}

function printMethods(session: Session, methods: readonly { name: string, about: string }[]): void {
  if (session.json) return session.printJson(methods)
  session.printTable([{ title: session.text('cli.evaluate.method') }, { title: '' }], methods.map(({ name, about }) => [name, about]))
}

/** All rows as JSON or CSV; the last of each series on a terminal. */
async function printRows(session: Session, rows: DetectedRows): Promise<void> {
  const { describeRow } = await import('../../pipelines/detect-table.ts')
  const describe = (row: number): DetectedRow => describeRow(rows, row)
  if (session.json) await write(jsonLines(rows, describe))
  else if (process.stdout.isTTY) printLastRows(session, rows, describe)
  else await write(csvLines(rows, describe))
  let alerts = 0
  let unknown = 0
  for (let row = 0; row < rows.length; row++) {
    if (rows.reason[row] !== 0) unknown++
    else alerts += rows.alarm[row]!
  }
  session.say('cli.detect.summary', { method: rows.method, rows: rows.length, alerts, unknown })
}

type Describe = (row: number) => DetectedRow

function* jsonLines(rows: DetectedRows, describe: Describe): Generator<string> {
  const names = rows.labelNames
  // A column of whole numbers stays one: scenario 1 is not "1".
  const numeric = names.map((_, i) => rows.labels.every((labels) => /^(0|-?[1-9]\d{0,14})$/.test(labels[i]!)))
  const time = rows.timeKind === 'index' ? 'index' : 'date'
  yield '['
  for (let row = 0; row < rows.length; row++) {
    const { labels, time: at, count, expected, upper, statistic, verdict, reason, recurrenceDays, window } = describe(row)
    yield `${row > 0 ? ',' : ''}\n${JSON.stringify({
      ...Object.fromEntries(names.map((name, i) => [name, numeric[i] ? Number(labels[i]) : labels[i]])),
      [time]: rows.timeKind === 'index' ? Number(at) : at,
      count, expected, upper, statistic, verdict, reason: reason || null, recurrence_days: recurrenceDays, window,
    })}`
  }
  yield '\n]\n'
}

function* csvLines(rows: DetectedRows, describe: Describe): Generator<string> {
  const time = rows.timeKind === 'index' ? 'index' : 'date'
  const number = (value: number | null): string => (value === null ? '' : String(value))
  yield toCsvLine([...rows.labelNames, time, 'count', 'expected', 'upper', 'statistic', 'verdict', 'reason', 'recurrence_days', 'window'])
  for (let row = 0; row < rows.length; row++) {
    const { labels, time: at, count, expected, upper, statistic, verdict, reason, recurrenceDays, window } = describe(row)
    yield toCsvLine([...labels, at, number(count), number(expected), number(upper), number(statistic), verdict, reason, number(recurrenceDays), number(window)])
  }
}

const CHUNK = 1 << 16

/** Writes no faster than stdout takes it. */
async function write(lines: Iterable<string>): Promise<void> {
  function* chunks(): Generator<string> {
    let chunk = ''
    for (const line of lines) {
      chunk += line
      if (chunk.length < CHUNK) continue
      yield chunk
      chunk = ''
    }
    yield chunk
  }
  await pipeline(Readable.from(chunks()), process.stdout, { end: false }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error // the reader has seen enough
  })
}

function printLastRows(session: Session, rows: DetectedRows, describe: Describe): void {
  const { locale } = session
  const last: DetectedRow[] = []
  for (let row = 0; row < rows.length; row++) if (row + 1 === rows.length || rows.series[row] !== rows.series[row + 1]) last.push(describe(row))
  const title = (name: string): string => session.text(`cli.detect.column.${name}` as TextKey)
  const word = ({ verdict, reason }: DetectedRow): string => {
    const words = session.text(`report.verdict.${verdict.replace(' ', '_')}` as TextKey)
    return reason === '' ? words : `${words}: ${session.text(`report.reason.${reason}` as TextKey)}`
  }
  const alert = session.text('report.verdict.alert')
  session.printTable([
    ...rows.labelNames.map((name) => ({ title: name, shrinkTo: 8 })),
    { title: title(rows.timeKind) },
    ...['count', 'expected', 'upper'].map((name) => ({ title: title(name), align: 'right' as const })),
    { title: title('statistic'), align: 'right', dropFirst: 2 },
    { title: title('recurrence'), align: 'right', dropFirst: 1 },
    { title: title('verdict'), paint: (cell, row) => (row.at(-1) === alert ? session.paint('red', cell) : cell) },
  ], last.map((row) => [
    ...row.labels, row.time,
    ...[row.count, row.expected, row.upper, row.statistic, row.recurrenceDays].map((value) => formatCount(locale, value)), word(row),
  ]))
  session.say('cli.detect.last_rows')
}
