import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { ets, fitEts, varianceFactor } from '../../../models/forecast/ets.ts'
import { nile } from './nile.ts'

test('simple smoothing of the Nile comes to what R has', () => {
  // HoltWinters(Nile, beta = FALSE, gamma = FALSE) in R 4.2.2: alpha 0.24655787745845867, a 805.03885770604177. It begins with the first count, we with
  // the mean of the first ten, which moves alpha a little and the level not at all once alpha is given.
  let level = nile[0]!
  for (const y of nile.subarray(1)) level += 0.24655787745845867 * (y - level)
  expect(Math.abs(level - 805.03885770604177)).toBeLessThan(1e-9)
  const fit = fitEts(nile, { forms: ['ANN'] })!
  expect(Math.abs(fit.alpha - 0.24655787745845867)).toBeLessThan(0.005)
  let own = nile[0]!
  for (const y of nile.subarray(1)) own += fit.alpha * (y - own)
  expect(Math.abs(fit.level - own)).toBeLessThan(1e-6)
})

test('variance of coming days and of their sums is that of the book', () => {
  const fit = fitEts(nile, { forms: ['ANN'] })!
  const { alpha } = fit
  // Table 6.1 of Hyndman et al. (2008): 1 + α² (h − 1).
  expect(varianceFactor(fit, 7, 9, 10)).toBeCloseTo(1 + 9 * alpha ** 2, 12)
  // Of a sum of two days: the first day's error enters the second by α.
  expect(varianceFactor(fit, 7, 0, 2)).toBeCloseTo((1 + alpha) ** 2 + 1, 12)
  const seasonal = { ...fit, gamma: 0.3, beta: 0.02, phi: 0.9 }
  const c7 = alpha + 0.02 * (0.9 + 0.9 ** 2 + 0.9 ** 3 + 0.9 ** 4 + 0.9 ** 5 + 0.9 ** 6 + 0.9 ** 7) + 0.3
  expect(varianceFactor(seasonal, 7, 7, 8) - varianceFactor(seasonal, 7, 6, 7)).toBeCloseTo(c7 ** 2, 12)
})

test('the form follows the data, and 80 % intervals hold 80 %', () => {
  const rng = createRng('ets')
  const out = new Float64Array(2)
  let inside = 0
  let all = 0
  const forms = new Map<string, number>()
  for (let k = 0; k < 60; k++) {
    // ANA with α 0.3, γ 0.05 and normal errors of 4 around a level of 60.
    let level = 60
    const seasonal = [8, 4, 0, 0, 2, -6, -8]
    const y = Float64Array.from({ length: 284 }, (_, i) => {
      const e = 4 * rng.normal()
      const value = level + seasonal[i % 7]! + e
      level += 0.3 * e
      seasonal[i % 7]! += 0.05 * e
      return Math.max(0, value)
    })
    const past = y.subarray(0, 256)
    const forecast = ets(past, 28)
    const form = fitEts(past)!.form
    forms.set(form, (forms.get(form) ?? 0) + 1)
    for (let h = 0; h < 28; h++) {
      forecast.quantiles(h, h + 1, [0.1, 0.9], out)
      all++
      if (y[256 + h]! >= out[0]! && y[256 + h]! <= out[1]!) inside++
    }
  }
  expect(forms.get('ANA') ?? 0).toBeGreaterThan(40)
  expect(forms.get('ANN') ?? 0).toBe(0)
  expect(inside / all).toBeGreaterThan(0.74)
  expect(inside / all).toBeLessThan(0.86)
})

test('the count form answers whole numbers, and of sparse days less than the errors do', () => {
  const rng = createRng('sparse')
  const counts = Float64Array.from({ length: 400 }, () => rng.poisson(0.08))
  const whole = ets(counts, 7, { predictive: 'counts' }).quantiles(0, 1, [0.5, 0.9, 0.99], new Float64Array(3))
  expect([...whole]).toEqual([0, 0, 1])
  expect([...ets(counts, 7).quantiles(0, 7, [0.01], new Float64Array(1))][0]).toBeGreaterThanOrEqual(0)
})

test('a gap moves nothing, and too short a past has no forecast', () => {
  const counts = nile.slice()
  counts.fill(NaN, 60, 80)
  const fit = fitEts(counts, { forms: ['ANN'] })!
  expect(fit.errors.length).toBe(80)
  expect(Number.isFinite(fit.level)).toBe(true)
  expect(fitEts(nile.slice(0, 20))).toBeUndefined()
  expect(ets(nile.slice(0, 20), 3).mean[0]).toBeNaN()
})
