import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { averagePrecision, calibrate, coverageShare, quantileLoss, scoreProbabilities } from '../../../models/forecast/scores.ts'
import { cdf } from '../../../models/math/distributions.ts'

test('quantileLoss is twice the pinball loss', () => {
  // y 5 over q 3 at 0.9: 2 · 0.9 · 2 = 3.6; under q 7 at 0.9: 2 · 0.1 · 2 = 0.4. At 0.5 it is the absolute error.
  expect(quantileLoss(5, [3], [0.9])).toBeCloseTo(3.6, 12)
  expect(quantileLoss(5, [7], [0.9])).toBeCloseTo(0.4, 12)
  expect(quantileLoss(5, [3, 9], [0.5, 0.5])).toBeCloseTo((2 + 4) / 2, 12)
})

test('coverageShare of a true forecast is the coverage, however few the values', () => {
  for (const mean of [0.05, 0.7, 12]) {
    for (const coverage of [0.5, 0.8, 0.95]) {
      let expected = 0
      let below = 0
      for (let k = 0; below < 1 - 1e-13; k++) {
        const upTo = cdf(k, mean)
        expected += (upTo - below) * coverageShare(below, upTo, coverage)
        below = upTo
      }
      expect(Math.abs(expected - coverage)).toBeLessThan(1e-9)
    }
  }
})

test('calibrate finds what bends probabilities', () => {
  const rng = createRng('calibrate')
  const n = 20000
  const p = new Float64Array(n)
  const came = new Uint8Array(n)
  for (let i = 0; i < n; i++) {
    const x = 2 * rng.normal() - 1
    p[i] = 1 / (1 + Math.exp(-x))
    came[i] = rng.next() < 1 / (1 + Math.exp(-(0.4 + 0.6 * x))) ? 1 : 0
  }
  const { intercept, slope } = calibrate(p, came)
  expect(Math.abs(intercept - 0.4)).toBeLessThan(0.06)
  expect(Math.abs(slope - 0.6)).toBeLessThan(0.04)
  expect(calibrate(p, new Uint8Array(n)).slope).toBeNaN()
})

test('averagePrecision takes ties as one step', () => {
  // Sorted: hit, miss, hit: 1/2 · 1 + 1/2 · 2/3.
  expect(averagePrecision(Float64Array.of(0.9, 0.5, 0.4), Uint8Array.of(1, 0, 1))).toBeCloseTo(0.5 + 1 / 3, 12)
  // One probability for all has the base rate, whatever the order.
  expect(averagePrecision(new Float64Array(8).fill(0.3), Uint8Array.of(1, 1, 0, 0, 0, 0, 0, 0))).toBeCloseTo(0.25, 12)
})

test('scoreProbabilities measures skill against the reference', () => {
  const score = scoreProbabilities(Float64Array.of(0.8, 0.2, 0.1, 0.1), new Float64Array(4).fill(0.25), Uint8Array.of(1, 0, 0, 0))
  expect(score.brier).toBeCloseTo((0.04 + 0.04 + 0.01 + 0.01) / 4, 12)
  expect(score.skill).toBeCloseTo(1 - 0.025 / 0.1875, 12)
  expect(score.events).toBe(1)
})
