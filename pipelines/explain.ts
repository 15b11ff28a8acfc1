/**
 * From many series that stand out to the few places and topics that explain them.
 *
 * One burst lifts its own series and every series above it; a storm lifts every series below it. Greedily, by the
 * Poisson log-likelihood ratio of what was seen over what was expected: the strongest series is taken as a signal, and
 * the others are judged again given it. A series above a signal loses the signal's tickets; a series below one is
 * expected to have risen as much as the signal did, and any series as much as the rest of its city without the signals.
 * What no longer stands out was explained. A signal that lives only by the signals below it is struck out at the end.
 */
import { tailQuantile } from '../models/math/distributions.ts'
import type { Evidence } from './evidence.ts'
import { windowLog10P } from './window-p.ts'

/** A series that stands out by its counts. Windows are in the order of `WINDOWS`; all end on the night's day. */
export interface Candidate {
  place: number
  topic: number
  detector: string
  /** Per window: expected callers and negative-binomial size. */
  expected: Float64Array
  size: Float64Array
  /** Per window: callers and expected callers of the whole city, for the topic whose profile the series leans on. */
  city: { topic: number, observed: Float64Array, expected: Float64Array }
  /** log10 of the p below which the series is watched, or an alert, with the correction for looking at many. */
  watchBelow: number
  alertBelow: number
  /** Number of series judged in the same class and classes judged, for the recurrence interval. */
  tests: number
}

/** The part of the evidence that is asked for here. */
export type Tickets = Pick<Evidence, 'day' | 'known' | 'caller' | 'cell'>

export interface Signal {
  place: number
  topic: number
  detector: string
  verdict: 'alert' | 'watch'
  window: number
  /** Distinct callers in the window, without those that a smaller signal explains. */
  callers: number
  expected: number
  /** Smallest count that would have been watched. */
  upper: number
  log10P: number
  /** Nights between false signals as strong as this one somewhere in the deployment. */
  recurrenceDays: number
  /** Ratio of the larger signal around this one that was taken into account, 1 if none. */
  surroundingRatio: number
  score: number
}

export interface ExplainOptions {
  /** Last day of every window. */
  day: number
  windows: readonly number[]
  minCallers: number
  /** Ids from the root down to the node itself. */
  placeRollup(id: number): readonly number[]
  topicRollup(id: number): readonly number[]
}

/** The last days of a window must bring at least this share of the window's own rate. */
const FRESH_SHARE = 0.5

/** A series below is taken instead of one above that it makes up to this share. */
const DRILL_SHARE = 0.7

interface Cell { candidate: Candidate, members: number[] }

/** @param evidence must hold every ticket of every candidate over the longest window */
export function explainAway(candidates: Candidate[], evidence: Tickets, options: ExplainOptions): Signal[] {
  const { signals, unsupported } = explainOnce(candidates, evidence, options)
  if (unsupported.size === 0) return signals
  return explainAway(candidates.filter((candidate) => !unsupported.has(candidate)), evidence, options)
}

/** @returns signals, and the candidates among them that do not stand out without the signals below them */
function explainOnce(candidates: Candidate[], evidence: Tickets, options: ExplainOptions): { signals: Signal[], unsupported: Set<Candidate> } {
  const { day, windows, minCallers } = options
  const cells: Cell[] = candidates.map((candidate) => ({ candidate, members: evidence.cell(candidate.place, candidate.topic) }))
  const taken: Cell[] = []
  const isTaken = new Set<Candidate>()
  const explained = new Map<number, Cell[]>() // ticket → the signals it belongs to
  // Judged anew when it comes to the top: what is still on top then is the strongest.
  let waiting = cells.map((cell) => ({
    cell, score: Math.max(...windows.map((window) => ratioScore(distinct(within(cell.members, day - window)), expectedIn(cell.candidate, windows, window)))),
  }))
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
      waiting = waiting.filter((entry) => entry.cell !== cell)
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
      const callers = distinct(within(below.members.filter((i) => !isExplained(i, below.candidate)), day - best.signal.window))
      const smaller = callers >= DRILL_SHARE * best.signal.callers ? judge(below) : undefined
      if (smaller) best = { cell: below, signal: smaller }
    }
    return best.cell
  }

  /** The smaller place, then the narrower topic, then the lower number. */
  function smallerFirst(x: Candidate, y: Candidate): number {
    return options.placeRollup(y.place).length - options.placeRollup(x.place).length
      || options.topicRollup(y.topic).length - options.topicRollup(x.topic).length || x.place - y.place || x.topic - y.topic
  }

  /** Whether a ticket belongs to a signal that is not around the candidate. */
  function isExplained(i: number, candidate: Candidate): boolean {
    return (explained.get(i) ?? []).some((cell) => cell.candidate !== candidate && !contains(cell.candidate, candidate))
  }

  function judge({ candidate, members }: Cell): Signal | undefined {
    if (isTaken.has(candidate)) return undefined
    const above = taken.filter((cell) => contains(cell.candidate, candidate))
    const below = taken.filter((cell) => contains(candidate, cell.candidate))
    const own = members.filter((i) => !isExplained(i, candidate))
    let score = 0
    let best: Signal | undefined
    for (const window of windows) {
      const inside = within(own, day - window)
      const callers = distinct(inside)
      if (callers < minCallers) continue
      let ratio = Math.max(1, restOfCity(candidate, callers, window))
      for (const { candidate: other, members: otherMembers } of above) {
        const seen = distinct(within(otherMembers, day - window))
        ratio = Math.max(ratio, seen / Math.max(0.5, expectedIn(other, windows, window)))
      }
      const full = expectedIn(candidate, windows, window)
      const less = below.reduce((sum, { candidate: other }) => sum + expectedIn(other, windows, window), 0)
      const expected = Math.max(full - less, full * 0.2) * ratio
      // Days in which the window's own rate brings three callers, a seventh of it at most.
      const tailDays = Math.max(1, Math.min(Math.ceil(window / 7), Math.ceil((3 * window) / callers)))
      const fresh = distinct(inside.filter((i) => evidence.known[i]! > day - tailDays))
      // Old news is no news, late news is: what we learned in the last days must be above the usual, and not a mere echo of the window before them.
      if (fresh <= (expected * tailDays) / window || fresh < (FRESH_SHARE * callers * tailDays) / window) continue
      const size = candidate.size[windows.indexOf(window)]!
      const log10P = windowLog10P(callers, expected, size, windows.length)
      if (log10P > candidate.watchBelow) continue
      score = Math.max(score, ratioScore(callers, expected))
      if (best && best.log10P <= log10P) continue
      best = {
        place: candidate.place, topic: candidate.topic, detector: candidate.detector,
        verdict: log10P <= candidate.alertBelow ? 'alert' : 'watch',
        window, callers, expected, log10P,
        upper: tailQuantile(candidate.watchBelow * Math.LN10, expected, size),
        recurrenceDays: Math.min(1e9, 10 ** -(log10P + Math.log10(candidate.tests))),
        surroundingRatio: ratio, score: 0,
      }
    }
    return best && { ...best, score }
  }

  /**
   * How much the city without the series and without the signals elsewhere has risen; one caller on both sides keeps
   * the ratio of small numbers near 1.
   */
  function restOfCity({ place, city }: Candidate, callers: number, window: number): number {
    if (options.placeRollup(place).length === 1) return 1
    const i = windows.indexOf(window)
    let observed = city.observed[i]! - callers
    for (const other of taken) {
      const beside = !options.placeRollup(place).includes(other.candidate.place) && !options.placeRollup(other.candidate.place).includes(place)
      if (beside && options.topicRollup(other.candidate.topic).includes(city.topic)) observed -= distinct(within(other.members, day - window))
    }
    return (Math.max(0, observed) + 1) / (city.expected[i]! + 1)
  }

  /** Tickets after `after`, exclusive. */
  function within(members: number[], after: number): number[] {
    return members.filter((i) => evidence.day[i]! > after)
  }

  function distinct(members: number[]): number {
    const callers = new Set<number>()
    for (const i of members) callers.add(evidence.caller[i]!)
    return callers.size
  }

  /** Whether `inner` lies at or below `outer` in both trees and is not the same series. */
  function contains(outer: Candidate, inner: Candidate): boolean {
    if (outer.place === inner.place && outer.topic === inner.topic) return false
    return options.placeRollup(inner.place).includes(outer.place) && options.topicRollup(inner.topic).includes(outer.topic)
  }
}

/** Poisson log-likelihood ratio of a rise; 0 where nothing rose. */
function ratioScore(observed: number, expected: number): number {
  const mean = Math.max(expected, 1e-6)
  return observed > mean ? observed * Math.log(observed / mean) - (observed - mean) : 0
}

function expectedIn(candidate: Candidate, windows: readonly number[], window: number): number {
  return candidate.expected[windows.indexOf(window)]!
}
