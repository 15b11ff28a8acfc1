/**
 * The Theta method: half a straight line, half exponential smoothing of what is left of the line's bend. Assimakopoulos &
 * Nikolopoulos (2000), Int J Forecasting 16:521-530, as smoothing with half the line's slope as drift: Hyndman & Billah (2003),
 * Int J Forecasting 19:287-290, eq. 9, with their variance (eq. 12). The season is taken off first by classical decomposition
 * where the autocorrelation at its lag is significant at 90 %, as in the M3 and M4 entries. docs/methods/forecast.md
 */
import { resolveOptions } from '../../core/options.ts'
import { nelderMead } from '../math/nelder-mead.ts'
import { normalQuantile } from '../math/normal.ts'
import { quantileOfSorted } from './peer.ts'
import type { PeerForecast } from './peer.ts'

export interface ThetaOptions { season: number }

export const THETA_DEFAULTS: Readonly<ThetaOptions> = { season: 7 }
const RANGES = { season: [2, 366, 'whole'] } as const

export interface ThetaFit {
  alpha: number
  level: number
  /** Half the slope of the straight line, a day. */
  drift: number
  /** What the drift adds to the first day: (1 − (1 − α)^n) / α of it. */
  lead: number
  /** Effects of the coming days' places in the season; 0, or 1 where they multiply. */
  seasonal: Float64Array
  multiplies: boolean
  /** One-step errors of the series without its season. */
  errors: Float64Array
  variance: number
}

/**
 * @param counts n counts, oldest first; gaps (NaN) take the last season's count
 * @returns undefined where fewer than three seasons are known
 */
export function fitTheta(counts: Float64Array, options: Partial<ThetaOptions> = {}): ThetaFit | undefined {
  const { season } = resolveOptions('fitTheta', THETA_DEFAULTS, RANGES, options)
  const y = fillGaps(counts, season)
  const n = y.length
  if (n < 3 * season) return undefined
  const isSeasonal = hasSeason(y, season)
  const multiplies = isSeasonal && y.every((v) => v > 0)
  const effects = isSeasonal ? decompose(y, season, multiplies) : new Float64Array(season).fill(0)
  const plain = y.map((v, i) => !isSeasonal ? v : multiplies ? v / effects[i % season] : v - effects[i % season])
  const errors = new Float64Array(n - 1)
  const drift = slope(plain) / 2
  const smooth = (alpha: number): { squares: number, level: number } => {
    let level = plain[0]
    let squares = 0
    for (let i = 1; i < n; i++) {
      const e = plain[i] - level
      errors[i - 1] = e
      squares += e * e
      level += alpha * e
    }
    return { squares, level }
  }
  const { at } = nelderMead((x) => smooth(x[0]).squares, [0.1], [0.2], [1e-3], [0.9999], 60)
  const alpha = at[0]
  const { level } = smooth(alpha)
  const lead = (1 - Math.pow(1 - alpha, n)) / alpha
  for (let i = 0; i < errors.length; i++) errors[i] -= drift * ((1 - Math.pow(1 - alpha, i + 1)) / alpha)
  let variance = 0
  for (const e of errors) variance += e * e
  variance /= Math.max(1, errors.length - 3)
  const seasonal = new Float64Array(season)
  for (let h = 0; h < season; h++) seasonal[h] = isSeasonal ? effects[(n + h) % season] : 0
  return { alpha, level, drift, lead, seasonal, multiplies, errors, variance }
}

/** Quantiles of a day by the past errors stretched to the horizon's variance, of sums by the normal. */
export function theta(counts: Float64Array, horizon: number, options: Partial<ThetaOptions> = {}): PeerForecast {
  const { season } = resolveOptions('theta', THETA_DEFAULTS, RANGES, options)
  const fit = fitTheta(counts, options)
  const mean = new Float64Array(horizon).fill(NaN)
  if (!fit) return { mean, quantiles: (_from, _until, levels, out) => out.fill(NaN, 0, levels.length) }
  const { multiplies, alpha } = fit
  for (let h = 0; h < horizon; h++) {
    const plain = fit.level + fit.drift * (h + fit.lead)
    mean[h] = multiplies ? plain * fit.seasonal[h % season] : plain + fit.seasonal[h % season]
  }
  const sorted = fit.errors.slice().sort()
  const sd = Math.sqrt(fit.variance)
  return {
    mean: mean.map((m) => Math.max(0, m)),
    quantiles: (from, until, levels, out) => {
      let centre = 0
      let total = 0
      for (let h = from; h < until; h++) centre += mean[h]
      for (let at = 0; at < until; at++) {
        let weight = 0
        for (let h = Math.max(from, at); h < until; h++) weight += (h === at ? 1 : alpha) * (multiplies ? fit.seasonal[h % season] : 1)
        total += weight * weight
      }
      for (let i = 0; i < levels.length; i++) {
        const z = until - from === 1 ? (sd > 0 ? quantileOfSorted(sorted, levels[i]) / sd : 0) : normalQuantile(levels[i])
        out[i] = Math.max(0, centre + sd * Math.sqrt(total) * z)
      }
      return out
    },
  }
}

function fillGaps(counts: Float64Array, season: number): Float64Array {
  let first = 0
  while (first < counts.length && !(counts[first] >= 0)) first++
  const y = counts.slice(first)
  for (let i = 0; i < y.length; i++) if (!(y[i] >= 0)) y[i] = i >= season ? y[i - season] : y[0]
  return y
}

/** |r_m| > 1.645 √((1 + 2 Σ r_k²) / n) over the lags before it. */
function hasSeason(y: Float64Array, season: number): boolean {
  const n = y.length
  let mean = 0
  for (const v of y) mean += v / n
  const covariance = (lag: number): number => {
    let sum = 0
    for (let i = lag; i < n; i++) sum += (y[i] - mean) * (y[i - lag] - mean)
    return sum
  }
  const zero = covariance(0)
  if (!(zero > 0)) return false
  let squares = 0
  for (let lag = 1; lag < season; lag++) squares += (covariance(lag) / zero) ** 2
  return Math.abs(covariance(season) / zero) > 1.645 * Math.sqrt((1 + 2 * squares) / n)
}

/** Mean ratio (or difference) to the centred moving average of each place in the season, scaled to a mean of 1 (or 0). */
function decompose(y: Float64Array, season: number, multiplies: boolean): Float64Array {
  const half = Math.floor(season / 2)
  const sums = new Float64Array(season)
  const seen = new Float64Array(season)
  for (let i = half; i + half < y.length; i++) {
    let average = 0
    for (let j = i - half; j <= i + half; j++) average += (season % 2 === 0 && (j === i - half || j === i + half) ? 0.5 : 1) * y[j]
    average /= season
    sums[i % season] += multiplies ? y[i] / average : y[i] - average
    seen[i % season]++
  }
  const effects = sums.map((sum, d) => sum / seen[d])
  const mean = effects.reduce((a, b) => a + b, 0) / season
  return effects.map((e) => multiplies ? e / mean : e - mean)
}

/** Slope of the least-squares line, a day. */
function slope(y: Float64Array): number {
  const n = y.length
  const centre = (n - 1) / 2
  let cross = 0
  let square = 0
  for (let i = 0; i < n; i++) {
    cross += (i - centre) * y[i]
    square += (i - centre) ** 2
  }
  return cross / square
}
