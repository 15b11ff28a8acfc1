import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { fitBaseline } from '../../../models/detect/baseline.ts'
import { forecastNaive } from '../../../models/forecast/naive.ts'

const DAYS = 400
const kinds = new Uint8Array(DAYS + 28)

test('quantiles and exceedance of simulated sums hold as often as they say', () => {
  const random = createRng('naive')
  const series = 400
  let below = 0
  let above = 0
  let exceeded = 0
  let promised = 0
  for (let s = 0; s < series; s++) {
    const level = 1 + 9 * random.next()
    const counts = Float64Array.from({ length: DAYS }, () => random.negativeBinomial(level, 4))
    const model = fitBaseline(counts, kinds.subarray(0, DAYS), 19000)
    const threshold = 7.7 * level
    const forecast = forecastNaive(model, 19000 + DAYS, kinds.subarray(DAYS), [threshold, 1e9, 0])
    let sum = 0
    for (let d = 0; d < 7; d++) sum += random.negativeBinomial(level, 4)
    if (sum < forecast.low[0]) below++
    if (sum > forecast.high[0]) above++
    if (sum > threshold) exceeded++
    promised += forecast.exceed[0]
    expect(forecast.exceed[1]).toBeLessThan(1e-12)
    expect(Math.abs(forecast.mean[2] / forecast.mean[0] - 4)).toBeLessThan(0.5)
  }
  if (process.env.WEISU_SHOW) console.log(`below 10 %: ${below / series}, above 90 %: ${above / series}, exceeded ${exceeded}, promised ${promised.toFixed(1)}`)
  expect(below / series).toBeLessThan(0.15)
  expect(above / series).toBeLessThan(0.15)
  expect(above / series).toBeGreaterThan(0.03)
  expect(Math.abs(exceeded - promised)).toBeLessThan(4 * Math.sqrt(promised))
})

test('a threshold is exceeded by more than itself, and quantiles are whole tickets', () => {
  const model = fitBaseline(Float64Array.from({ length: 200 }, (_, i) => i % 5), new Uint8Array(200), 0)
  const at = (threshold: number): number => forecastNaive(model, 200, new Uint8Array(7), [threshold], { horizons: [7] }).exceed[0]
  const forecast = forecastNaive(model, 200, new Uint8Array(7), undefined, { horizons: [7] })
  expect(at(-1)).toBe(1)
  expect(at(forecast.high[0])).toBeLessThanOrEqual(0.1)
  expect(at(forecast.high[0] - 1)).toBeGreaterThan(0.1)
  expect(at(14.5)).toBe(at(14))
})

test('a series without a baseline has no forecast, and a horizon beyond the calendar neither', () => {
  const none = forecastNaive(fitBaseline(new Float64Array(9), new Uint8Array(9), 0), 9, new Uint8Array(28), [1, 1, 1])
  expect([...none.mean, ...none.low, ...none.exceed].every(Number.isNaN)).toBe(true)
  const model = fitBaseline(new Float64Array(100).fill(2), new Uint8Array(100), 0)
  const short = forecastNaive(model, 100, new Uint8Array(7))
  expect([short.mean[0] > 10, short.mean[1], short.exceed[0]]).toEqual([true, NaN, NaN])
})
