/**
 * The strength of a night's evidence that a series is above its usual course: one rule for the first look, by daily counts, and
 * for the last, by distinct callers.
 */
import { logPOfOdds } from '../models/detect/calibration.ts'
import { EvidenceFilter } from '../models/detect/evidence.ts'
import { WEISU_SETTINGS } from '../models/detect/weisu.ts'
import { LOOKBACK_DAYS } from './city-profiles.ts'
import type { Course } from './course.ts'

export interface Evidence {
  /** Log odds that a rise is on, relative to one that begins by chance. */
  logOdds: number
  /** Natural logarithm of the probability of as much by chance, tonight, in one series. */
  logP: number
}

/**
 * So rare that a rise once told is not forgotten within the lookback when a day brings less: whether it still is news is asked
 * by itself (explain.ts). Odds that say little are the same as at the onset of the calibration.
 */
const ONSET = 1e-9

const filter = new EvidenceFilter(WEISU_SETTINGS.day.rises, ONSET)

/** @param counts of the days of the course, NaN for gaps; read only */
export function weigh(counts: Float64Array, { expected, dispersion, cv }: Pick<Course, 'expected' | 'dispersion' | 'cv'>): Evidence {
  filter.reset()
  let logOdds = 0
  for (let i = 0; i < LOOKBACK_DAYS; i++) logOdds = filter.step(expected[i]! > 0 ? counts[i]! : NaN, expected[i]!, dispersion[i]!, cv)
  return { logOdds, logP: filter.mean > 0 ? logPOfOdds(logOdds, filter.mean, filter.dispersion, cv) : 0 }
}

/** Whether the evidence is as rare as `logP`, or nothing can be said; most series are far from it, which a bound tells at once. */
export function isRare(counts: Float64Array, course: Pick<Course, 'expected' | 'dispersion' | 'cv'>, logP: number): boolean {
  const most = filter.atMost(counts, course.expected, course.dispersion, course.cv)
  if (filter.mean > 0 && logPOfOdds(most, filter.mean, filter.dispersion, course.cv) > logP) return false
  return !(weigh(counts, course).logP > logP)
}

/** Fewest callers of the last `days` days, spread over them as they were, whose p is at most exp(logP). */
export function smallestWatched(counts: Float64Array, course: Pick<Course, 'expected' | 'dispersion' | 'cv'>, days: number, logP: number): number {
  const from = LOOKBACK_DAYS - days
  let total = 0
  for (let i = from; i < LOOKBACK_DAYS; i++) total += counts[i]!
  const thinned = counts.slice()
  const isWatched = (callers: number): boolean => {
    let before = 0
    for (let i = from; i < LOOKBACK_DAYS; i++) {
      const after = before + counts[i]!
      thinned[i] = Math.round((after * callers) / total) - Math.round((before * callers) / total)
      before = after
    }
    return weigh(thinned, course).logP <= logP
  }
  let low = 0
  let high = total
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (isWatched(middle)) high = middle
    else low = middle
  }
  return high
}
