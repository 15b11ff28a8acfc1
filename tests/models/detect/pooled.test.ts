import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { createPooledShares, estimatePrior, poolShares, predictiveSize } from '../../../models/detect/pooled.ts'
import { createVerdicts } from '../../../models/detect/verdict.ts'
import { scanWindows } from '../../../models/detect/windows.ts'

test('the prior of simulated siblings is found again', () => {
  const random = createRng('pooled')
  const n = 20000
  const expected = Float64Array.from({ length: n }, () => 0.5 + 5 * random.next())
  const counts = Float64Array.from(expected, (e) => random.poisson(e * random.gamma(2, 0.45)))
  const prior = estimatePrior(counts, expected)
  expect(Math.abs(prior.mean - 0.9)).toBeLessThan(0.03)
  expect(Math.abs(prior.shape - 2)).toBeLessThan(0.2)
})

test('siblings that differ by chance alone are pooled whole, and nothing is known from nothing', () => {
  expect(estimatePrior(Float64Array.of(3, 3, 3, 3), Float64Array.of(3, 3, 3, 3)).shape).toBe(1e6)
  expect(estimatePrior(Float64Array.of(NaN), Float64Array.of(2)).mean).toBeNaN()
  expect(estimatePrior(new Float64Array(9), new Float64Array(9).fill(1))).toEqual({ mean: 0, shape: 1 })
})

test('a posterior share lies between its prior and its own ratio', () => {
  fc.assert(fc.property(
    fc.nat(50), fc.double({ min: 1, max: 1000, noNaN: true }), fc.double({ min: 1e-4, max: 0.5, noNaN: true }), fc.double({ min: 0.1, max: 50, noNaN: true }),
    (count, exposure, share, strength) => {
      const out = createPooledShares(1)
      poolShares({ counts: Float64Array.of(count), exposure: Float64Array.of(exposure), share: Float64Array.of(share), strength }, out)
      const own = count / exposure
      expect(out.mean[0]).toBeGreaterThanOrEqual(Math.min(own, share) * (1 - 1e-12))
      expect(out.mean[0]).toBeLessThanOrEqual(Math.max(own, share) * (1 + 1e-12))
      expect(out.cv[0]).toBeCloseTo(1 / Math.sqrt(strength + count), 12)
    },
  ), { seed: 20260108 })
})

test('worked by hand: share 0.02, strength 2, 3 tickets of a parent expecting 400', () => {
  const out = createPooledShares(1)
  poolShares({ counts: Float64Array.of(3), exposure: Float64Array.of(400), share: Float64Array.of(0.02), strength: Float64Array.of(2) }, out)
  expect(out.mean[0]).toBeCloseTo(5 / 500, 14)
  expect(predictiveSize(5, 20)).toBeCloseTo(4, 12)
  expect(predictiveSize(5, Infinity)).toBeCloseTo(5, 12)
})

test('what cannot be pooled is NaN', () => {
  const out = createPooledShares(3)
  poolShares({ counts: Float64Array.of(NaN, 1, 1), exposure: Float64Array.of(9, NaN, 9), share: Float64Array.of(0.1, 0.1, 0), strength: 1 }, out)
  expect(Array.from(out.mean)).toEqual([NaN, NaN, NaN])
})

test('sparse series that share a parent alarm no more often than the scan says', () => {
  const random = createRng('pooled scan')
  const n = 20000
  const days = 56
  const history = 365
  const parent = 20
  const strength = 1.5
  const counts = new Float64Array(n)
  const observed = new Float64Array(n * days)
  const share = 1 / 1000
  for (let i = 0; i < n; i++) {
    const rate = parent * share * random.gamma(strength, 1 / strength)
    counts[i] = random.poisson(rate * history)
    for (let d = 0; d < days; d++) observed[i * days + d] = random.poisson(rate)
  }
  const exposure = new Float64Array(n).fill(parent * history)
  const estimated = estimatePrior(counts, exposure.map((e) => share * e))
  const out = createPooledShares(n)
  poolShares({ counts, exposure, share: new Float64Array(n).fill(share * estimated.mean), strength: estimated.shape }, out)
  const verdicts = createVerdicts(n)
  scanWindows({
    series: n, days, observed, expected: new Float64Array(days).fill(parent), row: new Int32Array(n), scale: out.mean,
    size: new Float64Array(n).fill(Infinity), cv: out.cv,
  }, verdicts, { minCount: 1, fresh: 1 })
  for (const alpha of [0.05, 0.01, 0.001]) {
    let hits = 0
    for (let i = 0; i < n; i++) if (verdicts.log10P[i] <= Math.log10(alpha)) hits++
    if (process.env.WEISU_SHOW) console.log(`pooled alpha ${alpha}: ${(hits / n).toFixed(5)}`)
    expect(hits / n).toBeLessThan(1.15 * alpha + 4 * Math.sqrt(alpha / n))
  }
})
