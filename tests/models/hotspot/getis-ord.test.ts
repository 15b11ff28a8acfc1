import { expect, test } from 'vitest'
import { getisOrd } from '../../../models/hotspot/getis-ord.ts'
import { mannKendall } from '../../../models/hotspot/mann-kendall.ts'
import { adjacencyOfPairs } from '../../../models/scan/adjacency.ts'

test('Gi* is the published sum, worked out by hand', () => {
  // Three places in a row, two steps: counts 1 2 | 3 4 | 5 9. Mean 4; mean square 136 / 6; deviation² 22.6667 - 16 = 6.6667.
  const z = getisOrd(Float64Array.of(1, 2, 3, 4, 5, 9), 2, adjacencyOfPairs(3, [0, 1, 1, 2]), 1)
  const by = (local: number, weights: number): number => (local - 4 * weights) / (Math.sqrt(20 / 3) * Math.sqrt((6 * weights - weights * weights) / 5))
  // First step of place 0: itself and place 1. Second step: both steps of both.
  expect(z[0]).toBeCloseTo(by(1 + 3, 2), 12)
  expect(z[1]).toBeCloseTo(by(1 + 3 + 2 + 4, 4), 12)
  expect(z[2]).toBeCloseTo(by(1 + 3 + 5, 3), 12)
  // The middle place and its neighbours over two steps are the whole cube: nothing is outside.
  expect(z[3]).toBeNaN()
  expect(z[5]).toBeCloseTo(by(3 + 5 + 4 + 9, 4), 12)
})

test('without lag only the step itself counts', () => {
  const z = getisOrd(Float64Array.of(1, 2, 3, 4, 5, 9), 2, adjacencyOfPairs(3, [0, 1, 1, 2]), 0)
  expect(z[5]).toBeCloseTo((4 + 9 - 8) / (Math.sqrt(20 / 3) * Math.sqrt((12 - 4) / 5)), 12)
})

test('equal counts have no z', () => {
  expect(getisOrd(new Float64Array(12).fill(0.1), 4, adjacencyOfPairs(3, [0, 1])).every(Number.isNaN)).toBe(true)
})

test('Mann-Kendall by hand: five values with a tie', () => {
  // 1 2 2 3 5: nine pairs rise, one is tied. Variance (5·4·15 - 2·1·9) / 18 = 282 / 18.
  const { s, z } = mannKendall(Float64Array.of(1, 2, 2, 3, 5))
  expect(s).toBe(9)
  expect(z).toBeCloseTo(8 / Math.sqrt(282 / 18), 12)
  expect(mannKendall(Float64Array.of(5, 3, 2, 2, 1)).z).toBeCloseTo(-z, 12)
})

test('equal or few values have no trend', () => {
  expect(mannKendall(new Float64Array(9).fill(2)).z).toBeNaN()
  expect(mannKendall(Float64Array.of(1, 2, 3)).z).toBeNaN()
  expect(mannKendall(Float64Array.of(1, NaN, 2, 3, NaN, 4)).s).toBe(6)
})
