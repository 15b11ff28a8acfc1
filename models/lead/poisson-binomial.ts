/**
 * How likely are so many successes, where each trial has a probability of its own? Exactly by convolution where that is cheap,
 * else by the Poisson tail of the same mean, which is the larger one above the mean (Hoeffding 1956, Ann Math Stat 27:713-721).
 */
import { logTail } from '../math/distributions.ts'

/** Trials times successes above which the Poisson tail does. */
const MOST_WORK = 20_000

/** P(successes >= least). */
export function poissonBinomialTail(probabilities: ArrayLike<number>, least: number): number {
  if (least <= 0) return 1
  const n = probabilities.length
  if (least > n) return 0
  if (n * least > MOST_WORK) {
    let mean = 0
    for (let i = 0; i < n; i++) mean += probabilities[i]!
    return Math.min(1, Math.exp(logTail(least, mean)))
  }
  // reached[k] is P(k successes so far) for k < least; whoever reaches `least` leaves, so that a small tail is not lost in 1 − sum.
  const reached = new Float64Array(least)
  reached[0] = 1
  let tail = 0
  for (let i = 0; i < n; i++) {
    const p = probabilities[i]!
    tail += reached[least - 1]! * p
    for (let k = least - 1; k > 0; k--) reached[k] = reached[k]! * (1 - p) + reached[k - 1]! * p
    reached[0] = reached[0]! * (1 - p)
  }
  return Math.min(1, tail)
}
