/**
 * Counts in order of place, topic and day, and how news are merged into them. Sorting is by counting (LSD radix), a pass a
 * key; a merge is one walk over both. So neither cost nor memory depends on how many nights the news of a cell came in.
 */
import type { CallerCounts } from '../core/cube.ts'
import type { Day } from '../core/days.ts'

/**
 * Series s has entries starts[s] until starts[s + 1], days ascending, one entry a day, zeros left out; series ascend by
 * place, then topic. On shared memory: threads read the same columns.
 */
export interface HistoryColumns {
  place: Int32Array
  topic: Int32Array
  starts: Int32Array
  day: Int32Array
  callers: Int32Array
}

export const NO_HISTORY: Readonly<HistoryColumns> = {
  place: new Int32Array(0), topic: new Int32Array(0), starts: new Int32Array(1), day: new Int32Array(0), callers: new Int32Array(0),
}

/**
 * New columns: the old entries and the news, counts of a cell added up, days before `from` and what cancels out left out.
 *
 * @param news  batches of rows in any order; a cell may come more than once
 */
export function mergeNews(old: HistoryColumns, news: readonly CallerCounts[], from: Day): HistoryColumns {
  const rows = concatenate(news)
  const order = sortRows(rows)
  const n = rows.length
  const oldSeries = old.place.length
  const day = shared(old.day.length + n)
  const callers = shared(old.day.length + n)
  const bound = oldSeries + countSeries(rows, order)
  const place = shared(bound)
  const topic = shared(bound)
  const starts = shared(bound + 1)
  let series = 0
  let write = 0
  let s = 0
  let r = 0
  while (s < oldSeries || r < n) {
    // Which series is next: an old one (-1), a new one (1), or the same in both (0).
    const next = s === oldSeries ? 1 : r === n ? -1
      : Math.sign(old.place[s]! - rows.place[order[r]!]! || old.topic[s]! - rows.topic[order[r]!]!)
    const p = next <= 0 ? old.place[s]! : rows.place[order[r]!]!
    const t = next <= 0 ? old.topic[s]! : rows.topic[order[r]!]!
    let i = next <= 0 ? old.starts[s]! : 0
    const end = next <= 0 ? old.starts[s + 1]! : 0
    let rowEnd = r
    if (next >= 0) while (rowEnd < n && rows.place[order[rowEnd]!] === p && rows.topic[order[rowEnd]!] === t) rowEnd++
    const first = write
    while (i < end || r < rowEnd) {
      const known = i < end ? old.day[i]! : Infinity
      const brought = r < rowEnd ? rows.day[order[r]!]! : Infinity
      const d = Math.min(known, brought)
      let sum = 0
      if (known === d) sum += old.callers[i++]!
      while (r < rowEnd && rows.day[order[r]!] === d) sum += rows.callers[order[r++]!]!
      if (sum === 0 || d < from) continue
      day[write] = d
      callers[write++] = sum
    }
    if (next <= 0) s++
    if (write === first) continue
    place[series] = p
    topic[series] = t
    starts[series++] = first
  }
  starts[series] = write
  return {
    place: place.subarray(0, series), topic: topic.subarray(0, series), starts: starts.subarray(0, series + 1),
    day: day.subarray(0, write), callers: callers.subarray(0, write),
  }
}

function shared(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(length * 4))
}

function concatenate(batches: readonly CallerCounts[]): CallerCounts {
  const length = batches.reduce((sum, batch) => sum + batch.length, 0)
  const all: CallerCounts = {
    length, place: new Int32Array(length), topic: new Int32Array(length), day: new Int32Array(length), callers: new Int32Array(length),
  }
  let at = 0
  for (const batch of batches) {
    for (const name of ['place', 'topic', 'day', 'callers'] as const) all[name].set(batch[name].subarray(0, batch.length), at)
    at += batch.length
  }
  return all
}

/** Positions of the rows by place, then topic, then day: least significant key first, each pass keeps the order before it. */
function sortRows(rows: CallerCounts): Int32Array {
  const asTheyCame = new Int32Array(rows.length)
  for (let i = 0; i < rows.length; i++) asTheyCame[i] = i
  return sortBy(rows.place, sortBy(rows.topic, sortBy(rows.day, asTheyCame)))
}

function sortBy(keys: Int32Array, order: Int32Array): Int32Array {
  const n = order.length
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < n; i++) {
    const key = keys[i]!
    if (key < low) low = key
    if (key > high) high = key
  }
  if (n === 0 || low === high) return order
  const next = new Int32Array(high - low + 2)
  for (let i = 0; i < n; i++) next[keys[i]! - low + 1]!++
  for (let k = 1; k < next.length; k++) next[k]! += next[k - 1]!
  const sorted = new Int32Array(n)
  for (let i = 0; i < n; i++) {
    const row = order[i]!
    sorted[next[keys[row]! - low]!++] = row
  }
  return sorted
}

function countSeries({ place, topic }: CallerCounts, order: Int32Array): number {
  let count = 0
  for (let i = 0; i < order.length; i++) {
    const row = order[i]!
    const before = order[i - 1]
    if (before === undefined || place[row] !== place[before] || topic[row] !== topic[before]) count++
  }
  return count
}
