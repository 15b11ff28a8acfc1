/**
 * Makes means add up along both trees. What of a series is in no series below it is a cell of its own, so every series is the
 * sum of the cells at or below it in both trees; cells are then fitted to the forecasts of all series, each weighed as a count
 * is (variance = mean, the structural scaling of Athanasopoulos, Hyndman, Kourentzes & Petropoulos 2017, EJOR 262:60-74), by the
 * multiplicative updates of Richardson (1972) and Lucy (1974), the EM of Poisson sums (Shepp & Vardi 1982). Cells stay above 0 and
 * the sums are coherent at every step. docs/methods/forecast.md
 */
import type { ForecastInput } from './forecast.ts'

/** Updates: the first few settle the large sums, later ones move cells by less than chance does. */
const ROUNDS = 12

type Trees = Pick<ForecastInput, 'placeAbove' | 'topicAbove'>

/**
 * Part of each series that is in no series below it, as the past has it: a topic all of whose tickets are in its subtopics has 0,
 * a series with none below it 1. Differences of forecasts would not do: their chance errors, cut at 0, made a city grow by 3 %.
 *
 * @param totals callers of each series over the same past
 */
export function restShares({ placeAbove, topicAbove }: Trees, order: Int32Array, totals: Float64Array): Float64Array {
  const n = order.length
  const rest = totals.slice()
  const isLast = new Uint8Array(n).fill(1)
  for (let k = 0; k < n; k++) {
    const s = order[k]
    if (placeAbove[s] < 0) continue
    rest[placeAbove[s]] -= rest[s]
    isLast[placeAbove[s]] = 0
  }
  for (let k = 0; k < n; k++) {
    const s = order[k]
    if (topicAbove[s] < 0) continue
    rest[topicAbove[s]] -= rest[s]
    isLast[topicAbove[s]] = 0
  }
  for (let s = 0; s < n; s++) rest[s] = isLast[s] === 1 ? 1 : totals[s] > 0 ? Math.max(0, rest[s] / totals[s]) : 0
  return rest
}

/**
 * Overwrites `mean` with coherent means. O(rounds * series * days); allocates a few rows.
 *
 * @param order series, those above before those below
 * @param rest  part of each series that is in no series below it
 * @param mean  series * days; a series that is NaN takes no part and stays so
 */
export function reconcile({ placeAbove, topicAbove }: Trees, order: Int32Array, rest: Float64Array, mean: Float64Array, days: number, rounds = ROUNDS): void {
  const n = order.length
  const told = new Float64Array(n)
  const cells = new Float64Array(n)
  const sums = new Float64Array(n)
  const factor = new Float64Array(n)
  const isIn = new Uint8Array(n)
  for (let s = 0; s < n; s++) isIn[s] = mean[s * days] >= 0 ? 1 : 0
  const above = new Float64Array(n)
  for (let s = 0; s < n; s++) above[s] = isIn[s]
  spreadDown(above)
  for (let h = 0; h < days; h++) {
    for (let s = 0; s < n; s++) told[s] = isIn[s] === 1 ? mean[s * days + h] : 0
    for (let s = 0; s < n; s++) cells[s] = rest[s] * told[s]
    for (let round = 0; round < rounds; round++) {
      sums.set(cells)
      addUp(sums)
      for (let s = 0; s < n; s++) factor[s] = sums[s] > 0 ? told[s] / sums[s] : 0
      spreadDown(factor)
      for (let s = 0; s < n; s++) if (above[s] > 0) cells[s] *= factor[s] / above[s]
    }
    sums.set(cells)
    addUp(sums)
    for (let s = 0; s < n; s++) if (isIn[s] === 1) mean[s * days + h] = sums[s]
  }

  /** Cells become sums: over the topics below at each place, then over the places below at each topic. */
  function addUp(values: Float64Array): void {
    for (let k = n - 1; k >= 0; k--) if (topicAbove[order[k]] >= 0) values[topicAbove[order[k]]] += values[order[k]]
    for (let k = n - 1; k >= 0; k--) if (placeAbove[order[k]] >= 0) values[placeAbove[order[k]]] += values[order[k]]
  }
  /** Each series takes the total of all those above it and of itself. */
  function spreadDown(values: Float64Array): void {
    for (let k = 0; k < n; k++) if (placeAbove[order[k]] >= 0) values[order[k]] += values[placeAbove[order[k]]]
    for (let k = 0; k < n; k++) if (topicAbove[order[k]] >= 0) values[order[k]] += values[topicAbove[order[k]]]
  }
}
