/**
 * Log-linear quasi-Poisson regression on levels and a common trend, ln μ = θ_level + β t, in time linear in the rows.
 * Iteratively reweighted least squares (McCullagh & Nelder 1989, §2.5) with the start, the stopping rule and the conventions of
 * R's glm.fit, so that estimates agree to rounding even where they have no finite limit: a level without cases goes down by
 * one a round until the deviance stands still. The information matrix is an arrow: levels are profiled out in closed form, and
 * along a stretch of consecutive periods e^(β t) is one multiplication a row. docs/methods/farrington.md
 */

/** glm.control: rounds at most, and the relative change of the deviance at which to stop. */
const MAX_ROUNDS = 25
const EPSILON = 1e-8

/** What the counts of a series bring to every fit, worked out once. */
export interface CountTables {
  /** n counts; a gap is 0 here. */
  counts: Float64Array
  /** n case weights 1, 0 for a gap. */
  present: Float64Array
  /** y ln y. */
  logs: Float64Array
  /** (y + 0.1) ln(y + 0.1) − 0.1: the first working response times its weight. */
  starts: Float64Array
}

/** Rows of a regression: stretches of consecutive periods of one series, oldest first, each of one level. */
export interface Rows {
  stretches: number
  /** First period of each stretch, and the one after its last. */
  from: Int32Array
  until: Int32Array
  level: Int32Array
  levels: number
  /** The period at which t is 0. */
  origin: number
}

/** A fit and the room it needs; overwritten by the next one. */
export interface LevelTrendFit {
  /** θ: ln mean of each level at the origin; NaN where it has no rows. */
  intercept: Float64Array
  /** e^θ. */
  mean: Float64Array
  /** β; 0 without a trend. */
  slope: number
  /** Means and β one round before, where the information was taken. */
  lastMean: Float64Array
  lastSlope: number
  /** Σ W of each level, W = weight · mean, and the W-weighted mean of its times. */
  information: Float64Array
  centre: Float64Array
  /** Σ W (t − centre)²: the information on β; Infinity without a trend. */
  curvature: number
  /** Rows of positive weight less coefficients. */
  freedom: number
  /** Sums over the rows of each level, of W, W t, W t², w y and the score. */
  sums: Float64Array
  timeSums: Float64Array
  squareSums: Float64Array
  caseSums: Float64Array
  scoreSums: Float64Array
}

export function tabulateCounts(counts: Float64Array): CountTables {
  const n = counts.length
  const tables = { counts: new Float64Array(n), present: new Float64Array(n), logs: new Float64Array(n), starts: new Float64Array(n) }
  for (let i = 0; i < n; i++) {
    if (!(counts[i] >= 0)) continue
    const y = counts[i]
    tables.counts[i] = y
    tables.present[i] = 1
    tables.logs[i] = y > 0 ? y * Math.log(y) : 0
    tables.starts[i] = (y + 0.1) * Math.log(y + 0.1) - 0.1
  }
  return tables
}

/** Room for fits of up to so many levels. */
export function createLevelTrendFit(levels: number): LevelTrendFit {
  const room = (): Float64Array => new Float64Array(levels)
  return {
    intercept: room(), mean: room(), slope: 0, lastMean: room(), lastSlope: 0, information: room(), centre: room(), curvature: NaN, freedom: 0,
    sums: room(), timeSums: room(), squareSums: room(), caseSums: room(), scoreSums: room(),
  }
}

/**
 * Fits and overwrites `fit`. O(rows) a round, about five rounds; allocates nothing.
 *
 * @param weights n case weights of the series' periods, 0 leaves one out
 * @returns false where the deviance did not come to rest, or there are no more rows than coefficients; then `fit` is not to be used
 */
export function fitLevelTrend(tables: CountTables, weights: Float64Array, rows: Rows, trend: boolean, fit: LevelTrendFit): boolean {
  const { levels } = rows
  const { intercept, mean, lastMean, information, centre, sums, timeSums, squareSums, caseSums, scoreSums } = fit
  const start = sumStart(tables, weights, rows, fit)
  let coefficients = trend ? 1 : 0
  for (let g = 0; g < levels; g++) {
    intercept[g] = sums[g] > 0 ? 0 : NaN
    if (sums[g] > 0) coefficients++
  }
  fit.slope = 0
  fit.freedom = start.rows - coefficients
  if (fit.freedom <= 0) return false

  let timeScore = start.timeScore
  let deviance = Infinity
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    let curvature = 0
    let score = timeScore
    for (let g = 0; g < levels; g++) {
      if (Number.isNaN(intercept[g])) continue
      information[g] = sums[g]
      centre[g] = timeSums[g] / sums[g]
      curvature += squareSums[g] - timeSums[g] * centre[g]
      score -= centre[g] * scoreSums[g]
    }
    fit.curvature = trend ? curvature : Infinity
    fit.lastSlope = fit.slope
    const step = score / fit.curvature
    fit.slope += step
    for (let g = 0; g < levels; g++) {
      lastMean[g] = mean[g]
      intercept[g] += scoreSums[g] / information[g] - step * centre[g]
      mean[g] = Math.exp(intercept[g])
    }

    sumMeans(weights, rows, fit)
    timeScore = start.caseTimes
    let next = start.constant - fit.slope * start.caseTimes
    for (let g = 0; g < levels; g++) {
      if (Number.isNaN(intercept[g])) continue
      scoreSums[g] = caseSums[g] - sums[g]
      timeScore -= timeSums[g]
      next += sums[g] - intercept[g] * caseSums[g]
    }
    next *= 2
    if (Math.abs(next - deviance) < EPSILON * (Math.abs(next) + 0.1)) return true
    deviance = next
  }
  return false
}

/** What the counts alone contribute: Σ w (y ln y − y) and Σ w y t; and to the first round, Σ W z t. */
interface Start { rows: number, constant: number, caseTimes: number, timeScore: number }

/** Sums of the first round, which works at means of y + 0.1. */
function sumStart({ counts, logs, starts }: CountTables, weights: Float64Array, rows: Rows, fit: LevelTrendFit): Start {
  const { sums, timeSums, squareSums, caseSums, scoreSums } = fit
  for (let g = 0; g < rows.levels; g++) sums[g] = timeSums[g] = squareSums[g] = caseSums[g] = scoreSums[g] = 0
  let used = 0
  let constant = 0
  let caseTimes = 0
  let timeScore = 0
  const { origin } = rows
  for (let s = 0; s < rows.stretches; s++) {
    const until = rows.until[s]
    let s0 = 0
    let s1 = 0
    let s2 = 0
    let cases = 0
    let score = 0
    for (let i = rows.from[s]; i < until; i++) {
      const w = weights[i]
      if (w === 0) continue
      used++
      const t = i - origin
      const wy = w * counts[i]
      const mt = (wy + 0.1 * w) * t
      const z = w * starts[i]
      s0 += wy + 0.1 * w
      s1 += mt
      s2 += mt * t
      cases += wy
      score += z
      timeScore += z * t
      caseTimes += wy * t
      constant += w * (logs[i] - counts[i])
    }
    const g = rows.level[s]
    sums[g] += s0
    timeSums[g] += s1
    squareSums[g] += s2
    caseSums[g] += cases
    scoreSums[g] += score
  }
  return { rows: used, constant, caseTimes, timeScore }
}

/** Σ w μ, Σ w μ t, Σ w μ t² of each level at the present coefficients. */
function sumMeans(weights: Float64Array, rows: Rows, fit: LevelTrendFit): void {
  const { slope, mean, sums, timeSums, squareSums } = fit
  for (let g = 0; g < rows.levels; g++) sums[g] = timeSums[g] = squareSums[g] = 0
  const { origin } = rows
  const ratio = Math.exp(slope)
  let growth = 1
  let next = -1
  for (let s = 0; s < rows.stretches; s++) {
    const from = rows.from[s]
    const until = rows.until[s]
    if (from !== next) growth = Math.exp(slope * (from - origin))
    next = until
    let s0 = 0
    let s1 = 0
    let s2 = 0
    for (let i = from; i < until; i++) {
      const t = i - origin
      const m = weights[i] * growth
      s0 += m
      s1 += m * t
      s2 += m * t * t
      growth *= ratio
    }
    const g = rows.level[s]
    sums[g] += s0
    timeSums[g] += s1
    squareSums[g] += s2
  }
  for (let g = 0; g < rows.levels; g++) {
    sums[g] *= mean[g]
    timeSums[g] *= mean[g]
    squareSums[g] *= mean[g]
  }
}

/**
 * The two sums of squares that summary.glm can be made to take for the dispersion, by the degrees of freedom. R's `residuals`
 * are (y − μ) / μ at the last means, its `weights` belong to the round before.
 */
export interface Dispersions {
  /** Σ W ((y − μ) / μ)² / freedom: Pearson's. */
  pearson: number
  /** The same with case weights instead of W. */
  working: number
}

export function readDispersions({ counts }: CountTables, weights: Float64Array, rows: Rows, fit: LevelTrendFit, out: Dispersions): void {
  const { slope, lastSlope, mean, lastMean, freedom } = fit
  const ratio = Math.exp(-slope)
  const lastRatio = Math.exp(lastSlope)
  let inverse = 1
  let last = 1
  let next = -1
  let pearson = 0
  let working = 0
  for (let s = 0; s < rows.stretches; s++) {
    const from = rows.from[s]
    const until = rows.until[s]
    if (from !== next) {
      inverse = Math.exp(-slope * (from - rows.origin))
      last = Math.exp(lastSlope * (from - rows.origin))
    }
    next = until
    const g = rows.level[s]
    const unscale = 1 / mean[g]
    let weighted = 0
    for (let i = from; i < until; i++) {
      const residual = counts[i] * inverse * unscale - 1
      const square = weights[i] * residual * residual
      working += square
      weighted += square * last
      inverse *= ratio
      last *= lastRatio
    }
    pearson += weighted * lastMean[g]
  }
  out.pearson = pearson / freedom
  out.working = working / freedom
}
