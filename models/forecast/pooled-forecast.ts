/**
 * What the pooled model says of the coming days: means, quantiles of days and of sums, and the probability of a surge.
 */
import { cdf, logTail } from '../math/distributions.ts'
import { fillCounts, orderAlongTrees } from './base.ts'
import type { Base } from './base.ts'
import type { ForecastInput } from './forecast.ts'
import { classOf, DENSITIES, PIT_LEVELS, SPANS, WEEKS } from './forecast-model.ts'
import type { ForecastModel } from './forecast-model.ts'
import { fillYearRegressors, lastYearRatios } from './last-year.ts'
import { negbinQuantiles } from './negbin-quantiles.ts'
import { fillRegressors, recentRatios, REGRESSORS, STEADY_REGRESSORS } from './recent.ts'
import { reconcile, restShares } from './reconcile.ts'

/** Why a series has no forecast. */
export type ForecastReason = '' | 'no_history'

/** Levels ratios are kept within: the last weeks cannot make more than this of what is usual. */
const LARGEST_STEP = 3

export interface Distribution { mean: number, size: number }

export class PooledForecast {
  readonly series: number
  readonly horizon: number
  /** series * horizon expected callers, adding up along both trees; NaN where nothing can be said. */
  readonly mean: Float64Array
  /** The same as the base alone has them: what is usual. */
  readonly usual: Float64Array
  /** Days ahead whose kind of day a calendar knows: beyond it holidays are not. */
  readonly calendarDays: number
  readonly #base: Base
  readonly #model: ForecastModel
  readonly #class: Uint8Array
  /** Squared coefficient of variation of a day beyond Poisson, of each row of the base. */
  readonly #scatter: Float64Array
  readonly #weekRatio: Float64Array

  constructor(parts: {
    input: ForecastInput, base: Base, model: ForecastModel, mean: Float64Array, usual: Float64Array, classes: Uint8Array, scatter: Float64Array, weekRatio: Float64Array,
  }) {
    const { input, base, model } = parts
    this.series = input.starts.length - 1
    this.horizon = input.horizon
    this.mean = parts.mean
    this.usual = parts.usual
    this.calendarDays = Math.max(0, Math.min(input.horizon, input.calendarUntil - input.firstDay - input.days))
    this.#base = base
    this.#model = model
    this.#class = parts.classes
    this.#scatter = parts.scatter
    this.#weekRatio = parts.weekRatio
  }

  reason(s: number): ForecastReason {
    return this.#base.row[s] < 0 ? 'no_history' : ''
  }

  /** Distribution of the sum over the days [from, until); 0 is the day after the night. */
  sum(s: number, from: number, until: number): Distribution {
    const { coefficientsOwn, level, span } = this.#spread(s, until - from)
    let mean = 0
    let squares = 0
    let drift = 0
    for (let h = from; h < until; h++) {
      const m = this.mean[s * this.horizon + h]
      mean += m
      squares += m * m
      drift += m * Math.sqrt(level[Math.min(WEEKS - 1, Math.floor(h / 7))])
    }
    if (!(mean > 0)) return { mean, size: mean === 0 ? Infinity : NaN }
    return { mean, size: 1 / (span * (coefficientsOwn * squares + drift * drift) / (mean * mean)) }
  }

  /** The same for whoever knew the mean: counts, and the scatter of the series' own days, nothing else. */
  dayScatter(s: number, from: number, until: number): Distribution {
    let mean = 0
    let squares = 0
    for (let h = from; h < until; h++) {
      const m = this.mean[s * this.horizon + h]
      mean += m
      squares += m * m
    }
    return { mean, size: mean > 0 ? (mean * mean) / (this.#scatter[this.#base.row[s]] * squares) : Infinity }
  }

  /** Quantiles of that sum at ascending levels; the levels are first corrected by what the past showed. */
  quantiles(s: number, from: number, until: number, levels: ArrayLike<number>, out: Float64Array): Float64Array {
    const { mean, size } = this.sum(s, from, until)
    const pit = this.#model.classes[this.#class[s]].pit[spanIndex(until - from)]
    const corrected = new Float64Array(levels.length)
    for (let i = 0; i < levels.length; i++) corrected[i] = correctLevel(levels[i], pit)
    return negbinQuantiles(mean, size, corrected, out)
  }

  /** P(sum <= k), corrected likewise. */
  cdf(s: number, from: number, until: number, k: number): number {
    const { mean, size } = this.sum(s, from, until)
    return correctedShare(cdf(k, mean, size), this.#model.classes[this.#class[s]].pit[spanIndex(until - from)])
  }

  /** Callers from which the next `days` days are a surge: half as much again as usual, and three more. */
  surgeThreshold(s: number, days: number): number {
    return surgeThreshold(this.usualSum(s, days))
  }

  usualSum(s: number, days: number): number {
    let sum = 0
    for (let h = 0; h < days; h++) sum += this.usual[s * this.horizon + h]
    return sum
  }

  /** P(sum of the next `days` days >= threshold), calibrated on the past; days is 7, 14 or 28. */
  surge(s: number, days: number, threshold = this.surgeThreshold(s, days)): number {
    const raw = this.rawSurge(s, days, threshold)
    const learned = this.#model.surge.find((each) => each.days === days)
    if (!learned) return raw
    const [a, b, c] = learned.coefficients[Math.min(learned.coefficients.length - 1, Math.floor(this.#class[s] / DENSITIES.length))]
    return 1 / (1 + Math.exp(-(a + b * logit(raw) + c * this.#weekRatio[s])))
  }

  /** Log of the last week against what is usual, drawn to 0 where few were expected. */
  weekRatio(s: number): number {
    return this.#weekRatio[s]
  }

  rawSurge(s: number, days: number, threshold: number): number {
    const { mean, size } = this.sum(s, 0, days)
    const tail = Math.exp(logTail(Math.ceil(threshold), mean, size))
    const last = PIT_LEVELS.length - 1
    const pit = this.#model.classes[this.#class[s]].pit[spanIndex(days)]
    // Beyond the last level shares are drawn out in proportion, so that small tails keep their digits.
    return tail < 1 - PIT_LEVELS[last] ? (tail * (1 - pit[last])) / (1 - PIT_LEVELS[last]) : 1 - correctedShare(1 - tail, pit)
  }

  #spread(s: number, length: number): { coefficientsOwn: number, level: number[], span: number } {
    const learned = this.#model.classes[this.#class[s]]
    return { coefficientsOwn: learned.own * this.#scatter[this.#base.row[s]], level: learned.level, span: learned.span[spanIndex(length)] }
  }
}

export function surgeThreshold(usual: number): number {
  return Math.ceil(usual + Math.max(3, 0.5 * usual))
}

export function logit(p: number): number {
  const q = Math.min(1 - 1e-12, Math.max(1e-12, p))
  return Math.log(q / (1 - q))
}

/** The span of SPANS that is nearest in length. */
export function spanIndex(length: number): number {
  let k = 0
  while (k + 1 < SPANS.length && length > Math.sqrt(SPANS[k] * SPANS[k + 1])) k++
  return k
}

/** The level at which the model has what truly is the quantile at `level`: the inverse of the past's shares. */
export function correctLevel(level: number, pit: readonly number[]): number {
  let at = 0
  let before = 0
  let beforeLevel = 0
  for (; at < pit.length; at++) {
    if (level <= pit[at]) return beforeLevel + (PIT_LEVELS[at] - beforeLevel) * (pit[at] > before ? (level - before) / (pit[at] - before) : 1)
    before = pit[at]
    beforeLevel = PIT_LEVELS[at]
  }
  return beforeLevel + (1 - beforeLevel) * Math.min(0.999, (level - before) / Math.max(1e-9, 1 - before))
}

/** The other way round: what share of the past fell below the model's quantile at `level`. */
export function correctedShare(level: number, pit: readonly number[]): number {
  let before = 0
  let beforeLevel = 0
  for (let at = 0; at < pit.length; at++) {
    if (level <= PIT_LEVELS[at]) return before + (pit[at] - before) * ((level - beforeLevel) / (PIT_LEVELS[at] - beforeLevel))
    before = pit[at]
    beforeLevel = PIT_LEVELS[at]
  }
  return before + (1 - before) * ((level - beforeLevel) / (1 - beforeLevel))
}

export function createPooledForecast(input: ForecastInput, base: Base, model: ForecastModel): PooledForecast {
  const { days, horizon } = input
  const series = input.starts.length - 1
  const ratios = recentRatios(input, base, days)
  const year = lastYearRatios(input, base, days)
  const usual = new Float64Array(series * horizon)
  const mean = new Float64Array(series * horizon)
  const classes = new Uint8Array(series)
  const weekRatio = new Float64Array(series)
  const x = new Float64Array(REGRESSORS)
  const weeks = new Float64Array(WEEKS)
  for (let s = 0; s < series; s++) {
    const r = base.row[s]
    if (r < 0) {
      usual.fill(NaN, s * horizon, (s + 1) * horizon)
      mean.fill(NaN, s * horizon, (s + 1) * horizon)
      continue
    }
    let month = 0
    const ahead = Math.min(28, horizon)
    for (let h = 0; h < horizon; h++) {
      const m = base.share[s] * base.profile[r * base.span + days + h]
      usual[s * horizon + h] = m
      if (h < ahead) month += m
    }
    classes[s] = classOf(input.placeDepth[s], month / ahead)
    fillRegressors(input, ratios, s, x, 0)
    weekRatio[s] = x[1]
    const { coefficients } = model.classes[classes[s]]
    for (let w = 0; w < WEEKS; w++) {
      fillYearRegressors(input, year, s, w, x, STEADY_REGRESSORS)
      let eta = 0
      for (let a = 0; a < REGRESSORS; a++) eta += coefficients[w * REGRESSORS + a] * x[a]
      weeks[w] = Math.exp(Math.max(-LARGEST_STEP, Math.min(LARGEST_STEP, eta)))
    }
    for (let h = 0; h < horizon; h++) mean[s * horizon + h] = usual[s * horizon + h] * weeks[Math.min(WEEKS - 1, Math.floor(h / 7))]
  }
  const order = orderAlongTrees(input)
  reconcile(input, order, restShares(input, order, base.totals), mean, horizon)
  return new PooledForecast({ input, base, model, mean, usual, classes, scatter: rowScatter(input, base), weekRatio })
}

/** Blocks of days around whose own level a row's days are judged. */
const BLOCK = 28
/** Scatter believed before seeing data, and the information Σ mean² / 2 which that is worth. */
const PRIOR_SCATTER = { value: 0.03, information: 30 }

/**
 * Squared coefficient of variation of a day's count beyond Poisson, per row of the base, from the last year's days around the
 * level of their four weeks; squares beyond four standard deviations are cut.
 */
export function rowScatter(input: ForecastInput, base: Base): Float64Array {
  const { days } = input
  const counts = new Float64Array(days)
  const scatter = new Float64Array(base.owner.length)
  for (let r = 0; r < base.owner.length; r++) {
    fillCounts(input, base.owner[r], counts)
    let found = PRIOR_SCATTER.value
    for (let round = 0; round < 2; round++) {
      let excess = PRIOR_SCATTER.value * PRIOR_SCATTER.information
      let information = PRIOR_SCATTER.information
      for (let end = days - input.knownDays; end >= BLOCK && end > days - 365; end -= BLOCK) {
        let sum = 0
        let expected = 0
        let n = 0
        for (let i = end - BLOCK; i < end; i++) {
          if (!(counts[i] >= 0)) continue
          sum += counts[i]
          expected += base.profile[r * base.span + i]
          n++
        }
        if (n < 3 || sum === 0) continue
        const ratio = sum / expected
        for (let i = end - BLOCK; i < end; i++) {
          if (!(counts[i] >= 0)) continue
          const m = ratio * base.profile[r * base.span + i]
          const cut = 16 * (m + found * m * m) + 1
          const square = Math.min(cut, (counts[i] - m) ** 2) * (n / (n - 1))
          const weight = 1 / (1 + found * m) ** 2
          excess += weight * (square - m) / 2
          information += weight * m * m / 2
        }
      }
      found = Math.max(1e-4, excess / information)
    }
    scatter[r] = found
  }
  return scatter
}
