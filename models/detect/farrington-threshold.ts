/**
 * From a predicted mean to the count that is too many, and to the p of the count that came.
 * 'delta': Farrington et al. (1996) §3.7; 'nbPlugin': Noufaily et al. (2013) §3.4; 'muan': Salmon, Schumacher, Höhle (2016),
 * J Stat Softw 70(10) §3. docs/methods/farrington.md
 */
import { logTail, tailQuantile } from '../math/distributions.ts'
import { logNormalTail } from '../math/normal.ts'
import type { Prediction } from './farrington-model.ts'

export type ThresholdMethod = 'delta' | 'nbPlugin' | 'muan'
/** The power of a count that is taken to be normal: 2/3 has no skewness, 1/2 a steady variance. */
export type PowerTransformation = '2/3' | '1/2' | 'none'

export const POWERS: Readonly<Record<PowerTransformation, number>> = { '2/3': 2 / 3, '1/2': 1 / 2, none: 1 }

/** Relative standard deviation of the difference between a count and its predicted mean. */
function relativeError({ mean, phi, standardError }: Prediction): number {
  return Math.sqrt(phi / mean + standardError * standardError)
}

/** Upper bound of the prediction at the normal quantile z, on the scale of y^power. */
export function deltaBound(prediction: Prediction, power: number, z: number): number {
  const { mean } = prediction
  return mean * Math.pow(1 + power * z * relativeError(prediction), 1 / power)
}

/** ln P(Y >= y) by the same normal. */
export function deltaLogTail(y: number, prediction: Prediction, power: number): number {
  const { mean } = prediction
  return logNormalTail((Math.pow(y / mean, power) - 1) / (power * relativeError(prediction)))
}

/** Size of the negative binomial whose variance is phi times its mean; Infinity, Poisson, at 1. */
function sizeAt(mean: number, phi: number): number {
  return mean / (phi - 1)
}

/** Above it the quantile of the negative binomial is that of its expansion, to 1e-8. */
const MANY = 1e9

/** The smallest count with P(Y > count) <= alpha under the negative binomial; z is the normal quantile of the same alpha. */
export function countBound(mean: number, phi: number, logAlpha: number, z: number): number {
  // Cornish and Fisher (1938): the normal quantile, mended for skewness.
  const near = mean + z * Math.sqrt(phi * mean) + ((z * z - 1) * (2 * phi - 1)) / 6
  return mean > MANY ? near : tailQuantile(logAlpha, mean, sizeAt(mean, phi), near) - 1
}

/** ln P(Y >= y) of the negative binomial. */
export function countLogTail(y: number, mean: number, phi: number): number {
  return logTail(y, mean, sizeAt(mean, phi))
}
