/**
 * What a city's topics usually bring, day by day: one regression per topic with counts enough, its parent's else. The
 * series below are judged as shares of these.
 */
import { workCalendar } from '../core/calendar.ts'
import type { WorkCalendar } from '../core/calendar.ts'
import type { Day } from '../core/days.ts'
import { fillDense, sumBetween } from '../features/history.ts'
import type { History } from '../features/history.ts'
import type { Completeness } from '../models/detect/reporting-delay.ts'
import type { Reason } from '../models/detect/verdict.ts'
import type { Db } from '../sql/db.ts'
import { readCityCountries } from '../sql/trees.ts'
import type { PlaceRow, TopicRow } from '../sql/trees.ts'
import { fitDays } from './fit-days.ts'
import type { DayFit } from './fit-days.ts'
import type { Delays } from './delays.ts'
import type { ExcludedDays } from './events.ts'

/** Days up to and with the night over which evidence adds up. */
export const LOOKBACK_DAYS = 56
/** Days beyond the night for which expected counts are wanted. */
export const HORIZON_DAYS = 28
/** Callers in its history from which a city topic gets a regression of its own. */
const OWN_FIT_CALLERS = 100
/** A topic is new for eight weeks, in a city with at least twelve weeks of data. */
const NEW_TOPIC_DAYS = 56
const NEW_AFTER_DAYS = 84
/** The last tenth of a city's past does not teach shares, a week at least, the lookback at most: of a short past nearly all is needed. */
const GUARD_PART = 10
const MIN_GUARD_DAYS = 7
/** A city's day without a single ticket is a gap in the feed if this many a day are usual. */
const GAP_MEAN = 5

export interface Profile extends DayFit {
  /** cumulative[i] is the sum of expected callers of the first i days from the history's first day. */
  cumulative: Float64Array
  /** Position of the city's series in the history. */
  series: number
  /** Of the last LOOKBACK_DAYS days, oldest first: expected callers as far as they are known by the night, and the share that is. */
  recent: Float64Array
  known: Float64Array
  /** Coefficient of variation of that share. */
  knownCv: Float64Array
}

export interface City {
  root: number
  calendar: WorkCalendar
  /** First day with tickets that the history holds. */
  first: Day
  /** Day before which shares are learnt: what adds up as evidence must not teach, as far as the city's past is long enough. */
  pastUntil: Day
  isGap(day: Day): boolean
  /** A topic that nobody had before the last eight weeks in a city with a longer past: a new category, perhaps an old one renamed. */
  isNewTopic(topic: number): boolean
  /** The topic's profile, or its nearest ancestor's; a reason where even the whole city's cannot be fitted. */
  profile(topic: TopicRow): Profile | Reason
  /** Fits a series of the city by itself. */
  fit(s: number): DayFit | Reason
}

/** What a night knows of its feeds and of the past. */
export interface Knowledge { delays: Delays, excluded: ExcludedDays }

export async function createCities(
  db: Db, history: History, places: Map<number, PlaceRow>, topics: Map<number, TopicRow>, night: Day, knowledge: Knowledge,
): Promise<Map<number, City>> {
  const countries = await readCityCountries(db)
  const rootTopic = [...topics.values()].find((topic) => topic.depth === 0)!
  const cities = new Map<number, City>()
  for (const place of places.values()) {
    if (place.depth === 0) cities.set(place.id, createCity(history, place, rootTopic.id, topics, night, countries.get(place.name) ?? 'CN', knowledge))
  }
  return cities
}

/** One city, by what its history alone and the knowledge given tell. */
export function createCity(
  history: History, root: PlaceRow, rootTopic: number, topics: Map<number, TopicRow>, night: Day, country: string, { delays, excluded }: Knowledge,
): City {
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
    return fitDays(row, first, calendar, HORIZON_DAYS, excluded(history.place[s]!, history.topic[s]!))
  }
  const fitted = new Map<number, Profile | Reason>()
  const profile = (topic: TopicRow): Profile | Reason => {
    const known = fitted.get(topic.id)
    if (known !== undefined) return known
    const s = history.find(root.id, topic.id)
    const enough = s >= 0 && sumBetween(history, s, first, night + 1) >= OWN_FIT_CALLERS
    const parent = topic.parentId === null ? undefined : topics.get(topic.parentId)
    const own = !enough && parent ? 'too_sparse' : s < 0 ? 'no_history' : fit(s)
    const found = typeof own !== 'string' ? asProfile(own, s, night, isGap, delays.of(root.id, topic)) : parent ? profile(parent) : own
    fitted.set(topic.id, found)
    return found
  }
  return {
    root: root.id, calendar, first, pastUntil: night + 1 - Math.min(LOOKBACK_DAYS, Math.max(MIN_GUARD_DAYS, Math.floor(days / GUARD_PART))), isGap, profile, fit,
    isNewTopic: (topic) => {
      const s = history.find(root.id, topic)
      return days > NEW_AFTER_DAYS && s >= 0 && history.day[history.starts[s]!]! > night - NEW_TOPIC_DAYS
    },
  }
}

/** A day that is a gap brings nothing and is expected to bring nothing. */
function asProfile(fit: DayFit, series: number, night: Day, isGap: (day: Day) => boolean, { share, cv }: Completeness): Profile {
  const cumulative = new Float64Array(fit.expected.length + 1)
  for (let i = 0; i < fit.expected.length; i++) cumulative[i + 1] = cumulative[i]! + (isGap(fit.from + i) ? 0 : fit.expected[i]!)
  const ago = (i: number): number => LOOKBACK_DAYS - 1 - i
  const known = Float64Array.from({ length: LOOKBACK_DAYS }, (_, i) => share[ago(i)] ?? 1)
  const knownCv = Float64Array.from({ length: LOOKBACK_DAYS }, (_, i) => cv[ago(i)] ?? 0)
  const recent = known.map((part, i) => {
    const day = night - ago(i)
    return isGap(day) ? NaN : part * (fit.expected[day - fit.from] ?? NaN)
  })
  return { ...fit, cumulative, series, recent, known, knownCv }
}
