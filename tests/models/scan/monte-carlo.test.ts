import { expect, test } from 'vitest'
import { fitGumbel, gumbelTail } from '../../../models/scan/gumbel.ts'
import { monteCarloP, replicateNumbers, replicateRng, stopMaxima } from '../../../models/scan/monte-carlo.ts'

test('a replicate has its own chance, told by the seed and its number', () => {
  const first = (seed: number, replicate: number): number => replicateRng(seed, replicate).next()
  expect(first(5, 3)).toBe(first(5, 3))
  expect(new Set(replicateNumbers(0, 20).flatMap((replicate) => [first(5, replicate), first(6, replicate)])).size).toBe(40)
})

test('the state of the chance goes on elsewhere as it would here', () => {
  const random = replicateRng(1, 1)
  const [a, b, c, d] = random.state()
  // One step of xoshiro128**, by its definition.
  const rotl = (x: number, k: number): number => (x << k) | (x >>> (32 - k))
  expect(random.next()).toBe((Math.imul(rotl(Math.imul(b, 5), 7), 9) >>> 0) / 2 ** 32)
  expect([...random.state()]).toEqual([a ^ d ^ b, b ^ c ^ a, c ^ a ^ (b << 9), rotl(d ^ b, 11)].map((x) => x >>> 0))
})

test('a sequential run stops at the exceedance asked for, and then p is their share', () => {
  const maxima = Float64Array.of(1, 5, 2, 6, 3, 7, 8)
  const stop = { statistic: 5, exceedances: 3 }
  const stopped = stopMaxima(maxima, stop)
  expect(stopped).toEqual({ maxima: Float64Array.of(1, 5, 2, 6, 3, 7), stoppedAt: 3 })
  expect(monteCarloP(5, stopped)).toBe(3 / 6)
  expect(monteCarloP(7, stopped)).toBe(1 / 6)
  expect(monteCarloP(5, stopMaxima(maxima, { statistic: 5, exceedances: 5 }))).toBe(5 / 8)
  expect(stopMaxima(maxima, { statistic: 0, exceedances: 0 }).stoppedAt).toBe(0)
})

test('maxima that differ from the statistic by rounding reach it', () => {
  expect(monteCarloP(3, { maxima: Float64Array.of(3 - 1e-12, 2.9), stoppedAt: 0 })).toBe(2 / 3)
})

test('the Gumbel distribution is found again from its own numbers', () => {
  const random = replicateRng(1, 2)
  const numbers = Float64Array.from({ length: 20_000 }, () => 6 - 1.2 * Math.log(-Math.log(1 - random.next())))
  const { mu, beta } = fitGumbel(numbers)
  expect(Math.abs(mu - 6)).toBeLessThan(0.03)
  expect(Math.abs(beta - 1.2)).toBeLessThan(0.03)
  expect(gumbelTail({ mu: 0, beta: 1 }, -Math.log(Math.LN2))).toBeCloseTo(0.5, 12)
  expect(gumbelTail({ mu: 0, beta: 1 }, 50)).toBeCloseTo(Math.exp(-50), 30)
  expect(fitGumbel(Float64Array.of(2, 2, 2)).beta).toBeNaN()
})
