/**
 * A night's counts of one city as the forecast wants them: chosen series with all that stands above them, the calendar of the
 * coming days, gaps, known events, reporting delay, covariates.
 */
import type { Day } from '../../core/days.ts'
import { dayKinds } from '../fit-days.ts'
import { HORIZON } from '../../models/forecast/forecast.ts'
import type { ForecastInput } from '../../models/forecast/forecast.ts'
import type { City } from '../city-profiles.ts'
import { MAX_LAG } from '../delays.ts'
import type { ForecastView } from './view.ts'

/** Series of an input by their place and topic. */
export interface ChosenSeries {
  input: ForecastInput
  /** Ids, one a series of the input. */
  place: Int32Array
  topic: Int32Array
  /** Index of a place and topic, or -1. */
  find(place: number, topic: number): number
}

/** Covariates of a city over the days of an input, as models/forecast wants them. */
export type CityCovariates = (firstDay: Day, days: number) => readonly Float64Array[]

/** Positions in the view's history of all series of the city down to this depth of places, topics of every depth. */
export function seriesToDepth({ history, places }: ForecastView, city: City, depth: number): number[] {
  const chosen: number[] = []
  for (let s = 0; s < history.series; s++) {
    const place = places.get(history.place[s]!)!
    if (place.rollup[0] === city.root && place.depth <= depth) chosen.push(s)
  }
  return chosen
}

/**
 * Chosen series and those above them in both trees, in the history's order: the same choice gives the same input.
 *
 * @param series   positions in the view's history, all of this city
 * @returns undefined where the city has no days
 */
export function forecastInput(view: ForecastView, city: City, series: Iterable<number>, covariates?: CityCovariates): ChosenSeries | undefined {
  const { history, places, topics, night, delays, excluded } = view
  const firstDay = city.first
  const days = night + 1 - firstDay
  if (days <= 0) return undefined
  const chosen = withAncestors(view, series)
  const n = chosen.length
  const at = new Map(chosen.map((s, i) => [s, i]))
  const starts = new Int32Array(n + 1)
  for (let i = 0; i < n; i++) starts[i + 1] = starts[i]! + history.starts[chosen[i]! + 1]! - history.starts[chosen[i]!]!
  const day = new Int32Array(starts[n]!)
  const callers = new Int32Array(starts[n]!)
  const place = new Int32Array(n)
  const topic = new Int32Array(n)
  const placeAbove = new Int32Array(n)
  const topicAbove = new Int32Array(n)
  const placeDepth = new Uint8Array(n)
  const topicDepth = new Uint8Array(n)
  const rows = new Map<number | null, number>()
  const knownRow = new Int32Array(n)
  const known: number[] = []
  const events = { series: [] as number[], from: [] as number[], until: [] as number[] }
  for (let i = 0; i < n; i++) {
    const s = chosen[i]!
    day.set(history.day.subarray(history.starts[s], history.starts[s + 1]), starts[i])
    callers.set(history.callers.subarray(history.starts[s], history.starts[s + 1]), starts[i])
    const p = places.get(place[i] = history.place[s]!)!
    const t = topics.get(topic[i] = history.topic[s]!)!
    placeDepth[i] = p.depth
    topicDepth[i] = t.depth
    placeAbove[i] = p.parentId === null ? -1 : at.get(history.find(p.parentId, t.id)) ?? -1
    topicAbove[i] = t.parentId === null ? -1 : at.get(history.find(p.id, t.parentId)) ?? -1
    if (!rows.has(t.familyId)) {
      rows.set(t.familyId, rows.size)
      const { share } = delays.of(city.root, t)
      for (let l = 0; l <= MAX_LAG; l++) known.push(share[l] ?? 1)
    }
    knownRow[i] = rows.get(t.familyId)!
    for (const [from, until] of excluded(p.id, t.id)) {
      events.series.push(i)
      events.from.push(from)
      events.until.push(until)
    }
  }
  const input: ForecastInput = {
    firstDay, days, horizon: HORIZON, starts, day, callers, placeAbove, topicAbove, placeDepth, topicDepth,
    kinds: dayKinds(city.calendar, firstDay, firstDay + days + HORIZON), calendarUntil: city.calendar.coveredUntil,
    gaps: Uint8Array.from({ length: days }, (_, i) => (city.isGap(firstDay + i) ? 1 : 0)),
    ...(events.series.length > 0 ? { excluded: { series: Int32Array.from(events.series), from: Int32Array.from(events.from), until: Int32Array.from(events.until) } } : {}),
    known: Float64Array.from(known), knownDays: MAX_LAG + 1, knownRow,
    ...(covariates ? { covariates: covariates(firstDay, days) } : {}),
  }
  const index = new Map(chosen.map((s, i) => [`${history.place[s]!}/${history.topic[s]!}`, i]))
  return { input, place, topic, find: (p, t) => index.get(`${p}/${t}`) ?? -1 }
}

function withAncestors({ history, places, topics }: ForecastView, series: Iterable<number>): number[] {
  const wanted = new Set<number>()
  for (const s of series) {
    if (wanted.has(s)) continue
    for (const place of places.get(history.place[s]!)!.rollup) {
      for (const topic of topics.get(history.topic[s]!)!.rollup) {
        const above = history.find(place, topic)
        if (above >= 0) wanted.add(above)
      }
    }
  }
  return [...wanted].sort((a, b) => a - b)
}
