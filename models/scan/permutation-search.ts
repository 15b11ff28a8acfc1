/**
 * The best window of every centre under the permutation model, and the largest of all: every zone with every window, exactly,
 * in plain typed arrays. What is expected is a product of margins, so that nothing is stored per zone.
 */
import { createWindows } from './clusters.ts'
import type { Windows } from './clusters.ts'
import { createPool, drawPlaces } from './permutation-draw.ts'
import { daysUnderTest, windowWeights } from './permutation.ts'
import type { Horizon, Margins } from './permutation.ts'
import { replicateRng } from './monte-carlo.ts'
import { conditionalRatio } from './ratios.ts'
import type { Zones } from './zones.ts'

/**
 * One row a centre; days are those of the study. Ties go to the later end, then the fewer places, then the shorter window.
 * O(entries of the zones * windows).
 *
 * @param counts  place-major cases of the days under test; windows that hold a cell of −Infinity are left out
 */
export function searchPermutation(margins: Margins, zones: Zones, horizon: Horizon, counts: Float64Array): Windows {
  const windows = createWindows(zones.starts.length - 1)
  for (let end = margins.days; end > margins.days - horizon.ends; end--) searchEnd(margins, zones, horizon, counts, end, windows)
  return windows
}

/** Largest statistics of some replicates. The kernel finds the same: this is its fallback and its oracle. */
export function plainMaxima(margins: Margins, zones: Zones, horizon: Horizon, seed: number, replicates: readonly number[]): Float64Array {
  const keep = daysUnderTest(margins, horizon)
  const pool = createPool(margins, keep)
  const drawn = new Int32Array(pool.slots)
  const counts = new Float64Array(margins.places * keep)
  return Float64Array.from(replicates, (replicate) => {
    drawPlaces(pool, replicateRng(seed, replicate), drawn)
    counts.fill(0)
    for (let slot = 0; slot < drawn.length; slot++) counts[drawn[slot] * keep + pool.slotDay[slot]]++
    return searchPermutation(margins, zones, horizon, counts).statistic.reduce((most, x) => Math.max(most, x), 0)
  })
}

/** Raises the rows by the windows that end before day `end`. */
function searchEnd(margins: Margins, zones: Zones, horizon: Horizon, counts: Float64Array, end: number, windows: Windows): void {
  const { strata, total, ofPlace, days } = margins
  const { minDays, maxDays, minCases } = horizon
  const { starts, neighbours, candidate } = zones
  const { statistic } = windows
  const keep = daysUnderTest(margins, horizon)
  const lanes = Math.min(maxDays, end)
  if (lanes < minDays) return
  const weights = windowWeights(margins, end, 1, lanes)
  const cells = runBack(counts, keep, end - days + keep, lanes)
  const inside = new Float64Array(lanes)
  const before = new Float64Array(lanes)
  const sizes = new Float64Array(strata)
  for (let c = 0; c + 1 < starts.length; c++) {
    inside.fill(0)
    before.fill(0)
    sizes.fill(0)
    let best = statistic[c]
    for (let k = starts[c]; k < starts[c + 1]; k++) {
      const place = neighbours[k]
      for (let s = 0; s < strata; s++) sizes[s] += ofPlace[place * strata + s]
      for (let i = 0, at = place * lanes; i < lanes; i++, at++) inside[i] += cells[at]
      if (candidate[k] === 0) continue
      for (let i = minDays - 1; i < lanes; i++) {
        const cases = inside[i]
        // With no case more than in the zone before it has no more than that one's statistic.
        if (cases === before[i]) continue
        before[i] = cases
        let expected = sizes[0] * weights[i]
        for (let s = 1; s < strata; s++) expected += sizes[s] * weights[s * lanes + i]
        const excess = cases - expected
        if (!(excess > 0) || cases < minCases) continue
        const rest = total - cases
        // (excess² / 2)(1 / expected + 1 / rest) is never less than the statistic, and needs no logarithm.
        if (excess * excess * (expected + rest) <= 2 * best * expected * rest) continue
        const ratio = conditionalRatio(cases, expected, total)
        if (ratio <= best) continue
        best = statistic[c] = ratio
        windows.last[c] = k
        windows.from[c] = end - i - 1
        windows.until[c] = end
        windows.observed[c] = cases
        windows.expected[c] = expected
      }
    }
  }
}

/** Cases of each place in the last 1, 2, … `lanes` days before column `end`. */
function runBack(counts: Float64Array, keep: number, end: number, lanes: number): Float64Array {
  const places = counts.length / keep
  const sums = new Float64Array(places * lanes)
  for (let p = 0; p < places; p++) {
    let sum = 0
    for (let i = 0; i < lanes; i++) {
      sum += counts[p * keep + end - i - 1]
      sums[p * lanes + i] = sum
    }
  }
  return sums
}
