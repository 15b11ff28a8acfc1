/**
 * Rises and falls of what lies around a series: how many times the usual each day brought, and how the series' own days scatter
 * given that. docs/methods/explain.md
 */
import { LOOKBACK_DAYS } from './city-profiles.ts'
import type { Course } from './course.ts'

/** Tickets that no rise is worth where a month's is told, a month's where a week's is, a week's where a day's is: gamma priors. */
const WORTH = 5
/** Days on either side that tell a month, a week and a day. */
const REACHES = [14, 3, 0] as const
/** Coefficient of variation of the places' parts in a common rise. */
const UNEVENNESS = 0.7

/**
 * How many times the expected each day brought, drawn to its week's, that to its month's, and that to 1: few tickets tell little,
 * unless they go on for weeks.
 *
 * @param expected of the days of a course, NaN for gaps
 */
export function riseOf(observed: Float64Array, expected: Float64Array): Float64Array {
  const rise = new Float64Array(LOOKBACK_DAYS).fill(1)
  for (const reach of REACHES) {
    for (let i = 0; i < LOOKBACK_DAYS; i++) {
      let seen = 0
      let usual = 0
      for (let j = Math.max(0, i - reach); j <= Math.min(LOOKBACK_DAYS - 1, i + reach); j++) {
        if (Number.isNaN(expected[j]!)) continue
        seen += observed[j]!
        usual += expected[j]!
      }
      rise[i] = (WORTH + seen) / (WORTH / rise[i]! + usual)
    }
  }
  return rise
}

/**
 * The same of several wholes one inside the other, such as all topics and the topic itself: each is expected to rise with the one
 * before, and what it does beyond that is its own.
 *
 * @param wholes the largest first; observed and expected of their days
 */
export function riseWithin(wholes: readonly { observed: Float64Array, expected: Float64Array }[]): Float64Array {
  return wholes.reduce((rise, { observed, expected }) => {
    const further = riseOf(observed, expected.map((mean, i) => mean * rise[i]!))
    return rise.map((times, i) => times * further[i]!)
  }, new Float64Array(LOOKBACK_DAYS).fill(1))
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
