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
  /** Years back. */
  b: number
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
 * @returns false where the series does not reach back b years
 */
export function findReferences(series: FarringtonSeries, t: number, options: ReferenceOptions, rows: Rows): boolean {
  const { b, w, noPeriods, pastWeeksNotIncluded } = options
  const end = t - pastWeeksNotIncluded
  rows.origin = t
  rows.stretches = 0
  let centre = sameTimeBefore(series, t, b)
  if (!(centre - w >= 0)) return false
  let reached = centre - w
  for (let year = b - 1; year >= 0; year--) {
    const next = sameTimeBefore(series, t, year)
    reached = append(rows, reached, centre + w + 1, noPeriods - 1, end)
    const between = next - w - reached
    for (let level = 0, start = reached; level < noPeriods - 1; level++) {
      const extra = Math.min(level + 1, between % (noPeriods - 1))
      reached = append(rows, reached, start + (level + 1) * Math.floor(between / (noPeriods - 1)) + extra, level, end)
    }
    reached = next - w // Without seasonal levels nothing between the windows is used.
    centre = next
  }
  append(rows, reached, t, noPeriods - 1, end)
  return true
}

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
