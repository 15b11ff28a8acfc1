/**
 * What is learned from the past about all series together, as plain data: JSON keeps it, the registry stores it.
 */
import { REGRESSORS } from './recent.ts'

/** Raised when the numbers below change their meaning; a model of another version is not used. */
export const FORECAST_VERSION = 2

/** Lower bounds of expected callers a day; series of like density are a class. */
export const DENSITIES = [0, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100] as const
/** Place depths that are told apart: the city, its parts, all below. */
export const DEPTHS = 3
export const CLASSES = DENSITIES.length * DEPTHS
export const WEEKS = 8
/** Lengths in days of the sums whose scatter is learned. */
export const SPANS = [1, 7, 14, 28, 56] as const
/** Levels at which the predictive distribution is corrected. */
export const PIT_LEVELS = [0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99] as const

export interface ClassModel {
  /** WEEKS * REGRESSORS coefficients of the coming weeks' log level on what models/forecast/recent.ts and last-year.ts give. */
  coefficients: number[]
  /** Factor of the series' own scatter of days. */
  own: number
  /** WEEKS squared coefficients of variation of the level. */
  level: number[]
  /** One factor a span of SPANS: what sums scatter more or less than these two say. */
  span: number[]
  /** SPANS * PIT_LEVELS: share of the past that fell below the predicted quantile at the level. */
  pit: number[][]
  /** Series and origins it was learned from. */
  rows: number
}

export interface SurgeModel {
  days: number
  /** logit p = a + b logit(raw) + c · log ratio of the last week, per group of classes. */
  coefficients: number[][]
}

export interface ForecastModel {
  version: number
  /** One a class: depth * DENSITIES + density. */
  classes: ClassModel[]
  surge: SurgeModel[]
  /** Origins it was trained on, as day numbers. */
  origins: number[]
  /** Hash of nothing but the data: names and dates are the registry's. */
  seed: number
}

export function classOf(placeDepth: number, meanADay: number): number {
  let density = DENSITIES.length - 1
  while (density > 0 && meanADay < DENSITIES[density]) density--
  return Math.min(placeDepth, DEPTHS - 1) * DENSITIES.length + density
}

/** What is believed before anything was learned: a third of what the last weeks said stays for a week, less later. */
export const PRIOR_COEFFICIENTS: readonly number[] = Array.from({ length: WEEKS }, (_, w) => {
  const fade = Math.pow(0.85, w)
  return [0, 0.15 * fade, 0.1 * fade, 0.1 * fade, 0, 0, 0, 0].slice(0, REGRESSORS)
}).flat()

export function priorClass(): ClassModel {
  return {
    coefficients: [...PRIOR_COEFFICIENTS], own: 1, level: Array.from({ length: WEEKS }, (_, w) => 0.01 + 0.004 * w), span: SPANS.map(() => 1),
    pit: SPANS.map(() => [...PIT_LEVELS]), rows: 0,
  }
}

/** The model of a deployment that has no past to learn from. */
export function priorModel(): ForecastModel {
  return {
    version: FORECAST_VERSION, classes: Array.from({ length: CLASSES }, priorClass),
    surge: [7, 14, 28].map((days) => ({ days, coefficients: Array.from({ length: DEPTHS }, () => [0, 1, 0]) })), origins: [], seed: 0,
  }
}
