/**
 * How the coming weeks went a year ago against what was usual then: what recurs and is neither weekday, holiday nor smooth season, as the
 * first weeks of heating or of a school year. Whether it does recur, the pooled regression learns. docs/methods/forecast.md
 */
import { lowerBound } from '../../core/days.ts'
import type { Base } from './base.ts'
import type { ForecastInput } from './forecast.ts'
import { WEEKS } from './forecast-model.ts'
import { PRIOR_CALLERS } from './recent.ts'

/** 52 weeks: the same weekdays. */
const YEAR_DAYS = 364
/** Days before and after a week that count with it. */
const AROUND = 7

/**
 * series * WEEKS logarithms of (counted + prior) / (expected + prior) around the coming weeks' days of a year ago: what recurs and is
 * neither weekday nor smooth season, as the first days of heating. 0 where the past does not reach back so far.
 */
export function lastYearRatios(input: ForecastInput, base: Base, until: number): Float64Array {
  const { starts, day, callers, firstDay, gaps } = input
  const series = starts.length - 1
  const ratios = new Float64Array(series * WEEKS)
  const first = until - YEAR_DAYS
  if (first < AROUND) return ratios
  const length = 7 * WEEKS + 2 * AROUND
  const begin = first - AROUND
  const sums = new Float64Array(base.owner.length * WEEKS)
  const row = new Float64Array(length + 1)
  for (let r = 0; r < base.owner.length; r++) {
    for (let i = 0; i < length; i++) row[i + 1] = row[i] + (begin + i < until && !(gaps && gaps[begin + i] === 1) ? base.profile[r * base.span + begin + i] : 0)
    for (let w = 0; w < WEEKS; w++) sums[r * WEEKS + w] = row[7 * w + 7 + 2 * AROUND] - row[7 * w]
  }
  for (let s = 0; s < series; s++) {
    const r = base.row[s]
    if (r < 0) continue
    row.fill(0)
    for (let e = lowerBound(day, firstDay + begin, starts[s], starts[s + 1]); e < starts[s + 1]; e++) {
      const i = day[e] - firstDay - begin
      if (i >= length) break
      if (!(gaps && gaps[begin + i] === 1)) row[i + 1] += callers[e]
    }
    for (let i = 0; i < length; i++) row[i + 1] += row[i]
    for (let w = 0; w < WEEKS; w++) {
      const counted = row[7 * w + 7 + 2 * AROUND] - row[7 * w]
      ratios[s * WEEKS + w] = Math.log((counted + PRIOR_CALLERS) / (base.share[s] * sums[r * WEEKS + w] + PRIOR_CALLERS))
    }
  }
  return ratios
}

/** The regressors of series s that differ by week, written to out[at …]. */
export function fillYearRegressors({ placeAbove }: ForecastInput, ratios: Float64Array, s: number, w: number, out: Float64Array, at: number): void {
  out[at] = ratios[s * WEEKS + w]
  out[at + 1] = placeAbove[s] >= 0 ? ratios[placeAbove[s] * WEEKS + w] : 0
}
