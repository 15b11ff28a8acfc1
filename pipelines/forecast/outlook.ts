/**
 * The coming days of single series, whichever model serves them: the pooled one, or the baseline of their class.
 */
import { fillCounts, knownShare } from '../../models/forecast/base.ts'
import { ets } from '../../models/forecast/ets.ts'
import { forecast, HORIZON } from '../../models/forecast/forecast.ts'
import type { ForecastInput } from '../../models/forecast/forecast.ts'
import type { ForecastModel } from '../../models/forecast/forecast-model.ts'
import type { PeerForecast } from '../../models/forecast/peer.ts'
import type { PooledForecast } from '../../models/forecast/pooled-forecast.ts'
import { seasonalNaive } from '../../models/forecast/seasonal-naive.ts'
import { theta } from '../../models/forecast/theta.ts'

export const BASELINES = ['seasonal_naive', 'ets', 'theta'] as const
export type BaselineName = (typeof BASELINES)[number]
export const MODELS = ['pooled', ...BASELINES] as const
export type ModelName = (typeof MODELS)[number]

/** Series that are served and judged together: by level, but those with few callers by themselves. */
export const SERIES_CLASSES = ['city', 'district', 'local', 'sparse'] as const
export type SeriesClass = (typeof SERIES_CLASSES)[number]

/** Usual callers a day below which a series is sparse, wherever it is. */
const SPARSE_MEAN = 0.3

/** Ranges are half-open days, 0 the day after the night. */
export interface SeriesOutlook {
  seriesClass: SeriesClass
  model: ModelName
  mean(from: number, until: number): number
  /** Quantiles of the sum at ascending levels. */
  quantiles(from: number, until: number, levels: ArrayLike<number>, out: Float64Array): Float64Array
  /** P(sum <= k). */
  atMost(from: number, until: number, k: number): number
  /** Callers of the next days if all is as usual. */
  usual(days: number): number
  /** Callers from which the next days are a surge. */
  threshold(days: number): number
  /** P(callers of the next days >= threshold). */
  chance(days: number, threshold: number): number
}

export interface Outlooks {
  /** Days ahead that the known calendar of working days covers. */
  calendarDays: number
  pooled: PooledForecast
  /** Undefined where nothing can be said of the series. */
  of(s: number): SeriesOutlook | undefined
  /** The same by a model of choice. */
  by(s: number, model: ModelName): SeriesOutlook | undefined
}

/** @param serves  the model of each class */
export function createOutlooks(input: ForecastInput, model: ForecastModel, serves: Readonly<Record<SeriesClass, ModelName>>): Outlooks {
  const pooled = forecast(input, model)
  const by = (s: number, name: ModelName): SeriesOutlook | undefined => {
    if (!(pooled.mean[s * pooled.horizon]! >= 0)) return undefined
    const seriesClass = classOfSeries(input.placeDepth[s]!, pooled.usualSum(s, Math.min(28, pooled.horizon)) / Math.min(28, pooled.horizon))
    return name === 'pooled' ? pooledOutlook(pooled, s, seriesClass) : peerOutlook(peer(input, s, name), name, pooled, s, seriesClass)
  }
  return {
    pooled, calendarDays: pooled.calendarDays, by,
    of: (s) => {
      const own = by(s, 'pooled')
      const name = own && serves[own.seriesClass]
      if (!own || name === 'pooled') return own
      const other = by(s, name!)
      return other && other.mean(0, 1) >= 0 ? other : own
    },
  }
}

export function classOfSeries(placeDepth: number, usualADay: number): SeriesClass {
  if (usualADay < SPARSE_MEAN) return 'sparse'
  return placeDepth === 0 ? 'city' : placeDepth === 1 ? 'district' : 'local'
}

function pooledOutlook(pooled: PooledForecast, s: number, seriesClass: SeriesClass): SeriesOutlook {
  return {
    seriesClass, model: 'pooled',
    mean: (from, until) => sumOf(pooled.mean, s * pooled.horizon, from, until),
    quantiles: (from, until, levels, out) => pooled.quantiles(s, from, until, levels, out),
    atMost: (from, until, k) => (k < 0 ? 0 : pooled.cdf(s, from, until, k)),
    usual: (days) => pooled.usualSum(s, days),
    threshold: (days) => pooled.surgeThreshold(s, days),
    chance: (days, threshold) => (threshold <= 0 ? 1 : pooled.surge(s, days, threshold)),
  }
}

/** Levels at which a baseline's distribution is felt for. */
const GRID = Float64Array.from({ length: 99 }, (_, i) => (i + 1) / 100)

function peerOutlook(peerForecast: PeerForecast, model: BaselineName, pooled: PooledForecast, s: number, seriesClass: SeriesClass): SeriesOutlook {
  const grid = new Float64Array(GRID.length)
  const atMost = (from: number, until: number, k: number): number => {
    peerForecast.quantiles(from, until, GRID, grid)
    let below = 0
    // Half a caller more: the baselines know no whole numbers.
    while (below < grid.length && grid[below]! <= k + 0.5) below++
    return (below + 0.5) / (GRID.length + 1)
  }
  return {
    seriesClass, model,
    mean: (from, until) => sumOf(peerForecast.mean, 0, from, until),
    quantiles: (from, until, levels, out) => peerForecast.quantiles(from, until, levels, out),
    atMost,
    usual: (days) => pooled.usualSum(s, days),
    threshold: (days) => pooled.surgeThreshold(s, days),
    chance: (days, threshold) => (threshold <= 0 ? 1 : 1 - atMost(0, days, threshold - 1)),
  }
}

/** A baseline sees the series alone, its last days filled up to what they will be once all tickets are in. */
function peer(input: ForecastInput, s: number, name: BaselineName): PeerForecast {
  const counts = fillCounts(input, s, new Float64Array(input.days))
  for (let i = Math.max(0, input.days - input.knownDays); i < input.days; i++) counts[i] = counts[i]! / Math.max(0.05, knownShare(input, s, i))
  switch (name) {
    case 'seasonal_naive': return seasonalNaive(counts, HORIZON)
    case 'ets': return ets(counts, HORIZON)
    case 'theta': return theta(counts, HORIZON)
  }
}

function sumOf(values: Float64Array, at: number, from: number, until: number): number {
  let sum = 0
  for (let h = from; h < until; h++) sum += values[at + h]!
  return sum
}
