/**
 * The past as lessons: at each rolling origin, what was usual for a series' coming weeks, how its last weeks had gone, and what came.
 */
import { lowerBound } from '../../core/days.ts'
import { createRng } from '../../core/rng.ts'
import { fitBase } from './base.ts'
import type { Base } from './base.ts'
import { fade } from './covariates.ts'
import type { ForecastInput } from './forecast.ts'
import { CLASSES, classOf, WEEKS } from './forecast-model.ts'
import { fillYearRegressors, lastYearRatios } from './last-year.ts'
import { fillRegressors, recentRatios, STEADY_REGRESSORS, YEAR_REGRESSORS } from './recent.ts'

export interface Origin {
  /** The input as it was after `days` days, with final counts. */
  input: ForecastInput
  base: Base
}

export interface Lessons {
  origins: Origin[]
  /** Rows by class; row r is series[r] at origin[r]. */
  rows: Int32Array[]
  series: Int32Array
  origin: Int32Array
  /** rows * STEADY_REGRESSORS, rows * WEEKS * YEAR_REGRESSORS. */
  regressors: Float64Array
  year: Float64Array
  /** rows * WEEKS usual callers, and what came; NaN where the week is not over, or a gap. */
  usual: Float64Array
  came: Float64Array
}

/** Days between origins, at most so many origins, and days of history wanted and needed at the first. A long past is walked in longer steps:
 * half a year with one flood told Houston that usual is three times what it is. */
const STEPS = [14, 56] as const
const MAX_ORIGINS = 14
const WANTED_DAYS = 380
const NEEDED_DAYS = 90
const WANTED_ORIGINS = 8
/** Days of outcome that an origin needs. */
const OUTCOME_DAYS = 28

/** Origins as numbers of days of history, oldest first. */
export function chooseOrigins(days: number): number[] {
  const origins: number[] = []
  const step = Math.max(STEPS[0], Math.min(STEPS[1], Math.floor((days - OUTCOME_DAYS - WANTED_DAYS) / (MAX_ORIGINS - 1))))
  for (let at = days - OUTCOME_DAYS; at >= NEEDED_DAYS && origins.length < MAX_ORIGINS; at -= step) {
    if (at < WANTED_DAYS && origins.length >= WANTED_ORIGINS) break
    origins.push(at)
  }
  return origins.reverse()
}

/** The input as its owner had it after `days` days; what is known of delays does not concern a settled past. */
export function truncate(input: ForecastInput, days: number): ForecastInput {
  const { known: _known, knownRow: _row, ...rest } = input
  return {
    ...rest, days, horizon: Math.min(input.horizon, input.days + input.horizon - days), knownDays: 0,
    ...(input.covariates ? { covariates: input.covariates.map((values) => forgetFuture(values.slice(0, days + input.horizon), days)) } : {}),
  }
}

function forgetFuture(values: Float64Array, days: number): Float64Array {
  fade(values, days, true)
  return values
}

/** @param perClass rows of a class at most, drawn by the seed */
export function collectLessons(input: ForecastInput, origins: readonly number[], perClass: number, seed: number): Lessons {
  const series = input.starts.length - 1
  const open = origins.map((days) => {
    const past = truncate(input, days)
    return { input: past, base: fitBase(past) }
  })
  const kept: [series: number, origin: number][][] = Array.from({ length: CLASSES }, () => [])
  const seen = new Int32Array(CLASSES)
  const rng = createRng(`forecast/${seed}`)
  open.forEach(({ input: past, base }, o) => {
    for (let s = 0; s < series; s++) {
      const r = base.row[s]
      if (r < 0) continue
      let month = 0
      for (let h = 0; h < 28; h++) month += base.share[s] * base.profile[r * base.span + past.days + h]
      const c = classOf(input.placeDepth[s], month / 28)
      // Reservoir sampling (Vitter 1985, algorithm R): every row has the same chance.
      if (kept[c].length < perClass) kept[c].push([s, o])
      else {
        const at = rng.below(seen[c] + 1)
        if (at < perClass) kept[c][at] = [s, o]
      }
      seen[c]++
    }
  })
  const total = kept.reduce((sum, list) => sum + list.length, 0)
  const lessons: Lessons = {
    origins: open, rows: [], series: new Int32Array(total), origin: new Int32Array(total),
    regressors: new Float64Array(total * STEADY_REGRESSORS), year: new Float64Array(total * WEEKS * YEAR_REGRESSORS),
    usual: new Float64Array(total * WEEKS).fill(NaN), came: new Float64Array(total * WEEKS).fill(NaN),
  }
  let row = 0
  for (const list of kept) {
    list.sort((a, b) => a[1] - b[1] || a[0] - b[0])
    lessons.rows.push(Int32Array.from(list, (_, i) => row + i))
    for (const [s, o] of list) {
      lessons.series[row] = s
      lessons.origin[row++] = o
    }
  }
  const counts = new Float64Array(HORIZON_DAYS)
  open.forEach(({ input: past, base }, o) => {
    const ratios = recentRatios(past, base, past.days)
    const year = lastYearRatios(past, base, past.days)
    for (let r = 0; r < total; r++) {
      if (lessons.origin[r] !== o) continue
      const s = lessons.series[r]
      fillRegressors(past, ratios, s, lessons.regressors, r * STEADY_REGRESSORS)
      for (let w = 0; w < WEEKS; w++) fillYearRegressors(past, year, s, w, lessons.year, (r * WEEKS + w) * YEAR_REGRESSORS)
      fillOutcome(input, s, past.days, counts)
      const at = base.row[s] * base.span + past.days
      for (let w = 0; w < WEEKS; w++) {
        let usual = 0
        let came = 0
        let over = 0
        for (let h = 7 * w; h < 7 * w + 7; h++) {
          if (!(counts[h] >= 0)) continue
          usual += base.share[s] * base.profile[at + h]
          came += counts[h]
          over++
        }
        if (over < 4) continue
        lessons.usual[r * WEEKS + w] = usual
        lessons.came[r * WEEKS + w] = came
      }
    }
  })
  return lessons
}

export const HORIZON_DAYS = 7 * WEEKS

/** What came on the days after the origin; NaN for gaps and for days that are not over or not complete. */
export function fillOutcome({ starts, day, callers, firstDay, days, gaps, knownDays }: ForecastInput, s: number, origin: number, out: Float64Array): void {
  const over = days - knownDays
  for (let h = 0; h < HORIZON_DAYS; h++) out[h] = origin + h < over && !(gaps && gaps[origin + h] === 1) ? 0 : NaN
  for (let e = lowerBound(day, firstDay + origin, starts[s], starts[s + 1]); e < starts[s + 1]; e++) {
    const h = day[e] - firstDay - origin
    if (h >= HORIZON_DAYS) break
    out[h] += callers[e]
  }
}
