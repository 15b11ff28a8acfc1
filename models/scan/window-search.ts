/**
 * The best window of every centre: every zone with every span of days, by the ratio of any model, or by the sum of several
 * topics' ratios, of which each counts where it is above its own expectation.
 * The multivariate scan: Kulldorff, Mostashari, Duczmal, Yih, Kleinman, Platt (2007), Stat Med 26:1824-1833.
 */
import { createWindows } from './clusters.ts'
import type { Windows } from './clusters.ts'
import type { ScanModel, Spans } from './scan-model.ts'
import type { Numbers } from './screen.ts'
import type { Zones } from './zones.ts'

/** What stays the same in all replicates. */
export interface Search {
  /** One model a topic, all of the same places and days, and of one kind: their ratios are summed. */
  topics: readonly ScanModel[]
  zones: Zones
  spans: Spans
  /** Expected of each zone, span and topic: row (zone * spans + span) * topics + topic, zones in the order of their candidates. */
  expected: Float64Array
}

/** O(entries * spans * topics). */
export function createSearch(model: ScanModel | readonly ScanModel[], zones: Zones, spans: Spans): Search {
  const topics = 'ratio' in model ? [model] : model
  return { topics, zones, spans, expected: sumZones(spanSums(topics, spans, 'expected'), zones, spans.from.length * topics.length) }
}

/**
 * One row a centre; ties go to the zone with fewer places, then to the span that comes first. O(entries * spans * topics).
 *
 * @param cells what was observed, as spanSums gives it; windows that hold a cell of −Infinity are left out
 */
export function searchWindows({ topics, zones, spans, expected }: Search, cells: Float64Array = spanSums(topics, spans, 'observed')): Windows {
  const { starts, neighbours, candidate } = zones
  const spanCount = spans.from.length
  const columns = spanCount * topics.length
  const centres = starts.length - 1
  const windows = createWindows(centres)
  const sums = new Float64Array(columns)
  let row = 0
  for (let c = 0; c < centres; c++) {
    sums.fill(0)
    for (let k = starts[c]; k < starts[c + 1]; k++) {
      const cell = neighbours[k] * columns
      for (let i = 0; i < columns; i++) sums[i] += cells[cell + i]
      if (candidate[k] === 0) continue
      for (let w = 0; w < spanCount; w++, row += topics.length) {
        const statistic = jointRatio(topics, sums, w * topics.length, 1, expected, row)
        if (statistic <= windows.statistic[c]) continue
        windows.statistic[c] = statistic
        windows.last[c] = k
        windows.from[c] = spans.from[w]
        windows.until[c] = spans.until[w]
      }
    }
  }
  return windows
}

/**
 * Sum of the topics' ratios in one window, less their deficits where they have such.
 *
 * @param sums    the topics' sums at sums[at], sums[at + stride], …
 * @param row     of the first topic in `expected`
 */
export function jointRatio(topics: readonly ScanModel[], sums: Numbers, at: number, stride: number, expected: Float64Array, row: number): number {
  let ratio = 0
  for (let t = 0; t < topics.length; t++, at += stride) {
    const topic = topics[t]
    if (sums[at] > expected[row + t]) ratio += topic.ratio(sums[at], expected[row + t])
    else if (topic.deficit) ratio -= topic.deficit(sums[at], expected[row + t])
  }
  return ratio
}

/** Sums over each span: place-major rows of spans, topics within a span. */
export function spanSums(topics: readonly ScanModel[], spans: Spans, table: 'observed' | 'expected'): Float64Array {
  const out = new Float64Array(topics[0].places * spans.from.length * topics.length)
  topics.forEach((topic, t) => writeSpanSums(topic, topic[table], spans, out, topics.length, t))
  return out
}

/**
 * Sums of one table of cells over each span.
 *
 * @param out  overwritten at t, t + stride, …
 */
export function writeSpanSums({ places, days }: ScanModel, cells: Float64Array, { from, until }: Spans, out: Numbers, stride: number, at: number): void {
  const running = new Float64Array(days + 1)
  for (let p = 0; p < places; p++) {
    const first = p * days
    for (let d = 0; d < days; d++) running[d + 1] = running[d] + cells[first + d]
    for (let w = 0; w < from.length; w++, at += stride) out[at] = running[until[w]] - running[from[w]]
  }
}

function sumZones(cells: Float64Array, { starts, neighbours, candidate }: Zones, columns: number): Float64Array {
  let candidates = 0
  for (let k = 0; k < candidate.length; k++) candidates += candidate[k]
  const out = new Float64Array(candidates * columns)
  const sums = new Float64Array(columns)
  let row = 0
  for (let c = 0; c + 1 < starts.length; c++) {
    sums.fill(0)
    for (let k = starts[c]; k < starts[c + 1]; k++) {
      const cell = neighbours[k] * columns
      for (let i = 0; i < columns; i++) sums[i] += cells[cell + i]
      if (candidate[k] === 0) continue
      out.set(sums, row)
      row += columns
    }
  }
  return out
}
