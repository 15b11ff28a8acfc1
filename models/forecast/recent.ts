/**
 * How the last weeks went against what is usual: logarithms of shrunk ratios over several windows, of a series and of the
 * series above it in either tree. The regressors by which the pooled model moves the level. docs/methods/forecast.md
 */
import type { Base } from './base.ts'
import { knownShare } from './base.ts'
import type { ForecastInput } from './forecast.ts'

/** Windows in days that end tonight. */
export const WINDOWS = [7, 28, 112] as const
/** Callers that "as usual" is worth in a ratio. */
export const PRIOR_CALLERS = 2
/** Regressors that are the same for all coming weeks: a constant; own ratios over the windows; the place's and the topic's above over 28 days. */
export const STEADY_REGRESSORS = 1 + WINDOWS.length + 2
/** Those that differ by the coming week: models/forecast/last-year.ts. */
export const YEAR_REGRESSORS = 2
export const REGRESSORS = STEADY_REGRESSORS + YEAR_REGRESSORS

/** series * WINDOWS.length logarithms of (counted + prior) / (expected + prior) over the days before `until` (a row of the base). */
export function recentRatios(input: ForecastInput, base: Base, until: number): Float64Array {
  const { starts, day, callers, firstDay, gaps, excluded } = input
  const series = starts.length - 1
  const width = WINDOWS.length
  const ratios = new Float64Array(series * width)
  const sums = expectedSums(input, base, until)
  const skip = new Map<number, [number, number][]>()
  if (excluded) {
    for (let k = 0; k < excluded.series.length; k++) {
      const list = skip.get(excluded.series[k]) ?? []
      list.push([excluded.from[k] - firstDay, excluded.until[k] - firstDay])
      skip.set(excluded.series[k], list)
    }
  }
  const counted = new Float64Array(width)
  const expected = new Float64Array(width)
  for (let s = 0; s < series; s++) {
    const r = base.row[s]
    if (r < 0) continue
    counted.fill(0)
    const out = skip.get(s)
    for (let e = starts[s + 1] - 1; e >= starts[s]; e--) {
      const i = day[e] - firstDay
      if (i >= until || (gaps && gaps[i] === 1) || out?.some(([a, b]) => i >= a && i < b)) continue
      if (i < until - WINDOWS[width - 1] || i < 0) break
      for (let w = 0; w < width; w++) if (i >= until - WINDOWS[w]) counted[w] += callers[e]
    }
    for (let w = 0; w < width; w++) {
      expected[w] = base.share[s] * sums[r * width + w]
      for (const [a, b] of out ?? []) {
        for (let i = Math.max(0, a, until - WINDOWS[w]); i < Math.min(b, until); i++) expected[w] -= base.share[s] * base.profile[r * base.span + i] * knownShare(input, base.owner[r], i)
      }
      ratios[s * width + w] = Math.log((counted[w] + PRIOR_CALLERS) / (Math.max(0, expected[w]) + PRIOR_CALLERS))
    }
  }
  return ratios
}

function expectedSums(input: ForecastInput, base: Base, until: number): Float64Array {
  const width = WINDOWS.length
  const sums = new Float64Array(base.owner.length * width)
  for (let r = 0; r < base.owner.length; r++) {
    for (let i = Math.max(0, until - WINDOWS[width - 1]); i < until; i++) {
      if (input.gaps && input.gaps[i] === 1) continue
      const m = base.profile[r * base.span + i] * knownShare(input, base.owner[r], i)
      for (let w = 0; w < width; w++) if (i >= until - WINDOWS[w]) sums[r * width + w] += m
    }
  }
  return sums
}

/** The steady regressors of series s, written to out[at …]. */
export function fillRegressors({ placeAbove, topicAbove }: ForecastInput, ratios: Float64Array, s: number, out: Float64Array, at: number): void {
  const width = WINDOWS.length
  out[at] = 1
  for (let w = 0; w < width; w++) out[at + 1 + w] = ratios[s * width + w]
  out[at + 1 + width] = placeAbove[s] >= 0 ? ratios[placeAbove[s] * width + 1] : 0
  out[at + 2 + width] = topicAbove[s] >= 0 ? ratios[topicAbove[s] * width + 1] : 0
}
