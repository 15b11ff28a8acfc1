/**
 * The words that more people say at a place, or in the whole city, than its past lets expect: every place and term that at least three
 * callers bring together is tested over four windows, and what chance alone would show too often is left out.
 */
import { weekday } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { expectWord, logWordTail, wordBurstOptions, wordRate } from '../../models/words/word-burst.ts'
import type { Expectation, WordBurstOptions } from '../../models/words/word-burst.ts'
import type { PlaceRow } from '../../sql/trees.ts'
import type { LateTicket, WordNight } from './word-night.ts'

/** Windows, in days up to and with the night. */
export const WORD_WINDOWS = [3, 7, 14, 28] as const
/** A burst has a caller in the last days. */
export const FRESH_DAYS = 3

export interface WordTests {
  /** Fewest distinct callers. */
  minCallers: number
  /** Nights of the whole deployment in which chance alone gives one such burst. */
  watchDays: number
  alertDays: number
  model?: Partial<WordBurstOptions>
}

export interface WordBurst {
  place: number
  term: number
  windowDays: number
  /** Distinct callers in the window who say it, and positions of their tickets. */
  callers: number
  tickets: number[]
  expected: Expectation
  logP: number
  recurrenceDays: number
}

/** How a caller count would be judged at the place and in the window of a burst, given how many are expected. */
export interface WordJudge {
  bursts: WordBurst[]
  /** Nights between two such by chance. */
  recurrence(logP: number, depth: number): number
}

/** Strongest first. */
export function findBursts(seen: WordNight, places: ReadonlyMap<number, PlaceRow>, city: number, tests: WordTests): WordJudge {
  const model = wordBurstOptions(tests.model)
  const { night, late } = seen
  const tickets = ticketsByPlace(late, places, night)
  const depths = testsByDepth(seen, places)
  const recurrence = (logP: number, depth: number): number => Math.exp(-logP) / ((depths.get(depth) ?? 1) * WORD_WINDOWS.length * depths.size)
  const bursts: WordBurst[] = []
  for (const [term, sayings] of seen.sayings) {
    let rate: ReturnType<typeof wordRate> | undefined
    for (const [place, positions] of positionsByPlace(sayings, late, places)) {
      if (positions.length < tests.minCallers || !isFresh(positions, late, night)) continue
      if (callersOf(positions, late) < tests.minCallers) continue
      rate ??= wordRate(seen.past(term), model)
      const past = place === city ? null : { said: seen.saidAt(place, term), all: seen.allAt(place) }
      let best: WordBurst | undefined
      for (const [w, days] of WORD_WINDOWS.entries()) {
        const inside = positions.filter((at) => late[at]!.day > night - days)
        const callers = callersOf(inside, late)
        if (callers < tests.minCallers) continue
        const expected = expectWord(rate, tickets.get(place)![w]!, days, past, model)
        if (callers <= expected.mean) continue
        const logP = logWordTail(callers, expected)
        if (!best || logP < best.logP) best = { place, term, windowDays: days, callers, tickets: inside, expected, logP, recurrenceDays: 0 }
      }
      if (!best) continue
      best.recurrenceDays = recurrence(best.logP, places.get(place)!.depth)
      if (best.recurrenceDays >= tests.watchDays) bursts.push(best)
    }
  }
  bursts.sort((a, b) => a.logP - b.logP || b.callers - a.callers || a.place - b.place || a.term - b.term)
  return { bursts, recurrence }
}

/** Places that at least so many tickets with the term lie in, below the city. */
export function placesWith(atLeast: number, places: ReadonlyMap<number, PlaceRow>): (term: number, sayings: readonly number[], late: readonly LateTicket[]) => number[] {
  return (_, sayings, late) => {
    const counts = new Map<number, number>()
    for (const at of sayings) for (const place of places.get(late[at]!.place)!.rollup.slice(1)) counts.set(place, (counts.get(place) ?? 0) + 1)
    return [...counts].filter(([, n]) => n >= atLeast).map(([place]) => place)
  }
}

/** Distinct people among tickets; one without caller counts as one. */
export function callersOf(positions: readonly number[], late: readonly LateTicket[]): number {
  const callers = new Set<string | number>()
  for (const at of positions) callers.add(callerOf(late[at]!))
  return callers.size
}

export function callerOf(ticket: LateTicket): string | number {
  return ticket.caller === 0 ? `ticket ${ticket.key}` : ticket.caller
}

export function isFresh(positions: readonly number[], late: readonly LateTicket[], night: Day): boolean {
  return positions.some((at) => late[at]!.day > night - FRESH_DAYS)
}

function positionsByPlace(sayings: readonly number[], late: readonly LateTicket[], places: ReadonlyMap<number, PlaceRow>): Map<number, number[]> {
  const positions = new Map<number, number[]>()
  for (const at of sayings) {
    for (const place of places.get(late[at]!.place)!.rollup) {
      const list = positions.get(place)
      if (list) list.push(at)
      else positions.set(place, [at])
    }
  }
  return positions
}

/** Tickets of each place in each window, by weekday. */
function ticketsByPlace(late: readonly LateTicket[], places: ReadonlyMap<number, PlaceRow>, night: Day): Map<number, Int32Array[]> {
  const tickets = new Map<number, Int32Array[]>()
  for (const { place, day } of late) {
    for (const id of places.get(place)!.rollup) {
      let counts = tickets.get(id)
      if (!counts) tickets.set(id, counts = WORD_WINDOWS.map(() => new Int32Array(7)))
      for (const [w, days] of WORD_WINDOWS.entries()) if (day > night - days) counts[w]![weekday(day) - 1]!++
    }
  }
  return tickets
}

/** Pairs of place and term in the window, by the depth of the place: as many as there are sayings at most, and the city's vocabulary. */
function testsByDepth({ late, vocabulary }: WordNight, places: ReadonlyMap<number, PlaceRow>): Map<number, number> {
  const tests = new Map<number, number>([[0, vocabulary]])
  for (const { place, terms } of late) {
    for (let depth = 1; depth < places.get(place)!.rollup.length; depth++) tests.set(depth, (tests.get(depth) ?? 0) + terms.length)
  }
  return tests
}
