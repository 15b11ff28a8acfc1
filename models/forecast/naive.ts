/**
 * The next days as the baseline goes on: expected sum, its 10 % and 90 % quantiles, and the probability of exceeding a threshold.
 * "Naive" because nothing of the last days enters but through the baseline; later methods must beat it. Sums are negative
 * binomial by their first two moments, the uncertainty of the baseline included, as in models/detect/windows.ts.
 */
import { resolveOptions } from '../../core/options.ts'
import { expectedAt, expectedCv } from '../detect/baseline.ts'
import type { Baseline } from '../detect/baseline.ts'
import { windowSize } from '../detect/windows.ts'
import { logTail, quantile } from '../math/distributions.ts'

export interface NaiveOptions {
  /** Lengths in days of the sums that are forecast. */
  horizons: readonly number[]
  /** Lower and upper quantile. */
  low: number
  high: number
}

export const NAIVE_DEFAULTS: Readonly<NaiveOptions> = { horizons: [7, 14, 28], low: 0.1, high: 0.9 }
const RANGES = { low: [0, 1], high: [0, 1] } as const

/** Row h speaks of the next horizons[h] days, in tickets; NaN throughout where the series has no baseline. */
export interface Forecast {
  horizons: readonly number[]
  mean: Float64Array
  low: Float64Array
  high: Float64Array
  /** P(sum > threshold); NaN where no threshold was given. */
  exceed: Float64Array
}

/**
 * Forecasts the sums over the days from `from` on. O(days); allocates its result.
 *
 * @param from       first day forecast, the one after the night
 * @param kinds      kinds of the days from `from` on, as many as the longest horizon
 * @param thresholds one per horizon, in tickets; absent: no probability
 * @throws {InvalidOptionError} an unknown option, or one out of range
 */
export function forecastNaive(
  baseline: Baseline,
  from: number,
  kinds: Uint8Array,
  thresholds: ArrayLike<number> | undefined = undefined,
  options: Partial<NaiveOptions> = {},
): Forecast {
  const { horizons, low, high } = resolveOptions('forecastNaive', NAIVE_DEFAULTS, RANGES, options)
  const count = horizons.length
  const numbers = (): Float64Array => new Float64Array(count).fill(NaN)
  const result = { horizons, mean: numbers(), low: numbers(), high: numbers(), exceed: numbers() }
  if (baseline.reason !== '') return result
  const expected = expectedAt(baseline, from, from + Math.min(kinds.length, Math.max(0, ...horizons)), kinds)
  for (let h = 0; h < count; h++) {
    const until = horizons[h]
    if (until > expected.length) continue
    let mean = 0
    let squares = 0
    for (let d = 0; d < until; d++) {
      mean += expected[d]
      squares += expected[d] * expected[d]
    }
    const size = windowSize(mean, squares, baseline.size, expectedCv(baseline, from, from + until, kinds))
    result.mean[h] = mean
    result.low[h] = quantile(low, mean, size)
    result.high[h] = quantile(high, mean, size)
    if (thresholds) result.exceed[h] = Math.exp(logTail(Math.floor(thresholds[h]) + 1, mean, size))
  }
  return result
}
