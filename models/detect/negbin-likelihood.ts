/**
 * Negative-binomial regression with the size that makes the counts most likely, as glm.nb of R's MASS estimates it:
 * coefficients given the size and the size given the coefficients, by turns. Lawless (1987), Canadian J Stat 15:209-225;
 * Venables & Ripley (2002), Modern Applied Statistics with S, §7.4. docs/methods/negbin-regression.md
 */
import { digamma } from '../math/digamma.ts'
import { findRoot } from '../math/root.ts'
import { fitNegbinRegression } from './negbin-regression.ts'
import type { RegressionData, RegressionFit } from './negbin-regression.ts'

/** Of ln size. Each round brings two to three digits. */
const TOLERANCE = 1e-8
const MAX_ROUNDS = 50
/** Newton squares its last step, so this leaves 1e-12 of a coefficient. */
const REGRESSION = { tolerance: 1e-6 }
/**
 * Poisson fits whose Pearson residuals say a smaller size than this: some counts stand where the mean curve is all but 0, and no
 * scatter around that curve explains them.
 */
const LEAST_MOMENT_SIZE = 1e-4

/**
 * Fits; never throws on data. Begins at `start` and `size` of the data where they are given, as an earlier fit leaves them; case
 * weights have no say in the size. About five times the cost of a fit with a known size, half of that from an earlier fit.
 */
export function fitNegbinLikelihood(data: RegressionData): RegressionFit {
  const known = data.start !== undefined && data.size !== undefined && data.size < Infinity
  let fit = fitNegbinRegression(known ? data : { ...data, size: Infinity }, REGRESSION)
  if (!fit.converged) return fit
  if (!known && momentSize(data.counts, fit.fitted) < LEAST_MOMENT_SIZE) return { ...fit, converged: false, reason: 'no_convergence' }
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const size = likelihoodSize(data.counts, fit.fitted, fit.size < Infinity ? fit.size : 1)
    if (size === fit.size || Math.abs(Math.log(size / fit.size)) < TOLERANCE) return fit
    fit = fitNegbinRegression({ ...data, size, start: fit.coefficients }, REGRESSION)
    if (!fit.converged) return fit
  }
  return { ...fit, converged: false, reason: 'no_convergence' }
}

/**
 * The size that makes the counts most likely, given their means; Infinity where they scatter no more than Poisson counts.
 *
 * @param counts whole counts; NaN is a gap and is left out
 * @param guess  a size to begin at; the answer does not depend on it
 */
export function likelihoodSize(counts: Float64Array, means: Float64Array, guess = 1): number {
  let excess = 0
  for (let i = 0; i < counts.length; i++) if (counts[i] >= 0) excess += (counts[i] - means[i]) ** 2 - counts[i]
  if (!(excess > 0)) return Infinity
  const slope = (logSize: number): number => sizeScore(counts, means, Math.exp(logSize))
  const middle = Math.log(guess)
  // The slope falls through its only root; the bracket grows towards it.
  const sign = Math.sign(slope(middle))
  let step = 0.05
  while (step < 64 && Math.sign(slope(middle + sign * step)) === sign) step *= 4
  const root = sign === 0 ? middle : findRoot(slope, middle, middle + sign * step, TOLERANCE)
  return Number.isNaN(root) ? Infinity : Math.exp(root)
}

/** Derivative of the log likelihood by ln size, over size. */
function sizeScore(counts: Float64Array, means: Float64Array, size: number): number {
  const atSize = digamma(size)
  let sum = 0
  for (let i = 0; i < counts.length; i++) {
    const y = counts[i]
    if (!(y >= 0)) continue
    const m = means[i]
    sum += (y > 0 ? digamma(y + size) - atSize : 0) - Math.log1p(m / size) + (m - y) / (size + m)
  }
  return sum
}

function momentSize(counts: Float64Array, means: Float64Array): number {
  let n = 0
  let squares = 0
  for (let i = 0; i < counts.length; i++) {
    if (!(counts[i] >= 0)) continue
    n++
    squares += (counts[i] / means[i] - 1) ** 2
  }
  return n / squares
}
