/**
 * Two rules of thumb as the trials of real and of quiet series use them.
 */
import { ears } from '../models/detect/ears.ts'
import { createJudgements } from '../models/detect/method.ts'
import type { Method } from '../models/detect/method.ts'

export type Rule = Pick<Method, 'name' | 'judge'>

/** Fixed "≥ N in 7 days" as a score: the tickets of the last seven days. */
export const IN_SEVEN_DAYS: Rule = {
  name: 'tickets in 7 days',
  judge: ({ counts, from, until }) => {
    const out = createJudgements(until - from)
    for (let t = from; t < until; t++) out.statistic[t - from] = counts.subarray(Math.max(0, t - 6), t + 1).reduce((sum, count) => sum + count, 0)
    return out
  },
}

/**
 * EARS C2 whose standard deviation is at least half a ticket. Without that floor, as the benchmark has it, one ticket after a
 * quiet week is infinitely unusual, and no threshold can tell it from fifty.
 */
export const EARS_C2_FLOOR: Rule = {
  name: 'earsC2, sd ≥ 0.5',
  judge: ({ counts, from, until }) => {
    const out = createJudgements(until - from)
    const { expected, sigma } = ears(counts, { lag: 2, minSigma: 0.5 })
    for (let t = from; t < until; t++) out.statistic[t - from] = (counts[t]! - expected[t]!) / sigma[t]!
    return out
  },
}
