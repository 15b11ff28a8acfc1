/**
 * When did it rise in past years? The run of weeks around the counterpart of the expected peak that stood above the level
 * before it by the factor.
 */
import type { Day } from '../../core/days.ts'
import { PRESENT_WEEKS, sumWeeks, TARGET_WEEKS } from './week-ratios.ts'

export interface PastYear {
  /** Mondays: first week above, highest week, first week after. */
  from: Day
  peak: Day
  until: Day
  /** Level at the counterpart of the coming peak over the level that was present then. */
  factor: number
  /** Counts of the weeks above. */
  callers: number
  /** The run lies wholly in what is known; else the year's season began before the data or is still on. */
  whole: boolean
}

/** Weeks that a season may have. */
const LONGEST = 26

/**
 * One entry a year that reaches back far enough, the latest first. A year that did not rise has an empty run.
 *
 * @param horizon  weeks from the last known week to the expected peak
 * @param shift    weeks from the counterpart `k` years ago
 */
export function describeYears(row: Float64Array, monday: Day, now: number, horizon: number, shift: (k: number) => number, factor: number): PastYear[] {
  const years: PastYear[] = []
  for (let k = 1; ; k++) {
    const peak = now + horizon - shift(k)
    const present = peak - horizon
    if (present - PRESENT_WEEKS + 1 < 0) break
    const before = Math.max(0.5, sumWeeks(row, present - PRESENT_WEEKS + 1, present + 1)) / PRESENT_WEEKS
    const level = (week: number): number => sumWeeks(row, week - 1, week + 2) / TARGET_WEEKS
    const isAbove = (week: number): boolean => level(week) >= factor * before
    const year: PastYear = {
      from: monday + peak * 7, peak: monday + peak * 7, until: monday + peak * 7, factor: level(peak) / before, callers: 0, whole: true,
    }
    if (isAbove(peak)) {
      let first = peak
      while (first > 1 && peak - first < LONGEST && isAbove(first - 1)) first--
      let end = peak + 1
      while (end < now && end - peak < LONGEST && isAbove(end)) end++
      let highest = first
      for (let week = first; week < end; week++) if (level(week) > level(highest)) highest = week
      year.from = monday + first * 7
      year.peak = monday + highest * 7
      year.until = monday + end * 7
      year.callers = sumWeeks(row, first, end)
      year.whole = end < now
    }
    years.push(year)
  }
  return years
}
