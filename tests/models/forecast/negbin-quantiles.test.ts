import fc from 'fast-check'
import { expect, test } from 'vitest'
import { negbinQuantiles } from '../../../models/forecast/negbin-quantiles.ts'
import { quantile } from '../../../models/math/distributions.ts'

// Not quite round: P(X <= k) of round means hits 0.75 exactly, and rounding then decides which k is told.
const LEVELS = [0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975].map((level) => level + 1.7e-9)

test('negbinQuantiles agrees with the search through the distribution function', () => {
  const mean = fc.double({ min: -9, max: 9, noNaN: true }).map(Math.exp)
  const size = fc.oneof(fc.constant(Infinity), fc.double({ min: -3, max: 12, noNaN: true }).map(Math.exp))
  fc.assert(fc.property(mean, size, (m, r) => {
    const found = negbinQuantiles(m, r, LEVELS, new Float64Array(LEVELS.length))
    LEVELS.forEach((level, i) => expect(found[i]).toBe(quantile(level, m, r)))
  }), { seed: 20260101, numRuns: 400 })
})

test('negbinQuantiles of nothing expected are 0, of nothing known NaN', () => {
  expect([...negbinQuantiles(0, 3, [0.1, 0.9], new Float64Array(2))]).toEqual([0, 0])
  expect([...negbinQuantiles(NaN, 3, [0.1, 0.9], new Float64Array(2))]).toEqual([NaN, NaN])
  expect([...negbinQuantiles(3, NaN, [0.1, 0.9], new Float64Array(2))]).toEqual([NaN, NaN])
})
