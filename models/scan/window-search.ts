/**
 * The best window of every centre: every zone with every span of days, by any model's ratio.
 */
import type { ScanModel, Spans } from './scan-model.ts'
import { createWindows } from './clusters.ts'
import type { Windows } from './clusters.ts'
import type { Zones } from './zones.ts'

/** What stays the same in all replicates. */
export interface Search {
  model: ScanModel
  zones: Zones
  spans: Spans
  /** Expected in each zone and span: zones in the order of their candidates, a row of spans each. */
  expected: Float64Array
}

/** O(entries * spans). */
export function createSearch(model: ScanModel, zones: Zones, spans: Spans): Search {
  return { model, zones, spans, expected: sumZones(spanSums(model, spans, model.expected), zones, spans.from.length) }
}

/**
 * One row a centre; ties go to the zone with fewer places, then to the span that comes first. O(entries * spans).
 *
 * @param cells what was observed, as spanSums gives it; windows that hold a cell of −Infinity are left out
 */
export function searchWindows({ model, zones, spans, expected }: Search, cells: Float64Array = spanSums(model, spans, model.observed)): Windows {
  const { starts, neighbours, candidate } = zones
  const columns = spans.from.length
  const centres = starts.length - 1
  const windows = createWindows(centres)
  const sums = new Float64Array(columns)
  let row = 0
  for (let c = 0; c < centres; c++) {
    sums.fill(0)
    for (let k = starts[c]; k < starts[c + 1]; k++) {
      const cell = neighbours[k] * columns
      for (let w = 0; w < columns; w++) sums[w] += cells[cell + w]
      if (candidate[k] === 0) continue
      for (let w = 0; w < columns; w++, row++) {
        if (!(sums[w] > expected[row])) continue
        const statistic = model.ratio(sums[w], expected[row])
        if (statistic <= windows.statistic[c]) continue
        windows.statistic[c] = statistic
        windows.last[c] = k
        windows.from[c] = spans.from[w]
        windows.until[c] = spans.until[w]
        windows.observed[c] = sums[w]
        windows.expected[c] = expected[row]
      }
    }
  }
  return windows
}

/** Sums of cells over each span: place-major rows of spans. */
export function spanSums({ places, days }: ScanModel, spans: Spans, cells: Float64Array): Float64Array {
  const columns = spans.from.length
  const out = new Float64Array(places * columns)
  writeSpanSums(cells, places, days, spans, out, 1, 0)
  return out
}

/**
 * The same into one lane of several: place p, span w and lane l are at (p * spans + w) * lanes + l.
 *
 * @param out overwritten in that lane
 */
export function writeSpanSums(cells: Float64Array, places: number, days: number, { from, until }: Spans, out: Float32Array | Float64Array, lanes: number, lane: number): void {
  const columns = from.length
  const running = new Float64Array(days + 1)
  let at = lane
  for (let p = 0; p < places; p++) {
    const first = p * days
    for (let d = 0; d < days; d++) running[d + 1] = running[d] + cells[first + d]
    for (let w = 0; w < columns; w++, at += lanes) out[at] = running[until[w]] - running[from[w]]
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
      for (let w = 0; w < columns; w++) sums[w] += cells[cell + w]
      if (candidate[k] === 0) continue
      out.set(sums, row)
      row += columns
    }
  }
  return out
}
