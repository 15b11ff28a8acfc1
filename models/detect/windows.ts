/**
 * Windows that end tonight: is the last day, week, month … of a series more than its baseline leads one to expect?
 * Sums of negative-binomial days as one negative binomial by their first two moments; the baseline's own uncertainty as a
 * gamma mixture; the best window pays for having been chosen (Šidák 1967). docs/methods/windows.md
 */
import { resolveOptions } from '../../core/options.ts'
import { logTail, tailQuantile } from '../math/distributions.ts'
import { cannotTell, JUDGE_DEFAULTS, JUDGE_RANGES, judge, logAnyOf, logPOfRecurrence, reasonIndex, recurrenceDays, REASONS } from './verdict.ts'
import type { JudgeOptions, Verdicts } from './verdict.ts'

export interface WindowOptions extends JudgeOptions {
  /** Lengths in days, ascending; each window ends with the last day given. */
  windows: readonly number[]
  /** Fewer tickets than this are never an alert or a watch: DOMAIN §2, the smallest group appeal is 3. */
  minCount: number
  /** A window of w days counts only if its last ceil(w / fresh) days hold a ticket and more than expected: old news is no news. */
  fresh: number
}

export const WINDOW_DEFAULTS: Readonly<WindowOptions> = { ...JUDGE_DEFAULTS, windows: [1, 3, 7, 14, 28, 56], minCount: 3, fresh: 7 }
const RANGES = { ...JUDGE_RANGES, minCount: [1, 1e6, 'whole'], fresh: [1, 365] } as const

/** n series over the same `days` days, the last of which is the night. Nothing is written or kept. */
export interface WindowInput {
  series: number
  days: number
  /** n * days counts, oldest first; NaN is a gap: that day then counts neither as observed nor as expected. */
  observed: Float64Array
  /** rows * days expected counts a day. */
  expected: Float64Array
  /** n row numbers of `expected`; absent: series i has row i. */
  row?: Int32Array
  /** n factors of the expected row, such as the series' share of its parent; absent: 1. */
  scale?: Float64Array
  /** n sizes of a day's count (variance = mean + mean² / size); Infinity is Poisson. */
  size: Float64Array
  /** Coefficient of variation of what is expected: n, or n * windows where it differs between windows; absent: 0. */
  cv?: Float64Array
  /** n reasons (index into REASONS): a row other than 0 cannot be judged; absent: 0. */
  reason?: Uint8Array
}

/**
 * Judges every series and overwrites its row of `out`. O(series * days) and one tail a window with an excess; allocates
 * nothing per series. Rows without any excess have log10P 0 and speak of the shortest window; `upper` is NaN for rows that are
 * neither watch nor alert (see alertCount).
 *
 * @param logP  n * windows natural logarithms of each window's own p, uncorrected, 0 without an excess; overwritten if given
 * @throws {InvalidOptionError} an unknown option, or one out of range
 */
export function scanWindows(input: WindowInput, out: Verdicts, options: Partial<WindowOptions> = {}, logP?: Float64Array): void {
  const { windows, minCount, fresh, tests, watchDays, alertDays } = resolveOptions('scanWindows', WINDOW_DEFAULTS, RANGES, options)
  const { series, days, observed, expected, row, scale, size, cv, reason } = input
  const lengths = Int32Array.from(windows.filter((w) => w <= days))
  const tails = Int32Array.from(lengths, (w) => Math.ceil(w / fresh))
  const columns = lengths.length
  const stride = windows.length
  const cvStride = cv && cv.length === series * stride && stride > 1 ? stride : 1
  const threshold = logAlertPerWindow(columns, tests, alertDays)
  // Running sums from the night backwards: index d speaks of the last d days.
  const sumObserved = new Float64Array(days + 1)
  const sumExpected = new Float64Array(days + 1)
  const sumSquares = new Float64Array(days + 1)
  const usable = new Int32Array(days + 1)
  if (logP) logP.fill(0)

  for (let i = 0; i < series; i++) {
    const factor = scale ? scale[i] : 1
    const base = i * days + days
    const expectedBase = (row ? row[i] : i) * days + days
    for (let d = 1; d <= days; d++) {
      const y = observed[base - d]
      const m = factor * expected[expectedBase - d]
      const known = y >= 0 && m >= 0
      sumObserved[d] = sumObserved[d - 1] + (known ? y : 0)
      sumExpected[d] = sumExpected[d - 1] + (known ? m : 0)
      sumSquares[d] = sumSquares[d - 1] + (known ? m * m : 0)
      usable[d] = usable[d - 1] + (known ? 1 : 0)
    }
    let best = 0
    let bestWindow = -1
    let first = -1
    for (let c = 0; c < columns; c++) {
      const w = lengths[c]
      if (2 * usable[w] < w) continue
      if (first < 0) first = c
      const y = sumObserved[w]
      const m = sumExpected[w]
      const tail = tails[c]
      if (y < minCount || y <= m || sumObserved[tail] < 1 || sumObserved[tail] <= sumExpected[tail]) continue
      const spread = cv ? cv[cvStride === 1 ? i : i * stride + c] : 0
      const p = logTail(y, m, windowSize(m, sumSquares[w], size[i], spread))
      if (logP) logP[i * stride + c] = p
      if (p < best) {
        best = p
        bestWindow = c
      }
    }
    const chosen = bestWindow >= 0 ? bestWindow : first
    const w = chosen >= 0 ? lengths[chosen] : 0
    const m = sumExpected[w]
    out.observed[i] = sumObserved[w]
    out.expected[i] = m
    if (reason && reason[i] !== 0) {
      cannotTell(out, i, REASONS[reason[i]])
      continue
    }
    if (chosen < 0) {
      cannotTell(out, i, 'gap')
      continue
    }
    const corrected = logAnyOf(best, columns)
    const days1 = recurrenceDays(corrected, tests)
    const spread = cv ? cv[cvStride === 1 ? i : i * stride + chosen] : 0
    const r = windowSize(m, sumSquares[w], size[i], spread)
    const verdict = judge(days1, watchDays, alertDays)
    out.windowDays[i] = w
    out.reason[i] = reasonIndex('')
    out.verdict[i] = verdict
    out.log10P[i] = corrected / Math.LN10
    out.recurrenceDays[i] = days1
    out.statistic[i] = (sumObserved[w] - m) / Math.sqrt(m + (m * m) / r)
    out.upper[i] = verdict > 1 ? Math.max(minCount, tailQuantile(threshold, m, r)) : NaN
  }
}

/**
 * Size of a window's sum: 1 / size = Σ mean² / (daily size · (Σ mean)²) + cv². The first term gives the sum of independent
 * days its variance, the second lets the whole level of the window be wrong by its coefficient of variation.
 *
 * @param mean     Σ of the days' means
 * @param squares  Σ of their squares
 */
export function windowSize(mean: number, squares: number, dailySize: number, cv: number): number {
  const dispersion = (mean > 0 ? squares / (dailySize * mean * mean) : 0) + cv * cv
  return dispersion > 0 ? 1 / dispersion : Infinity
}

/**
 * Smallest count of one window that would be an alert, for charts and for series that are normal.
 *
 * @param size of the window's sum, as windowSize gives it
 */
export function alertCount(expected: number, size: number, options: Partial<WindowOptions> = {}): number {
  const { windows, minCount, tests, alertDays } = resolveOptions('alertCount', WINDOW_DEFAULTS, RANGES, options)
  return Math.max(minCount, tailQuantile(logAlertPerWindow(windows.length, tests, alertDays), expected, size))
}

/** ln p that one window must reach for an alert: the recurrence interval shared among the series' tests and windows. */
function logAlertPerWindow(windows: number, tests: number, alertDays: number): number {
  return logPOfRecurrence(alertDays, tests * Math.max(1, windows))
}
