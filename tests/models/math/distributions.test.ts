/**
 * Reference values: mpmath at 60 digits (tests/golden/distributions.py).
 */
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { gammaln } from 'simple-statistics'
import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { incompleteBeta, logBeta, logIncompleteBeta } from '../../../models/math/beta.ts'
import { cdf, logPmf, logTail, quantile, tailQuantile } from '../../../models/math/distributions.ts'
import { deviance, gammaP, gammaQ, logGamma, stirlingError } from '../../../models/math/gamma.ts'

interface Golden {
  counts: [mean: string, size: string, k: number, logPmf: string, logTail: string, cdf: string][]
  logGamma: [x: string, value: string][]
  incompleteGamma: [a: string, x: string, p: string, q: string][]
  logIncompleteBeta: [a: string, b: string, x: string, value: string][]
}
const golden = JSON.parse(readFileSync(new URL('../../golden/distributions.json', import.meta.url), 'utf8')) as Golden

const means = fc.double({ min: 0.001, max: 300, noNaN: true })
const sizes = fc.oneof(fc.double({ min: 0.01, max: 1e6, noNaN: true }), fc.constant(Infinity))

test('probabilities, tails and distribution functions agree with 60-digit sums to 1e-10', () => {
  expect(golden.counts.length).toBeGreaterThan(300)
  for (const [m, r, k, pmf, tail, below] of golden.counts) {
    const mean = Number(m)
    const size = Number(r)
    const where = `k ${k}, mean ${m}, size ${r}`
    expect(Math.abs(logPmf(k, mean, size) - Number(pmf)), `pmf ${where}`).toBeLessThan(1e-10)
    expect(Math.abs(logTail(k, mean, size) - Number(tail)), `tail ${where}`).toBeLessThan(1e-10)
    expect(Math.abs(cdf(k, mean, size) / Number(below) - 1), `cdf ${where}`).toBeLessThan(1e-10)
  }
})

test('the golden tails reach below 1e-300', () => {
  const smallest = Math.min(...golden.counts.map((row) => Number(row[4])))
  expect(smallest).toBeLessThan(-1000)
})

test('gamma and beta functions agree with mpmath', () => {
  for (const [x, value] of golden.logGamma) {
    const reference = Number(value)
    expect(Math.abs(logGamma(Number(x)) - reference), `x ${x}`).toBeLessThan(2e-14 * Math.max(1, Math.abs(reference)))
    if (Number(x) < 0.1) continue // gammaln is 5e-9 wrong at 1e-8, the reason why it is not used
    expect(Math.abs(gammaln(Number(x)) - reference), `simple-statistics at ${x}`).toBeLessThan(1e-12 * Math.max(1, Math.abs(reference)))
  }
  for (const [a, x, p, q] of golden.incompleteGamma) {
    expect(Math.abs(gammaP(Number(a), Number(x)) - Number(p)), `P(${a}, ${x})`).toBeLessThan(1e-12 * Number(p) + 1e-15)
    expect(Math.abs(gammaQ(Number(a), Number(x)) - Number(q)), `Q(${a}, ${x})`).toBeLessThan(1e-12 * Number(q) + 1e-15)
  }
  for (const [a, b, x, value] of golden.logIncompleteBeta) {
    const found = logIncompleteBeta(Number(a), Number(b), Number(x))
    expect(Math.abs(found - Number(value)), `I(${a}, ${b}, ${x})`).toBeLessThan(1e-11 * Math.max(1, Math.abs(Number(value))))
  }
  expect(incompleteBeta(1, 1, 0.3)).toBeCloseTo(0.3, 14)
  expect(logBeta(2, 3)).toBeCloseTo(-Math.log(12), 14)
  expect(stirlingError(3)).toBeCloseTo(0.0276779256849983391, 15)
  expect(deviance(100, 100.001)).toBeCloseTo(4.99996666695e-9, 18)
})

test('tails and distribution function add up to 1', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 600 }), means, sizes, (k, mean, size) => {
    expect(Math.abs(Math.exp(logTail(k, mean, size)) + cdf(k - 1, mean, size) - 1)).toBeLessThan(1e-11)
  }), { seed: 20260101 })
})

test('a tail falls with k by the probability left behind', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 400 }), means, sizes, (k, mean, size) => {
    const step = Math.exp(logTail(k, mean, size)) - Math.exp(logTail(k + 1, mean, size))
    expect(Math.abs(step - Math.exp(logPmf(k, mean, size)))).toBeLessThan(1e-12)
  }), { seed: 20260102 })
})

test('quantiles are the smallest count that reaches their probability', () => {
  fc.assert(fc.property(fc.double({ min: 1e-6, max: 1 - 1e-9, noNaN: true }), means, sizes, (q, mean, size) => {
    const k = quantile(q, mean, size)
    expect(cdf(k, mean, size)).toBeGreaterThanOrEqual(q)
    if (k > 0) expect(cdf(k - 1, mean, size)).toBeLessThan(q)
    const threshold = tailQuantile(Math.log(q), mean, size)
    expect(logTail(threshold, mean, size)).toBeLessThanOrEqual(Math.log(q))
    if (threshold > 0) expect(logTail(threshold - 1, mean, size)).toBeGreaterThan(Math.log(q))
    for (const near of [0, threshold - 3, threshold + 1, 2 * threshold + 50]) expect(tailQuantile(Math.log(q), mean, size, near)).toBe(threshold)
  }), { seed: 20260103 })
})

test('a tail that is almost nothing is never NaN', () => {
  // Rounding led the other side beyond 1: the logarithm was NaN, and 48 the count that a mean of 1e-14 calls too many.
  for (let k = 1; k < 100; k++) expect(logTail(k, 2.5e-14, 6e-16), `k ${k}`).toBeLessThan(-20)
  expect(tailQuantile(Math.log(0.01), 2.5e-14, 6e-16, 38)).toBe(1)
})

test('simulated counts fall into the tail as often as it says', () => {
  const random = createRng('distributions')
  for (const [mean, size] of [[0.05, 0.5], [0.5, 2], [5, 5], [50, 20], [50, Infinity]] as const) {
    const k = tailQuantile(Math.log(0.05), mean, size)
    const p = Math.exp(logTail(k, mean, size))
    let hits = 0
    const n = 40000
    for (let i = 0; i < n; i++) {
      const x = size === Infinity ? random.poisson(mean) : random.negativeBinomial(mean, size)
      if (x >= k) hits++
    }
    expect(Math.abs(hits - n * p)).toBeLessThan(4.5 * Math.sqrt(n * p * (1 - p)))
  }
})

test('what no distribution allows is NaN, and edges are exact', () => {
  expect(logTail(3, -1)).toBeNaN()
  expect(logTail(3, 1, 0)).toBeNaN()
  expect(logTail(NaN, 1)).toBeNaN()
  expect(cdf(2, NaN)).toBeNaN()
  expect(quantile(1.5, 1)).toBeNaN()
  expect(logTail(0, 5)).toBe(0)
  expect(logTail(-3, 5)).toBe(0)
  expect(logTail(1, 0)).toBe(-Infinity)
  expect(logTail(2.5, 1)).toBe(logTail(3, 1))
  expect(cdf(-1, 5)).toBe(0)
  expect(quantile(0.5, 0)).toBe(0)
  expect(quantile(1, 3)).toBe(Infinity)
  expect(logPmf(1.5, 3)).toBe(-Infinity)
  expect(tailQuantile(-5, 0)).toBe(1)
})
