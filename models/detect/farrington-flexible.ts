/**
 * The improved Farrington method, "Farrington flexible": is this count above what the years before lead one to expect?
 * Noufaily, Enki, Farrington, Garthwaite, Andrews, Charlett (2013), Stat Med 32:1206-1222; with the choices of
 * Salmon, Schumacher, Höhle (2016), J Stat Softw 70(10). docs/methods/farrington.md
 */
import { InvalidOptionError } from '../../core/errors.ts'
import { resolveOptions } from '../../core/options.ts'
import { normalQuantile } from '../math/normal.ts'
import { createModelRoom, predict } from './farrington-model.ts'
import type { ModelOptions, Prediction, StandardError } from './farrington-model.ts'
import { countBound, countLogTail, deltaBound, deltaLogTail, POWERS } from './farrington-threshold.ts'
import type { PowerTransformation, ThresholdMethod } from './farrington-threshold.ts'
import { createRows, findReferences } from './farrington-weeks.ts'
import type { FarringtonSeries, ReferenceOptions } from './farrington-weeks.ts'
import { reasonIndex } from './verdict.ts'

export interface FarringtonFlexibleOptions extends ReferenceOptions, ModelOptions {
  /** One-sided level of the bound. */
  alpha: number
  /** No alarm with fewer cases than the first number in the last periods, the present one with them, that the second number counts. */
  limit54: readonly [cases: number, periods: number]
  thresholdMethod: ThresholdMethod
  /** For the threshold 'delta'. */
  powertrans: PowerTransformation
}

export const FARRINGTON_FLEXIBLE_DEFAULTS: Readonly<FarringtonFlexibleOptions> = {
  b: 5, minYears: 3, w: 3, noPeriods: 10, pastWeeksNotIncluded: 26, reweight: true, weightsThreshold: 2.58, trend: true, pThresholdTrend: 1,
  alpha: 0.01, limit54: [5, 4], thresholdMethod: 'nbPlugin', powertrans: '2/3', standardError: 'correct',
}
const RANGES = {
  b: [1, 99, 'whole'], minYears: [1, 99, 'whole'], w: [0, 366, 'whole'], noPeriods: [1, 60, 'whole'], pastWeeksNotIncluded: [0, 9999, 'whole'],
  weightsThreshold: [0, 99], pThresholdTrend: [0, 1], alpha: [1e-300, 0.5],
} as const
const THRESHOLD_METHODS: readonly string[] = ['delta', 'nbPlugin', 'muan'] satisfies ThresholdMethod[]
const STANDARD_ERRORS: readonly string[] = ['correct', 'surveillance-1.20'] satisfies StandardError[]

/** Row i speaks of period from + i. Where reason is not 0 there is neither bound nor p nor alarm; what was found stays. */
export interface FarringtonBounds {
  expected: Float64Array
  /** A count above it is too many. NaN with reason 0: too few cases for an alarm (limit54). */
  upper: Float64Array
  /** ln P(Y >= count) under the distribution behind `upper`. */
  logP: Float64Array
  /** Dispersion: the variance of a count is phi · expected. */
  phi: Float64Array
  /** Standard error of ln expected. */
  standardError: Float64Array
  /** Coefficient of the trend per period; NaN where none was kept. */
  trend: Float64Array
  alarm: Uint8Array
  /** Index into REASONS. */
  reason: Uint8Array
}

/**
 * Bounds the counts of the periods from `from` until `until`. O(b · periodsPerYear) a period; allocates its result and its
 * room only.
 *
 * @throws {InvalidOptionError} an unknown option, or one out of range
 */
export function farringtonFlexible(series: FarringtonSeries, from: number, until: number, given: Partial<FarringtonFlexibleOptions> = {}): FarringtonBounds {
  const options = resolveOptions('farringtonFlexible', FARRINGTON_FLEXIBLE_DEFAULTS, RANGES, given)
  requireOneOf('thresholdMethod', options.thresholdMethod, THRESHOLD_METHODS)
  requireOneOf('powertrans', options.powertrans, Object.keys(POWERS))
  requireOneOf('standardError', options.standardError, STANDARD_ERRORS)
  if (2 * options.w + 1 > series.periodsPerYear) throw new InvalidOptionError('farringtonFlexible.w', options.w, 'windows shorter than a year')
  const { counts } = series
  const out = createBounds(until - from)
  const z = -normalQuantile(options.alpha)
  const logAlpha = Math.log(options.alpha)
  const power = POWERS[options.powertrans]
  const room = createModelRoom(counts, options.noPeriods)
  const rows = createRows(options)
  const prediction: Prediction = { mean: NaN, phi: NaN, standardError: NaN, trend: NaN }
  for (let t = from; t < until; t++) {
    const i = t - from
    const y = counts[t]
    const years = findReferences(series, t, options, rows)
    const reason = Number.isNaN(y) ? 'gap' : years === 0 ? 'too_short' : predict(room, rows, years, options, prediction)
    if (reason !== '') {
      out.reason[i] = reasonIndex(reason)
      continue
    }
    const { mean, phi, standardError } = prediction
    out.expected[i] = mean
    out.phi[i] = phi
    out.standardError[i] = standardError
    out.trend[i] = prediction.trend
    const delta = options.thresholdMethod === 'delta'
    const plugged = options.thresholdMethod === 'muan' ? mean * Math.exp(z * standardError) : mean
    const upper = delta ? deltaBound(prediction, power, z) : countBound(plugged, phi, logAlpha, z)
    if (!Number.isFinite(upper)) {
      out.reason[i] = reasonIndex('too_sparse')
      continue
    }
    const enough = sumBefore(counts, t, options.limit54[1]) >= options.limit54[0]
    out.upper[i] = enough ? upper : NaN
    out.logP[i] = delta ? deltaLogTail(y, prediction, power) : countLogTail(y, plugged, phi)
    out.alarm[i] = enough && y > upper ? 1 : 0
  }
  return out
}

function requireOneOf(name: string, value: unknown, choices: readonly string[]): void {
  if (!choices.includes(value as string)) throw new InvalidOptionError(`farringtonFlexible.${name}`, value, choices.join(', '))
}

function createBounds(n: number): FarringtonBounds {
  const numbers = (): Float64Array => new Float64Array(n).fill(NaN)
  return {
    expected: numbers(), upper: numbers(), logP: numbers(), phi: numbers(), standardError: numbers(), trend: numbers(),
    alarm: new Uint8Array(n), reason: new Uint8Array(n),
  }
}

/** Cases of the last periods, period t with them. */
function sumBefore(counts: Float64Array, t: number, periods: number): number {
  let sum = 0
  for (let i = Math.max(0, t - periods + 1); i <= t; i++) if (counts[i] > 0) sum += counts[i]
  return sum
}
