/**
 * Groups of one cause as signals: more people of a group at its place than the place's past in the group's topics lets expect. The topics are those that
 * its tickets were filed under, taken together; a group that grows as fast as its topics do in the whole city is part of that. docs/methods/same-cause.md
 */
import { formatDay, weekday } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { tailQuantile } from '../../models/math/distributions.ts'
import { expectWord, logWordTail, wordBurstOptions, wordRate } from '../../models/words/word-burst.ts'
import type { Expectation } from '../../models/words/word-burst.ts'
import { readCellDays, readFreshGroups } from '../../sql/causes.ts'
import type { CellDay, FreshTicket } from '../../sql/causes.ts'
import type { Db, Queryable } from '../../sql/db.ts'
import { addSignals } from '../../sql/signals.ts'
import { familyOf, readPlaces, readTopics } from '../../sql/trees.ts'
import type { PlaceRow, TopicRow } from '../../sql/trees.ts'
import type { Rules } from '../rules.ts'
import { round } from '../signal-row.ts'
import { lowestTopic, unexplainedSignals } from '../ticket-signals.ts'
import type { TicketBurst } from '../ticket-signals.ts'
import { WORD_PAST_DAYS, WORD_WINDOW_DAYS } from '../words/word-night.ts'
import { WORD_WINDOWS } from '../words/find-bursts.ts'

export const CAUSE_DETECTOR = 'causes'

/** A group has a caller in the last days. */
const FRESH_DAYS = 3
/** A group is at a place that holds this share of its tickets; one of a whole district is a matter of counts. */
const PLACE_SHARE = 0.8
const LEAST_DEPTH = 2
/** Days of past below which nothing is said. */
const LEAST_PAST_DAYS = 28
const ALL_TOPICS = 1

/** Adds the groups that nothing else explains to the night's signals. Tickets must be grouped up to the night. */
export async function judgeCauses(db: Db, night: Day, rules: Pick<Rules, 'detection'>): Promise<{ signals: number }> {
  const date = formatDay(night)
  const [places, topics] = [await readPlaces(db, date), await readTopics(db, date)]
  const signals = await unexplainedSignals(db, night, CAUSE_DETECTOR, await findCauseBursts(db, night, rules, places, topics), places, topics)
  await db.transaction((client) => addSignals(client, date, signals))
  return { signals: signals.length }
}

/** Groups that are rare enough for an alert, strongest first. @param places @param topics  as of the night */
export async function findCauseBursts(
  db: Queryable, night: Day, { detection: { minCallers, watchDays, recurrenceDays } }: Pick<Rules, 'detection'>, places: ReadonlyMap<number, PlaceRow>, topics: ReadonlyMap<number, TopicRow>,
): Promise<TicketBurst[]> {
  const date = formatDay(night)
  const rows = await readFreshGroups(db, formatDay(night - WORD_WINDOW_DAYS), date, formatDay(night - FRESH_DAYS), minCallers)
  const groups = [...Map.groupBy(rows, (row) => row.issue).values()].flatMap((tickets) => {
    const place = placeOf(tickets, places)
    if (place === undefined || new Set(tickets.map(({ caller }) => caller)).size < minCallers) return []
    return [{ tickets, place, families: [...new Set(tickets.map(({ topic }) => familyOf(topics, topic)))] }]
  })
  if (groups.length === 0) return []
  const asked = new Set(groups.flatMap(({ place }) => [place.id, place.rollup[0]!]))
  const cells = await readCellDays(db, date, formatDay(night + 1 - WORD_WINDOW_DAYS - WORD_PAST_DAYS), formatDay(night + 1), [...asked], [ALL_TOPICS, ...new Set(groups.flatMap(({ families }) => families))])
  const past = pastOf(cells, night)
  return groups.flatMap(({ tickets, place, families }): TicketBurst[] => {
    const city = place.rollup[0]!
    if (past.days(city) < LEAST_PAST_DAYS) return []
    let best: { logP: number, days: number, callers: number, expected: Expectation } | undefined
    for (const days of WORD_WINDOWS) {
      const callers = new Set(tickets.filter(({ day }) => day > night - days).map(({ caller }) => caller)).size
      if (callers < minCallers) continue
      const expected = past.expect(city, place.id, families, days)
      if (callers <= expected.mean) continue
      const logP = logWordTail(callers, expected)
      if (!best || logP < best.logP) best = { logP, days, callers, expected }
    }
    if (!best) return []
    // As many pairs of place and topic as there are tickets in the window could have grown such a group, over each of the windows.
    const tests = past.late(city) * WORD_WINDOWS.length
    const every = Math.exp(-best.logP) / tests
    if (every < recurrenceDays) return []
    return [{
      placeId: place.id, topicId: lowestTopic(tickets.map(({ topic }) => topic), topics), verdict: 'alert', windowDays: best.days, callers: new Set(tickets.map(({ caller }) => caller)).size, observed: best.callers,
      expected: round(best.expected.mean), upper: Math.max(minCallers, tailQuantile(best.logP + Math.log(every / watchDays), best.expected.mean, best.expected.size, best.callers)),
      log10P: round(best.logP / Math.LN10), recurrenceDays: round(every, 1), tickets: tickets.map(({ ticket }) => ticket),
    }]
  }).sort((a, b) => a.log10P - b.log10P || a.placeId - b.placeId || a.topicId - b.topicId)
}

/** The lowest place that holds most of the tickets. */
function placeOf(tickets: readonly FreshTicket[], places: ReadonlyMap<number, PlaceRow>): PlaceRow | undefined {
  const counts = new Map<number, number>()
  for (const { place } of tickets) for (const id of places.get(place)?.rollup ?? []) counts.set(id, (counts.get(id) ?? 0) + 1)
  const large = [...counts].filter(([, n]) => n >= PLACE_SHARE * tickets.length).map(([id]) => places.get(id)!).sort((a, b) => b.depth - a.depth || a.id - b.id)
  return large[0] && large[0].depth >= LEAST_DEPTH ? large[0] : undefined
}

interface CausePast {
  /** Days with tickets before the window, and tickets in it. */
  days(city: number): number
  late(city: number): number
  expect(city: number, place: number, families: readonly number[], days: number): Expectation
}

function pastOf(cells: readonly CellDay[], night: Day): CausePast {
  const model = wordBurstOptions()
  const weeks = Math.ceil((WORD_WINDOW_DAYS + WORD_PAST_DAYS) / 7)
  const byCell = Map.groupBy(cells, ({ place, topic }) => `${place}/${topic}`)
  const sum = (place: number, topics: readonly number[], when: (day: Day) => boolean): number =>
    topics.reduce((total, topic) => (byCell.get(`${place}/${topic}`) ?? []).reduce((n, { day, tickets }) => n + (when(day) ? tickets : 0), total), 0)
  const isPast = (day: Day): boolean => day <= night - WORD_WINDOW_DAYS
  const rates = new Map<string, ReturnType<typeof wordRate>>()
  const columns = (place: number, topics: readonly number[]): { weeks: Int32Array, weekdays: Int32Array } => {
    const [ofWeek, ofWeekday] = [new Int32Array(weeks), new Int32Array(7)]
    for (const topic of topics) {
      for (const { day, tickets } of byCell.get(`${place}/${topic}`) ?? []) {
        if (!isPast(day)) continue
        ofWeek[Math.floor((night - day) / 7)]! += tickets
        ofWeekday[weekday(day) - 1]! += tickets
      }
    }
    return { weeks: ofWeek, weekdays: ofWeekday }
  }
  const rateOf = (city: number, families: readonly number[]): ReturnType<typeof wordRate> => {
    const key = `${city}:${families.join()}`
    let rate = rates.get(key)
    if (!rate) {
      const [said, all] = [columns(city, families), columns(city, [ALL_TOPICS])]
      rates.set(key, rate = wordRate({ said: said.weeks, all: all.weeks, saidByWeekday: said.weekdays, allByWeekday: all.weekdays }, model))
    }
    return rate
  }
  return {
    days: (city) => (byCell.get(`${city}/${ALL_TOPICS}`) ?? []).filter(({ day }) => isPast(day)).length,
    late: (city) => sum(city, [ALL_TOPICS], (day) => !isPast(day)),
    expect: (city, place, families, days) => {
      const usual = rateOf(city, families)
      const isInside = (day: Day): boolean => day > night - days
      const elsewhere = sum(city, [ALL_TOPICS], isInside) - sum(place, [ALL_TOPICS], isInside)
      // What the whole city has more of these days, as in a storm, is no cause of the place.
      const now = elsewhere > 0 ? (sum(city, families, isInside) - sum(place, families, isInside)) / elsewhere : 0
      const tickets = new Float64Array(7)
      for (const { day, tickets: n } of byCell.get(`${place}/${ALL_TOPICS}`) ?? []) if (isInside(day)) tickets[weekday(day) - 1]! += n
      return expectWord({ ...usual, rate: Math.max(usual.rate, now) }, tickets, days, { said: sum(place, families, isPast), all: sum(place, [ALL_TOPICS], isPast) }, model)
    },
  }
}
