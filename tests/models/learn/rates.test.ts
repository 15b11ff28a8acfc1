import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { gammaQuantile, gammaShape, posteriorFactor } from '../../../models/learn/rates.ts'
import { reportingRates } from '../../../models/learn/reporting-rate.ts'

test('a factor is (count + shape) / (expected + shape)', () => {
  const { mean, low, high } = posteriorFactor(2, 8, 2)
  expect(mean).toBe(0.4)
  // Gamma(4, 1) has quantiles 1.0899 and 8.7673 (chi-square of 8: 2.1797 and 17.5345, halved).
  expect(Math.abs(low - 1.08985 / 10)).toBeLessThan(1e-5)
  expect(Math.abs(high - 8.76727 / 10)).toBeLessThan(1e-5)
})

test('a gamma quantile of shape 1 is that of the exponential', () => {
  expect(Math.abs(gammaQuantile(0.5, 1) - Math.LN2)).toBeLessThan(1e-8)
})

test('places that are alike have a large shape, places that differ theirs', () => {
  const random = createRng('shape')
  const expected = Float64Array.from({ length: 3000 }, () => 5 + 10 * random.next())
  expect(gammaShape(expected.map((e) => random.poisson(e)), expected)).toBeGreaterThan(50)
  const drawn = gammaShape(expected.map((e) => random.poisson(e * random.gamma(2, 0.5))), expected)
  expect(Math.abs(drawn - 2)).toBeLessThan(0.3)
  expect(gammaShape([3], [2])).toBe(1000)
})

/**
 * Incidents begin unseen and are reported at the rate of their place and kind; they end when they are repaired, or when nobody watches any more.
 * Places report at 1, ½ and ⅓ of the first's speed; kind 1 is reported five times as quickly as kind 0.
 */
function simulate(seed: string, each: number): { place: Int32Array, kind: Int32Array, duplicates: Float64Array, watched: Float64Array } {
  const random = createRng(seed)
  const exponential = (mean: number): number => -Math.log(1 - random.next()) * mean
  const rows: [number, number, number, number][] = []
  for (let place = 0; place < 3; place++) {
    for (let i = 0; i < each; i++) {
      const kind = random.next() < 0.3 + 0.2 * place ? 1 : 0
      const rate = [0.04, 0.2][kind]! / (place + 1)
      const life = exponential(40)
      let at = exponential(1 / rate)
      if (at > life) continue // over before anybody told
      const first = at
      const end = Math.min(life, first + 28)
      let duplicates = 0
      for (at += exponential(1 / rate); at < end; at += exponential(1 / rate)) duplicates++
      rows.push([place, kind, duplicates, end - first])
    }
  }
  return {
    place: Int32Array.from(rows, (row) => row[0]), kind: Int32Array.from(rows, (row) => row[1]),
    duplicates: Float64Array.from(rows, (row) => row[2]), watched: Float64Array.from(rows, (row) => row[3]),
  }
}

test('the speed of reporting is found again from duplicates alone, though beginnings are unseen and ends are censored', () => {
  const rates = reportingRates(simulate('reports', 6000))
  const [first, second, third] = rates.places.map((place) => place.factor.mean)
  expect(Math.abs(second! / first! - 1 / 2)).toBeLessThan(0.05)
  expect(Math.abs(third! / first! - 1 / 3)).toBeLessThan(0.05)
  expect(rates.kinds.get(1)!.rate).toBeGreaterThan(3 * rates.kinds.get(0)!.rate)
})

test('a rate of one place and kind is duplicates by days, and the delay their inverse', () => {
  const { kinds, places } = reportingRates({
    place: Int32Array.of(7, 7, 7), kind: Int32Array.of(1, 1, 1), duplicates: Float64Array.of(2, 0, 5), watched: Float64Array.of(10, 4, 0),
  })
  expect(kinds.get(1)).toEqual({ incidents: 2, duplicates: 2, days: 14, rate: 2 / 14 })
  expect(places[0]).toMatchObject({ place: 7, incidents: 2, duplicates: 2 })
  expect(places[0]!.expected).toBeCloseTo(2, 12)
  expect(places[0]!.delayDays).toBeCloseTo(7, 10)
})
