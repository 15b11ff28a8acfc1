/**
 * EARS C1 and C2: is this count above what the last few periods lead one to expect?
 * Hutwagner, Thompson, Seeman, Treadwell (2003), J Urban Health 80(2 Suppl 1):i89-i96. docs/methods/ears.md
 */
import { resolveOptions } from '../../core/options.ts'
import { logNormalTail } from '../math/normal.ts'
import { ALERT, cannotTell, NORMAL, recurrenceDays, WATCH } from './verdict.ts'
import type { Verdicts } from './verdict.ts'

export interface EarsOptions {
  /** Periods in the baseline. */
  baseline: number
  /** Periods left out between the baseline and the count under test: 0 is C1, 2 is C2. */
  lag: number
  /** Standard deviations above the mean at which a count is too many. R surveillance asks for alpha: normalQuantile(1 − alpha). */
  threshold: number
  /** Floor of the standard deviation, in counts, for sparse series; 0 in R surveillance, whose manual cites Burkom for 0.5 or 1. */
  minSigma: number
}

export const EARS_DEFAULTS: Readonly<EarsOptions> = { baseline: 7, lag: 2, threshold: 3.09, minSigma: 0.5 }
const RANGES = { baseline: [3, 365, 'whole'], lag: [0, 30, 'whole'], threshold: [0, 99], minSigma: [0, 1e6] } as const

/** Row i speaks of count i, in counts; NaN means no verdict, for want of baseline. */
export interface Bounds { expected: Float64Array, upper: Float64Array, sigma: Float64Array }

/**
 * Bounds each count by the baseline before it; a count above `upper` is too many. O(n * baseline); allocates only its result.
 *
 * @param counts n counts, oldest first; a gap (NaN) makes the verdicts whose baseline holds it NaN
 * @throws {InvalidOptionError} an unknown option, or one out of range
 */
export function ears(counts: Float64Array, options: Partial<EarsOptions> = {}): Bounds {
  const { baseline, lag, threshold, minSigma } = resolveOptions('ears', EARS_DEFAULTS, RANGES, options)
  const n = counts.length
  const expected = new Float64Array(n).fill(NaN)
  const upper = new Float64Array(n).fill(NaN)
  const sigma = new Float64Array(n).fill(NaN)
  for (let i = baseline + lag; i < n; i++) {
    const from = i - lag - baseline
    let mean = 0
    for (let j = from; j < from + baseline; j++) mean += counts[j]
    mean /= baseline
    let squares = 0
    for (let j = from; j < from + baseline; j++) squares += (counts[j] - mean) * (counts[j] - mean)
    // Comparison instead of Math.max, which would keep NaN all the same but hide that it may come.
    const deviation = Math.sqrt(squares / (baseline - 1))
    sigma[i] = deviation < minSigma ? minSigma : deviation
    expected[i] = mean
    upper[i] = mean + threshold * sigma[i]
  }
  return { expected, upper, sigma }
}

export interface EarsScanOptions extends EarsOptions {
  /** Fewer tickets on the night are never a watch or an alert. */
  minCount: number
}

export const EARS_SCAN_DEFAULTS: Readonly<EarsScanOptions> = { ...EARS_DEFAULTS, minCount: 3 }
const SCAN_RANGES = { ...RANGES, minCount: [1, 1e6, 'whole'] } as const

/**
 * Judges the last day of n series and overwrites their rows of `out`. Above the threshold is an alert, above two thirds of it a
 * watch. log10P is the normal tail of the statistic: nominal only, counts have a heavier one (see docs/methods/ears.md).
 *
 * @param observed n * days counts, oldest first, the last day is the night; NaN is a gap
 * @throws {InvalidOptionError} an unknown option, or one out of range
 */
export function scanEars(observed: Float64Array, days: number, out: Verdicts, options: Partial<EarsScanOptions> = {}): void {
  const settings = resolveOptions('scanEars', EARS_SCAN_DEFAULTS, SCAN_RANGES, options)
  const { minCount, ...rule } = settings
  const needed = rule.baseline + rule.lag + 1
  const n = days > 0 ? Math.floor(observed.length / days) : 0
  for (let i = 0; i < n; i++) {
    const end = (i + 1) * days
    out.observed[i] = observed[end - 1]
    if (days < needed) {
      out.expected[i] = NaN
      cannotTell(out, i, days <= 1 ? 'no_history' : 'too_short')
      continue
    }
    const bounds = ears(observed.subarray(end - needed, end), rule)
    const mean = bounds.expected[needed - 1]
    const sigma = bounds.sigma[needed - 1]
    const y = observed[end - 1]
    out.expected[i] = mean
    if (Number.isNaN(mean) || Number.isNaN(y)) {
      cannotTell(out, i, 'gap')
      continue
    }
    const statistic = sigma > 0 ? (y - mean) / sigma : y > mean ? Infinity : 0
    const logP = statistic > 0 ? logNormalTail(Math.min(statistic, 1e6)) : 0
    const enough = y >= minCount
    out.verdict[i] = enough && statistic > rule.threshold ? ALERT : enough && statistic > (rule.threshold * 2) / 3 ? WATCH : NORMAL
    out.reason[i] = 0
    out.upper[i] = bounds.upper[needed - 1]
    out.statistic[i] = statistic
    out.log10P[i] = logP / Math.LN10
    out.recurrenceDays[i] = recurrenceDays(logP)
    out.windowDays[i] = 1
  }
}
