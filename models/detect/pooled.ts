/**
 * Sparse series lean on their parent: a compound with two tickets a year has no baseline of its own, its street has.
 * Empirical Bayes with a gamma prior of the series' rate relative to its parent, negative-binomial prediction:
 * Clayton & Kaldor (1987), Biometrics 43:671-681; moments of the prior: Marshall (1991), Applied Statistics 40:283-294;
 * why shrinking helps: Efron & Morris (1975), JASA 70:311-319. docs/methods/pooled.md
 */
import { mean as average } from 'simple-statistics'

/** Gamma prior of the ratio observed / expected over sibling series. */
export interface Prior {
  /** Mean ratio, near 1 where the expected counts add up to the observed. */
  mean: number
  /** Shape: the larger, the more alike the siblings; Infinity where they differ no more than chance does. */
  shape: number
}

/** Bounds of the estimated shape: below, one outlier would free all from the prior; above, nothing changes. */
const SHAPE_RANGE = [0.05, 1e6] as const

/**
 * Estimates how much sibling series differ from what is expected of each, by Marshall's moments.
 *
 * @param counts   n history counts; rows where either is NaN are left out
 * @param expected n expected counts of the same histories: share · parent's expected
 * @returns mean NaN where nothing was expected
 */
export function estimatePrior(counts: Float64Array, expected: Float64Array): Prior {
  let total = 0
  let exposure = 0
  const seen: number[] = []
  for (let i = 0; i < counts.length; i++) {
    if (!(counts[i] >= 0) || !(expected[i] > 0)) continue
    total += counts[i]
    exposure += expected[i]
    seen.push(expected[i])
  }
  if (seen.length === 0) return { mean: NaN, shape: NaN }
  const mean = total / exposure
  if (seen.length === 1 || total === 0) return { mean, shape: 1 }
  let spread = 0
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] >= 0 && expected[i] > 0) spread += expected[i] * (counts[i] / expected[i] - mean) ** 2
  }
  const between = spread / exposure - mean / average(seen)
  const shape = between > 0 ? (mean * mean) / between : SHAPE_RANGE[1]
  return { mean, shape: Math.min(SHAPE_RANGE[1], Math.max(SHAPE_RANGE[0], shape)) }
}

/** n series. Arrays are read only. */
export interface PoolInput {
  /** Tickets in the history, the guard band left out. */
  counts: Float64Array
  /** The parent's expected tickets over the same days. */
  exposure: Float64Array
  /** Share of the parent's tickets the series should have before looking: place share · topic share, say. Above 0. */
  share: Float64Array
  /** Prior shape, in tickets: n of them, or one for all. */
  strength: Float64Array | number
}

/** Posterior of each series' share of its parent; a gamma distribution. */
export interface PooledShares {
  mean: Float64Array
  /** mean² / variance; the coefficient of variation of the share is 1 / sqrt(shape). */
  shape: Float64Array
  /** 1 / sqrt(shape), as scanWindows wants it in `cv`. */
  cv: Float64Array
}

export function createPooledShares(n: number): PooledShares {
  return { mean: new Float64Array(n), shape: new Float64Array(n), cv: new Float64Array(n) }
}

/**
 * Overwrites `out` by the posterior shares: prior gamma(a = strength, b = strength / share), posterior
 * gamma(a + counts, b + exposure). NaN where the input is no number or the share is not above 0. O(n), allocates nothing.
 */
export function poolShares(input: PoolInput, out: PooledShares): void {
  const { counts, exposure, share, strength } = input
  const n = counts.length
  const one = typeof strength === 'number' ? strength : 0
  const each = typeof strength === 'number' ? undefined : strength
  for (let i = 0; i < n; i++) {
    const a = each ? each[i] : one
    const shape = a + counts[i]
    const mean = share[i] > 0 ? shape / (a / share[i] + exposure[i]) : NaN
    out.mean[i] = mean
    out.shape[i] = Number.isNaN(mean) ? NaN : shape
    out.cv[i] = Number.isNaN(mean) ? NaN : 1 / Math.sqrt(shape)
  }
}

/**
 * Size of the predictive negative binomial of a window of one series: 1 / size = 1 / shape + 1 / extra. Its mean is the
 * posterior share times the parent's expected; scanWindows does the same sum from `scale` and `cv`.
 *
 * @param extraSize size of the scatter beyond Poisson of the window at a known share, Infinity for none
 */
export function predictiveSize(shape: number, extraSize: number): number {
  return 1 / (1 / shape + 1 / extraSize)
}
