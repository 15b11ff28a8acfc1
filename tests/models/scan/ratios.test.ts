import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bernoulliRatio, conditionalRatio, negativeBinomialRatio, poissonRatio, scoreRatio } from '../../../models/scan/ratios.ts'
import { logPmf } from '../../../models/math/distributions.ts'

const close = (a: number, b: number): void => expect(Math.abs(a - b)).toBeLessThan(1e-9 * Math.max(1, Math.abs(b)))
const count = fc.integer({ min: 1, max: 500 })
const share = fc.double({ min: 0.01, max: 0.99, noNaN: true })

test('ratios are differences of log-likelihoods at the best rate and at the expected one', () => {
  fc.assert(fc.property(count, share, fc.integer({ min: 0, max: 500 }), fc.double({ min: 0.1, max: 50, noNaN: true }), (c, part, rest, size) => {
    const m = c * part
    close(poissonRatio(c, m), logPmf(c, c) - logPmf(c, m))
    close(negativeBinomialRatio(c, m, size), logPmf(c, c, size) - logPmf(c, m, size))
    const outside = rest + c - m
    close(conditionalRatio(c, m, c + rest), logPmf(c, c) + logPmf(rest, rest) - logPmf(c, m) - logPmf(rest, outside))
  }), { seed: 20260101 })
})

test('the Bernoulli ratio is that of two binomials against one', () => {
  const log = (k: number, n: number): number => (k === 0 || k === n ? 0 : k * Math.log(k / n) + (n - k) * Math.log(1 - k / n))
  fc.assert(fc.property(count, count, count, count, (c, controls, c2, controls2) => {
    const [inside, cases, people] = [c + controls, c + c2, c + controls + c2 + controls2]
    const wanted = c / inside > cases / people ? log(c, inside) + log(c2, people - inside) - log(cases, people) : 0
    expect(Math.abs(bernoulliRatio(c, (inside * cases) / people, cases, people) - wanted)).toBeLessThan(1e-9 * people)
  }), { seed: 20260101 })
})

test('the negative-binomial ratio tends to the Poisson ratio, and is smaller', () => {
  close(negativeBinomialRatio(12, 5, 1e12), poissonRatio(12, 5))
  expect(negativeBinomialRatio(12, 5, Infinity)).toBe(poissonRatio(12, 5))
  expect(negativeBinomialRatio(12, 5, 3)).toBeLessThan(poissonRatio(12, 5))
})

test('nothing is unusual about as many as expected, or fewer', () => {
  for (const ratio of [poissonRatio, scoreRatio, (c: number, m: number) => conditionalRatio(c, m, 20), (c: number, m: number) => bernoulliRatio(c, m, 20, 40), (c: number, m: number) => negativeBinomialRatio(c, m, 2)]) {
    expect(ratio(5, 5)).toBe(0)
    expect(ratio(0, 5)).toBe(0)
    expect(ratio(9, 5)).toBeGreaterThan(ratio(8, 5))
    expect(ratio(9, 5)).toBeGreaterThan(ratio(9, 6))
  }
})

test('all cases in one window leave nothing outside', () => {
  close(conditionalRatio(20, 5, 20), 20 * Math.log(4))
  close(bernoulliRatio(20, 10, 20, 40), 40 * Math.log(2))
})
