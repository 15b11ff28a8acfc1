/**
 * Exponential smoothing as a state space with additive errors: level, damped trend, weekly season; the form is chosen by AICc.
 * Hyndman, Koehler, Ord & Snyder (2008), Forecasting with Exponential Smoothing: equations of Table 2.2 (ANN, AAdN, ANA,
 * AAdA), variances of Table 6.1 by their c_j, start values of §2.6.1. Two predictive forms: the past errors, stretched to the
 * variance of the horizon, or a negative binomial of the same mean and variance for counts. docs/methods/forecast.md
 */
import { resolveOptions } from '../../core/options.ts'
import { nelderMead } from '../math/nelder-mead.ts'
import { normalQuantile } from '../math/normal.ts'
import { negbinQuantiles } from './negbin-quantiles.ts'
import { quantileOfSorted } from './peer.ts'
import type { PeerForecast } from './peer.ts'

export type EtsForm = 'ANN' | 'AAdN' | 'ANA' | 'AAdA'

export interface EtsOptions {
  season: number
  /** Forms to choose from. */
  forms: readonly EtsForm[]
  /** 'errors': the past one-step errors, stretched (normal for sums); 'counts': negative binomial. */
  predictive: 'errors' | 'counts'
  /** Evaluations of the likelihood a form. */
  evaluations: number
}

export const ETS_DEFAULTS: Readonly<EtsOptions> = { season: 7, forms: ['ANN', 'AAdN', 'ANA', 'AAdA'], predictive: 'errors', evaluations: 150 }
const RANGES = { season: [2, 366, 'whole'], evaluations: [10, 10000, 'whole'] } as const

export interface EtsFit {
  form: EtsForm
  alpha: number
  beta: number
  gamma: number
  phi: number
  level: number
  trend: number
  /** Effects of the coming days' places in the season, the first is tomorrow's. */
  seasonal: Float64Array
  /** Variance of a one-step error. */
  variance: number
  aicc: number
  /** One-step errors, gaps left out. */
  errors: Float64Array
}

/** Bounds of α, β/α, γ/(1 − α) and φ as forecast::ets has them. */
const LOW = { alpha: 1e-4, beta: 1e-4, gamma: 1e-4, phi: 0.8 }
const HIGH = { alpha: 0.9999, beta: 0.9999, gamma: 0.9999, phi: 0.98 }

/**
 * Fits the form with the least AICc. O(n * evaluations) a form. NaN where fewer than three seasons are known.
 *
 * @param counts n counts, oldest first; NaN is a gap: the states go on without an error
 */
export function fitEts(counts: Float64Array, options: Partial<EtsOptions> = {}): EtsFit | undefined {
  const { season, forms, evaluations } = resolveOptions('fitEts', ETS_DEFAULTS, RANGES, options)
  let best: EtsFit | undefined
  for (const form of forms) {
    const fit = fitForm(counts, form, season, evaluations)
    if (fit && (!best || fit.aicc < best.aicc)) best = fit
  }
  return best
}

/** @throws {InvalidOptionError} an unknown option, or one out of range */
export function ets(counts: Float64Array, horizon: number, options: Partial<EtsOptions> = {}): PeerForecast {
  return etsForecast(fitEts(counts, options), horizon, options)
}

/** The same from a fit, which may serve several predictive forms; nothing known of a series that has none. */
export function etsForecast(fit: EtsFit | undefined, horizon: number, options: Partial<EtsOptions> = {}): PeerForecast {
  const { season, predictive } = resolveOptions('etsForecast', ETS_DEFAULTS, RANGES, options)
  const mean = new Float64Array(horizon).fill(NaN)
  if (!fit) return { mean, quantiles: (_from, _until, levels, out) => out.fill(NaN, 0, levels.length) }
  let damp = 0
  let power = 1
  for (let h = 0; h < horizon; h++) {
    power *= fit.phi
    damp += power
    mean[h] = fit.level + damp * fit.trend + fit.seasonal[h % season]
  }
  const sorted = fit.errors.slice().sort()
  const sd = Math.sqrt(fit.variance)
  return {
    mean: mean.map((m) => Math.max(0, m)),
    quantiles: (from, until, levels, out) => {
      let centre = 0
      for (let h = from; h < until; h++) centre += mean[h]
      const spread = sd * Math.sqrt(varianceFactor(fit, season, from, until))
      if (predictive === 'counts') {
        const m = Math.max(centre, 1e-9)
        return negbinQuantiles(m, spread * spread > m ? (m * m) / (spread * spread - m) : Infinity, levels, out)
      }
      for (let i = 0; i < levels.length; i++) {
        const z = until - from === 1 ? quantileOfSorted(sorted, levels[i]) / sd : normalQuantile(levels[i])
        out[i] = Math.max(0, centre + spread * (sd > 0 ? z : 0))
      }
      return out
    },
  }
}

/**
 * Variance of the sum over the days [from, until) in units of a one-step error's: each coming error enters the days after it by
 * c_j = α + β (φ + … + φ^j) + γ [j is a multiple of the season].
 */
export function varianceFactor({ alpha, beta, gamma, phi }: EtsFit, season: number, from: number, until: number): number {
  const c = new Float64Array(until)
  let damp = 0
  let power = 1
  for (let j = 1; j < until; j++) {
    power *= phi
    damp += power
    c[j] = alpha + beta * damp + (j % season === 0 ? gamma : 0)
  }
  let total = 0
  for (let at = 0; at < until; at++) {
    let weight = at >= from ? 1 : 0
    for (let h = Math.max(from, at + 1); h < until; h++) weight += c[h - at]
    total += weight * weight
  }
  return total
}

function fitForm(counts: Float64Array, form: EtsForm, season: number, evaluations: number): EtsFit | undefined {
  const hasTrend = form === 'AAdN' || form === 'AAdA'
  const hasSeason = form === 'ANA' || form === 'AAdA'
  const first = startValues(counts, season, hasSeason)
  if (!first) return undefined
  const work = { seasonal: new Float64Array(season), errors: new Float64Array(counts.length) }
  const names: ('alpha' | 'beta' | 'gamma' | 'phi')[] = ['alpha', ...(hasTrend ? ['beta', 'phi'] as const : []), ...(hasSeason ? ['gamma'] as const : [])]
  const read = (x: Float64Array): Parameters => {
    const of = (name: typeof names[number], absent: number): number => names.includes(name) ? x[names.indexOf(name)] : absent
    const alpha = of('alpha', 0)
    return { alpha, beta: alpha * of('beta', 0), phi: of('phi', 1), gamma: (1 - alpha) * of('gamma', 0) }
  }
  const begin = { alpha: 0.1, beta: 0.05, gamma: 0.05, phi: 0.95 }
  const found = nelderMead((x) => run(counts, read(x), first, season, work).squares, names.map((name) => begin[name]),
    names.map((name) => name === 'phi' ? -0.05 : 0.1), names.map((name) => LOW[name]), names.map((name) => HIGH[name]), evaluations)
  const parameters = read(found.at)
  const end = run(counts, parameters, first, season, work)
  const n = end.used
  // Parameters, start values (a season's add up to zero) and the variance.
  const k = names.length + 1 + (hasTrend ? 1 : 0) + (hasSeason ? season - 1 : 0) + 1
  if (n < k + 2) return undefined
  const variance = end.squares / Math.max(1, n - k + 1)
  const aicc = n * Math.log(Math.max(end.squares / n, 1e-12)) + 2 * k + (2 * k * (k + 1)) / (n - k - 1)
  const errors = work.errors.slice(0, n)
  return { form, ...parameters, level: end.level, trend: end.trend, seasonal: work.seasonal.map((_, i, all) => all[(counts.length + i) % season]), variance, aicc, errors }
}

interface Parameters { alpha: number, beta: number, gamma: number, phi: number }
interface Start { level: number, trend: number, seasonal: Float64Array }

const FIRST_COUNTS = 10

/** Season as the means of the first ten seasons at most; level as the mean of the first ten counts without it; trend 0. */
function startValues(counts: Float64Array, season: number, hasSeason: boolean): Start | undefined {
  const sums = new Float64Array(season)
  const days = new Float64Array(season)
  let total = 0
  let used = 0
  let i = 0
  for (; i < counts.length && used < 10 * season; i++) {
    if (!(counts[i] >= 0)) continue
    sums[i % season] += counts[i]
    days[i % season]++
    total += counts[i]
    used++
  }
  if (used < Math.max(3 * season, FIRST_COUNTS) || (hasSeason && days.some((d) => d === 0))) return undefined
  const average = total / used
  const effects = sums.map((sum, d) => hasSeason ? sum / days[d] - average : 0)
  const mean = effects.reduce((a, b) => a + b, 0) / season
  const seasonal = effects.map((s) => s - mean)
  let level = 0
  let first = 0
  for (let j = 0; first < FIRST_COUNTS; j++) {
    if (!(counts[j] >= 0)) continue
    level += counts[j] - seasonal[j % season]
    first++
  }
  return { level: level / first, trend: 0, seasonal }
}

/** Runs through the counts; the errors and the last states are left in `work`. Day i has the effect seasonal[i % season]. */
function run(
  counts: Float64Array, { alpha, beta, gamma, phi }: Parameters, start: Start, season: number, work: { seasonal: Float64Array, errors: Float64Array },
): { squares: number, used: number, level: number, trend: number } {
  const { seasonal, errors } = work
  seasonal.set(start.seasonal)
  let level = start.level
  let trend = start.trend
  let squares = 0
  let used = 0
  for (let i = 0, d = 0; i < counts.length; i++) {
    const before = level + phi * trend
    const y = counts[i]
    const e = y >= 0 ? y - before - seasonal[d] : 0
    level = before + alpha * e
    trend = phi * trend + beta * e
    seasonal[d] += gamma * e
    if (y >= 0) {
      squares += e * e
      errors[used++] = e
    }
    if (++d === season) d = 0
  }
  return { squares, used, level, trend }
}
