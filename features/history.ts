/**
 * Callers per place, topic and day as known on a night, held as columns: one run of (day, count) per series.
 * A night reads it once; a range of nights adds each night's news to it instead of reading everything again.
 */
import type { CallerCounts } from '../core/cube.ts'
import { formatDay, lowerBound } from '../core/days.ts'
import type { Day } from '../core/days.ts'
import { mergeNews, NO_HISTORY } from './history-merge.ts'
import type { HistoryColumns } from './history-merge.ts'

/** Plain columns but for `find`: what a thread needs to open it is `from`, `until` and the columns. */
export interface History extends HistoryColumns {
  /** First day held and first day not held. */
  from: Day
  until: Day
  series: number
  /** Position of a series, or -1. O(log series). */
  find(place: number, topic: number): number
}

export interface HistoryReader {
  /** Counts known by the end of `night`, days [night + 1 - length, night]. Nights must not go backwards. */
  asOf(night: Day): Promise<History>
}

/** Counts of the days [from, until) that became known in (knownAfter, knownUntil]; dates as YYYY-MM-DD or -infinity. */
export type ReadCounts = (from: string, until: string, knownAfter: string, knownUntil: string) => AsyncIterable<CallerCounts>

/** Rows that are sorted and merged at once: fewer cost more walks over what is held, more cost memory. */
const MERGE_ROWS = 2_000_000

/**
 * @param length     days of history to hold
 * @param mergeRows  rows that are read before they are merged
 */
export function createHistoryReader(read: ReadCounts, length: number, mergeRows = MERGE_ROWS): HistoryReader {
  let held: HistoryColumns = NO_HISTORY
  let knownUntil: Day | undefined

  return {
    async asOf(night) {
      if (knownUntil !== undefined && night < knownUntil) throw new RangeError('nights of one reader must not go backwards')
      const from = night + 1 - length
      const after = knownUntil === undefined ? '-infinity' : formatDay(knownUntil)
      let columns = held
      let news: CallerCounts[] = []
      let rows = 0
      for await (const batch of read(formatDay(from), formatDay(night + 1), after, formatDay(night))) {
        news.push(batch)
        rows += batch.length
        if (rows < Math.max(mergeRows, columns.day.length / 2)) continue
        columns = mergeNews(columns, news, from)
        news = []
        rows = 0
      }
      held = mergeNews(columns, news, from)
      knownUntil = night
      return openHistory(from, night + 1, held)
    },
  }
}

export function openHistory(from: Day, until: Day, columns: HistoryColumns): History {
  const { place, topic } = columns
  return {
    from, until, series: place.length, ...columns,
    find: (p, t) => {
      let low = 0
      let high = place.length
      while (low < high) {
        const middle = (low + high) >> 1
        if (place[middle]! < p || (place[middle] === p && topic[middle]! < t)) low = middle + 1
        else high = middle
      }
      return place[low] === p && topic[low] === t ? low : -1
    },
  }
}

/**
 * Writes a series' counts into a dense row: out[i] is day from + i; days without entry are 0.
 * @param out overwritten
 */
export function fillDense(history: History, s: number, from: Day, out: Float64Array): void {
  out.fill(0)
  for (let i = history.starts[s]!; i < history.starts[s + 1]!; i++) {
    const at = history.day[i]! - from
    if (at >= 0 && at < out.length) out[at] = history.callers[i]!
  }
}

/** Sum of a series' counts over the days [from, until). O(log entries + entries inside). */
export function sumBetween(history: History, s: number, from: Day, until: Day): number {
  const end = history.starts[s + 1]!
  let sum = 0
  for (let e = lowerBound(history.day, from, history.starts[s]!, end); e < end && history.day[e]! < until; e++) sum += history.callers[e]!
  return sum
}
