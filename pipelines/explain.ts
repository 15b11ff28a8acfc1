/**
 * From many series that stand out to the few places and topics that explain them.
 *
 * One burst lifts its own series and every series above it; a storm lifts every series below it. Greedily, by the Poisson
 * log-likelihood ratio of what was seen over what was expected: the strongest series is taken as a signal, and the others are
 * judged again given it. A series above a signal loses the signal's tickets; a series below one is expected to have risen, day
 * by day, as much as the signal did, and any series as much as the rest of its city without the signals. What no longer stands
 * out was explained. A signal that lives only by the signals below it is struck out at the end. docs/methods/explain.md
 */
import { recurrenceDays } from '../models/detect/verdict.ts'
import { LOOKBACK_DAYS } from './city-profiles.ts'
import { expectedInLast } from './course.ts'
import type { Course } from './course.ts'
import type { Evidence } from './evidence.ts'
import { smallestWatched, weigh } from './night-evidence.ts'
import { dispersionGiven, less, riseOf, riseWithin } from './rise.ts'

export interface CityDays { topic: number, observed: Float64Array, expected: Float64Array }

/** A series that stands out by its counts, or neighbouring places' series of one topic that do so together. */
export interface Candidate {
  /** One place, or a zone's: its centre first. */
  places: readonly number[]
  topic: number
  course: Course
  /** Callers and expected callers of the whole city on the days of the course: of the topic whose profile the series leans on, and of its own. */
  city: readonly CityDays[]
  /** ln of the p below which the series is watched, or an alert, with the correction for looking at many. */
  watchBelow: number
  alertBelow: number
  /** Number of series judged in the same class times classes judged, for the recurrence interval. */
  tests: number
}

/** The part of the evidence that is asked for here. */
export type Tickets = Pick<Evidence, 'day' | 'known' | 'caller' | 'cell'>

export interface Signal {
  places: readonly number[]
  topic: number
  detector: string
  verdict: 'alert' | 'watch'
  /** Days, up to and with the night, in which the rise shows most clearly. */
  window: number
  /** Distinct callers in the window, without those that a smaller signal explains. */
  callers: number
  expected: number
  /** Fewest callers, spread over the window as they were, that would have been watched. */
  upper: number
  logOdds: number
  log10P: number
  /** Nights between false signals as strong as this one somewhere in the deployment. */
  recurrenceDays: number
  /** Rise of what lies around, over the window, that was taken into account; 1 if none. */
  surroundingRatio: number
  score: number
  /** Distinct callers of each day of the course, by the day of their first ticket, and what it should have brought given the other signals. */
  counts: Float64Array
  usual: Float64Array
  candidate: Candidate
}

export interface ExplainOptions {
  /** Last day of every window. */
  day: number
  minCallers: number
  /** Ids from the root down to the node itself. */
  placeRollup(id: number): readonly number[]
  topicRollup(id: number): readonly number[]
  /** The family that a topic belongs to, null above the families: one place and family is one cause. */
  family(topic: number): number | null
}

/** The last days of a window must bring at least this share of the window's own rate. */
const FRESH_SHARE = 0.5
/** A series below is taken instead of one above that it makes up to this share. */
const DRILL_SHARE = 0.7
/** A series above loses no more than this part of what is expected of it to the signals below. */
const LEAST_REST = 0.2

interface Cell {
  candidate: Candidate
  /** Positions of the tickets, oldest first. */
  members: number[]
  /** Distinct callers by the day of their first ticket. */
  days: Float64Array
}

interface Window { days: number, expected: number, score: number }

/** @param evidence must hold every ticket of every candidate over the lookback */
export function explainAway(candidates: Candidate[], evidence: Tickets, options: ExplainOptions): Signal[] {
  const { signals, unsupported } = explainOnce(candidates, evidence, options)
  if (unsupported.size === 0) return signals
  return explainAway(candidates.filter((candidate) => !unsupported.has(candidate)), evidence, options)
}

/** @returns signals, and the candidates among them that do not stand out without the signals below them */
function explainOnce(candidates: Candidate[], evidence: Tickets, options: ExplainOptions): { signals: Signal[], unsupported: Set<Candidate> } {
  const { day, minCallers } = options
  const cells: Cell[] = candidates.map((candidate) => {
    const members = candidate.places.flatMap((place) => evidence.cell(place, candidate.topic))
    if (candidate.places.length > 1) members.sort((a, b) => a - b)
    return { candidate, members, days: byDay(members) }
  })
  const taken: Cell[] = []
  const isTaken = new Set<Candidate>()
  const explained = new Map<number, Cell[]>() // ticket → the signals it belongs to
  // Judged anew when it comes to the top: what is still on top then is the strongest.
  let waiting = cells.map((cell) => ({ cell, score: risingWindows(cell.days, cell.candidate.course.expected)[0]?.score ?? 0 }))
  while (waiting.length > 0) {
    waiting.sort((x, y) => y.score - x.score || smallerFirst(x.cell.candidate, y.cell.candidate))
    const top = waiting[0]!
    const signal = judge(top.cell)
    if (!signal) waiting.shift()
    else if (waiting.length > 1 && signal.score < waiting[1]!.score) top.score = signal.score
    else {
      const cell = drillDown(top.cell, signal)
      taken.push(cell)
      isTaken.add(cell.candidate)
      for (const i of cell.members) explained.set(i, [...(explained.get(i) ?? []), cell])
      // Its parts by topic are the same cause; as signals they would only take its tickets from it.
      waiting = waiting.filter((entry) => entry.cell !== cell && !isSameCause(cell.candidate, entry.cell.candidate))
    }
  }
  isTaken.clear()
  const signals = taken.map((cell) => judge(cell))
  const unsupported = new Set(taken.filter((_, i) => !signals[i]).map((cell) => cell.candidate))
  return { signals: signals.filter((signal) => signal !== undefined), unsupported }

  /** The smallest series below that holds nearly all of the signal's callers and stands out by itself. */
  function drillDown(cell: Cell, signal: Signal): Cell {
    let best = { cell, signal }
    for (const { cell: below } of waiting) {
      if (!contains(best.cell.candidate, below.candidate)) continue
      const callers = distinct(within(unexplained(below), day - best.signal.window))
      const smaller = callers >= DRILL_SHARE * best.signal.callers ? judge(below) : undefined
      if (smaller) best = { cell: below, signal: smaller }
    }
    return best.cell
  }

  /** The smaller place, then fewer of them, then the narrower topic, then the lower number. */
  function smallerFirst(x: Candidate, y: Candidate): number {
    return options.placeRollup(y.places[0]!).length - options.placeRollup(x.places[0]!).length || x.places.length - y.places.length
      || options.topicRollup(y.topic).length - options.topicRollup(x.topic).length || x.places[0]! - y.places[0]! || x.topic - y.topic
  }

  /** Tickets that do not belong to a signal, unless that lies around the candidate. */
  function unexplained({ candidate, members }: Cell): number[] {
    return members.filter((i) => !(explained.get(i) ?? []).some((cell) => cell.candidate !== candidate && !contains(cell.candidate, candidate)))
  }

  function judge(cell: Cell): Signal | undefined {
    const { candidate } = cell
    if (isTaken.has(candidate)) return undefined
    const { course } = candidate
    const own = unexplained(cell)
    const counts = byDay(own)
    const rise = surroundingRise(cell, counts)
    const rest = withoutBelow(candidate)
    const usual = rest.map((mean, i) => mean * rise[i]!)
    const window = risingWindows(counts, usual).find((rising) => isFresh(within(own, day - rising.days), rising))
    if (!window) return undefined
    const callers = distinct(within(own, day - window.days))
    const given = { expected: usual, dispersion: dispersionGiven(course, usual), cv: course.cv }
    const { logOdds, logP } = weigh(counts, given)
    if (logP > candidate.watchBelow) return undefined
    return {
      places: candidate.places, topic: candidate.topic, detector: course.detector,
      verdict: logP <= candidate.alertBelow ? 'alert' : 'watch',
      window: window.days, callers, expected: window.expected,
      upper: Math.max(minCallers, smallestWatched(counts, given, window.days, candidate.watchBelow)),
      logOdds, log10P: logP / Math.LN10, recurrenceDays: Math.min(1e9, recurrenceDays(logP, candidate.tests)),
      surroundingRatio: window.expected / expectedInLast(rest, window.days), score: window.score, counts, usual, candidate,
    }
  }

  /** Old news is no news, late news is: what we learned in the last days must be above the usual, and not a mere echo of the days before. */
  function isFresh(inside: number[], window: Window): boolean {
    const callers = distinct(inside)
    if (callers < minCallers) return false
    // Days in which the window's own rate brings three callers, a seventh of it at most.
    const tail = Math.max(1, Math.min(Math.ceil(window.days / 7), Math.ceil((3 * window.days) / callers)))
    const fresh = distinct(inside.filter((i) => evidence.known[i]! > day - tail))
    return fresh > (window.expected * tail) / window.days && fresh >= (FRESH_SHARE * callers * tail) / window.days
  }

  /** The candidate's usual days without what is usual for the signals below it. */
  function withoutBelow(candidate: Candidate): Float64Array {
    const below = taken.filter((cell) => contains(candidate, cell.candidate))
    return candidate.course.expected.map((mean, i) =>
      Math.max(LEAST_REST * mean, below.reduce((rest, cell) => rest - (cell.candidate.course.expected[i]! || 0), mean)))
  }

  /** How many times the usual each day brought around the candidate: in the signals it lies in, or in the rest of its city. */
  function surroundingRise({ candidate }: Cell, counts: Float64Array): Float64Array {
    const own = candidate.course.expected
    // Without the candidate itself: a lone burst would explain itself by the rise it gives to what lies around it.
    const rises = taken.filter((cell) => contains(cell.candidate, candidate))
      .map((cell) => riseOf(less(cell.days, counts), less(cell.candidate.course.expected, own)))
    const wholes = options.placeRollup(candidate.places[0]!).length > 1 ? candidate.city.map((city) => restOfCity(candidate, city, counts)) : []
    return riseWithin(wholes).map((rise, i) => Math.max(rise, ...rises.map((other) => other[i]!)))
  }

  /** The city's days without the candidate and without the signals elsewhere. */
  function restOfCity({ places, course }: Candidate, city: CityDays, counts: Float64Array): Pick<CityDays, 'observed' | 'expected'> {
    const beside = taken.filter(({ candidate: other }) =>
      !inPlaces(places, other.places) && !inPlaces(other.places, places) && options.topicRollup(other.topic).includes(city.topic))
    return {
      observed: beside.reduce((rest, cell) => less(rest, cell.days), less(city.observed, counts)),
      expected: beside.reduce((rest, cell) => less(rest, cell.candidate.course.expected), less(city.expected, course.expected)),
    }
  }

  function byDay(members: readonly number[]): Float64Array {
    const days = new Float64Array(LOOKBACK_DAYS)
    const seen = new Set<number>()
    for (const i of members) {
      const at = evidence.day[i]! - (day + 1 - LOOKBACK_DAYS)
      if (at < 0 || seen.has(evidence.caller[i]!)) continue
      seen.add(evidence.caller[i]!)
      days[at]!++
    }
    return days
  }

  /** Tickets after `after`, exclusive. */
  function within(members: number[], after: number): number[] {
    return members.filter((i) => evidence.day[i]! > after)
  }

  function distinct(members: number[]): number {
    return new Set(members.map((i) => evidence.caller[i]!)).size
  }

  function isSameCause(x: Candidate, y: Candidate): boolean {
    const family = options.family(x.topic)
    return family !== null && family === options.family(y.topic) && x.places.length === y.places.length && inPlaces(x.places, y.places) && inPlaces(y.places, x.places)
  }

  /** Whether each of the inner places lies at or below one of the outer. */
  function inPlaces(outer: readonly number[], inner: readonly number[]): boolean {
    return inner.every((place) => options.placeRollup(place).some((id) => outer.includes(id)))
  }

  /** Whether `inner` lies at or below `outer` in both trees and is not the same series. */
  function contains(outer: Candidate, inner: Candidate): boolean {
    if (outer === inner) return false
    return options.topicRollup(inner.topic).includes(outer.topic) && inPlaces(outer.places, inner.places)
  }
}

/** Windows, up to and with the night, with more than expected: the largest Poisson log-likelihood ratio first. */
function risingWindows(counts: Float64Array, expected: Float64Array): Window[] {
  const windows: Window[] = []
  let callers = 0
  let mean = 0
  for (let days = 1; days <= LOOKBACK_DAYS; days++) {
    const i = LOOKBACK_DAYS - days
    if (Number.isNaN(expected[i]!)) continue
    callers += counts[i]!
    mean += expected[i]!
    // A window that begins with an empty day says no more than the one after it.
    if (callers > mean && counts[i]! > 0) windows.push({ days, expected: mean, score: callers * Math.log(callers / Math.max(mean, 1e-6)) - (callers - mean) })
  }
  return windows.sort((a, b) => b.score - a.score)
}
