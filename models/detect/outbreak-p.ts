/**
 * outbreakP: have counts of an unknown constant level begun to rise? Likelihood ratio of the levels that never fall against
 * the constant one, both estimated.
 * Frisén, Andersson & Schiöler (2009), Stat Med 28:1741-1758; Frisén & Andersson (2009), Sequential Analysis 28:435-449.
 * docs/methods/outbreak-p.md
 */
import { resolveOptions } from '../../core/options.ts'
import { smallestWhole } from '../math/smallest-whole.ts'
import { createJudgements, withoutVerdict } from './method.ts'
import type { Judgements, SeriesInput } from './method.ts'
import { RisingLevels } from './rising-levels.ts'

export interface OutbreakPOptions {
  /** Likelihood ratio from which on there is an alarm. */
  threshold: number
  /**
   * 'surveillance-1.20' multiplies the counts' ratios one after the other, as that package does: where the product leaves the
   * range of a double on its way, it ends as 0 (never an alarm) or NaN (no verdict) whatever the counts say.
   */
  arithmetic: 'logarithms' | 'surveillance-1.20'
}

export const OUTBREAK_P_DEFAULTS: Readonly<OutbreakPOptions> = { threshold: 100, arithmetic: 'logarithms' }
const RANGES = { threshold: [1, 1e300] } as const
/** ln of the largest ratio told; beyond, a double would be infinite. */
const LOG_LARGEST = 690

/**
 * Judges the counts from the first one up to each index, gaps left out. expected is the constant level, upper the smallest count
 * that is an alarm, statistic the likelihood ratio, e^690 at most. O(until) and a search for each bound.
 *
 * @throws {InvalidOptionError} an unknown option, or one out of range
 */
export function outbreakP({ counts, from, until }: SeriesInput, options: Partial<OutbreakPOptions> = {}): Judgements {
  const { threshold, arithmetic } = resolveOptions('outbreakP', OUTBREAK_P_DEFAULTS, RANGES, options)
  const out = createJudgements(until - from)
  const levels = new RisingLevels(until)
  const logThreshold = Math.log(threshold)
  for (let t = 0; t < until; t++) {
    const i = t - from
    const gap = Number.isNaN(counts[t])
    const first = levels.length === 0
    // The ratio rises with the last count.
    const upper = i < 0 || gap || first ? NaN : smallestWhole((count) => levels.logRatioWith(count) >= logThreshold, Math.ceil(levels.mean()))
    if (!gap) levels.push(counts[t])
    if (i < 0) continue
    const ratio = arithmetic === 'logarithms' ? Math.exp(Math.min(LOG_LARGEST, levels.logRatio())) : plainRatio(counts, t + 1, levels)
    if (gap || first || Number.isNaN(ratio)) {
      withoutVerdict(out, i, gap ? 'gap' : first ? 'no_history' : 'no_convergence')
      continue
    }
    out.expected[i] = levels.mean()
    out.upper[i] = upper
    out.statistic[i] = ratio
    out.alarm[i] = ratio >= threshold ? 1 : 0
  }
  return out
}

function plainRatio(counts: Float64Array, n: number, levels: RisingLevels): number {
  const fitted = levels.fitted()
  const mean = levels.mean()
  let ratio = 1
  for (let t = 0, k = 0; t < n; t++) {
    if (!Number.isNaN(counts[t])) ratio *= Math.pow(fitted[k++] / mean, counts[t])
  }
  return ratio
}
