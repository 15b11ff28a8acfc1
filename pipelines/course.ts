/**
 * The usual course of a series over the last weeks, as far as it is known by the night: what each day should have brought, how
 * much it scatters, and how far the level may be off.
 */
import type { Day } from '../core/days.ts'
import { LOOKBACK_DAYS } from './city-profiles.ts'
import type { City, Profile } from './city-profiles.ts'
import type { DayFit } from './fit-days.ts'
import type { TreeBaseline } from './tree-baseline.ts'

/** Rows speak of the last LOOKBACK_DAYS days, oldest first; NaN is a gap. */
export interface Course {
  /** Where it comes from: the series' own regression, its share of its city's, or no baseline but the days before. */
  detector: string
  expected: Float64Array
  /** Variance / mean of a day's count. */
  dispersion: Float64Array
  /** Coefficient of variation of the level. */
  cv: number
  /** Expected callers of the days [from, until), complete, whatever is known of them by now; NaN where there is no baseline. */
  daily(from: Day, until: Day): Float64Array
}

/** A series' share of its city topic's course; a day scatters by its own chance, by its level's habit, and by how complete it is. */
export function courseOfShare(baseline: TreeBaseline, s: number, profile: Profile): Course {
  const share = baseline.share[s]!
  const { dailySize, cv } = baseline.scatter(s)
  const expected = profile.recent.map((mean) => mean * share)
  return {
    detector: 'share_of_city', expected,
    dispersion: expected.map((mean, i) => 1 + mean / dailySize + mean * profile.knownCv[i]! ** 2),
    cv: Math.sqrt(cv * cv + 1 / baseline.shape[s]!),
    daily: (from, until) => slice(profile, from, until).map((mean) => mean * share),
  }
}

/** The course of a series that has a regression of its own. */
export function courseOfFit(fit: DayFit, { known, knownCv }: Pick<Profile, 'known' | 'knownCv'>, city: City, night: Day): Course {
  const first = night + 1 - LOOKBACK_DAYS
  const at = (i: number): number => first + i - fit.from
  const expected = known.map((part, i) => (city.isGap(first + i) ? NaN : part * (fit.expected[at(i)] ?? NaN)))
  return {
    detector: 'negbin_regression', expected,
    dispersion: expected.map((mean, i) => (fit.dispersion[at(i)] ?? 1) + mean * knownCv[i]! ** 2),
    cv: fit.cv,
    daily: (from, until) => slice(fit, from, until),
  }
}

/** The course of several series together, taken as independent of each other. */
export function courseOfSum(courses: readonly Course[]): Course {
  const expected = new Float64Array(LOOKBACK_DAYS)
  const variance = new Float64Array(LOOKBACK_DAYS)
  let total = 0
  let squares = 0
  for (const course of courses) {
    let sum = 0
    for (let i = 0; i < LOOKBACK_DAYS; i++) {
      const mean = course.expected[i]!
      expected[i]! += mean
      variance[i]! += mean * course.dispersion[i]!
      if (mean > 0) sum += mean
    }
    total += sum
    squares += (sum * course.cv) ** 2
  }
  return {
    detector: 'neighbours', expected, dispersion: variance.map((value, i) => value / expected[i]!), cv: Math.sqrt(squares) / total,
    daily: (from, until) => courses.map((course) => course.daily(from, until)).reduce((sum, days) => sum.map((mean, i) => mean + days[i]!)),
  }
}

/** A course without a past: only the night's own day is compared, with the level of the days before. */
export function courseOfLevel(level: number, dispersion: number, cv: number): Course {
  return {
    detector: 'ears_c2', expected: new Float64Array(LOOKBACK_DAYS).fill(NaN).fill(level, -1), dispersion: new Float64Array(LOOKBACK_DAYS).fill(dispersion), cv,
    daily: (from, until) => new Float64Array(until - from).fill(level),
  }
}

/** Negative-binomial size of the callers of the last `days` days; Infinity is Poisson. */
export function sizeOfLast({ expected, dispersion, cv }: Course, days: number): number {
  let mean = 0
  let variance = 0
  for (let i = LOOKBACK_DAYS - days; i < LOOKBACK_DAYS; i++) {
    if (Number.isNaN(expected[i]!)) continue
    mean += expected[i]!
    variance += expected[i]! * dispersion[i]!
  }
  return sizeOf(mean, variance + (cv * mean) ** 2)
}

/** Size of a count by its mean and variance. */
export function sizeOf(mean: number, variance: number): number {
  return variance > mean ? (mean * mean) / (variance - mean) : Infinity
}

/** Expected callers of the last `days` days; gaps bring nothing. */
export function expectedInLast(expected: Float64Array, days: number): number {
  let sum = 0
  for (let i = LOOKBACK_DAYS - days; i < LOOKBACK_DAYS; i++) if (!Number.isNaN(expected[i]!)) sum += expected[i]!
  return sum
}

function slice(fit: { from: Day, expected: Float64Array }, from: Day, until: Day): Float64Array {
  return Float64Array.from({ length: until - from }, (_, i) => fit.expected[from + i - fit.from] ?? NaN)
}
