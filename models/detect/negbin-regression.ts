/**
 * Log-linear negative-binomial regression of counts: how many were to be expected, and how much do they scatter?
 * Iteratively reweighted least squares, Newton steps: McCullagh & Nelder (1989) §2.5; dispersion by Pearson's moment equation:
 * Breslow (1984), Applied Statistics 33:38-44; ridge as a normal prior of the coefficients. docs/methods/negbin-regression.md
 */
import { resolveOptions } from '../../core/options.ts'
import { choleskyDecompose, choleskyInvert, choleskySolve } from '../math/cholesky.ts'
import type { Reason } from './verdict.ts'

export interface RegressionOptions {
  /** Rounds of reweighting at most. */
  maxIterations: number
  /** Converged when no coefficient moves by more; the step after would be about its square. */
  tolerance: number
  /** Floor of the size; smaller ones are a few spikes in a desert and make every tail equal. */
  minSize: number
  /** 1 / size believed before seeing data; matters for sparse series only. */
  priorDispersion: number
  /** Weight of that belief, as information Σ mean² / 2 of the data; 0 takes the data alone. */
  priorInformation: number
}

export const REGRESSION_DEFAULTS: Readonly<RegressionOptions> = {
  maxIterations: 50, tolerance: 1e-5, minSize: 0.02, priorDispersion: 0, priorInformation: 0,
}
const RANGES = {
  maxIterations: [1, 1000, 'whole'], tolerance: [1e-14, 1], minSize: [1e-6, 1e6], priorDispersion: [0, 50], priorInformation: [0, 1e12],
} as const

/** n rows, p columns. Arrays are read, never kept or written. */
export interface RegressionData {
  /** n counts; NaN is a gap and is left out. */
  counts: Float64Array
  /** n * p, row after row. */
  design: Float64Array
  columns: number
  /** n case weights, 0 leaves a row out; absent: 1. */
  weights?: Float64Array
  /** n logarithms of exposure; absent: 0. */
  offset?: Float64Array
  /** p prior precisions of the coefficients (1 / sd²); absent: 1e-8 each, enough to survive collinear columns. */
  ridge?: Float64Array
  /** p prior means, towards which the ridge pulls; absent: 0. */
  prior?: Float64Array
  /** p coefficients to start from; absent: the counts themselves. */
  start?: Float64Array
  /** A known size (Infinity: Poisson) instead of an estimated one. */
  size?: number
}

export interface RegressionFit {
  /** False says that every number is NaN, and reason says why. */
  converged: boolean
  reason: Reason
  iterations: number
  /** p coefficients, on the log scale. */
  coefficients: Float64Array
  /** p * p, row after row: inverse of the penalised information. */
  covariance: Float64Array
  /** n fitted means, exposure included, for left-out rows too. */
  fitted: Float64Array
  /** Variance = mean + mean² / size; Infinity where the counts scatter no more than Poisson. */
  size: number
  /** Sum of the case weights of the rows used. */
  used: number
}

/** Keeps exp() finite; a mean of e^-30 a day is none. */
const ETA_LIMIT = 30

/**
 * Fits; never throws on data. O(iterations * n * p²), below 1 ms for n = 1000, p = 12; zero cells of the design cost little.
 * Allocates n + p² numbers a call.
 *
 * @throws {InvalidOptionError} an unknown option, or one out of range
 */
export function fitNegbinRegression(data: RegressionData, options: Partial<RegressionOptions> = {}): RegressionFit {
  const settings = resolveOptions('fitNegbinRegression', REGRESSION_DEFAULTS, RANGES, options)
  const work = prepare(data)
  const { p, used, beta, target, information, score, ridge } = work
  if (work.rows === 0) return failure(data, 'no_history', 0, used)
  let dispersion = data.size === undefined ? 0 : 1 / data.size
  let objective = data.start ? evaluate(work, beta, dispersion) : startFromCounts(work)
  let converged = false
  let iterations = 0
  while (!converged && iterations < settings.maxIterations) {
    iterations++
    accumulate(work, dispersion, true)
    if (!choleskyDecompose(information, p)) break
    choleskySolve(information, score, target, p)
    const moved = stepTowards(work, dispersion, objective)
    if (!(moved >= 0)) break
    const before = dispersion
    if (data.size === undefined) {
      const freedom = used - effectiveParameters(information, ridge, p)
      dispersion = estimateDispersion(work, Math.max(1, freedom), settings, before)
    }
    objective = penalisedDeviance(work, beta, dispersion)
    converged = iterations > 1 && moved <= settings.tolerance && Math.abs(dispersion - before) <= settings.tolerance * (before + 1e-3) * 10
  }
  if (!converged) return failure(data, 'no_convergence', iterations, used)
  accumulate(work, dispersion, false)
  const covariance = new Float64Array(p * p)
  if (!choleskyDecompose(information, p)) return failure(data, 'no_convergence', iterations, used)
  choleskyInvert(information, covariance, p)
  const size = dispersion > 0 ? 1 / dispersion : Infinity
  return { converged, reason: '', iterations, coefficients: beta, covariance, fitted: work.mean, size, used }
}

/** Everything a fit needs at hand: the data with defaults filled in, and working space. */
interface Work {
  n: number
  p: number
  rows: number
  used: number
  counts: Float64Array
  design: Float64Array
  weights: Float64Array
  offset: Float64Array
  ridge: Float64Array
  prior: Float64Array
  beta: Float64Array
  /** Where the next step of the full length would lead. */
  target: Float64Array
  trial: Float64Array
  eta: Float64Array
  mean: Float64Array
  information: Float64Array
  score: Float64Array
  /** Columns of a row that are not 0. */
  cells: Int32Array
}

function prepare(data: RegressionData): Work {
  const { counts, design, columns: p } = data
  const n = counts.length
  const weights = new Float64Array(n)
  const offset = data.offset ?? new Float64Array(n)
  let used = 0
  let rows = 0
  for (let i = 0; i < n; i++) {
    const weight = data.weights ? data.weights[i] : 1
    if (!(counts[i] >= 0) || !(weight > 0) || !Number.isFinite(offset[i])) continue
    weights[i] = weight
    used += weight
    rows++
  }
  return {
    n, p, rows, used, counts, design, weights, offset,
    ridge: data.ridge ?? new Float64Array(p).fill(1e-8),
    prior: data.prior ?? new Float64Array(p),
    beta: data.start ? data.start.slice() : new Float64Array(p),
    target: new Float64Array(p), trial: new Float64Array(p), score: new Float64Array(p),
    eta: new Float64Array(n), mean: new Float64Array(n), information: new Float64Array(p * p), cells: new Int32Array(p),
  }
}

/** Half a count more than was seen as first means; the objective is then unknown, so that the first step is taken whole. */
function startFromCounts({ n, counts, weights, offset, mean, eta }: Work): number {
  for (let i = 0; i < n; i++) {
    mean[i] = weights[i] > 0 ? counts[i] + 0.5 : Math.exp(offset[i])
    eta[i] = Math.log(mean[i])
  }
  return Infinity
}

/**
 * Weighted cross products (lower triangle) of the linearised model, with the ridge. Steps go by the observed information, which
 * is positive too and keeps Newton's speed; by the expected one, Fisher scoring, a spike of 5000 among twos swings for ever.
 */
function accumulate({ n, p, counts, design, weights, offset, ridge, prior, mean, eta, information, score, cells }: Work, dispersion: number, observed: boolean): void {
  information.fill(0)
  score.fill(0)
  for (let i = 0, row = 0; i < n; i++, row += p) {
    const caseWeight = weights[i]
    if (caseWeight === 0) continue
    const m = mean[i]
    const damping = 1 / (1 + dispersion * m)
    const w = caseWeight * m * damping * (observed ? (1 + dispersion * counts[i]) * damping : 1)
    const wz = w * (eta[i] - offset[i]) + caseWeight * (counts[i] - m) * damping
    let held = 0
    for (let a = 0; a < p; a++) {
      const x = design[row + a]
      if (x === 0) continue
      score[a] += wz * x
      cells[held++] = a
      const wx = w * x
      const base = a * p
      for (let c = 0; c < held; c++) information[base + cells[c]] += wx * design[row + cells[c]]
    }
  }
  for (let a = 0; a < p; a++) {
    information[a * p + a] += ridge[a]
    score[a] += ridge[a] * prior[a]
  }
}

/** Goes to the target, or half, a quarter … of the way until the objective does not rise. Returns the largest move, NaN if none did. */
function stepTowards(work: Work, dispersion: number, objective: number): number {
  const { p, beta, target, trial } = work
  const limit = objective + 1e-9 * Math.abs(objective) + 1e-9
  for (let scale = 1; scale > 1e-4; scale /= 2) {
    let moved = 0
    for (let a = 0; a < p; a++) {
      const step = scale * (target[a] - beta[a])
      trial[a] = beta[a] + step
      moved = Math.max(moved, Math.abs(step))
    }
    if (evaluate(work, trial, dispersion) <= limit) {
      beta.set(trial)
      return moved
    }
  }
  return NaN
}

/** Sets eta and mean for these coefficients; returns the penalised deviance. */
function evaluate(work: Work, coefficients: Float64Array, dispersion: number): number {
  const { n, p, design, offset, eta, mean } = work
  for (let i = 0, row = 0; i < n; i++, row += p) {
    let value = offset[i]
    for (let a = 0; a < p; a++) value += design[row + a] * coefficients[a]
    value = value > ETA_LIMIT ? ETA_LIMIT : value < -ETA_LIMIT ? -ETA_LIMIT : value
    eta[i] = value
    mean[i] = Math.exp(value)
  }
  return penalisedDeviance(work, coefficients, dispersion)
}

/** −2 log likelihood at the present means, up to a constant, with the ridge's penalty. */
function penalisedDeviance({ n, p, counts, weights, ridge, prior, eta, mean }: Work, coefficients: Float64Array, dispersion: number): number {
  let sum = 0
  const size = dispersion > 1e-7 ? 1 / dispersion : 0 // below, 1 / dispersion would swallow the counts: Poisson to 1e-7
  for (let i = 0; i < n; i++) {
    const w = weights[i]
    if (w === 0) continue
    // A plain logarithm: it only decides whether a step is halved, and log1p takes four times as long.
    const loss = size > 0 ? (counts[i] + size) * Math.log(1 + dispersion * mean[i]) : mean[i]
    sum += w * (loss - counts[i] * eta[i])
  }
  let penalty = 0
  for (let a = 0; a < p; a++) penalty += ridge[a] * (coefficients[a] - prior[a]) ** 2
  return 2 * sum + penalty
}

/**
 * 1 / size at which the weighted Pearson statistic equals its degrees of freedom; 0 where the counts scatter less than
 * Poisson. Newton from the last value: the statistic falls and is convex in the dispersion, so it cannot overshoot below the
 * root from the left. Then drawn to the prior by their information under Poisson, Σ mean² / 2.
 */
function estimateDispersion({ n, counts, weights, mean }: Work, freedom: number, settings: RegressionOptions, last: number): number {
  const ceiling = 1 / settings.minSize
  let own = settings.priorInformation > 0 ? 0 : last
  let seen = 0
  for (let round = 0; round < 30; round++) {
    let statistic = 0
    let slope = 0
    for (let i = 0; i < n; i++) {
      const w = weights[i]
      if (w === 0) continue
      const m = mean[i]
      const factor = 1 / (1 + own * m)
      const term = (w * (counts[i] - m) * (counts[i] - m) * factor) / m
      statistic += term
      slope += term * m * factor
      if (round === 0) seen += 0.5 * w * m * m
    }
    const next = Math.min(ceiling, Math.max(0, own + (statistic - freedom) / Math.max(slope, 1e-300)))
    const moved = Math.abs(next - own)
    own = next
    if (moved <= 1e-7 * (own + 1e-4)) break
  }
  const belief = settings.priorInformation
  return belief > 0 ? (seen * own + belief * settings.priorDispersion) / (seen + belief) : own
}

/** Parameters that the data, not the ridge, decide: trace of (information + ridge)^-1 information, by its diagonal. */
function effectiveParameters(cholesky: Float64Array, ridge: Float64Array, p: number): number {
  let count = 0
  for (let a = 0; a < p; a++) {
    const pivot = cholesky[a * p + a] ** 2
    count += Math.max(0, 1 - ridge[a] / pivot)
  }
  return count
}

function failure(data: RegressionData, reason: Reason, iterations: number, used: number): RegressionFit {
  const p = data.columns
  return {
    converged: false, reason, iterations, used, size: NaN,
    coefficients: new Float64Array(p).fill(NaN),
    covariance: new Float64Array(p * p).fill(NaN),
    fitted: new Float64Array(data.counts.length).fill(NaN),
  }
}
