import { expect, test } from 'vitest'
import { InvalidOptionError } from '../../../core/errors.ts'
import { quantileOfSorted } from '../../../models/forecast/peer.ts'
import { seasonalNaive } from '../../../models/forecast/seasonal-naive.ts'

/** Weeks of 1 … 7 plus a step a week. */
const weeks = (count: number, step: number): Float64Array => Float64Array.from({ length: 7 * count }, (_, i) => (i % 7) + 1 + step * Math.floor(i / 7))

test('the coming week is the last one, and the weeks after it too', () => {
  const { mean } = seasonalNaive(weeks(10, 2), 14)
  expect([...mean]).toEqual([19, 20, 21, 22, 23, 24, 25, 19, 20, 21, 22, 23, 24, 25])
})

test('quantiles are the errors the method made, as many weeks ahead as asked', () => {
  const forecast = seasonalNaive(weeks(30, 2), 14)
  const out = new Float64Array(2)
  // Each week is 2 above the last: in the first week every error was 2, in the second 4.
  expect([...forecast.quantiles(0, 1, [0.1, 0.9], out)]).toEqual([61, 61])
  expect([...forecast.quantiles(7, 8, [0.1, 0.9], out)]).toEqual([63, 63])
  expect([...forecast.quantiles(0, 7, [0.1, 0.9], out)]).toEqual([448, 448])
})

test('the climatology takes the same weekdays of the last weeks', () => {
  const forecast = seasonalNaive(weeks(26, 1), 7, { form: 'climatology', seasons: 5 })
  expect(forecast.mean[0]).toBe(24)
  const out = forecast.quantiles(0, 1, [0, 0.5, 1], new Float64Array(3))
  expect([...out]).toEqual([22, 24, 26])
})

test('a gap is bridged by the week before, and nothing known is NaN', () => {
  const counts = weeks(4, 0)
  counts[21] = NaN
  expect(seasonalNaive(counts, 1).mean[0]).toBe(1)
  expect(seasonalNaive(new Float64Array(0), 1).mean[0]).toBeNaN()
  expect(() => seasonalNaive(counts, 1, { saison: 7 } as object)).toThrow(InvalidOptionError)
})

test('quantileOfSorted is type 7 of Hyndman and Fan, as in R', () => {
  // quantile(c(1, 2, 4, 8), c(0.1, 0.5, 0.9)) in R 4.2.2: 1.3, 3.0, 6.8
  expect(quantileOfSorted([1, 2, 4, 8], 0.1)).toBeCloseTo(1.3, 12)
  expect(quantileOfSorted([1, 2, 4, 8], 0.5)).toBeCloseTo(3, 12)
  expect(quantileOfSorted([1, 2, 4, 8], 0.9)).toBeCloseTo(6.8, 12)
})
