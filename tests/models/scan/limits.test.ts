import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLimits, FINENESS } from '../../../models/scan/limits.ts'
import { conditionalRatio } from '../../../models/scan/ratios.ts'

test('a count up to the limit does not exceed the level, and the limit is not far below', () => {
  const level = fc.oneof(fc.constant(0), fc.double({ min: 0.1, max: 15, noNaN: true }))
  fc.assert(fc.property(level, fc.integer({ min: 2, max: 5000 }), fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 3 }), (asked, total, most, minCases) => {
    const count = Math.min(most, total)
    const { limit, patience } = createLimits(asked, total, minCases, count)
    for (let i = 0; i < limit.length; i++) {
      const [expected, above] = [(i / FINENESS) ** 2, ((i + 1) / FINENESS) ** 2]
      if (expected >= count) break
      if (limit[i] >= minCases) {
        expect(conditionalRatio(limit[i], expected, total)).toBeLessThanOrEqual(asked + 1e-9)
        expect(conditionalRatio(limit[i], above, total)).toBeLessThanOrEqual(asked + 1e-9)
      }
      const next = limit[i] + 1
      expect(next).toBeGreaterThanOrEqual(minCases)
      // Of all cases at once nothing is worked out: that limit may be lower than need be.
      if (next > minCases && next <= count && next < total) expect(conditionalRatio(next, expected, total)).toBeGreaterThan(asked - 1e-4 - 1e-4 * asked)
    }
    for (let c = 2; c < count; c++) expect(patience[c]).toBeGreaterThanOrEqual(patience[c - 1])
  }), { seed: 20260101, numRuns: 60 })
})
