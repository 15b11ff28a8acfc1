/**
 * The regression behind Farrington's methods: fitted, its past outbreaks weighed down, fitted again, and the trend given up where
 * it does not earn its place. Farrington et al. (1996) §3.4 to 3.6; Noufaily et al. (2013) §3.2, 3.3. docs/methods/farrington.md
 */
import { createLevelTrendFit, fitLevelTrend, readDispersions, tabulateCounts } from '../math/quasi-poisson.ts'
import type { CountTables, Dispersions, LevelTrendFit, Rows } from '../math/quasi-poisson.ts'
import { logStudentTail } from '../math/student.ts'
import type { Reason } from './verdict.ts'

export type StandardError = 'correct' | 'surveillance-1.20'

export interface ModelOptions {
  /** Whether past outbreaks are weighed down. */
  reweight: boolean
  /** Anscombe residual above which a count weighs less: 1 in Farrington (1996), 2.58 in Noufaily (2013). */
  weightsThreshold: number
  /** Whether a trend is tried. */
  trend: boolean
  /** Two-sided p of the trend above which it is given up. */
  pThresholdTrend: number
  /** Which standard error of the linear predictor is used: docs/methods/farrington.md. */
  standardError: StandardError
}

/** The model at one period. */
export interface Prediction {
  /** Expected count. */
  mean: number
  /** Dispersion: the variance of a count is phi · mean. At least 1. */
  phi: number
  /** Standard error of ln mean. */
  standardError: number
  /** Coefficient of the trend, per period; NaN without one. */
  trend: number
}

/** One series' tables and the room for its fits. */
export interface ModelRoom {
  tables: CountTables
  /** y^(2/3) of each count. */
  twoThirds: Float64Array
  weights: Float64Array
  fit: LevelTrendFit
  dispersions: Dispersions
}

export function createModelRoom(counts: Float64Array, levels: number): ModelRoom {
  const tables = tabulateCounts(counts)
  const twoThirds = tables.counts.map((y) => Math.cbrt(y) ** 2)
  return { tables, twoThirds, weights: new Float64Array(counts.length), fit: createLevelTrendFit(levels), dispersions: { pearson: NaN, working: NaN } }
}

/** Fewer years than this tell nothing of a trend. */
const TREND_YEARS = 3

/**
 * Predicts the count at rows.origin, the last level being its season, and overwrites `out`.
 *
 * @param years years that the rows cover
 * @returns why there is no prediction, '' where there is one
 */
export function predict(room: ModelRoom, rows: Rows, years: number, options: ModelOptions, out: Prediction): Reason {
  if (options.trend && years >= TREND_YEARS && fitTwice(room, rows, true, options)) {
    readPrediction(room, rows, options, out)
    out.trend = room.fit.slope
    if (keepsTrend(room, rows, options, out)) return ''
  }
  out.trend = NaN
  if (!fitTwice(room, rows, false, options)) return room.fit.freedom > 0 ? 'no_convergence' : 'too_short'
  readPrediction(room, rows, options, out)
  return Number.isNaN(out.mean) ? 'gap' : ''
}

/** The fit, and the one after reweighting; `room` then holds the last one and its dispersions. */
function fitTwice(room: ModelRoom, rows: Rows, trend: boolean, options: ModelOptions): boolean {
  const { tables, weights, fit, dispersions } = room
  if (!fitLevelTrend(tables, tables.present, rows, trend, fit)) return false
  readDispersions(tables, tables.present, rows, fit, dispersions)
  if (!options.reweight || !weighOutliers(room, rows, options.weightsThreshold)) return true
  if (!fitLevelTrend(tables, weights, rows, trend, fit)) return false
  readDispersions(tables, weights, rows, fit, dispersions)
  return true
}

/** A row that alone decides its level has no residual, but rounding. */
const FULL_LEVERAGE = 1 - 1e-9

/**
 * Weighs counts whose Anscombe residual s is above the threshold by s^-2 and scales all weights to the mean 1. Only excesses
 * are weighed down: s = 3/2 (y^(2/3) − μ^(2/3)) / (μ^(1/6) √(φ (1 − h))), h the leverage; squared, it needs no root.
 *
 * @returns false where there are none, weights being 1 then
 */
function weighOutliers({ tables, twoThirds, weights, fit, dispersions }: ModelRoom, rows: Rows, threshold: number): boolean {
  const { present } = tables
  const { slope, lastSlope, mean, lastMean, information, centre, curvature } = fit
  const phi = Math.max(1, dispersions.pearson)
  const limit = (threshold * threshold * phi) / 2.25
  const thirdRatio = Math.exp(slope / 3)
  const lastRatio = Math.exp(lastSlope)
  let third = 1
  let last = 1
  let next = -1
  let used = 0
  let sum = 0
  let outliers = 0
  for (let s = 0; s < rows.stretches; s++) {
    const from = rows.from[s]
    const until = rows.until[s]
    if (from !== next) {
      third = Math.exp((slope / 3) * (from - rows.origin))
      last = Math.exp(lastSlope * (from - rows.origin))
    }
    next = until
    const g = rows.level[s]
    const thirdLevel = Math.cbrt(mean[g])
    for (let i = from; i < until; i++) {
      const meanThird = third * thirdLevel
      const excess = twoThirds[i] - meanThird * meanThird
      let weight = present[i]
      used += weight
      if (excess > 0) {
        const fromCentre = i - rows.origin - centre[g]
        const leverage = last * lastMean[g] * (1 / information[g] + (fromCentre * fromCentre) / curvature)
        const square = excess * excess
        const spread = meanThird * (1 - leverage)
        if (leverage < FULL_LEVERAGE && square > limit * spread) {
          weight = (phi * spread) / (2.25 * square)
          outliers++
        }
      }
      weights[i] = weight
      sum += weight
      third *= thirdRatio
      last *= lastRatio
    }
  }
  if (outliers === 0) return false
  const scale = used / sum
  for (let s = 0; s < rows.stretches; s++) for (let i = rows.from[s]; i < rows.until[s]; i++) weights[i] *= scale
  return true
}

function readPrediction({ fit, dispersions }: ModelRoom, rows: Rows, options: ModelOptions, out: Prediction): void {
  const season = rows.levels - 1
  out.mean = Math.max(Number.EPSILON, fit.mean[season]) // the floor of R's inverse link
  out.phi = Math.max(1, dispersions.pearson)
  const scale = options.standardError === 'correct' ? out.phi : mistakenDispersion(dispersions, options)
  out.standardError = Math.sqrt(scale * (1 / fit.information[season] + (fit.centre[season] * fit.centre[season]) / fit.curvature))
}

/** R surveillance 1.20 hands the outbreak weights to summary.glm as if they were its working weights, and forgets the floor of phi. */
function mistakenDispersion({ pearson, working }: Dispersions, { reweight }: ModelOptions): number {
  return reweight ? working : pearson
}

/** Farrington's conditions: the trend is significant, and does not lead beyond anything seen. */
function keepsTrend({ tables, fit, dispersions }: ModelRoom, rows: Rows, options: ModelOptions, out: Prediction): boolean {
  if (options.pThresholdTrend < 1) {
    // The dispersion as estimated, be it below 1: R's t test of a quasi-Poisson coefficient.
    const scale = options.standardError === 'correct' ? dispersions.pearson : mistakenDispersion(dispersions, options)
    const t = Math.abs(fit.slope) * Math.sqrt(fit.curvature / scale)
    if (!(2 * Math.exp(logStudentTail(t, fit.freedom)) < options.pThresholdTrend)) return false
  }
  for (let s = 0; s < rows.stretches; s++) {
    for (let i = rows.from[s]; i < rows.until[s]; i++) if (tables.counts[i] >= out.mean) return true
  }
  return false
}
