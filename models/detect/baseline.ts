/**
 * What a day of a series usually brings: weekday, kind of day, season and trend by a negative-binomial regression in which past
 * outbreaks weigh little. After Farrington et al. (1996), JRSS A 159:547-563, and Noufaily et al. (2013), Stat Med 32:1206-1222,
 * for daily counts. docs/methods/baseline.md
 */
import { median } from 'simple-statistics'
import { resolveOptions } from '../../core/options.ts'
import { fillDesignRow, planDesign } from './baseline-design.ts'
import type { DesignPlan } from './baseline-design.ts'
import { fitNegbinRegression } from './negbin-regression.ts'
import type { RegressionFit } from './negbin-regression.ts'
import type { Reason } from './verdict.ts'

export interface BaselineOptions {
  /** Last days left out of the fit, so that an outbreak does not teach the baseline that it is usual. */
  guardDays: number
  /** Days before the guard band that are looked at. */
  historyDays: number
  /** Fewer usable days give 'too_short'. */
  minDays: number
  /** Days after which a day of the history counts half; long, so that a year and its season stay visible. */
  halfLifeDays: number
  /** The same while there is no season yet: then the level has to follow the seasons instead. */
  shortHalfLifeDays: number
  /** Anscombe residual above which a day weighs less, as (threshold / residual)²: Noufaily's 2.58. */
  outlierThreshold: number
  /** Scatter beyond this size is taken for outbreaks, not for the series' habit, when residuals are judged. */
  outlierSize: number
  /** Refits with new weights; 0 keeps outbreaks in. */
  reweights: number
  /** Days over which a trend beyond the data dies away. */
  trendDampingDays: number
  /** 1 / size believed before seeing data, and the information (Σ mean² / 2) that belief is worth. */
  priorDispersion: number
  priorInformation: number
}

export const BASELINE_DEFAULTS: Readonly<BaselineOptions> = {
  guardDays: 14, historyDays: 1096, minDays: 28, halfLifeDays: 365, shortHalfLifeDays: 90,
  outlierThreshold: 2.58, outlierSize: 1, reweights: 2, trendDampingDays: 60, priorDispersion: 0.1, priorInformation: 2,
}
const RANGES = {
  guardDays: [0, 365, 'whole'], historyDays: [7, 36500, 'whole'], minDays: [7, 3650, 'whole'], halfLifeDays: [7, 1e9], shortHalfLifeDays: [7, 1e9],
  outlierThreshold: [1, 99], outlierSize: [0.01, 1e6], reweights: [0, 10, 'whole'], trendDampingDays: [1, 3650], priorDispersion: [0, 50], priorInformation: [0, 1e9],
} as const

/** A fitted baseline, plain data. Where `reason` is not '' nothing else may be asked of it. */
export interface Baseline {
  reason: Reason
  plan: DesignPlan
  coefficients: Float64Array
  /** p * p covariance of the coefficients. */
  covariance: Float64Array
  /** Size of a day's count: variance = mean + mean² / size; Infinity is Poisson. */
  size: number
  /**
   * Coefficient of variation of the level from month to month that neither the terms nor the days' scatter explain;
   * the part of the uncertainty that does not average out over a window.
   */
  drift: number
  /** Days the fit used, and their tickets. */
  usedDays: number
  usedTickets: number
  /** Share of those days that were weighed down as outbreaks. */
  outlierShare: number
}

/**
 * Fits the baseline of one series; never throws on data. About 2 ms for three years of days.
 *
 * @param counts   daily counts, oldest first, up to and with the night; NaN is a gap
 * @param dayKinds kind of each of those days: DAY_WORKING, DAY_WEEKEND, DAY_HOLIDAY or DAY_MAKE_UP of baseline-design.ts
 * @param firstDay day number of counts[0]
 * @throws {InvalidOptionError} an unknown option, or one out of range
 */
export function fitBaseline(counts: Float64Array, dayKinds: Uint8Array, firstDay: number, options: Partial<BaselineOptions> = {}): Baseline {
  const settings = resolveOptions('fitBaseline', BASELINE_DEFAULTS, RANGES, options)
  const until = Math.max(0, counts.length - settings.guardDays)
  const from = firstUsable(counts, Math.max(0, until - settings.historyDays), until)
  const y = counts.slice(from, until)
  const kinds = dayKinds.subarray(from, until)
  const n = y.length
  let days = 0
  let tickets = 0
  for (let i = 0; i < n; i++) {
    if (!(y[i] >= 0)) continue
    days++
    tickets += y[i]
  }
  const plan = planDesign(y, kinds, firstDay + from, settings.trendDampingDays)
  if (days === 0) return empty(plan, 'no_history', 0, 0)
  if (days < settings.minDays) return empty(plan, 'too_short', days, tickets)

  const p = plan.columns
  const design = new Float64Array(n * p)
  for (let i = 0; i < n; i++) fillDesignRow(plan, firstDay + from + i, kinds[i], design, i * p)
  const recency = new Float64Array(n)
  const halfLife = plan.harmonics === 0 ? Math.min(settings.halfLifeDays, settings.shortHalfLifeDays) : settings.halfLifeDays
  for (let i = 0; i < n; i++) recency[i] = Math.pow(0.5, (n - 1 - i) / halfLife)
  const prior = new Float64Array(p)
  prior[0] = Math.log((tickets + 0.5) / days)
  const weights = recency.slice()
  const data = { counts: y, design, columns: p, weights, ridge: plan.ridge, prior }
  // Newton squares the last step, so 1e-3 leaves 1e-6 of a coefficient; a tighter bound costs rounds for nothing.
  const shrink = { tolerance: 1e-3, priorDispersion: settings.priorDispersion, priorInformation: settings.priorInformation }
  const first = new Float64Array(p)
  first[0] = prior[0]
  let fit = fitNegbinRegression({ ...data, start: first }, shrink)
  let outliers = 0
  for (let round = 0; round < settings.reweights && fit.converged && tickets > 0; round++) {
    outliers = weighOutliers(y, fit, recency, settings, weights)
    if (outliers === 0) break
    fit = fitNegbinRegression({ ...data, start: fit.coefficients }, shrink)
  }
  if (!fit.converged) return empty(plan, fit.reason, days, tickets)
  return {
    reason: '', plan, coefficients: fit.coefficients, covariance: fit.covariance, size: fit.size,
    drift: monthlyDrift(y, weights, recency, fit), usedDays: days, usedTickets: tickets, outlierShare: outliers / days,
  }
}

/**
 * Expected count of each day from `from` until `until`, written to out[at …]. The kinds are those of the asked days.
 *
 * @param kinds kind of day `from + i` is kinds[i]
 */
export function expectedAt(baseline: Baseline, from: number, until: number, kinds: Uint8Array, out = new Float64Array(until - from), at = 0): Float64Array {
  const { plan, coefficients, reason } = baseline
  const p = plan.columns
  if (reason !== '') return out.fill(NaN, at, at + until - from)
  const row = new Float64Array(p)
  for (let day = from; day < until; day++) {
    fillDesignRow(plan, day, kinds[day - from], row, 0)
    let eta = 0
    for (let a = 0; a < p; a++) eta += row[a] * coefficients[a]
    out[at + day - from] = Math.exp(eta)
  }
  return out
}

/**
 * Coefficient of variation of the expected sum over the days from `from` until `until`: how well the coefficients are known
 * (delta method) and, with it, the drift of the level. This is the `cv` of scanWindows.
 */
export function expectedCv(baseline: Baseline, from: number, until: number, kinds: Uint8Array): number {
  const { plan, coefficients, covariance, reason, drift } = baseline
  if (reason !== '') return NaN
  const p = plan.columns
  const row = new Float64Array(p)
  const gradient = new Float64Array(p)
  let total = 0
  for (let day = from; day < until; day++) {
    fillDesignRow(plan, day, kinds[day - from], row, 0)
    let eta = 0
    for (let a = 0; a < p; a++) eta += row[a] * coefficients[a]
    const mean = Math.exp(eta)
    total += mean
    for (let a = 0; a < p; a++) gradient[a] += mean * row[a]
  }
  let variance = 0
  for (let a = 0; a < p; a++) for (let b = 0; b < p; b++) variance += gradient[a] * covariance[a * p + b] * gradient[b]
  return Math.sqrt(Math.max(0, variance) / (total * total) + drift * drift)
}

/** A series starts with its first day that is no gap. */
function firstUsable(counts: Float64Array, from: number, until: number): number {
  let i = from
  while (i < until && Number.isNaN(counts[i])) i++
  return i
}

function empty(plan: DesignPlan, reason: Reason, usedDays: number, usedTickets: number): Baseline {
  const p = plan.columns
  return {
    reason, plan, usedDays, usedTickets, size: NaN, drift: NaN, outlierShare: NaN,
    coefficients: new Float64Array(p).fill(NaN), covariance: new Float64Array(p * p).fill(NaN),
  }
}

/**
 * Weight (threshold / residual)² for days whose Anscombe residual, alone or over the week around them, is above the threshold;
 * the week finds an outbreak of many small days. Only excesses are weighed down. Returns how many days were.
 */
function weighOutliers(y: Float64Array, fit: RegressionFit, recency: Float64Array, options: BaselineOptions, weights: Float64Array): number {
  const { fitted } = fit
  const threshold = options.outlierThreshold
  // Houston's floods gave size 0.1: with that scatter believed, 340 tickets on a day that expects 8 were no outlier.
  const size = Math.max(fit.size, options.outlierSize)
  const n = y.length
  const reach = 3
  let outliers = 0
  for (let i = 0; i < n; i++) {
    weights[i] = recency[i]
    if (!(y[i] >= 0)) continue
    let sum = 0
    let mean = 0
    let squares = 0
    for (let j = Math.max(0, i - reach); j <= Math.min(n - 1, i + reach); j++) {
      if (!(y[j] >= 0)) continue
      sum += y[j]
      mean += fitted[j]
      squares += fitted[j] * fitted[j]
    }
    const day = anscombeResidual(y[i], fitted[i], size)
    const week = y[i] > fitted[i] ? anscombeResidual(sum, mean, (size * mean * mean) / squares) : 0
    const worst = Math.max(day, week)
    if (worst <= threshold) continue
    weights[i] *= (threshold / worst) ** 2
    outliers++
  }
  return outliers
}

/** Farrington (1996) eq. for s_i with the dispersion of a negative binomial at that mean, leverage left out. */
function anscombeResidual(y: number, mean: number, size: number): number {
  return (1.5 * (Math.cbrt(y) ** 2 - Math.cbrt(mean) ** 2)) / (Math.pow(mean, 1 / 6) * Math.sqrt(1 + mean / size))
}

/** Days of a block over which the drift of the level is judged. */
const DRIFT_BLOCK = 28
/** Squared drift believed before seeing data (5 % of the level), and the standard deviation of that belief. */
const DRIFT_PRIOR = { square: 0.0025, sd: 0.01 }

/**
 * Excess variance of 28-day sums over what the daily scatter gives them, relative to their squared means. By the median of the
 * standardised squares, so that one outbreak does not pass for drift; drawn to the prior where the sums are too small to tell.
 */
function monthlyDrift(y: Float64Array, weights: Float64Array, recency: Float64Array, { fitted, size }: RegressionFit): number {
  const ratios: number[] = []
  let meanSquare = 0
  let variances = 0
  for (let end = y.length; end >= DRIFT_BLOCK; end -= DRIFT_BLOCK) {
    let sum = 0
    let mean = 0
    let variance = 0
    for (let i = end - DRIFT_BLOCK; i < end; i++) {
      if (!(y[i] >= 0)) continue
      const trust = weights[i] / recency[i]
      sum += trust * y[i]
      mean += trust * fitted[i]
      variance += trust * trust * (fitted[i] + (fitted[i] * fitted[i]) / size)
    }
    if (!(mean > 0)) continue
    ratios.push((sum - mean) ** 2 / variance)
    meanSquare += mean * mean
    variances += variance
  }
  if (ratios.length < 4) return Math.sqrt(DRIFT_PRIOR.square)
  const chance = variances / meanSquare
  // The median of a chi-square with one degree of freedom is 0.455.
  const own = Math.max(0, (median(ratios) / 0.4549364 - 1) * chance)
  const information = ratios.length / (2 * chance * chance)
  const belief = 1 / DRIFT_PRIOR.sd ** 2
  return Math.sqrt((information * own + belief * DRIFT_PRIOR.square) / (information + belief))
}
