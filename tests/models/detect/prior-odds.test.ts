import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { meanWeight, MOST_ODDS, priorLogOdds, shrunkRatio, weightedTests } from '../../../models/detect/prior-odds.ts'

test('a ratio learnt from much is what was seen, from nothing what was stated, and never below 1 or above its bound', () => {
  const stated = { ratio: 3, weight: 1, most: 8 }
  expect(shrunkRatio(0, 0, stated)).toBe(3)
  expect(shrunkRatio(500, 100, stated)).toBeCloseTo(503 / 101, 12)
  expect(shrunkRatio(0, 100, stated)).toBe(1)
  expect(shrunkRatio(5000, 10, stated)).toBe(8)
})

test('hints add up to a bound and never speak against', () => {
  expect(priorLogOdds([])).toBe(0)
  expect(priorLogOdds([Math.log(2), Math.log(3)])).toBeCloseTo(Math.log(6), 12)
  expect(priorLogOdds([9, 9])).toBe(Math.log(MOST_ODDS))
  expect(priorLogOdds([-1])).toBe(0)
})

test('without weights the tests are the same to the last bit', () => {
  for (const tests of [1, 7, 123457]) expect(weightedTests(tests, 0, meanWeight([], 10))).toBe(tests)
})

test('weights raise some and lower the others, and the false alarms of all together stay', () => {
  const rng = createRng(20260101)
  const series = 2000
  const tests = 3 * series
  const raised = Float64Array.from({ length: 40 }, () => rng.next() * 3)
  const mean = meanWeight([...raised], series)
  const thresholds = Array.from({ length: series }, (_, s) => 1 / weightedTests(tests, raised[s] ?? 0, mean))
  expect(thresholds.reduce((sum, p) => sum + p, 0)).toBeCloseTo(series / tests, 12)
  expect(thresholds[0]!).toBeGreaterThan(1 / tests)
  expect(thresholds[100]!).toBeLessThan(1 / tests)
  // Simulated nights: uniform p, one alarm expected for each three nights with or without weights.
  let weighted = 0
  let plain = 0
  const nights = 3000
  for (let night = 0; night < nights; night++) {
    // Of thousands of uniform p only the smallest can alarm: drawn directly, with its series.
    const smallest = 1 - Math.pow(1 - rng.next(), 1 / series)
    const s = rng.below(series)
    if (smallest <= thresholds[s]!) weighted++
    if (smallest <= 1 / tests) plain++
  }
  expect(Math.abs(weighted - plain) / nights).toBeLessThan(0.02)
  expect(weighted / nights).toBeGreaterThan(0.2)
})
