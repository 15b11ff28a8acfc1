/**
 * Several quantiles of one negative binomial in one walk along its probabilities: what a night asks by the hundred thousand.
 * The ratio of neighbouring probabilities is (k + size) / (k + 1) · p; tails as in models/math/distributions.ts.
 */
import { cdf, logPmf } from '../math/distributions.ts'

/** Means from which the walk begins in the lower tail rather than at 0. */
const FAR = 60
/** Standard deviations below the mean at which it then begins: P below is exact, by the incomplete beta. */
const REACH = 6
/** Sizes above which a count is as good as Poisson for quantiles. */
const POISSON = 1e9

/**
 * The smallest k with P(X <= k) >= level, for each level. O(mean + few standard deviations).
 *
 * @param size   variance = mean + mean² / size; Infinity is Poisson
 * @param levels ascending, 0 <= level < 1
 * @param out    as many numbers as levels, overwritten; NaN where mean or size is none
 */
export function negbinQuantiles(mean: number, size: number, levels: ArrayLike<number>, out: Float64Array): Float64Array {
  const n = levels.length
  if (!(mean >= 0) || !(size > 0)) return out.fill(NaN, 0, n)
  if (mean === 0) return out.fill(0, 0, n)
  const isPoisson = size > POISSON
  const p = isPoisson ? 0 : mean / (size + mean)
  let k = 0
  if (mean > FAR) k = Math.max(0, Math.floor(mean - REACH * Math.sqrt(mean + mean * mean / size)))
  let mass = Math.exp(logPmf(k, mean, isPoisson ? Infinity : size))
  let below = k === 0 ? mass : cdf(k, mean, isPoisson ? Infinity : size)
  const limit = mean + 1e3 * (1 + Math.sqrt(mean + mean * mean / size))
  for (let i = 0; i < n; i++) {
    const level = levels[i]
    while (below < level && k < limit) {
      mass *= isPoisson ? mean / (k + 1) : ((k + size) / (k + 1)) * p
      k++
      below += mass
    }
    out[i] = k
  }
  return out
}
