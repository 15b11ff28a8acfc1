import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { forecast } from '../../../models/forecast/forecast.ts'
import type { ForecastInput } from '../../../models/forecast/forecast.ts'
import { PIT_LEVELS, priorModel } from '../../../models/forecast/forecast-model.ts'
import type { ForecastModel } from '../../../models/forecast/forecast-model.ts'
import { correctedShare, correctLevel } from '../../../models/forecast/pooled-forecast.ts'
import { coverageShare, scoreProbabilities } from '../../../models/forecast/scores.ts'
import { trainForecast } from '../../../models/forecast/train.ts'
import { fillOutcome, truncate } from '../../../models/forecast/training-rows.ts'
import { simulateCity } from '../../support/forecast-city.ts'

/** 6 × 6 leaf series of one caller a day whose levels wander by 40 % over months. */
const whole = simulateCity({ districts: 6, leaves: 6, days: 620, mean: 1, wander: { sd: 0.4, rho: 0.98 } }, createRng('pooled'))
const past = truncate(whole, 500)
/** Few rows are enough here. */
const FEW = { seed: 1, perClass: 3000, perScatter: 200 }
const model = trainForecast(past, FEW)

test('means add up along both trees on every day', () => {
  const { mean, horizon } = forecast(past, model)
  for (let h = 0; h < 28; h++) {
    for (let p = 0; p <= 6; p++) {
      let leaves = 0
      for (let t = 1; t <= 6; t++) leaves += mean[(p * 7 + t) * horizon + h]!
      expect(Math.abs(leaves - mean[p * 7 * horizon + h]!)).toBeLessThan(1e-9)
    }
    for (let t = 0; t <= 6; t++) {
      let districts = 0
      for (let p = 1; p <= 6; p++) districts += mean[(p * 7 + t) * horizon + h]!
      expect(Math.abs(districts - mean[t * horizon + h]!)).toBeLessThan(1e-9)
    }
  }
})

test('later days fall into their intervals as often as said, days and sums, and surges as often as foretold', () => {
  const came = new Float64Array(56)
  const inside = new Map([[1, [0, 0, 0]], [7, [0, 0, 0]], [28, [0, 0, 0]]])
  const p: number[] = []
  const happened: number[] = []
  for (const days of [500, 515, 530, 545, 560, 575, 590]) {
    const f = forecast(truncate(whole, days), model)
    for (let s = 0; s < f.series; s++) {
      fillOutcome(whole, s, days, came)
      for (const [span, sums] of inside) {
        for (let from = 0; from + span <= 28; from += span) {
          let y = 0
          for (let h = from; h < from + span; h++) y += came[h]!
          sums[0]!++
          sums[1]! += coverageShare(y > 0 ? f.cdf(s, from, from + span, y - 1) : 0, f.cdf(s, from, from + span, y), 0.8)
          sums[2]! += coverageShare(y > 0 ? f.cdf(s, from, from + span, y - 1) : 0, f.cdf(s, from, from + span, y), 0.5)
        }
      }
      let week = 0
      for (let h = 0; h < 7; h++) week += came[h]!
      const threshold = f.surgeThreshold(s, 7)
      p.push(f.surge(s, 7))
      happened.push(week >= threshold ? 1 : 0)
    }
  }
  for (const [n, in80, in50] of inside.values()) {
    expect(Math.abs(in80! / n! - 0.8)).toBeLessThan(0.05)
    expect(Math.abs(in50! / n! - 0.5)).toBeLessThan(0.07)
  }
  const rate = happened.reduce((a, b) => a + b, 0) / happened.length
  const score = scoreProbabilities(Float64Array.from(p), new Float64Array(p.length).fill(rate), Uint8Array.from(happened))
  expect(score.events).toBeGreaterThan(15)
  expect(score.skill).toBeGreaterThan(0.03)
  expect(score.slope).toBeGreaterThan(0.7)
  expect(score.slope).toBeLessThan(1.4)
})

test('quantiles are whole, not negative, ascending, and agree with the distribution', () => {
  const f = forecast(past, model)
  const levels = [0.025, 0.1, 0.5, 0.9, 0.975]
  const out = new Float64Array(levels.length)
  for (let s = 0; s < f.series; s += 5) {
    for (const [from, until] of [[0, 1], [27, 28], [0, 7], [49, 56], [0, 28]] as const) {
      f.quantiles(s, from, until, levels, out)
      for (let i = 0; i < levels.length; i++) {
        expect(Number.isInteger(out[i])).toBe(true)
        expect(out[i]!).toBeGreaterThanOrEqual(i > 0 ? out[i - 1]! : 0)
        expect(f.cdf(s, from, until, out[i]!)).toBeGreaterThanOrEqual(levels[i]! - 1e-9)
        if (out[i]! > 0) expect(f.cdf(s, from, until, out[i]! - 1)).toBeLessThan(levels[i]! + 1e-9)
      }
    }
  }
})

test('the same past and seed give the same model, which survives JSON', () => {
  expect(JSON.stringify(trainForecast(past, FEW))).toBe(JSON.stringify(model))
  const again = JSON.parse(JSON.stringify(model)) as ForecastModel
  expect([...forecast(past, again).mean]).toEqual([...forecast(past, model).mean])
})

test('nothing after the night is looked at', () => {
  // A leak would show in the model and in the means: the days after the night are fifty times what they were.
  const altered: ForecastInput = { ...past, callers: past.callers.map((n, e) => (past.day[e]! >= past.firstDay + 500 ? n * 50 : n)) }
  expect([...forecast(altered, model).mean]).toEqual([...forecast(past, model).mean])
  expect(JSON.stringify(trainForecast(altered, FEW))).toBe(JSON.stringify(model))
})

test('levels that wander are followed, levels that do not are left alone', () => {
  const steady = simulateCity({ districts: 6, leaves: 6, days: 500, mean: 1 }, createRng('steady'))
  const own = ({ classes }: ForecastModel): number => {
    const learned = classes.filter((each) => each.rows > 100).map(({ coefficients }) => coefficients[1]! + coefficients[2]! + coefficients[3]!)
    return learned.reduce((a, b) => a + b, 0) / learned.length
  }
  expect(own(model)).toBeGreaterThan(0.5)
  expect(Math.abs(own(trainForecast(steady, FEW)))).toBeLessThan(0.25)
})

test('days beyond the calendar are told, a series without a past has no forecast, and no past no model', () => {
  expect(forecast({ ...past, calendarUntil: past.firstDay + 510 }, model).calendarDays).toBe(10)
  expect(forecast({ ...past, calendarUntil: Infinity }, model).calendarDays).toBe(past.horizon)
  const empty = { ...past, starts: new Int32Array(past.starts.length), day: new Int32Array(0), callers: new Int32Array(0) }
  const f = forecast(empty, model)
  expect(f.reason(0)).toBe('no_history')
  expect(f.sum(0, 0, 7).mean).toBeNaN()
  expect(f.quantiles(0, 0, 7, [0.5], new Float64Array(1))[0]).toBeNaN()
  expect(f.surge(0, 7)).toBeNaN()
  expect(trainForecast(truncate(whole, 60), FEW).classes).toEqual(priorModel().classes)
})

test('correcting a level and asking for its share are each the other way round', () => {
  const pit = PIT_LEVELS.map((level) => level ** 1.3)
  for (const level of [0.03, 0.1, 0.47, 0.9, 0.97]) expect(correctedShare(correctLevel(level, pit), pit)).toBeCloseTo(level, 9)
  for (const level of [0.003, 0.5, 0.999]) expect(correctLevel(level, [...PIT_LEVELS])).toBeCloseTo(level, 9)
})
