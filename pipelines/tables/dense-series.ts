/**
 * The series of a table one after the other, period by period: rows in order of time, missing ones a gap.
 */
import { BadInputError } from '../../core/errors.ts'
import type { SeriesInput } from '../../models/detect/method.ts'
import { formatTime } from './series-table.ts'
import type { SeriesTable } from './series-table.ts'

export interface DenseSeries {
  /** Index into the table's labels. */
  series: number
  /** Time of the first period. */
  first: number
  /** n counts; NaN where the table has no row, or none with a count. */
  counts: Float64Array
  /** n rows of the table; −1 where there is none. */
  rows: Int32Array
}

const WEEK = 7
/** Periods of one series: 270 years of days. A date that is that far off is a slip of the pen. */
const LONGEST = 100_000

/** Days, or weeks where the dates of every series lie whole weeks apart; an index does not tell. */
export function periodOf(table: SeriesTable): SeriesInput['period'] | undefined {
  if (table.timeKind === 'index') return undefined
  if (table.timeKind === 'week') return 'week'
  const firsts = new Map<number, number>()
  let apart = false
  for (let row = 0; row < table.times.length; row++) {
    const first = firsts.get(table.series[row])
    if (first === undefined) firsts.set(table.series[row], table.times[row])
    else if ((table.times[row] - first) % WEEK !== 0) return 'day'
    else apart ||= table.times[row] !== first
  }
  return apart ? 'week' : 'day'
}

/**
 * @throws {BadInputError} with its line, a time that a series has twice, or, between weeks, one that is no whole weeks from the
 *   first; a series of more than 100,000 periods
 */
export function* denseSeries(table: SeriesTable, period: SeriesInput['period']): Generator<DenseSeries> {
  const step = period === 'week' && table.timeKind !== 'index' ? WEEK : 1
  const { starts, order } = orderRows(table)
  const { times } = table
  for (let series = 0; series + 1 < starts.length; series++) {
    const own = order.subarray(starts[series], starts[series + 1])
    const first = times[own[0]]
    const n = Math.floor((times[own.at(-1)!] - first) / step) + 1
    if (n > LONGEST) throw badRow('counts_too_long', table, own.at(-1)!, `lies ${n} periods after the first of its series`, { periods: n })
    const counts = new Float64Array(n).fill(NaN)
    const rows = new Int32Array(n).fill(-1)
    for (let j = 0; j < own.length; j++) {
      const row = own[j]
      const at = (times[row] - first) / step
      if (!Number.isInteger(at)) throw badRow('counts_off_week', table, row, 'is no whole weeks from the first of its series')
      if (rows[at] >= 0) throw badRow('counts_twice', table, row, `stands on line ${table.lines[rows[at]]} already`, { earlier: table.lines[rows[at]] })
      rows[at] = row
      counts[at] = table.counts[row]
    }
    yield { series, first, counts, rows }
  }
}

/** Rows series by series, within each by time, equal times as they stand; series s has order[starts[s]] until order[starts[s + 1]]. */
function orderRows({ series, times, labels }: SeriesTable): { starts: Int32Array, order: Int32Array } {
  const starts = new Int32Array(labels.length + 1)
  for (let row = 0; row < series.length; row++) starts[series[row] + 1]++
  for (let s = 0; s < labels.length; s++) starts[s + 1] += starts[s]
  const next = starts.slice()
  const order = new Int32Array(series.length)
  for (let row = 0; row < series.length; row++) order[next[series[row]]++] = row
  for (let s = 0; s < labels.length; s++) {
    const own = order.subarray(starts[s], starts[s + 1])
    if (own.some((row, j) => j > 0 && times[row] < times[own[j - 1]])) own.sort((a, b) => times[a] - times[b] || a - b)
  }
  return { starts, order }
}

function badRow(code: string, table: SeriesTable, row: number, what: string, details: Record<string, unknown> = {}): BadInputError {
  const { path, lines, timeKind, times } = table
  const value = formatTime(timeKind, times[row])
  return new BadInputError(code, `line ${lines[row]} of ${path}: ${value} ${what}`, { path, line: lines[row], value, ...details })
}
