/**
 * Discrete Poisson given the total: is the rate inside a window higher than outside it?
 * Kulldorff (1997), Commun Stat Theory Methods 26:1481-1496; in space and time Kulldorff (2001), J R Stat Soc A 164:61-72.
 * docs/methods/expectation-scan.md
 */
import { createAliasTable } from './alias.ts'
import { conditionalRatio } from './ratios.ts'
import { maskCells } from './scan-model.ts'
import type { CellCounts, ScanModel } from './scan-model.ts'

export interface ConditionalCells extends CellCounts {
  /** What a cell's share of the cases is in proportion to, place-major: expected cases, or people × days. */
  weights: Float64Array
  /**
   * Cases and weight of what is not in the cells, such as the days before the first window of a prospective scan: they
   * belong to the total. Absent: none.
   */
  elsewhere?: { cases: number, weight: number }
  /** Fewest cases in a cluster, 2 as in SaTScan. */
  minCases?: number
}

export function conditionalPoissonModel({ places, days, counts, weights, elsewhere = { cases: 0, weight: 0 }, minCases = 2 }: ConditionalCells): ScanModel {
  const { observed, expected } = maskCells(counts, weights)
  let cases = elsewhere.cases
  let weight = elsewhere.weight
  for (let i = 0; i < observed.length; i++) {
    cases += observed[i]
    weight += expected[i]
  }
  const everywhere = new Float64Array(expected.length + 1)
  everywhere.set(expected)
  everywhere[expected.length] = elsewhere.weight
  const table = createAliasTable(everywhere)
  for (let i = 0; i < expected.length; i++) expected[i] *= cases / weight
  return {
    places, days, observed, expected,
    ratio: (inside, mean) => (inside >= minCases ? conditionalRatio(inside, mean, cases) : 0),
    draw(random, out) {
      out.fill(0)
      for (let left = Math.round(cases); left > 0; left--) {
        const cell = table.draw(random)
        if (cell < out.length) out[cell]++
      }
    },
  }
}

/** People in one stratum (an age group of one sex, say) and all its cases. */
export interface Stratum {
  /** People or person-time per cell. */
  people: Float64Array
  cases: number
}

/** Indirect standardisation: expected cases per cell if every stratum had its overall rate everywhere. */
export function standardisedExpectation(strata: readonly Stratum[], cells: number): Float64Array {
  const expected = new Float64Array(cells)
  for (const { people, cases } of strata) {
    let all = 0
    for (let i = 0; i < cells; i++) all += people[i]
    if (!(all > 0)) continue
    for (let i = 0; i < cells; i++) expected[i] += (people[i] * cases) / all
  }
  return expected
}

/**
 * Person-time between counts of the people: the integral over each period of the straight lines between the counts, level
 * before the first and after the last.
 *
 * @param times       when the people were counted, ascending
 * @param people      how many they were then
 * @param boundaries  d + 1 times that part the periods, ascending, in the same unit
 */
export function personTime(times: Float64Array, people: Float64Array, boundaries: Float64Array): Float64Array {
  const integral = boundaries.map((time) => integralUntil(time, times, people))
  return integral.subarray(1).map((until, i) => until - integral[i])
}

/** Integral from the first count to `time`, negative before it. */
function integralUntil(time: number, times: Float64Array, people: Float64Array): number {
  if (time <= times[0]) return (time - times[0]) * people[0]
  let sum = 0
  for (let i = 1; i < times.length; i++) {
    const width = times[i] - times[i - 1]
    if (time <= times[i]) {
      const part = time - times[i - 1]
      return sum + part * (people[i - 1] + ((people[i] - people[i - 1]) * part) / (2 * width))
    }
    sum += (width * (people[i - 1] + people[i])) / 2
  }
  return sum + (time - times[times.length - 1]) * people[people.length - 1]
}
