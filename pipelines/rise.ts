/**
 * Rises of what lies around a series: how much more than usual each day brought, and how the series' own days scatter given that.
 * docs/methods/explain.md
 */
import { LOOKBACK_DAYS } from './city-profiles.ts'
import type { Course } from './course.ts'

/** Tickets that the week's rise is worth where a day's is told, and no rise where the week's is: gamma priors. */
const WEEK_WORTH = 5
/** Coefficient of variation of the places' parts in a common rise. */
const UNEVENNESS = 0.7

/**
 * Rise of each day over what was expected, drawn to its week's, and that to none: few tickets tell little.
 *
 * @param expected of the days of a course, NaN for gaps
 */
export function riseOf(observed: Float64Array, expected: Float64Array): Float64Array {
  const rise = new Float64Array(LOOKBACK_DAYS).fill(1)
  for (let i = 0; i < LOOKBACK_DAYS; i++) {
    let seen = 0
    let usual = 0
    for (let j = Math.max(0, i - 3); j <= Math.min(LOOKBACK_DAYS - 1, i + 3); j++) {
      if (Number.isNaN(expected[j]!)) continue
      seen += observed[j]!
      usual += expected[j]!
    }
    const week = (WEEK_WORTH + seen) / (WEEK_WORTH + usual)
    if (expected[i]! >= 0) rise[i] = (WEEK_WORTH + observed[i]!) / (WEEK_WORTH / week + expected[i]!)
  }
  return rise
}

/** Dispersion of days whose mean was changed by what lies around: the scatter grows with the mean, and a storm does not hit all places alike. */
export function dispersionGiven({ expected, dispersion }: Pick<Course, 'expected' | 'dispersion'>, usual: Float64Array): Float64Array {
  return dispersion.map((value, i) => {
    const risen = Math.max(0, usual[i]! - expected[i]!)
    return 1 + (value - 1) * (usual[i]! / expected[i]!) + (UNEVENNESS * risen) ** 2 / usual[i]!
  })
}

/** What is left of a whole without a part of it, never below 0. */
export function less(whole: Float64Array, part: Float64Array): Float64Array {
  return whole.map((value, i) => Math.max(0, value - part[i]!))
}
