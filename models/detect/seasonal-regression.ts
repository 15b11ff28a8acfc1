/**
 * Log-linear means with weekday, holiday, harmonics of the year and a trend: the expectation of CUSUM, GLR and the periodic
 * regressions. Serfling (1963), Public Health Reports 78:494-506; Höhle & Paul (2008), CSDA 52:4357-4368, §2.
 */
import { DAY_HOLIDAY } from './baseline-design.ts'
import type { SeriesInput } from './method.ts'
import { fitNegbinLikelihood } from './negbin-likelihood.ts'
import { fitNegbinRegression } from './negbin-regression.ts'
import type { RegressionFit } from './negbin-regression.ts'

export interface SeasonalTerms {
  trend: boolean
  /** Pairs of sine and cosine of the year. */
  harmonics: number
  /** Six weekdays against Monday, and holidays, where the input has them. */
  weekdays: boolean
}

/** One row of columns for each index before `until` of the input. */
export interface SeasonalDesign {
  columns: number
  rows: Float64Array
  ridge: Float64Array
}

/** How much the counts scatter: of a given size (Infinity is Poisson), or one that makes them most likely. */
export type SizeRule = number | 'likelihood'

/** Enough to hold a weekday without any count at e^-10 of the others, too little to move one that has some. */
const WEEKDAY_RIDGE = 1e-3

export function seasonalDesign({ until, from, periodsPerYear, weekdays, kinds }: SeriesInput, terms: SeasonalTerms): SeasonalDesign {
  const weekday = terms.weekdays && weekdays ? weekdays : undefined
  const kind = terms.weekdays && kinds ? kinds : undefined
  const columns = 1 + (terms.trend ? 1 : 0) + 2 * terms.harmonics + (weekday ? 6 : 0) + (kind ? 1 : 0)
  const rows = new Float64Array(until * columns)
  for (let t = 0, at = 0; t < until; t++, at += columns) {
    let a = at
    rows[a++] = 1
    if (terms.trend) rows[a++] = (t - from) / periodsPerYear
    for (let h = 1; h <= terms.harmonics; h++) {
      const angle = (2 * Math.PI * h * t) / periodsPerYear
      rows[a++] = Math.sin(angle)
      rows[a++] = Math.cos(angle)
    }
    if (weekday) {
      if (weekday[t] > 1) rows[a + weekday[t] - 2] = 1
      a += 6
    }
    if (kind) rows[a] = kind[t] === DAY_HOLIDAY ? 1 : 0
  }
  const ridge = new Float64Array(columns)
  ridge.fill(WEEKDAY_RIDGE, 1 + (terms.trend ? 1 : 0) + 2 * terms.harmonics)
  return { columns, rows, ridge }
}

/**
 * Fits the counts before `end`. Allocates.
 *
 * @param earlier a fit of the same design to begin at
 */
export function fitSeasonal(counts: Float64Array, { columns, rows, ridge }: SeasonalDesign, end: number, size: SizeRule, earlier?: RegressionFit): RegressionFit {
  const data = { counts: counts.subarray(0, end), design: rows.subarray(0, end * columns), columns, ridge }
  const known = size === 'likelihood' ? earlier?.size : size
  const begun = { ...data, ...(known === undefined ? {} : { size: known }), ...(earlier ? { start: earlier.coefficients } : {}) }
  return size === 'likelihood' ? fitNegbinLikelihood(begun) : fitNegbinRegression(begun, { tolerance: 1e-6 })
}

/** ln of the mean of index t. */
export function seasonalLogMean({ columns, rows }: SeasonalDesign, coefficients: Float64Array, t: number): number {
  let eta = 0
  for (let a = 0, at = t * columns; a < columns; a++) eta += rows[at + a] * coefficients[a]
  return eta
}

/** Standard error of seasonalLogMean. */
export function seasonalStandardError({ columns: p, rows }: SeasonalDesign, covariance: Float64Array, t: number): number {
  const row = t * p
  let variance = 0
  for (let a = 0; a < p; a++) for (let b = 0; b < p; b++) variance += rows[row + a] * covariance[a * p + b] * rows[row + b]
  return Math.sqrt(Math.max(0, variance))
}
