/**
 * Poisson and negative-binomial counts: probabilities, tails in logs, quantiles.
 * Parameters are mean and size: variance = mean + mean² / size; size = Infinity is Poisson. Saddle-point form of the
 * probabilities: Loader (2000), Fast and accurate computation of binomial probabilities. docs/methods/distributions.md
 */
import { betaFraction } from './beta.ts'
import { deviance, lowerGammaSeries, stirlingError, upperGammaFraction } from './gamma.ts'

const LOG_TWO_PI = 1.8378770664093454836
/** Above this the two distributions agree to the last digit, for counts up to 1e6. */
const POISSON_SIZE = 1e15
/** Above this the continued fraction of the lower tail cancels; the sum of the probabilities is as short as Poisson's. */
const SUM_SIZE = 1e4

/** ln P(X = k); −Infinity for negative or fractional k; NaN for a negative mean or a size not above 0. */
export function logPmf(k: number, mean: number, size = Infinity): number {
  if (!(mean >= 0) || !(size > 0) || Number.isNaN(k)) return NaN
  if (k < 0 || !Number.isInteger(k)) return -Infinity
  if (mean === 0) return k === 0 ? 0 : -Infinity
  if (size >= POISSON_SIZE) {
    if (k === 0) return -mean
    return -stirlingError(k) - deviance(k, mean) - 0.5 * (LOG_TWO_PI + Math.log(k))
  }
  if (k === 0) return -size * Math.log1p(mean / size)
  const n = k + size
  const scale = n / (size + mean)
  return stirlingError(n) - stirlingError(size) - stirlingError(k) - deviance(size, scale * size) - deviance(k, scale * mean)
    - 0.5 * (LOG_TWO_PI + Math.log(k) + Math.log1p(k / size))
}

/**
 * ln P(X >= k): the tail under test. Relative error of P below 1e-10 for P from 1 to far below 1e-300, where only its
 * logarithm fits a double; an error of about 1e-11 absolute remains where size < 1e-5 and the tail is read from the other side.
 */
export function logTail(k: number, mean: number, size = Infinity): number {
  if (!(mean >= 0) || !(size > 0) || Number.isNaN(k)) return NaN
  if (k <= 0) return 0
  if (mean === 0 || k === Infinity) return -Infinity
  const whole = Math.ceil(k)
  if (whole === 1) return Math.log(-Math.expm1(logPmf(0, mean, size)))
  const log = logPmf(whole, mean, size)
  return inUpperTail(whole, mean, size)
    ? log + Math.log(upperRatio(whole, mean, size))
    : Math.log1p(-Math.min(1, Math.exp(log) * lowerRatio(whole, mean, size))) // rounding may lead beyond 1
}

/** P(X <= k), exact in both tails. */
export function cdf(k: number, mean: number, size = Infinity): number {
  if (!(mean >= 0) || !(size > 0) || Number.isNaN(k)) return NaN
  const above = Math.floor(k) + 1
  if (above <= 0) return 0
  if (mean === 0 || above === Infinity) return 1
  if (above === 1) return Math.exp(logPmf(0, mean, size))
  const p = Math.exp(logPmf(above, mean, size))
  return inUpperTail(above, mean, size) ? 1 - p * upperRatio(above, mean, size) : p * lowerRatio(above, mean, size)
}

/** The smallest k with P(X <= k) >= q. 0 <= q < 1; q = 1 gives Infinity unless the mean is 0. */
export function quantile(q: number, mean: number, size = Infinity): number {
  if (!(mean >= 0) || !(size > 0) || !(q >= 0 && q <= 1)) return NaN
  if (mean === 0 || q === 0) return 0
  if (q === 1) return Infinity
  return search((k) => cdf(k, mean, size) >= q, mean, deviation(mean, size))
}

/**
 * The smallest k with ln P(X >= k) <= logP: the count that a test of size e^logP calls too many.
 *
 * @param near where to begin the search; a good guess saves most of the tails
 */
export function tailQuantile(logP: number, mean: number, size = Infinity, near?: number): number {
  if (!(mean >= 0) || !(size > 0) || Number.isNaN(logP)) return NaN
  if (logP >= 0) return 0
  if (mean === 0) return 1
  if (logP === -Infinity) return Infinity
  return search((k) => logTail(k, mean, size) <= logP, near ?? mean, near === undefined ? deviation(mean, size) : 1)
}

function deviation(mean: number, size: number): number {
  return Math.sqrt(mean + (mean * mean) / size)
}

/** The smallest whole k >= 0 that is `reached`, which is false, then true, as k grows: doubles steps from `near`, then halves them. */
function search(reached: (k: number) => boolean, near: number, firstStep: number): number {
  let step = Math.max(1, Math.ceil(firstStep))
  let high = Math.max(0, Math.floor(near))
  let low = high - step
  if (reached(high)) {
    while (low >= 0 && reached(low)) {
      high = low
      step *= 2
      low -= step
    }
    low = Math.max(-1, low)
  } else {
    do {
      low = high
      high += step
      step *= 2
      if (high > 1e15) return Infinity
    } while (!reached(high))
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (reached(middle)) high = middle
    else low = middle
  }
  return high
}

/** Whether P(X >= k) is the side whose series is short: k beyond about the mean. */
function inUpperTail(k: number, mean: number, size: number): boolean {
  if (size >= POISSON_SIZE) return mean < k + 1
  return mean / (size + mean) <= (k + 1) / (k + size + 2)
}

/** P(X >= k) / P(X = k). */
function upperRatio(k: number, mean: number, size: number): number {
  if (size >= POISSON_SIZE) return lowerGammaSeries(k, mean)
  return betaFraction(k, size, mean / (size + mean))
}

/** P(X < k) / P(X = k). */
function lowerRatio(k: number, mean: number, size: number): number {
  if (size >= POISSON_SIZE) return k * upperGammaFraction(k, mean)
  if (size <= SUM_SIZE) return (k / size) * betaFraction(size, k, size / (size + mean))
  const p = mean / (size + mean)
  let term = 1
  let sum = 0
  for (let j = k; j > 0; j--) {
    term *= j / ((j - 1 + size) * p)
    sum += term
    if (term < sum * 1e-17) break
  }
  return sum
}
