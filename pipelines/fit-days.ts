/**
 * What a series' days usually bring, over a whole span: the calendar's words become numbers, the fit becomes expected counts.
 */
import type { WorkCalendar } from '../core/calendar.ts'
import type { Day } from '../core/days.ts'
import { expectedAt, expectedCv, fitBaseline } from '../models/detect/baseline.ts'
import { DAY_HOLIDAY, DAY_MAKE_UP, DAY_WEEKEND, DAY_WORKING } from '../models/detect/baseline-design.ts'
import type { Reason } from '../models/detect/verdict.ts'

export interface DayFit {
  /** Row i speaks of day from + i; goes beyond the night by the horizon asked for. */
  from: Day
  expected: Float64Array
  /** Variance / mean of a day's count at a known mean. */
  dispersion: Float64Array
  /** Coefficient of variation by which the level of the last weeks may be wrong. */
  cv: number
}

/** Last days that do not teach: four weeks, less where the history is short. */
const GUARD_DAYS = 28
const MIN_GUARD_DAYS = 7
/**
 * Past bursts are judged by the series' own scatter down to this size. Floods come in bursts by nature: with a larger
 * floor every rainy day was taken for an outbreak, and the next one for an alert (Houston 2019-05-07).
 */
const OUTLIER_SIZE = 0.05

/** Kinds of the days [from, until), as models/ wants them. */
export function dayKinds(calendar: WorkCalendar, from: Day, until: Day): Uint8Array {
  return Uint8Array.from({ length: until - from }, (_, i) => {
    const day = from + i
    if (calendar.isMakeUpDay(day)) return DAY_MAKE_UP
    const kind = calendar.kind(day)
    return kind === 'holiday' ? DAY_HOLIDAY : kind === 'weekend' ? DAY_WEEKEND : DAY_WORKING
  })
}

/**
 * @param counts    daily counts from `first` to the night, NaN for gaps
 * @param excluded  days [from, until) that are known not to have been usual
 * @returns the reason where no baseline can be had
 */
export function fitDays(
  counts: Float64Array, first: Day, calendar: WorkCalendar, horizon: number, excluded: readonly (readonly [from: Day, until: Day])[] = [],
): DayFit | Reason {
  const n = counts.length
  const kinds = dayKinds(calendar, first, first + n + horizon)
  const guardDays = Math.min(GUARD_DAYS, Math.max(MIN_GUARD_DAYS, Math.floor(n / 4)))
  const usual = counts.slice()
  for (const [from, until] of excluded) usual.fill(NaN, Math.max(0, from - first), Math.max(0, Math.min(n, until - first)))
  const baseline = fitBaseline(usual, kinds.subarray(0, n), first, { guardDays, outlierSize: OUTLIER_SIZE })
  // Days there are, but all of them in the guard band.
  if (baseline.reason === 'no_history' && counts.some((count) => count >= 0)) return 'too_short'
  if (baseline.reason !== '') return baseline.reason
  const back = Math.min(n, GUARD_DAYS)
  const expected = expectedAt(baseline, first, first + n + horizon, kinds)
  return {
    from: first, expected, dispersion: expected.map((mean) => 1 + mean / baseline.size),
    cv: expectedCv(baseline, first + n - back, first + n, kinds.subarray(n - back, n)),
  }
}
