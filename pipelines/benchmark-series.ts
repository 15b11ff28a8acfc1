/**
 * Files of the benchmark's shapes as arrays: many series of equal length with one outbreak each at a known place, weekly after
 * Noufaily et al. (2013), daily after Noufaily et al. (2019). The last 49 weeks are evaluated. docs/methods/evaluation.md
 */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { BadInputError } from '../core/errors.ts'
import { DAY_HOLIDAY, DAY_WEEKEND, DAY_WORKING } from '../models/detect/baseline-design.ts'
import type { SeriesInput } from '../models/detect/method.ts'
import { readNumericCsv } from './tables/numeric-csv.ts'

export type Period = SeriesInput['period']

export interface BenchmarkFiles {
  counts: string
  series: string
  /** Days only; default daily_calendar.csv beside the counts, else weekdays alone with day 1 a Monday. */
  calendar?: string
}

/** n series of `length` periods, series by series. The large arrays are on shared memory, for worker threads. */
export interface BenchmarkSeries {
  period: Period
  periodsPerYear: number
  series: number
  length: number
  /** Evaluated periods, half-open. */
  from: number
  until: number
  /** n * length counts with the outbreaks. */
  counts: Float64Array
  /** The same without the outbreak of the evaluated periods. */
  clean: Float64Array
  /** n * (until − from): 1 in the outbreak's periods. Weeks: from its first to its last. Days: those with cases of it, since signals without weekend work have none on weekends. */
  during: Uint8Array
  /** `length` weekdays and kinds of day; days only. */
  weekdays?: Uint8Array
  kinds?: Uint8Array
}

interface Shape {
  periodsPerYear: number
  /** Evaluated periods at the end of each series: 49 weeks. */
  evaluated: number
  keys: readonly [group: string, period: string]
}
const SHAPES: Readonly<Record<Period, Shape>> = {
  week: { periodsPerYear: 52, evaluated: 49, keys: ['scenario', 'week'] },
  day: { periodsPerYear: 364, evaluated: 343, keys: ['signal', 'day'] },
}

/** @throws {BadInputError} a file that is not there, lacks a column, or whose series are of differing length or order */
export async function readBenchmarkSeries(period: Period, files: BenchmarkFiles): Promise<BenchmarkSeries> {
  const { periodsPerYear, evaluated, keys: [group, time] } = SHAPES[period]
  const rows = await readNumericCsv(files.counts, [group, 'replicate', time, 'count', 'outbreak', ...(period === 'day' ? ['clean'] : [])])
  const outbreaks = await readNumericCsv(files.series, [group, 'replicate', 'first', 'last'])
  const n = outbreaks.first.length
  const length = rows.count.length / n
  if (n === 0 || !Number.isInteger(length) || length <= evaluated) throw badShape(files.counts, `${rows.count.length} rows do not make ${n} series of equal length above ${evaluated}`)
  const counts = sharedNumbers(n * length)
  const clean = sharedNumbers(n * length)
  const during = new Uint8Array(n * evaluated)
  for (let i = 0; i < n; i++) {
    for (let t = 0; t < length; t++) {
      const at = i * length + t
      if (rows[time][at] !== t + 1 || rows[group][at] !== outbreaks[group][i] || rows.replicate[at] !== outbreaks.replicate[i]) {
        throw badShape(files.counts, `row ${at + 1} is not ${time} ${t + 1} of ${group} ${outbreaks[group][i]}, replicate ${outbreaks.replicate[i]}`)
      }
      counts[at] = rows.count[at]
      clean[at] = period === 'day' ? rows.clean[at] : rows.count[at] - rows.outbreak[at]
      const inWindow = t + 1 >= outbreaks.first[i] && t + 1 <= outbreaks.last[i]
      if (t >= length - evaluated && inWindow && (period === 'week' || rows.outbreak[at] > 0)) during[i * evaluated + t - length + evaluated] = 1
    }
  }
  const set = { period, periodsPerYear, series: n, length, from: length - evaluated, until: length, counts, clean, during }
  return period === 'day' ? { ...set, ...await readCalendar(files, length) } : set
}

/** The set without its later series. */
export function firstSeries(set: BenchmarkSeries, n: number): BenchmarkSeries {
  const series = Math.min(n, set.series)
  return { ...set, series, during: set.during.subarray(0, series * (set.until - set.from)) }
}

/** One series of the set as methods are asked for it. */
export function seriesInput(set: BenchmarkSeries, values: Float64Array, i: number): SeriesInput {
  const { period, periodsPerYear, from, until, length } = set
  const counts = values.subarray(i * length, (i + 1) * length)
  return { counts, period, periodsPerYear, from, until, ...(set.weekdays && set.kinds && { weekdays: set.weekdays, kinds: set.kinds }) }
}

async function readCalendar({ counts, calendar }: BenchmarkFiles, length: number): Promise<{ weekdays: Uint8Array, kinds: Uint8Array }> {
  const beside = join(dirname(counts), 'daily_calendar.csv')
  const path = calendar ?? (existsSync(beside) ? beside : undefined)
  const given = path === undefined ? undefined : await readNumericCsv(path, ['day', 'dow', 'holiday'])
  if (given && given.day.length < length) throw badShape(path!, `${given.day.length} days, the series have ${length}`)
  const weekdays = Uint8Array.from({ length }, (_, t) => given?.dow[t] ?? (t % 7) + 1)
  const kinds = Uint8Array.from({ length }, (_, t) => (given?.holiday[t] ? DAY_HOLIDAY : weekdays[t] > 5 ? DAY_WEEKEND : DAY_WORKING))
  return { weekdays, kinds }
}

function sharedNumbers(n: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(8 * n))
}

function badShape(path: string, what: string): BadInputError {
  return new BadInputError('bad_benchmark', `${path}: ${what}`, { path, what })
}
