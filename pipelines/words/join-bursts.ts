/**
 * From many bursts of words to the few events behind them. One event lifts all its words, their pairs, and every place above it.
 * Strongest first: a burst that stands out without the tickets of those taken before it, or by more than the larger one it lies in
 * lifts it, is another event; else it is one more word of the event that it shares most tickets with.
 */
import { logWordTail } from '../../models/words/word-burst.ts'
import type { PlaceRow } from '../../sql/trees.ts'
import { callersOf, isFresh } from './find-bursts.ts'
import type { WordBurst, WordJudge, WordTests } from './find-bursts.ts'
import type { WordNight } from './word-night.ts'

export interface WordEvent {
  /** The strongest of its bursts, and the other words that its people say. */
  core: WordBurst
  terms: { term: number, tickets: number[] }[]
  /** The lowest place that most of the tickets lie in. */
  place: number
  /** Positions of all its tickets, oldest first. */
  tickets: number[]
}

/** A place below is the event's where it has this share of its tickets. */
const PLACE_SHARE = 0.8
/** A burst that is less than this part of one at a place above is judged against that one's rise. */
const PART_SHARE = 0.5
/** Depth of a district. */
const DISTRICT = 1
/** Bursts that are looked at; the rest are words of them. */
const MOST_BURSTS = 5000

export function joinBursts({ bursts, recurrence }: WordJudge, seen: WordNight, places: ReadonlyMap<number, PlaceRow>, tests: WordTests): WordEvent[] {
  const { late, night } = seen
  const events: { core: WordBurst, terms: WordEvent['terms'], tickets: Set<number> }[] = []
  const eventsOf = new Map<number, number[]>()
  const isBelow = (place: number, other: number): boolean => place !== other && places.get(place)!.rollup.includes(other)
  for (const burst of bursts.slice(0, MOST_BURSTS)) {
    const shared = new Map<number, number>()
    for (const at of burst.tickets) for (const event of eventsOf.get(at) ?? []) shared.set(event, (shared.get(event) ?? 0) + 1)
    let rise = 1
    const taken = new Set<number>()
    for (const [i] of shared) {
      const event = events[i]!
      if (isBelow(burst.place, event.core.place) && burst.tickets.length <= PART_SHARE * event.tickets.size) rise = Math.max(rise, event.core.callers / event.core.expected.mean)
      else for (const at of event.tickets) taken.add(at)
    }
    const rest = taken.size === 0 ? burst.tickets : burst.tickets.filter((at) => !taken.has(at))
    const expected = { mean: burst.expected.mean * rise, size: burst.expected.size }
    const callers = rest.length === burst.tickets.length ? burst.callers : callersOf(rest, late)
    const logP = callers < tests.minCallers || callers <= expected.mean || !isFresh(rest, late, night) ? 0 : rest.length === burst.tickets.length && rise === 1 ? burst.logP : logWordTail(callers, expected)
    const recurrenceDays = recurrence(logP, places.get(burst.place)!.depth)
    if (recurrenceDays >= tests.watchDays) {
      const core = { ...burst, tickets: rest, callers, expected, logP, recurrenceDays }
      for (const at of rest) eventsOf.set(at, [...(eventsOf.get(at) ?? []), events.length])
      events.push({ core, terms: [{ term: burst.term, tickets: rest }], tickets: new Set(rest) })
      continue
    }
    const [most] = [...shared].sort(([a, x], [b, y]) => y - x || a - b)
    if (!most) continue
    const event = events[most[0]]!
    const own = burst.tickets.filter((at) => event.tickets.has(at))
    if (!event.terms.some((one) => one.term === burst.term)) event.terms.push({ term: burst.term, tickets: own })
  }
  return events.map(({ core, terms }) => ({ core, terms, place: drillDown(core.tickets.map((at) => late[at]!.place), core.place, places), tickets: core.tickets }))
}

/** Below the districts, what one place and those in it say of one family of topics in different words is one event. */
export function joinTopics(events: readonly WordEvent[], familyOf: (event: WordEvent) => number, places: ReadonlyMap<number, PlaceRow>): WordEvent[] {
  const joined: (WordEvent & { family: number })[] = []
  const isWithin = (place: number, other: number): boolean => places.get(place)!.rollup.includes(other)
  for (const event of events) {
    const family = familyOf(event)
    const same = joined.find((other) => other.family === family && (other.place === event.place
      || (Math.min(places.get(other.place)!.depth, places.get(event.place)!.depth) > DISTRICT && (isWithin(other.place, event.place) || isWithin(event.place, other.place)))))
    if (!same) joined.push({ ...event, family })
    else {
      same.tickets = [...new Set([...same.tickets, ...event.tickets])].sort((a, b) => a - b)
      same.terms = [...same.terms, ...event.terms.filter(({ term }) => !same.terms.some((one) => one.term === term))]
    }
  }
  return joined
}

/** The lowest place at or below `top` that PLACE_SHARE of the tickets lie in. */
function drillDown(tickets: readonly number[], top: number, places: ReadonlyMap<number, PlaceRow>): number {
  const counts = new Map<number, number>()
  for (const place of tickets) for (const id of places.get(place)!.rollup) counts.set(id, (counts.get(id) ?? 0) + 1)
  let place = top
  for (const [id, n] of counts) if (n >= PLACE_SHARE * tickets.length && places.get(id)!.depth > places.get(place)!.depth && places.get(id)!.rollup.includes(top)) place = id
  return place
}
