/**
 * Any method over the series of a table: what each row was expected to be, and whether it is more. `weisu detect`.
 */
import { InvalidOptionError } from '../core/errors.ts'
import type { Judgements, Method, SeriesInput } from '../models/detect/method.ts'
import { findMethod, METHODS } from '../models/detect/registry.ts'
import { JUDGE_DEFAULTS, REASONS, recurrenceDays } from '../models/detect/verdict.ts'
import type { Reason, Verdict } from '../models/detect/verdict.ts'
import { denseSeries, periodOf } from './tables/dense-series.ts'
import { openCalendar, plainCalendar } from './tables/period-calendar.ts'
import type { PeriodCalendar } from './tables/period-calendar.ts'
import { formatTime, readSeriesTable, timeOf } from './tables/series-table.ts'
import type { SeriesTable, TimeKind } from './tables/series-table.ts'

export interface DetectRequest {
  /** A name of the registry. */
  method: string
  /** File of the counts. */
  counts: string
  /** File, or a country's two letters; default the dates' weekdays. */
  calendar?: string
  /** Default: by the dates' spacing; indices are weeks unless their column is called day or there is a calendar. */
  period?: SeriesInput['period']
  /** First date, week or index to judge; default the first of each series. */
  from?: string
  /** Periods after which the season repeats; default 52 weeks, or the days of the calendar's year. */
  periodsPerYear?: number
}

/** Rows of the table from `from` on, series by series, by time. Numbers are NaN where there are none. */
export interface DetectedRows {
  method: string
  period: SeriesInput['period']
  labelNames: readonly string[]
  labels: readonly (readonly string[])[]
  timeKind: TimeKind
  length: number
  /** Rows of days whose holidays the calendar does not know. */
  beyondCalendar: number
  series: Int32Array
  times: Float64Array
  counts: Float64Array
  expected: Float64Array
  upper: Float64Array
  statistic: Float64Array
  /** 1 for an alarm at the method's own setting. */
  alarm: Uint8Array
  /** Index into REASONS. */
  reason: Uint8Array
  recurrenceDays: Float64Array
  /** Periods of the window that decided. */
  window: Uint16Array
}

/** One row in words, null where there is no number. */
export interface DetectedRow {
  labels: readonly string[]
  time: string
  count: number | null
  expected: number | null
  upper: number | null
  statistic: number | null
  verdict: Verdict
  reason: Reason
  recurrenceDays: number | null
  window: number
}

const WEEKS_PER_YEAR = 52
const DAYS_PER_YEAR = 365.2425
/** What stands for an infinite statistic, such as any count after a week of zeros, where numbers must be finite. */
const LARGEST = 1e300

/** Name and one line about every method. */
export function listMethods(): { name: string, about: string }[] {
  return [...METHODS.values()].map(({ name, about }) => ({ name, about }))
}

/**
 * @throws {InvalidOptionError} a method that nobody knows, a `from` that is no time of the table
 * @throws {BadInputError} what the table's and the calendar's readers refuse
 */
export async function detectTable(request: DetectRequest): Promise<DetectedRows> {
  const method = findMethod(request.method)
  const table = await readSeriesTable(request.counts)
  const { timeKind } = table
  const calendar = request.calendar === undefined ? plainCalendar(timeKind) : await openCalendar(request.calendar, timeKind)
  const byName = request.calendar !== undefined || /^(day|日)$/i.test(table.timeName) ? 'day' : 'week'
  const period = request.period ?? periodOf(table) ?? byName
  const periodsPerYear = request.periodsPerYear ?? (period === 'week' ? WEEKS_PER_YEAR : calendar.daysPerYear ?? DAYS_PER_YEAR)
  return judgeTable(table, method, { period, periodsPerYear, calendar, from: firstTime(request.from, timeKind) })
}

interface Setting { period: SeriesInput['period'], periodsPerYear: number, calendar: PeriodCalendar, from: number }

function judgeTable(table: SeriesTable, method: Method, { period, periodsPerYear, calendar, from }: Setting): DetectedRows {
  const out = createRows(table, method.name, period)
  const days = period === 'week' ? 7 : 1
  const step = table.timeKind === 'index' ? 1 : days
  for (const { series, first, counts, rows } of denseSeries(table, period)) {
    const n = counts.length
    const start = Math.min(n, Math.max(0, Math.ceil((from - first) / step)))
    const span = period === 'day' ? calendar.span(first, n) : undefined
    const judged = method.judge({ counts, period, periodsPerYear, from: start, until: n, ...span })
    const [known, unknown] = (span && calendar.known) ?? [-Infinity, Infinity]
    for (let t = start; t < n; t++) {
      if (rows[t] < 0) continue
      const time = first + t * step
      if (time < known || time >= unknown) out.beyondCalendar++
      addRow(out, series, time, counts[t], judged, t - start, days)
    }
  }
  return out
}

function createRows({ labelNames, labels, timeKind, times }: SeriesTable, method: string, period: SeriesInput['period']): DetectedRows {
  const n = times.length
  const numbers = (): Float64Array => new Float64Array(n)
  return {
    method, period, labelNames, labels, timeKind, length: 0, beyondCalendar: 0,
    series: new Int32Array(n), times: numbers(), counts: numbers(), expected: numbers(), upper: numbers(), statistic: numbers(),
    alarm: new Uint8Array(n), reason: new Uint8Array(n), recurrenceDays: numbers(), window: new Uint16Array(n),
  }
}

function addRow(out: DetectedRows, series: number, time: number, count: number, judged: Judgements, i: number, days: number): void {
  const row = out.length++
  out.series[row] = series
  out.times[row] = time
  out.counts[row] = count
  out.expected[row] = judged.expected[i]
  out.upper[row] = judged.upper[i]
  out.statistic[row] = judged.statistic[i]
  out.alarm[row] = judged.alarm[i]
  out.reason[row] = judged.reason[i]
  out.recurrenceDays[row] = days * recurrenceDays(judged.logP[i])
  out.window[row] = judged.window[i]
}

export function describeRow(rows: DetectedRows, row: number): DetectedRow {
  const reason = REASONS[rows.reason[row]]!
  const recurrence = rows.recurrenceDays[row]
  // Only Weisu's own detector promises calendar time.
  const watched = rows.method === 'weisu' && recurrence >= JUDGE_DEFAULTS.watchDays
  return {
    labels: rows.labels[rows.series[row]]!, time: formatTime(rows.timeKind, rows.times[row]),
    count: finite(rows.counts[row]), expected: finite(rows.expected[row]), upper: finite(rows.upper[row]), statistic: finite(rows.statistic[row]),
    verdict: reason !== '' ? 'cannot tell' : rows.alarm[row] === 1 ? 'alert' : watched ? 'watch' : 'normal',
    reason, recurrenceDays: finite(recurrence), window: rows.window[row],
  }
}

function finite(value: number): number | null {
  return Number.isNaN(value) ? null : Math.max(-LARGEST, Math.min(LARGEST, value))
}

function firstTime(from: string | undefined, kind: TimeKind): number {
  if (from === undefined) return -Infinity
  const time = timeOf(from, kind) ?? (kind === 'week' ? timeOf(from, 'date') : undefined)
  if (time === undefined) throw new InvalidOptionError('--from', from, kind === 'index' ? 'a whole number from 0 to 9999999' : 'a date as YYYY-MM-DD')
  return time
}
