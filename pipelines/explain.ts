/**
 * From many series that stand out to the few places and topics that explain them.
 *
 * One burst lifts its own series and every series above it; a storm lifts every series below it. Greedily, by the
 * Poisson log-likelihood ratio of what was seen over what was expected: the strongest series is taken as a signal, and
 * the others are judged again given it. A series above a signal loses the signal's tickets; a series below one is
 * expected to have risen as much as the signal did. What no longer stands out was explained.
 */
import { logTail, tailQuantile } from '../models/math/distributions.ts'
import type { Evidence } from './evidence.ts'

/** A series that stands out by its counts. Windows are in the order of `WINDOWS`; all end on the night's day. */
export interface Candidate {
  place: number
  topic: number
  /** Window of the smallest p, in days. */
  window: number
  detector: string
  /** Per window: expected callers and negative-binomial size. */
  expected: Float64Array
  size: Float64Array
  /** log10 of the p below which the series is watched, or an alert, with the correction for looking at many. */
  watchBelow: number
  alertBelow: number
  /** Number of series judged in the same class and classes judged, for the recurrence interval. */
  tests: number
}

/** The part of the evidence that is asked for here. */
export type Tickets = Pick<Evidence, 'day' | 'caller' | 'cell'>

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
  /** Positions in the evidence of the tickets inside the window. */
  tickets: number[]
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

/** @param evidence must hold every ticket of every candidate over the longest window */
export function explainAway(candidates: Candidate[], evidence: Tickets, options: ExplainOptions): Signal[] {
  const { day, windows, minCallers } = options
  const cells = candidates.map((candidate) => ({ candidate, members: evidence.cell(candidate.place, candidate.topic) }))
  const scored = cells.map((cell) => {
    const inside = within(cell.members, day - cell.candidate.window)
    const callers = distinct(inside)
    return { ...cell, score: ratioScore(callers, expectedIn(cell.candidate, windows, cell.candidate.window)) }
  })
  // Ties: the smaller place, then the narrower topic, then the lower number.
  scored.sort((a, b) => b.score - a.score
    || options.placeRollup(b.candidate.place).length - options.placeRollup(a.candidate.place).length
    || options.topicRollup(b.candidate.topic).length - options.topicRollup(a.candidate.topic).length
    || a.candidate.place - b.candidate.place || a.candidate.topic - b.candidate.topic)

  const taken: { candidate: Candidate, members: number[] }[] = []
  const explained = new Map<number, number[]>() // ticket → positions in `taken`
  const signals: Signal[] = []
  for (const { candidate, members } of scored) {
    const signal = judge(candidate, members)
    if (!signal) continue
    const position = taken.push({ candidate, members }) - 1
    for (const i of members) explained.set(i, [...(explained.get(i) ?? []), position])
    signals.push(signal)
  }
  return signals

  function judge(candidate: Candidate, members: number[]): Signal | undefined {
    const above = taken.filter(({ candidate: other }) => contains(other, candidate))
    const isAbove = new Set(above.map((entry) => taken.indexOf(entry)))
    const own = members.filter((i) => (explained.get(i) ?? []).every((position) => isAbove.has(position)))
    const below = taken.filter(({ candidate: other }) => !contains(other, candidate) && contains(candidate, other))
    let best: Signal | undefined
    for (const window of windows) {
      const inside = within(own, day - window)
      const callers = distinct(inside)
      if (callers < minCallers) continue
      let ratio = 1
      for (const { candidate: other, members: otherMembers } of above) {
        const seen = distinct(within(otherMembers, day - window))
        ratio = Math.max(ratio, seen / Math.max(0.5, expectedIn(other, windows, window)))
      }
      const full = expectedIn(candidate, windows, window)
      const less = below.reduce((sum, { candidate: other }) => sum + expectedIn(other, windows, window), 0)
      const expected = Math.max(full - less, full * 0.2) * ratio
      const tailDays = Math.max(1, Math.ceil(window / 7))
      const fresh = distinct(within(inside, day - tailDays))
      if (fresh < 1 || fresh <= (expected * tailDays) / window) continue
      const size = candidate.size[windows.indexOf(window)]!
      // Windows overlap heavily: half their number is a conservative count of independent looks.
      const log10P = Math.min(0, logTail(callers, expected, size) / Math.LN10 + Math.log10(Math.max(1, windows.length / 2)))
      if (log10P > candidate.watchBelow) continue
      if (best && best.log10P <= log10P) continue
      best = {
        place: candidate.place, topic: candidate.topic, detector: candidate.detector,
        verdict: log10P <= candidate.alertBelow ? 'alert' : 'watch',
        window, callers, expected, log10P,
        upper: tailQuantile(candidate.watchBelow * Math.LN10, expected, size),
        recurrenceDays: Math.min(1e9, 10 ** -(log10P + Math.log10(candidate.tests))),
        surroundingRatio: ratio, tickets: inside, score: ratioScore(callers, expected),
      }
    }
    return best
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
