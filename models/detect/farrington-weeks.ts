/**
 * Which past periods Farrington's methods learn from, and of which season each is: windows around the same time of earlier
 * years, and between them, where the method has seasonal levels, everything else.
 * Farrington et al. (1996) §3.2; Noufaily et al. (2013) §3.1. docs/methods/farrington.md
 */
import type { Rows } from '../math/quasi-poisson.ts'

/** A series and its calendar. Arrays are read, never kept or written. */
export interface FarringtonSeries {
  /** n counts, oldest first; NaN is a gap. */
  counts: Float64Array
  /** Periods to a year: period t − round(j · periodsPerYear) is j years before period t. */
  periodsPerYear: number
  /** Day number of the first day of week 0. Then a year before is the week that begins nearest the same date of the year before. */
  firstDay?: number
}

export interface ReferenceOptions {
  /** Years back, or as many as the series has before the period. */
  b: number
  /** Fewer than these (or than b) cannot tell. */
  minYears: number
  /** Half width of the window around the same time of each of them, in periods. */
  w: number
  /** Levels of the seasonal factor: the window is one, the rest of the year is cut into the others; 1 uses the windows alone. */
  noPeriods: number
  /** Last periods left out, so that an outbreak under way does not teach that it is usual. */
  pastWeeksNotIncluded: number
}

/** Room for the stretches of one period's references. */
export function createRows({ b, noPeriods }: ReferenceOptions): Rows {
  const room = b * noPeriods + 1
  return { stretches: 0, from: new Int32Array(room), until: new Int32Array(room), level: new Int32Array(room), levels: noPeriods, origin: 0 }
}

/**
 * Overwrites `rows` by the references of period t. The last level is that of t's own season.
 *
 * @returns years they reach back; 0 where the series is too short
 */
export function findReferences(series: FarringtonSeries, t: number, options: ReferenceOptions, rows: Rows): number {
  const { b, minYears, w, noPeriods, pastWeeksNotIncluded } = options
  let years = b
  while (years > 0 && sameTimeBefore(series, t, years) < w) years--
  if (years < Math.min(b, minYears)) return 0
  const end = t - pastWeeksNotIncluded
  rows.origin = t
  rows.stretches = 0
  let reached = sameTimeBefore(series, t, years) - w
  for (let year = years; year > 0; year--) {
    reached = append(rows, reached, sameTimeBefore(series, t, year) + w + 1, noPeriods - 1, end)
    const next = sameTimeBefore(series, t, year - 1) - w
    // Levels of equal length, one more in the first ones where they do not come out even.
    for (let left = noPeriods - 1; left > 0; left--) {
      reached = append(rows, reached, reached + Math.ceil((next - reached) / left), noPeriods - 1 - left, end)
    }
    reached = next // Without seasonal levels nothing between the windows is used.
  }
  append(rows, reached, t, noPeriods - 1, end)
  return years
}

/** Adds the stretch, cut off at `end`. @returns where the next one begins */
function append(rows: Rows, from: number, until: number, level: number, end: number): number {
  const last = Math.min(until, end)
  if (last > from) {
    const s = rows.stretches++
    rows.from[s] = from
    rows.until[s] = last
    rows.level[s] = level
  }
  return until
}

const MS_PER_DAY = 86400000

function sameTimeBefore({ periodsPerYear, firstDay }: FarringtonSeries, t: number, years: number): number {
  if (firstDay === undefined || years === 0) return t - Math.round(years * periodsPerYear)
  const date = new Date((firstDay + 7 * t) * MS_PER_DAY)
  date.setUTCFullYear(date.getUTCFullYear() - years)
  return Math.round((date.getTime() / MS_PER_DAY - firstDay) / 7)
}
