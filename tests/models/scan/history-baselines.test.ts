import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { historyBaselines } from '../../../models/scan/history-baselines.ts'

const [places, days, keep] = [60, 120, 7]
const weekdays = Uint8Array.from({ length: days }, (_, d) => 1 + (d % 7))
const RHYTHM = [0, 1.3, 1.2, 1.1, 1, 1, 0.7, 0.7]
const random = createRng('history')
const rates = Float64Array.from({ length: places }, () => random.gamma(2, 1))
const mean = (i: number): number => rates[Math.floor(i / days)] * RHYTHM[weekdays[i % days]]
const draw = (size: number): Float64Array =>
  Float64Array.from({ length: places * days }, (_, i) => (size === Infinity ? random.poisson(mean(i)) : random.negativeBinomial(mean(i), size)))

test('baselines follow place and weekday within their stated uncertainty, and the size comes out', () => {
  const { baselines, baselineCv, size } = historyBaselines({ places, days, counts: draw(2) }, keep, weekdays)
  expect(size).toBeGreaterThan(1.6)
  expect(size).toBeLessThan(2.4)
  let squares = 0
  baselines.forEach((baseline, i) => {
    const [place, day] = [Math.floor(i / keep), days - keep + (i % keep)]
    const truth = mean(place * days + day)
    squares += ((baseline - truth) / (baselineCv[place] * truth)) ** 2 / baselines.length
  })
  expect(squares).toBeGreaterThan(0.6)
  expect(squares).toBeLessThan(1.7)
})

test('a short history makes the counts look no steadier than they are', () => {
  const many = 1500
  const counts = Float64Array.from({ length: many * 20 }, () => random.negativeBinomial(1, 2))
  // Fitting each mean to 13 days takes a thirteenth of the variance away, and its mean square is too large, which would make the size 2.8.
  expect(Math.abs(historyBaselines({ places: many, days: 20, counts }, keep).size - 2)).toBeLessThan(0.25)
})

test('Poisson counts have an infinite size or a large one', () => {
  expect(historyBaselines({ places, days, counts: draw(Infinity) }, keep, weekdays).size).toBeGreaterThan(30)
})

test('days under test and days without a feed do not count', () => {
  const counts = draw(2)
  const once = historyBaselines({ places, days, counts }, keep, weekdays)
  const other = counts.map((count, i) => (i % days >= days - keep ? 1000 : count))
  expect(historyBaselines({ places, days, counts: other }, keep, weekdays)).toEqual(once)
  const gappy = counts.map((count, i) => (i % days === 10 ? NaN : count))
  const shorter = counts.filter((_, i) => i % days !== 10)
  const fewer = historyBaselines({ places, days: days - 1, counts: shorter }, keep, weekdays.filter((_, d) => d !== 10))
  expect(historyBaselines({ places, days, counts: gappy }, keep, weekdays)).toEqual(fewer)
})

test('a place that never had a case is expected to have a few, and nobody is sure how few', () => {
  const counts = draw(2)
  counts.fill(0, 0, days)
  const { baselines, baselineCv } = historyBaselines({ places, days, counts }, keep)
  // Rates are Gamma(2, 1): after 113 days without a case the posterior mean is 2 / 114, its coefficient of variation 1 / √2.
  expect(Math.abs(baselines[0] - 2 / 114)).toBeLessThan(0.008)
  expect(Math.abs(baselineCv[0] - Math.SQRT1_2)).toBeLessThan(0.15)
  // Of a few places nobody knows how much they differ: half a case.
  const few = historyBaselines({ places: 9, days, counts: counts.slice(0, 9 * days) }, keep)
  expect(few.baselines[0]).toBeLessThan(0.01)
  expect(few.baselineCv[0]).toBeGreaterThan(1)
})

test('places that are alike share one rate, known almost as well as by all of them', () => {
  const counts = Float64Array.from({ length: places * days }, () => random.poisson(0.05))
  const { baselines, baselineCv } = historyBaselines({ places, days, counts }, keep)
  const cases = (p: number): number => counts.slice(p * days, (p + 1) * days - keep).reduce((sum, count) => sum + count, 0)
  for (let p = 0; p < places; p++) {
    expect(Math.abs(baselines[p * keep] / 0.05 - 1)).toBeLessThan(0.6)
    expect(baselineCv[p]).toBeLessThan(1 / Math.sqrt(cases(p) + 2))
  }
})

test('a history of one day tells no size', () => {
  expect(historyBaselines({ places, days: 8, counts: draw(2).subarray(0, places * 8) }, 7).size).toBe(Infinity)
})

test('without history there is no baseline', () => {
  expect(historyBaselines({ places, days, counts: draw(2) }, days).baselines.every(Number.isNaN)).toBe(true)
})
