import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { fitTheta, theta } from '../../../models/forecast/theta.ts'
import { nile } from './nile.ts'

test('smoothing with half the drift is the mean of the two theta lines', () => {
  const fit = fitTheta(nile)!
  const { mean } = theta(nile, 5)
  // By the definition of Assimakopoulos & Nikolopoulos: the least-squares line, and the smoothed line of twice the bend.
  const n = nile.length
  const centre = (n - 1) / 2
  let cross = 0
  let square = 0
  let sum = 0
  nile.forEach((y, i) => {
    cross += (i - centre) * y
    square += (i - centre) ** 2
    sum += y
  })
  const slope = cross / square
  const line = (i: number): number => sum / n + slope * (i - centre)
  const bent = nile.map((y, i) => 2 * y - line(i))
  let level = bent[0]!
  for (const y of bent.subarray(1)) level += fit.alpha * (y - level)
  // Theirs begins its smoothing at a count, ours as well; what differs is how the line begins, of weight (1 − α)^n.
  for (let h = 0; h < 5; h++) expect(Math.abs(mean[h]! - (line(n + h) + level) / 2)).toBeLessThan(0.02)
  expect(fit.multiplies).toBe(false)
})

test('the week is taken off where there is one, and put back', () => {
  const rng = createRng('theta')
  const week = [1.3, 1.1, 1, 1, 0.9, 0.9, 0.8]
  const y = Float64Array.from({ length: 280 }, (_, i) => rng.poisson(200 * week[i % 7]!))
  const fit = fitTheta(y)!
  expect(fit.multiplies).toBe(true)
  fit.seasonal.forEach((effect, h) => expect(Math.abs(effect - week[h]!)).toBeLessThan(0.03))
  const { mean } = theta(y, 7)
  mean.forEach((m, h) => expect(Math.abs(m - 200 * week[h]!)).toBeLessThan(20))
})

test('80 % intervals of independent days hold 80 %', () => {
  const rng = createRng('theta coverage')
  const out = new Float64Array(2)
  let inside = 0
  let all = 0
  for (let k = 0; k < 80; k++) {
    const y = Float64Array.from({ length: 214 }, () => rng.negativeBinomial(40, 30))
    const forecast = theta(y.subarray(0, 200), 14)
    for (let h = 0; h < 14; h++) {
      forecast.quantiles(h, h + 1, [0.1, 0.9], out)
      all++
      if (y[200 + h]! >= out[0]! && y[200 + h]! <= out[1]!) inside++
    }
  }
  expect(inside / all).toBeGreaterThan(0.75)
  expect(inside / all).toBeLessThan(0.85)
})

test('gaps take the last week, and too short a past has no forecast', () => {
  const y = Float64Array.from({ length: 100 }, (_, i) => 10 + (i % 7))
  const gappy = y.slice()
  gappy.fill(NaN, 50, 57)
  expect([...theta(gappy, 3).mean]).toEqual([...theta(y, 3).mean])
  expect(theta(y.slice(0, 15), 3).mean[0]).toBeNaN()
})
