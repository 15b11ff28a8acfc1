/**
 * Which group grows unusually fast? A group is told when it first holds so many distinct writers within a few weeks that groups of the
 * same city seldom get there: strength is stated in calendar time, from how often it happened before, and from nothing later.
 */
import { resolveOptions } from '../../core/options.ts'

export interface GroupSignalOptions {
  /** Days within which writers are counted. */
  windowDays: number
  /** Fewest distinct writers of a signal. */
  leastWriters: number
  /** Days of the past that say how often groups get that far. */
  historyDays: number
  /** Days of history without which nothing is told. */
  leastHistory: number
  /** Rarer than once in so many days is an alert, or worth watching. True events of the past are counted, too, so this is no rate of false alerts. */
  alertDays: number
  watchDays: number
}

export const GROUP_SIGNAL_DEFAULTS: Readonly<GroupSignalOptions> = { windowDays: 28, leastWriters: 3, historyDays: 365, leastHistory: 56, alertDays: 30, watchDays: 10 }
const RANGES = { windowDays: [1, 366, 'whole'], leastWriters: [2, 1000, 'whole'], historyDays: [28, 3660, 'whole'], leastHistory: [0, 3660, 'whole'], alertDays: [0, 1e6], watchDays: [0, 1e6] } as const

/** A message of a group: on which day a night learned of it, and by whom it is (equal numbers are one writer). */
export interface GroupMessage { group: number, day: number, writer: number }

export interface GroupSignal {
  group: number
  /** Day on which the group first had so many writers. */
  day: number
  /** Distinct writers within the window that ends on the day, and all the group ever had by then. */
  writers: number
  allWriters: number
  /** How often some group gets so far by what was seen before, in days; NaN with too little history. */
  recurrenceDays: number
  verdict: 'alert' | 'watch' | 'normal' | 'cannot tell'
}

/**
 * Signals of every day, a group once for each number of writers that it reaches within a window.
 *
 * Recurrence is history / (times seen + ½): Jeffreys' mean rate of a Poisson count. Counted are the first arrivals of all groups at that many writers on
 * the days before, one a group and number until the group has been below it for a whole window.
 *
 * @param messages  by day; the order within a day does not matter
 * @param firstDay  first day of the feed
 */
export function groupSignals(messages: readonly GroupMessage[], firstDay: number, options: Partial<GroupSignalOptions> = {}): GroupSignal[] {
  const { windowDays, leastWriters, historyDays, leastHistory, alertDays, watchDays } = resolveOptions('group signals', GROUP_SIGNAL_DEFAULTS, RANGES, options)
  const groups = new Map<number, { recent: Map<number, number>, all: Set<number>, reached: Map<number, number> }>()
  /** Days of first arrivals at each number of writers or more. */
  const arrivals = new Map<number, number[]>()
  const signals: GroupSignal[] = []
  for (let i = 0; i < messages.length;) {
    const { day } = messages[i]!
    const touched = new Set<number>()
    for (; i < messages.length && messages[i]!.day === day; i++) {
      const { group, writer } = messages[i]!
      let state = groups.get(group)
      if (!state) groups.set(group, state = { recent: new Map(), all: new Set(), reached: new Map() })
      state.recent.set(writer, day)
      state.all.add(writer)
      touched.add(group)
    }
    const today: [number, number][] = []
    for (const group of [...touched].sort((a, b) => a - b)) {
      const state = groups.get(group)!
      for (const [writer, last] of state.recent) if (last <= day - windowDays) state.recent.delete(writer)
      const writers = state.recent.size
      let isNew = false
      for (let k = leastWriters; k <= writers; k++) {
        const last = state.reached.get(k)
        if (last === undefined || last <= day - windowDays) {
          today.push([k, day])
          isNew ||= k === writers
        }
        state.reached.set(k, day)
      }
      if (!isNew) continue
      const history = Math.min(historyDays, day - firstDay)
      const seen = (arrivals.get(writers) ?? []).reduce((n, at) => n + (at >= day - historyDays ? 1 : 0), 0)
      const recurrenceDays = history < leastHistory ? NaN : history / (seen + 0.5)
      const verdict = Number.isNaN(recurrenceDays) ? 'cannot tell' : recurrenceDays >= alertDays ? 'alert' : recurrenceDays >= watchDays ? 'watch' : 'normal'
      signals.push({ group, day, writers, allWriters: state.all.size, recurrenceDays, verdict })
    }
    // Groups of one day do not answer for each other.
    for (const [k, at] of today) arrivals.set(k, [...(arrivals.get(k) ?? []), at])
  }
  return signals
}
