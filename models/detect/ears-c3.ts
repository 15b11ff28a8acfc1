/**
 * EARS C3: do the excesses of the last three periods add up, though none of them need be too many by itself?
 * Hutwagner, Thompson, Seeman, Treadwell (2003), J Urban Health 80(2 Suppl 1):i89-i96; as written by Fricker, Hegler & Dunfee
 * (2008), Stat Med 27:3407-3429, eq. 3. docs/methods/ears.md
 */
import { resolveOptions } from '../../core/options.ts'
import { ears } from './ears.ts'
import { createJudgements, withoutVerdict } from './method.ts'
import type { Judgements, SeriesInput } from './method.ts'

export interface EarsC3Options {
  /** Periods in the baseline of each C2, which ends two periods before it. */
  baseline: number
  /** Sum of the excesses above which there is an alarm: 2 in the textbooks, the normal quantile of 1 − alpha in R surveillance. */
  threshold: number
  /** Floor of the standard deviation, in counts. */
  minSigma: number
  /**
   * 'textbook' sums the excesses of the present period and the two before it. 'surveillance-1.20' does as that package: its bound
   * is count + sd (threshold − the two excesses before), so that the present count has no say in its own alarm.
   */
  rule: 'textbook' | 'surveillance-1.20'
}

export const EARS_C3_DEFAULTS: Readonly<EarsC3Options> = { baseline: 7, threshold: 2, minSigma: 0.5, rule: 'textbook' }
const RANGES = { baseline: [3, 365, 'whole'], threshold: [0, 99], minSigma: [0, 1e6] } as const
const LAG = 2

/**
 * statistic is the sum of max(0, C2 − 1) that the rule looks at. upper is the bound given the two periods before; 0 where these
 * are enough by themselves: a period without any count is no alarm. A series that stood still (standard deviation and excess 0)
 * has no C2 under 'surveillance-1.20'.
 *
 * @throws {InvalidOptionError} an unknown option, or one out of range
 */
export function earsC3({ counts, from, until }: SeriesInput, options: Partial<EarsC3Options> = {}): Judgements {
  const { baseline, threshold, minSigma, rule } = resolveOptions('earsC3', EARS_C3_DEFAULTS, RANGES, options)
  const out = createJudgements(until - from)
  const { expected, sigma } = ears(counts.subarray(0, until), { baseline, lag: LAG, minSigma })
  const textbook = rule === 'textbook'
  const excess = (t: number): number => {
    const above = counts[t] - expected[t]
    return above === 0 && sigma[t] === 0 && textbook ? 0 : Math.max(0, above / sigma[t] - 1)
  }
  for (let t = from; t < until; t++) {
    const i = t - from
    const y = counts[t]
    out.expected[i] = expected[t]
    const before = excess(t - 1) + excess(t - 2)
    const sum = textbook ? before + excess(t) : before
    if (Number.isNaN(sum + y) || Number.isNaN(sigma[t])) {
      const still = sigma[t] === 0 || sigma[t - 1] === 0 || sigma[t - 2] === 0
      withoutVerdict(out, i, t < baseline + 2 * LAG ? 'too_short' : still && !Number.isNaN(y) ? 'too_sparse' : 'gap')
      continue
    }
    const needed = threshold - before
    out.upper[i] = Math.max(0, !textbook ? y + sigma[t] * needed : needed < 0 ? 0 : expected[t] + sigma[t] * (1 + needed))
    out.statistic[i] = sum
    out.alarm[i] = y > out.upper[i] ? 1 : 0
    out.window[i] = 3
  }
  return out
}
