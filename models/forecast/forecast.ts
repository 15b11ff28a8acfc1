/**
 * The coming days of every series of a city: a structural base along both trees, moved by the last weeks through a pooled
 * regression, negative binomial around it, its distribution calibrated on the past, its means made to add up.
 *
 * trainForecast learns from the past what the last weeks mean for the coming ones (models/forecast/train.ts); its result is plain data
 * for the registry. forecast() applies it on a night. docs/methods/forecast.md
 */
import type { Day } from '../../core/days.ts'
import { fitBase } from './base.ts'
import type { Base } from './base.ts'
import type { ForecastModel } from './forecast-model.ts'
import { createPooledForecast } from './pooled-forecast.ts'
import type { PooledForecast } from './pooled-forecast.ts'

/** Quantiles that are stored and shown. */
export const QUANTILES = [0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975] as const
/** Days of which single quantiles are given, and weeks of which sums are. */
export const DAYS_AHEAD = 28
export const WEEKS_AHEAD = 8
/** Days that the base looks ahead: eight weeks. */
export const HORIZON = 7 * WEEKS_AHEAD

/**
 * The past of one city as known on the night. Series are in any order; what stands above a series in either tree must be among
 * them, all the way to the root (a series without a root above it is a root itself). Arrays are read only.
 */
export interface ForecastInput {
  /** Day number of day 0, and number of days: the night is day `days - 1`. */
  firstDay: Day
  days: number
  /** Days ahead; HORIZON unless less is wanted. */
  horizon: number
  /** series + 1 offsets into `day` and `callers`, as features/history.ts has them: days ascending, zeros left out. */
  starts: Int32Array
  /** Day numbers; entries outside of [firstDay, firstDay + days) are ignored. */
  day: Int32Array
  callers: Int32Array
  /** Index of the series one place up at the same topic, and one topic up at the same place; -1 for none. */
  placeAbove: Int32Array
  topicAbove: Int32Array
  /** Depths in the trees, 0 the city and all topics. */
  placeDepth: Uint8Array
  topicDepth: Uint8Array
  /** days + horizon kinds of day, DAY_WORKING … DAY_MAKE_UP of models/detect/baseline-design.ts. */
  kinds: Uint8Array
  /** First day whose kind is not known from a calendar; what is forecast from there on says so. */
  calendarUntil: Day
  /** days flags: 1 is a gap of the feed. */
  gaps?: Uint8Array
  /** Days of single series that were not usual, as half-open ranges of day numbers: known events. */
  excluded?: { series: Int32Array, from: Int32Array, until: Int32Array }
  /** rows * knownDays shares of the tickets that are known by the night; column l speaks of the day l days before it. */
  known?: Float64Array
  knownDays: number
  /** Row of `known` of each series; absent: row 0 for all. */
  knownRow?: Int32Array
  /** Each days + horizon numbers, NaN unknown, as standardise() of covariates.ts makes them. */
  covariates?: readonly Float64Array[]
}

/** Forecasts all series. O(entries + regressions + series * horizon). Never throws on data: a series without a past is NaN, with a reason. */
export function forecast(input: ForecastInput, model: ForecastModel): PooledForecast {
  const base: Base = fitBase(input)
  return createPooledForecast(input, base, model)
}
