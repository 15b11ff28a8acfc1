/**
 * How likely is it that something comes of an alert? Logistic regression with a ridge penalty, fitted by iteratively reweighted least squares:
 * le Cessie & van Houwelingen (1992), Applied Statistics 41:191-201; McCullagh & Nelder (1989) §2.5.
 */
import { resolveOptions } from '../../core/options.ts'
import { choleskyDecompose, choleskySolve } from '../math/cholesky.ts'

export interface LogisticOptions {
  /** Penalty per squared coefficient of a standardised feature; the intercept bears none. */
  ridge: number
  /** Newton steps at most; a step that does not help is halved. */
  steps: number
}

export const LOGISTIC_DEFAULTS: Readonly<LogisticOptions> = { ridge: 2, steps: 50 }
/** Log odds per standard deviation beyond which no data of ours can be. */
const RUNAWAY = 12
const RANGES = { ridge: [0, 1e6], steps: [1, 1000, 'whole'] } as const

/** Coefficients are of standardised features, (x - centre) / scale. */
export interface Logistic {
  intercept: number
  coefficients: Float64Array
  centres: Float64Array
  scales: Float64Array
  converged: boolean
}

/**
 * Minimises -log likelihood + ridge / 2 * sum of squared coefficients. O(steps n p²).
 *
 * @param rows    n * p features, row-major, without NaN
 * @param labels  n numbers of [0, 1]; a half is half a case of each kind
 * @returns `converged` false where labels are all alike without ridge, or the steps were not enough
 */
export function fitLogistic(rows: Float64Array, labels: Float64Array, options: Partial<LogisticOptions> = {}): Logistic {
  const { ridge, steps } = resolveOptions('logistic', LOGISTIC_DEFAULTS, RANGES, options)
  const n = labels.length
  const p = n > 0 ? rows.length / n : 0
  const { centres, scales, standard } = standardise(rows, n, p)
  const q = p + 1
  const beta = new Float64Array(q)
  const hessian = new Float64Array(q * q)
  const gradient = new Float64Array(q)
  const step = new Float64Array(q)
  let loss = lossOf(standard, labels, beta, ridge, n, p)
  let converged = false
  for (let round = 0; round < steps && !converged; round++) {
    fillNewton(standard, labels, beta, ridge, n, p, hessian, gradient)
    if (!choleskyDecompose(hessian, q)) break
    choleskySolve(hessian, gradient, step, q)
    let share = 1
    for (;;) {
      const trial = beta.map((b, j) => b - share * step[j]!)
      const trialLoss = lossOf(standard, labels, trial, ridge, n, p)
      if (trialLoss <= loss + 1e-12 * Math.abs(loss)) {
        converged = loss - trialLoss <= 1e-10 * (1 + Math.abs(loss)) && share === 1
        beta.set(trial)
        loss = trialLoss
        break
      }
      share /= 2
      if (share < 1e-6) return { intercept: beta[0]!, coefficients: beta.slice(1), centres, scales, converged: false }
    }
  }
  // Without a penalty separable labels have no minimum: the loss goes to zero while the coefficients run away.
  if (ridge === 0 && beta.some((b) => Math.abs(b) > RUNAWAY)) converged = false
  return { intercept: beta[0]!, coefficients: beta.slice(1), centres, scales, converged }
}

/** What each feature adds to the log odds of one row, over the average row; their sum and the intercept are the log odds. */
export function contributions({ coefficients, centres, scales }: Logistic, row: ArrayLike<number>): Float64Array {
  return coefficients.map((b, j) => b * (row[j]! - centres[j]!) / scales[j]!)
}

export function logOdds(model: Logistic, row: ArrayLike<number>): number {
  return contributions(model, row).reduce((sum, part) => sum + part, model.intercept)
}

export function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))
}

/** A feature that never varies gets scale 1, so that it contributes nothing. */
function standardise(rows: Float64Array, n: number, p: number): { centres: Float64Array, scales: Float64Array, standard: Float64Array } {
  const centres = new Float64Array(p)
  const scales = new Float64Array(p)
  const standard = new Float64Array(n * p)
  for (let j = 0; j < p; j++) {
    let sum = 0
    for (let i = 0; i < n; i++) sum += rows[i * p + j]!
    const centre = sum / n
    let squares = 0
    for (let i = 0; i < n; i++) squares += (rows[i * p + j]! - centre) ** 2
    const scale = Math.sqrt(squares / n)
    centres[j] = centre
    scales[j] = scale > 1e-12 * (1 + Math.abs(centre)) ? scale : 1
    for (let i = 0; i < n; i++) standard[i * p + j] = (rows[i * p + j]! - centre) / scales[j]!
  }
  return { centres, scales, standard }
}

function lossOf(standard: Float64Array, labels: Float64Array, beta: Float64Array, ridge: number, n: number, p: number): number {
  let loss = 0
  for (let i = 0; i < n; i++) {
    const eta = linear(standard, beta, i, p)
    // log(1 + e^eta) - y eta, without overflow
    loss += Math.max(eta, 0) + Math.log1p(Math.exp(-Math.abs(eta))) - labels[i]! * eta
  }
  for (let j = 1; j <= p; j++) loss += 0.5 * ridge * beta[j]! ** 2
  return loss
}

function linear(standard: Float64Array, beta: Float64Array, i: number, p: number): number {
  let eta = beta[0]!
  for (let j = 0; j < p; j++) eta += standard[i * p + j]! * beta[j + 1]!
  return eta
}

function fillNewton(
  standard: Float64Array, labels: Float64Array, beta: Float64Array, ridge: number, n: number, p: number, hessian: Float64Array, gradient: Float64Array,
): void {
  const q = p + 1
  hessian.fill(0)
  gradient.fill(0)
  const at = (i: number, j: number): number => (j === 0 ? 1 : standard[i * p + j - 1]!)
  for (let i = 0; i < n; i++) {
    const mu = sigmoid(linear(standard, beta, i, p))
    const weight = mu * (1 - mu)
    for (let a = 0; a < q; a++) {
      gradient[a]! += (mu - labels[i]!) * at(i, a)
      for (let b = 0; b <= a; b++) hessian[a * q + b]! += weight * at(i, a) * at(i, b)
    }
  }
  for (let j = 1; j < q; j++) {
    gradient[j]! += ridge * beta[j]!
    hessian[j * q + j]! += ridge
  }
}
