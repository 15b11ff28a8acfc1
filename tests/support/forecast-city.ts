/**
 * A small city for forecasts, drawn with a seed: districts × leaf topics with weekdays, holidays and, if wanted, levels that wander.
 */
import { weekday } from '../../core/days.ts'
import type { Rng } from '../../core/rng.ts'
import type { ForecastInput } from '../../models/forecast/forecast.ts'

export interface SimulatedCity {
  districts: number
  leaves: number
  days: number
  horizon?: number
  /** Mean callers a day of a district's leaf topic, before weekday and holiday. */
  mean: number
  /** Standard deviation of the logarithm of a leaf's level, and its correlation from day to day. */
  wander?: { sd: number, rho: number }
  firstDay?: number
}

/** Factors of the days from Monday to Sunday. */
export const WEEK = [1.2, 1.1, 1, 1, 1, 0.8, 0.7]
/** Days of the year, as offsets in a year of 365 days, that are holidays, and their factor. */
const HOLIDAYS = [100, 101, 102, 230, 231, 232]
export const HOLIDAY_FACTOR = 0.5

/** Series in order: city × (all, leaves), then each district × (all, leaves). */
export function simulateCity({ districts, leaves, days, horizon = 56, mean, wander, firstDay = 20000 }: SimulatedCity, rng: Rng): ForecastInput {
  const kinds = Uint8Array.from({ length: days + horizon }, (_, i) => (HOLIDAYS.includes(i % 365) ? 2 : weekday(firstDay + i) > 5 ? 1 : 0))
  const width = leaves + 1
  const series = (districts + 1) * width
  const rows = Array.from({ length: series }, () => new Int32Array(days))
  for (let p = 1; p <= districts; p++) {
    for (let t = 1; t <= leaves; t++) {
      let level = 0
      for (let i = 0; i < days; i++) {
        if (wander) level = wander.rho * level + wander.sd * Math.sqrt(1 - wander.rho ** 2) * rng.normal()
        const n = rng.poisson(mean * Math.exp(level) * dayFactor(kinds[i]!, firstDay + i))
        for (const s of [0, t, p * width, p * width + t]) rows[s]![i]! += n
      }
    }
  }
  const starts = new Int32Array(series + 1)
  const day: number[] = []
  const callers: number[] = []
  rows.forEach((row, s) => {
    row.forEach((n, i) => {
      if (n === 0) return
      day.push(firstDay + i)
      callers.push(n)
    })
    starts[s + 1] = day.length
  })
  const at = Array.from({ length: series }, (_, s) => ({ place: Math.floor(s / width), topic: s % width }))
  return {
    firstDay, days, horizon, starts, day: Int32Array.from(day), callers: Int32Array.from(callers), kinds, knownDays: 0, calendarUntil: firstDay + days + horizon,
    placeAbove: Int32Array.from(at, ({ place, topic }) => (place === 0 ? -1 : topic)),
    topicAbove: Int32Array.from(at, ({ place, topic }) => (topic === 0 ? -1 : place * width)),
    placeDepth: Uint8Array.from(at, ({ place }) => Math.min(1, place)), topicDepth: Uint8Array.from(at, ({ topic }) => Math.min(1, topic)),
  }
}

export function dayFactor(kind: number, day: number): number {
  return kind === 2 ? HOLIDAY_FACTOR : WEEK[weekday(day) - 1]!
}
