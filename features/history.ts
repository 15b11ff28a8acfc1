/**
 * Callers per place, topic and day as known on a night, held as columns: one run of (day, count) per series.
 * A night reads it once; a range of nights adds each night's news to it instead of reading everything again.
 */
import type { CallerCounts } from '../core/cube.ts'
import { formatDay } from '../core/days.ts'
import type { Day } from '../core/days.ts'

/** Series s has entries starts[s] until starts[s + 1], days ascending, one entry a day, zeros left out. */
export interface History {
  /** First day held and first day not held. */
  from: Day
  until: Day
  series: number
  place: Int32Array
  topic: Int32Array
  starts: Int32Array
  day: Int32Array
  callers: Int32Array
  /** Position of a series, or -1. */
  find(place: number, topic: number): number
}

export interface HistoryReader {
  /** Counts known by the end of `night`, days [night + 1 - length, night]. Nights must not go backwards. */
  asOf(night: Day): Promise<History>
}

/** Places and topics are serial numbers: below 2^26 each, their pair fits a double exactly. */
const PAIR = 67108864

/** Counts of the days [from, until) that became known in (knownAfter, knownUntil]; dates as YYYY-MM-DD or -infinity. */
export type ReadCounts = (from: string, until: string, knownAfter: string, knownUntil: string) => AsyncIterable<CallerCounts>

/** @param length days of history to hold */
export function createHistoryReader(read: ReadCounts, length: number): HistoryReader {
  const index = new Map<number, number>()
  const places = new Grow()
  const topics = new Grow()
  let rows = { series: new Grow(), day: new Grow(), callers: new Grow() }
  let knownUntil: Day | undefined

  return {
    async asOf(night) {
      if (knownUntil !== undefined && night < knownUntil) throw new RangeError('nights of one reader must not go backwards')
      const from = night + 1 - length
      const after = knownUntil === undefined ? '-infinity' : formatDay(knownUntil)
      for await (const batch of read(formatDay(from), formatDay(night + 1), after, formatDay(night))) {
        for (let i = 0; i < batch.length; i++) {
          const key = batch.place[i]! * PAIR + batch.topic[i]!
          let s = index.get(key)
          if (s === undefined) {
            s = places.length
            index.set(key, s)
            places.push(batch.place[i]!)
            topics.push(batch.topic[i]!)
          }
          rows.series.push(s)
          rows.day.push(batch.day[i]!)
          rows.callers.push(batch.callers[i]!)
        }
      }
      knownUntil = night
      const sorted = sortBySeries(rows, places.length, from)
      rows = { series: sorted.seriesOf, day: Grow.over(sorted.day), callers: Grow.over(sorted.callers) }
      const place = places.view()
      const topic = topics.view()
      return {
        from, until: night + 1, series: places.length, place, topic,
        starts: sorted.starts, day: sorted.day, callers: sorted.callers,
        find: (p, t) => index.get(p * PAIR + t) ?? -1,
      }
    },
  }
}

interface Rows { series: Grow, day: Grow, callers: Grow }

/** Counting sort by series, then by day within each; entries of one day are added, days before `from` dropped. */
function sortBySeries(rows: Rows, seriesCount: number, from: Day): {
  starts: Int32Array, day: Int32Array, callers: Int32Array, seriesOf: Grow
} {
  const n = rows.series.length
  const rowSeries = rows.series.view()
  const rowDay = rows.day.view()
  const rowCallers = rows.callers.view()
  const starts = new Int32Array(seriesCount + 1)
  for (let i = 0; i < n; i++) if (rowDay[i]! >= from) starts[rowSeries[i]! + 1]!++
  for (let s = 0; s < seriesCount; s++) starts[s + 1]! += starts[s]!
  const fill = starts.slice(0, seriesCount)
  const day = new Int32Array(starts[seriesCount]!)
  const callers = new Int32Array(starts[seriesCount]!)
  for (let i = 0; i < n; i++) {
    const d = rowDay[i]!
    if (d < from) continue
    const s = rowSeries[i]!
    // Rows come nearly in order of day: insert from the end.
    let at = fill[s]!++
    const first = starts[s]!
    while (at > first && day[at - 1]! > d) {
      day[at] = day[at - 1]!
      callers[at] = callers[at - 1]!
      at--
    }
    day[at] = d
    callers[at] = rowCallers[i]!
  }
  // Add up entries of the same day, drop what cancelled out, close the gaps.
  let write = 0
  const seriesOf = new Grow()
  const packed = new Int32Array(seriesCount + 1)
  for (let s = 0; s < seriesCount; s++) {
    packed[s] = write
    for (let i = starts[s]!; i < starts[s + 1]!;) {
      const d = day[i]!
      let sum = 0
      for (; i < starts[s + 1]! && day[i] === d; i++) sum += callers[i]!
      if (sum === 0) continue
      day[write] = d
      callers[write++] = sum
      seriesOf.push(s)
    }
  }
  packed[seriesCount] = write
  return { starts: packed, day: day.slice(0, write), callers: callers.slice(0, write), seriesOf }
}

/** A growing column of whole numbers. */
class Grow {
  length = 0
  #data: Int32Array = new Int32Array(1024)

  static over(data: Int32Array): Grow {
    const grow = new Grow()
    grow.#data = data
    grow.length = data.length
    return grow
  }

  push(value: number): void {
    if (this.length === this.#data.length) {
      const larger = new Int32Array(Math.max(1024, this.length * 2))
      larger.set(this.#data)
      this.#data = larger
    }
    this.#data[this.length++] = value
  }

  view(): Int32Array {
    return this.#data.subarray(0, this.length)
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
  let low = history.starts[s]!
  const end = history.starts[s + 1]!
  let high = end
  while (low < high) {
    const middle = (low + high) >> 1
    if (history.day[middle]! < from) low = middle + 1
    else high = middle
  }
  let sum = 0
  for (; low < end && history.day[low]! < until; low++) sum += history.callers[low]!
  return sum
}
