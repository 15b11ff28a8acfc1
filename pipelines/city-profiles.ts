/**
 * What a city's topics usually bring, day by day: one regression per topic with counts enough, its parent's else. The
 * series below are judged as shares of these.
 */
import { workCalendar } from '../core/calendar.ts'
import type { WorkCalendar } from '../core/calendar.ts'
import type { Day } from '../core/days.ts'
import { fillDense, sumBetween } from '../features/history.ts'
import type { History } from '../features/history.ts'
import type { Reason } from '../models/detect/verdict.ts'
import type { Db } from '../sql/db.ts'
import { readCityCountries } from '../sql/trees.ts'
import type { PlaceRow, TopicRow } from '../sql/trees.ts'
import { fitDays } from './fit-days.ts'
import type { DayFit } from './fit-days.ts'

/** Days beyond the night for which expected counts are wanted. */
export const HORIZON_DAYS = 28
/** Callers in its history from which a city topic gets a regression of its own. */
const OWN_FIT_CALLERS = 100
/** A topic is new for eight weeks, in a city with at least twelve weeks of data. */
const NEW_TOPIC_DAYS = 56
const NEW_AFTER_DAYS = 84
/** A city's day without a single ticket is a gap in the feed if this many a day are usual. */
const GAP_MEAN = 5

export interface Profile extends DayFit {
  /** cumulative[i] is the sum of expected callers of the first i days from the history's first day. */
  cumulative: Float64Array
  /** Position of the city's series in the history. */
  series: number
}

export interface City {
  root: number
  calendar: WorkCalendar
  /** First day with tickets that the history holds. */
  first: Day
  isGap(day: Day): boolean
  /** A topic that nobody had before the last eight weeks in a city with a longer past: a new category, perhaps an old one renamed. */
  isNewTopic(topic: number): boolean
  /** The topic's profile, or its nearest ancestor's; a reason where even the whole city's cannot be fitted. */
  profile(topic: TopicRow): Profile | Reason
  /** Share of the city's callers at or below a place, over the history; at least one caller's worth. */
  share(place: number): number
  /** Fits a series of the city by itself. */
  fit(s: number): DayFit | Reason
}

export async function createCities(
  db: Db, history: History, places: Map<number, PlaceRow>, topics: Map<number, TopicRow>, night: Day,
): Promise<Map<number, City>> {
  const countries = await readCityCountries(db)
  const rootTopic = [...topics.values()].find((topic) => topic.depth === 0)!
  const cities = new Map<number, City>()
  for (const place of places.values()) {
    if (place.depth === 0) cities.set(place.id, createCity(history, place, rootTopic.id, topics, night, countries.get(place.name) ?? 'CN'))
  }
  return cities
}

function createCity(history: History, root: PlaceRow, rootTopic: number, topics: Map<number, TopicRow>, night: Day, country: string): City {
  const calendar = workCalendar(country)
  const whole = history.find(root.id, rootTopic)
  const hasData = whole >= 0 && history.starts[whole]! < history.starts[whole + 1]!
  const first = hasData ? history.day[history.starts[whole]!]! : night + 1
  const days = night + 1 - first
  const total = whole >= 0 ? sumBetween(history, whole, first, night + 1) : 0
  const gaps = new Set<Day>()
  if (days > 0 && total / days >= GAP_MEAN) {
    const row = new Float64Array(days)
    fillDense(history, whole, first, row)
    row.forEach((n, i) => { if (n === 0) gaps.add(first + i) })
  }
  const isGap = (day: Day): boolean => day < first || gaps.has(day)
  const fit = (s: number): DayFit | Reason => {
    if (days <= 0) return 'no_history'
    const row = new Float64Array(days)
    fillDense(history, s, first, row)
    for (const day of gaps) row[day - first] = NaN
    return fitDays(row, first, calendar, HORIZON_DAYS)
  }
  const fitted = new Map<number, Profile | Reason>()
  const profile = (topic: TopicRow): Profile | Reason => {
    const known = fitted.get(topic.id)
    if (known !== undefined) return known
    const s = history.find(root.id, topic.id)
    const enough = s >= 0 && sumBetween(history, s, first, night + 1) >= OWN_FIT_CALLERS
    const parent = topic.parentId === null ? undefined : topics.get(topic.parentId)
    const own = !enough && parent ? 'too_sparse' : s < 0 ? 'no_history' : fit(s)
    const found = typeof own !== 'string' ? withSums(own, s, isGap) : parent ? profile(parent) : own
    fitted.set(topic.id, found)
    return found
  }
  return {
    root: root.id, calendar, first, isGap, profile, fit,
    isNewTopic: (topic) => {
      const s = history.find(root.id, topic)
      return days > NEW_AFTER_DAYS && s >= 0 && history.day[history.starts[s]!]! > night - NEW_TOPIC_DAYS
    },
    share: (place) => {
      const s = history.find(place, rootTopic)
      return Math.max(1, s < 0 ? 0 : sumBetween(history, s, first, night + 1)) / Math.max(1, total)
    },
  }
}

/** A day that is a gap brings nothing and is expected to bring nothing. */
function withSums(fit: DayFit, series: number, isGap: (day: Day) => boolean): Profile {
  const cumulative = new Float64Array(fit.expected.length + 1)
  for (let i = 0; i < fit.expected.length; i++) cumulative[i + 1] = cumulative[i]! + (isGap(fit.from + i) ? 0 : fit.expected[i]!)
  return { ...fit, cumulative, series }
}
