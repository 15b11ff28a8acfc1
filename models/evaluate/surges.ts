/**
 * Surges of one series, defined afterwards by a rule that no detector uses: many callers in two months, and several times what is
 * usual there. For cities without labels. docs/methods/score-card.md
 */
import { resolveOptions } from '../../core/options.ts'

export interface SurgeRule {
  /** Days that are summed, and fewest callers in them. */
  windowDays: number
  callers: number
  /** At least so many times the usual of as many days. */
  ratio: number
  /** Days before the window that say what is usual, and fewest of them that can. */
  usualDays: number
  leastUsualDays: number
}

export const SURGE_RULE: Readonly<SurgeRule> = { windowDays: 60, callers: 20, ratio: 5, usualDays: 365, leastUsualDays: 90 }
const RANGES = {
  windowDays: [1, 366, 'whole'], callers: [1, 1e6], ratio: [1, 1000], usualDays: [1, 3660, 'whole'], leastUsualDays: [1, 3660, 'whole'],
} as const

/** Days [from, until) of the row; `expected` callers are usual in them. */
export interface Surge { from: number, until: number, callers: number, expected: number }

/** A series without a past has at least this many callers a day: a caller in two years. */
const LEAST_RATE = 1 / 730

/**
 * A surge is a run of days on which the rule holds, cut to the days that stand out most by a Poisson likelihood ratio: the window
 * reaches before the rise and the rule holds after it.
 *
 * @param counts callers a day, oldest first
 */
export function findSurges(counts: ArrayLike<number>, given: Partial<SurgeRule> = {}): Surge[] {
  const { windowDays, callers, ratio, usualDays, leastUsualDays } = resolveOptions('surges', SURGE_RULE, RANGES, given)
  const n = counts.length
  const before = new Float64Array(n + 1)
  for (let t = 0; t < n; t++) before[t + 1] = before[t] + counts[t]
  const surges: Surge[] = []
  let reached = 0
  for (let t = leastUsualDays; t < n; t++) {
    const start = t - windowDays + 1
    if (start < leastUsualDays) continue
    const first = Math.max(0, start - usualDays)
    const rate = (before[start] - before[first]) / (start - first)
    const holds = (at: number): boolean => {
      const sum = before[at + 1] - before[Math.max(start, at - windowDays + 1)]
      return sum >= callers && sum >= ratio * rate * windowDays
    }
    if (!holds(t)) continue
    let last = t
    while (last + 1 < n && holds(last + 1)) last++
    const { from, until } = foremost(before, Math.max(start, reached), t, last + 1, Math.max(rate, LEAST_RATE))
    surges.push({ from, until, callers: before[until] - before[from], expected: rate * (until - from) })
    reached = until
    t = last
  }
  return surges
}

/** The span that begins in [low, first] and ends in (first, high] with the largest likelihood ratio against the rate. O(days²). */
function foremost(before: Float64Array, low: number, first: number, high: number, rate: number): { from: number, until: number } {
  let best = { from: low, until: high }
  let most = -Infinity
  for (let from = low; from <= first; from++) {
    for (let until = first + 1; until <= high; until++) {
      const observed = before[until] - before[from]
      const expected = rate * (until - from)
      const ratio = observed > expected ? observed * Math.log(observed / expected) - (observed - expected) : 0
      if (ratio > most) {
        most = ratio
        best = { from, until }
      }
    }
  }
  return best
}
