import fc from 'fast-check'
import { expect, test } from 'vitest'
import { smallestWhole } from '../../../models/math/smallest-whole.ts'

test('the smallest is found from any guess', () => {
  fc.assert(fc.property(fc.nat(5000), fc.nat(9000), (answer, guess) => {
    expect(smallestWhole((k) => k >= answer, guess)).toBe(answer)
  }), { seed: 20260101 })
})

test('nothing above the limit is asked', () => {
  fc.assert(fc.property(fc.nat(50), fc.nat(50), (answer, limit) => {
    let highest = -1
    expect(smallestWhole((k) => (highest = Math.max(highest, k), k >= answer), 1, limit)).toBe(Math.min(answer, limit))
    expect(highest).toBeLessThan(Math.max(limit, 0))
  }), { seed: 20260101 })
})
