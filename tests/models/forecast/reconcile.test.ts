import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { reconcile, restShares } from '../../../models/forecast/reconcile.ts'

/** Places × topics, each a random tree in which what is above has a lower number; series p * topics + t. */
function drawTrees(places: number, topics: number, seed: number): { placeAbove: Int32Array, topicAbove: Int32Array, order: Int32Array, topics: number } {
  const rng = createRng(seed)
  const place = Array.from({ length: places }, (_, p) => (p === 0 ? -1 : rng.below(p)))
  const topic = Array.from({ length: topics }, (_, t) => (t === 0 ? -1 : rng.below(t)))
  const n = places * topics
  return {
    placeAbove: Int32Array.from({ length: n }, (_, s) => (place[Math.floor(s / topics)]! < 0 ? -1 : place[Math.floor(s / topics)]! * topics + (s % topics))),
    topicAbove: Int32Array.from({ length: n }, (_, s) => (topic[s % topics]! < 0 ? -1 : Math.floor(s / topics) * topics + topic[s % topics]!)),
    order: Int32Array.from({ length: n }, (_, s) => s), topics,
  }
}

/** Sums of cells over all series at or below, by walking up from every cell. */
function addUp({ placeAbove, topicAbove }: { placeAbove: Int32Array, topicAbove: Int32Array }, cells: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(cells.length)
  for (let s = 0; s < cells.length; s++) {
    for (let p = s; p >= 0; p = placeAbove[p]!) for (let t = p; t >= 0; t = topicAbove[t]!) sums[t]! += cells[s]!
  }
  return sums
}

test('whatever is forecast, the means add up in both trees and are not negative', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }), fc.nat(), (places, topics, seed) => {
    const trees = drawTrees(places, topics, seed)
    const rng = createRng(seed + 1)
    const n = places * topics
    const totals = addUp(trees, Float64Array.from({ length: n }, () => rng.poisson(3)))
    const rest = restShares(trees, trees.order, totals)
    const mean = Float64Array.from({ length: 2 * n }, () => 10 * rng.next())
    reconcile(trees, trees.order, rest, mean, 2)
    for (let h = 0; h < 2; h++) {
      // Cells by taking apart what came out, places first; then no cell is negative, and that is all coherence asks for.
      const cells = Float64Array.from({ length: n }, (_, s) => mean[2 * s + h]!)
      for (let s = 0; s < n; s++) if (trees.placeAbove[s]! >= 0) cells[trees.placeAbove[s]!]! -= cells[s]!
      for (let s = 0; s < n; s++) if (trees.topicAbove[s]! >= 0) cells[trees.topicAbove[s]!]! -= cells[s]!
      for (let s = 0; s < n; s++) {
        expect(mean[2 * s + h]!).toBeGreaterThanOrEqual(0)
        expect(cells[s]!).toBeGreaterThanOrEqual(-1e-9)
        if (rest[s] === 0) expect(Math.abs(cells[s]!)).toBeLessThan(1e-9)
      }
    }
  }), { seed: 20260101, numRuns: 120 })
})

test('means that add up already stay as they are', () => {
  const trees = drawTrees(5, 6, 11)
  const rng = createRng(5)
  const told = addUp(trees, Float64Array.from({ length: 30 }, () => 5 * rng.next()))
  const mean = told.slice()
  reconcile(trees, trees.order, restShares(trees, trees.order, told), mean, 1)
  mean.forEach((m, s) => expect(Math.abs(m - told[s]!)).toBeLessThan(1e-9 * told[s]!))
})

test('of a whole and its parts that disagree each gives way by what it is unsure of', () => {
  // 100 against 30 + 30: with variances in proportion to the means, the sum ends between, nearer the whole's relative precision.
  const trees = { placeAbove: Int32Array.of(-1, 0, 0), topicAbove: Int32Array.of(-1, -1, -1) }
  const order = Int32Array.of(0, 1, 2)
  const mean = Float64Array.of(100, 30, 30)
  reconcile(trees, order, Float64Array.of(0, 1, 1), mean, 1, 200)
  expect(mean[1]).toBeCloseTo(mean[2]!, 9)
  expect(mean[0]).toBeCloseTo(mean[1]! + mean[2]!, 9)
  // Poisson likelihood of 100 and of 30 + 30 under one sum: (100 + 60) / 2.
  expect(mean[0]).toBeCloseTo(80, 6)
})

test('a part without a forecast takes no part, and a rest that never was stays none', () => {
  const trees = { placeAbove: Int32Array.of(-1, 0, 0), topicAbove: Int32Array.of(-1, -1, -1) }
  const order = Int32Array.of(0, 1, 2)
  const mean = Float64Array.of(50, 20, NaN)
  // The third has no history: half of the whole's past is in no part that is forecast.
  reconcile(trees, order, restShares(trees, order, Float64Array.of(40, 20, 0)), mean, 1, 100)
  expect(mean[2]).toBeNaN()
  expect(mean[0]).toBeGreaterThan(mean[1]!)
  expect([...restShares(trees, order, Float64Array.of(40, 20, 20))]).toEqual([0, 1, 1])
  // Distinct callers of the parts may be more than of the whole: no negative rest.
  expect(restShares(trees, order, Float64Array.of(39, 20, 20))[0]).toBe(0)
})
