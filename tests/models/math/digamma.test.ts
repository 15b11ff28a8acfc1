/** Reference values: mpmath, 40 digits. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { digamma } from '../../../models/math/digamma.ts'

test.each([
  [1e-3, -1000.5755719318103005], [0.1, -10.423754940411076795], [0.5, -1.9635100260214234794], [1, -0.57721566490153286061],
  [2.5, 0.70315664064524318723], [9.99, 2.2507003728312010995], [10, 2.2517525890667211076], [123.456, 4.8118293238289853873], [1e8, 18.420680738952365464],
])('digamma(%d)', (x, reference) => {
  expect(Math.abs(digamma(x) - reference)).toBeLessThanOrEqual(2e-15 * Math.max(1, Math.abs(reference)))
})

test('digamma grows by 1/x from x to x + 1, and is none at 0 and below', () => {
  fc.assert(fc.property(fc.double({ min: 0.01, max: 1000, noNaN: true }), (x) => {
    expect(Math.abs(digamma(x + 1) - digamma(x) - 1 / x)).toBeLessThan(1e-13 * (1 + 1 / x))
  }), { seed: 20260101 })
  expect([digamma(0), digamma(-1.5), digamma(NaN)]).toEqual([NaN, NaN, NaN])
})
