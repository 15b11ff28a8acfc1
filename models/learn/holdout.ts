/**
 * Does an order or a probability hold on cases that it was not fitted on? Area under the ROC curve by the rank sum (Hanley & McNeil 1982,
 * Radiology 143:29-36), Brier's score (1950), calibration by Cox's logistic recalibration (1958, Biometrika 45:562-565), on rolling origins.
 */
import { wilcoxonRankSum } from 'simple-statistics'
import { fitLogistic } from './logistic.ts'

/** Chance that a random good case scores above a random other one, ties half; NaN where there is only one kind. A label counts as good from a half on. */
export function areaUnderCurve(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const good: number[] = []
  const other: number[] = []
  for (let i = 0; i < labels.length; i++) (labels[i]! >= 0.5 ? good : other).push(scores[i]!)
  if (good.length === 0 || other.length === 0) return NaN
  return (wilcoxonRankSum(good, other) - (good.length * (good.length + 1)) / 2) / (good.length * other.length)
}

/** Mean squared distance of probabilities from labels; NaN where there are none. */
export function brierScore(chances: ArrayLike<number>, labels: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < labels.length; i++) sum += (chances[i]! - labels[i]!) ** 2
  return sum / labels.length
}

/** Intercept and slope of the labels on the log odds: 0 and 1 where probabilities mean what they say. */
export function calibration(odds: Float64Array, labels: Float64Array): { intercept: number, slope: number } {
  const { intercept, coefficients, centres, scales, converged } = fitLogistic(odds, labels, { ridge: 0 })
  if (!converged) return { intercept: NaN, slope: NaN }
  const slope = coefficients[0]! / scales[0]!
  return { intercept: intercept - slope * centres[0]!, slope }
}

export interface Fold { train: number[], testFrom: number, testUntil: number }

/**
 * Blocks at the end of a time-ordered series, each judged by what was known before it began: training cases are those whose label was known
 * by the block's first day.
 *
 * @param days   day of each case, ascending
 * @param known  first day on which the case's label was known
 * @param blocks as many blocks of equal size over the last half of the cases
 */
export function rollingFolds(days: ArrayLike<number>, known: ArrayLike<number>, blocks: number): Fold[] {
  const n = days.length
  const half = Math.floor(n / 2)
  const folds: Fold[] = []
  for (let b = 0; b < blocks; b++) {
    const testFrom = half + Math.floor(((n - half) * b) / blocks)
    const testUntil = half + Math.floor(((n - half) * (b + 1)) / blocks)
    if (testFrom >= testUntil) continue
    const train: number[] = []
    for (let i = 0; i < testFrom; i++) if (known[i]! <= days[testFrom]!) train.push(i)
    folds.push({ train, testFrom, testUntil })
  }
  return folds
}
