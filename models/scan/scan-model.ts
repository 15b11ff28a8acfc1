/**
 * What a scan compares, whatever the distribution: cells of places × days, what is expected in them, a ratio that says how far
 * a sum of cells is above its sum of expectations, and how cells come about under the null. Everything else (zones, windows,
 * clusters, Monte Carlo) is the same for all models.
 */
import type { Rng } from '../../core/rng.ts'

/** n places × d days; cell (place, day) is at place * days + day. Arrays are read, never written. */
export interface ScanModel {
  places: number
  days: number
  /** Additive: counts, or counts weighted by cell. 0 in a cell without a feed. */
  observed: Float64Array
  /** Additive, the mean of `observed`. 0 in a cell without a feed. */
  expected: Float64Array
  /** Grows with `observed` and falls with `expected`; 0 unless observed > expected. */
  ratio(observed: number, expected: number): number
  /**
   * For several topics that stand for one cause, such as age groups: how far `observed` is below, which the joint ratio is then
   * lowered by. Absent: a topic without an excess does not count.
   */
  deficit?(observed: number, expected: number): number
  /** Overwrites n * d cells with what could have been observed. */
  draw(random: Rng, out: Float64Array): void
  /** Cells to tell of a cluster where those above are weighted; absent: `draw` gives whole numbers. */
  told?: { observed: Float64Array, expected: Float64Array }
}

/** Counts of a model's cells as they come from the caller. */
export interface CellCounts {
  places: number
  /** Days, the last of which is the present. Models of known means need only the days that a window can cover. */
  days: number
  /** Place-major counts; NaN is a day without a feed: it then counts neither as observed nor as expected. */
  counts: Float64Array
}

/** m windows of days, half-open. */
export interface Spans {
  from: Int32Array
  until: Int32Array
}

/** Prospective: windows that end with the last day, shortest first. */
export function spansToday(days: number, maxDays: number, minDays = 1): Spans {
  return spans(days, maxDays, minDays, days)
}

/** Retrospective: windows anywhere in the days, by their end, the shortest first. */
export function spansAnywhere(days: number, maxDays: number, minDays = 1): Spans {
  return spans(days, maxDays, minDays, 1)
}

function spans(days: number, maxDays: number, minDays: number, firstEnd: number): Spans {
  const from: number[] = []
  const until: number[] = []
  for (let end = firstEnd; end <= days; end++) {
    for (let length = minDays; length <= Math.min(maxDays, end); length++) {
      from.push(end - length)
      until.push(end)
    }
  }
  return { from: Int32Array.from(from), until: Int32Array.from(until) }
}

/** The cells of the last days only, place-major. */
export function lastDays(cells: Float64Array, places: number, days: number, keep: number): Float64Array {
  const out = new Float64Array(places * keep)
  for (let p = 0; p < places; p++) out.set(cells.subarray((p + 1) * days - keep, (p + 1) * days), p * keep)
  return out
}

/** Both tables without the cells that have no count or no expectation. Copies. */
export function maskCells(counts: Float64Array, expected: Float64Array): { observed: Float64Array, expected: Float64Array } {
  const known = (i: number): boolean => counts[i] >= 0 && expected[i] >= 0
  return {
    observed: counts.map((count, i) => (known(i) ? count : 0)),
    expected: expected.map((mean, i) => (known(i) ? mean : 0)),
  }
}
