import fc from 'fast-check'
import { expect, test } from 'vitest'
import { offsetOn, resolveThresholds, weightCorrection } from '../../../models/learn/thresholds.ts'
import type { Move } from '../../../models/learn/thresholds.ts'

const options = resolveThresholds()

test('an offset grows with false alarms, halves in 90 days and shrinks with true ones', () => {
  expect(offsetOn([], 100, options)).toBe(0)
  expect(offsetOn([{ day: 0, reason: 'judged_false' }], 0, options)).toBeCloseTo(0.3, 12)
  expect(offsetOn([{ day: 0, reason: 'judged_false' }], 90, options)).toBeCloseTo(0.15, 12)
  // 0.3 halved, and 0.15 more
  expect(offsetOn([{ day: 0, reason: 'judged_false' }, { day: 90, reason: 'came_to_nothing' }], 90, options)).toBeCloseTo(0.3, 12)
  expect(offsetOn([{ day: 0, reason: 'judged_true' }], 0, options)).toBeCloseTo(-0.2, 12)
  expect(offsetOn([{ day: 0, reason: 'judged_true' }], 3000, options)).toBe(0)
})

test('an offset stays within its bounds whatever happens', () => {
  const move = fc.record({ gap: fc.nat(60), reason: fc.constantFrom<Move['reason']>('judged_false', 'judged_true', 'came_to_nothing') })
  fc.assert(fc.property(fc.array(move, { maxLength: 60 }), (gaps) => {
    let day = 0
    const moves = gaps.map(({ gap, reason }) => ({ day: (day += gap), reason }))
    const offset = offsetOn(moves, day, options)
    expect(offset).toBeGreaterThanOrEqual(options.least)
    expect(offset).toBeLessThanOrEqual(options.most)
  }), { seed: 20260101 })
})

test('weights have mean 1 over all series', () => {
  fc.assert(fc.property(fc.array(fc.double({ min: -0.3, max: 1, noNaN: true }), { maxLength: 30 }), fc.integer({ min: 30, max: 5000 }), (offsets, series) => {
    const correction = weightCorrection(offsets, series)
    const weights = [...offsets, ...new Array<number>(series - offsets.length).fill(0)].map((offset) => 10 ** -(offset + correction))
    expect(Math.abs(weights.reduce((sum, weight) => sum + weight, 0) / series - 1)).toBeLessThan(1e-9)
  }), { seed: 20260101 })
  expect(weightCorrection([], 100)).toBe(0)
})
