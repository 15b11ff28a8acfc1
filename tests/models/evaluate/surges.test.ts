import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findSurges } from '../../../models/evaluate/surges.ts'

const quiet = (days: number, every = 30): number[] => Array.from({ length: days }, (_, t) => (t % every === 0 ? 1 : 0))

test('a quiet series has no surge, twenty callers in ten days are one, with its days', () => {
  const counts = quiet(400)
  expect(findSurges(counts)).toEqual([])
  for (let t = 315; t < 325; t++) counts[t] = 2
  const [surge, ...others] = findSurges(counts)
  expect(others).toEqual([])
  expect(surge).toMatchObject({ from: 315, until: 325, callers: 20 })
})

test('what is usual is no surge, however much it is', () => {
  expect(findSurges(Array.from({ length: 500 }, () => 3))).toEqual([])
  // Four times the usual is not five times.
  expect(findSurges(Array.from({ length: 500 }, (_, t) => (t < 400 ? 1 : 4)))).toEqual([])
  expect(findSurges(Array.from({ length: 500 }, (_, t) => (t < 400 ? 1 : 8)))).toHaveLength(1)
})

test('nothing is said without a past', () => {
  expect(findSurges(Array.from({ length: 80 }, () => 5))).toEqual([])
})

test('a slow ramp begins with its rise and not with the window', () => {
  const counts = quiet(600, 200)
  for (let t = 450; t < 540; t++) counts[t] = t % 3 === 0 ? 1 : 0
  const [surge] = findSurges(counts)
  expect(surge!.from).toBeGreaterThanOrEqual(448)
  expect(surge!.from).toBeLessThanOrEqual(453)
  expect(surge!.until).toBeGreaterThan(520)
})

test('surges do not overlap, lie in the series and hold what they say', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 100, max: 690 }), fc.integer({ min: 1, max: 15 })), { maxLength: 30 }), (bursts) => {
    const counts = quiet(700)
    for (const [day, callers] of bursts) counts[day]! += callers
    const surges = findSurges(counts)
    surges.forEach((surge, i) => {
      expect(surge.from).toBeGreaterThanOrEqual(i === 0 ? 0 : surges[i - 1]!.until)
      expect(surge.until).toBeGreaterThan(surge.from)
      expect(surge.until).toBeLessThanOrEqual(700)
      expect(surge.callers).toBe(counts.slice(surge.from, surge.until).reduce((sum, n) => sum + n, 0))
    })
  }), { seed: 20261123 })
})
