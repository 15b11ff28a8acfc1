import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { fitBase } from '../../../models/forecast/base.ts'
import type { ForecastInput } from '../../../models/forecast/forecast.ts'
import { forecast } from '../../../models/forecast/forecast.ts'
import { WEEKS } from '../../../models/forecast/forecast-model.ts'
import { fillYearRegressors, lastYearRatios } from '../../../models/forecast/last-year.ts'
import { REGRESSORS, STEADY_REGRESSORS } from '../../../models/forecast/recent.ts'
import { trainForecast } from '../../../models/forecast/train.ts'
import { fillOutcome, truncate } from '../../../models/forecast/training-rows.ts'
import { simulateCity } from '../../support/forecast-city.ts'

const quiet = simulateCity({ districts: 4, leaves: 4, days: 780, mean: 4 }, createRng('last-year'))

/** Counts three times as large on the days [from, until) of each year, in the series given. */
function raise(input: ForecastInput, from: number, until: number, isRaised: (s: number) => boolean): ForecastInput {
  const callers = input.callers.slice()
  for (let s = 0; s + 1 < input.starts.length; s++) {
    if (!isRaised(s)) continue
    for (let e = input.starts[s]!; e < input.starts[s + 1]!; e++) {
      const i = (input.day[e]! - input.firstDay) % 364
      if (i >= from && i < until) callers[e] = callers[e]! * 3
    }
  }
  return { ...input, callers }
}

test('three weeks that were high a year ago are told for the week they stand around, of the series and of the place above', () => {
  const leaf = 6
  const past = truncate(raise(quiet, 200, 221, (s) => s === leaf), 550)
  const base = fitBase(past)
  const ratios = lastYearRatios(past, base, past.days)
  // Day 571 is 364 + 207: week 3 of what follows day 550, less and more around it.
  const own = Array.from({ length: WEEKS }, (_, w) => ratios[leaf * WEEKS + w]!)
  expect(own[3]!).toBeGreaterThan(0.4)
  expect(own.indexOf(Math.max(...own))).toBe(3)
  expect(Math.abs(ratios[(leaf + 1) * WEEKS + 3]!)).toBeLessThan(0.25)
  const out = new Float64Array(2)
  fillYearRegressors(past, ratios, leaf, 3, out, 0)
  expect([...out]).toEqual([ratios[leaf * WEEKS + 3], ratios[past.placeAbove[leaf]! * WEEKS + 3]])
})

test('a past shorter than a year says nothing, and neither do gaps', () => {
  const short = truncate(quiet, 360)
  expect(lastYearRatios(short, fitBase(short), short.days).every((ratio) => ratio === 0)).toBe(true)
  const gaps = new Uint8Array(550).fill(1, 170, 260)
  const gappy = { ...truncate(quiet, 550), gaps }
  expect(lastYearRatios(gappy, fitBase(gappy), 550).every((ratio) => ratio === 0)).toBe(true)
})

test('weeks that are high every year are forecast high where the past shows that they recur', () => {
  // Every leaf topic has three high weeks of its own at all places, on other days of the year; the first leaf's return after day 700.
  const width = 5
  const steps = [340, 60, 120, 180]
  let input = quiet
  steps.forEach((from, k) => { input = raise(input, from, from + 21, (s) => s % width === k + 1) })
  const past = truncate(input, 700)
  const model = trainForecast(past, { seed: 1, perClass: 3000, perScatter: 200 })
  const blind = { ...model, classes: model.classes.map((each) => ({ ...each, coefficients: each.coefficients.map((value, i) => (i % REGRESSORS < STEADY_REGRESSORS ? value : 0)) })) }
  const told = forecast(past, model)
  const untold = forecast(past, blind)
  const came = new Float64Array(56)
  fillOutcome(input, 1, 700, came)
  let forecasted = 0
  let without = 0
  let usual = 0
  let counted = 0
  for (let h = 7; h < 21; h++) {
    forecasted += told.mean[told.horizon + h]!
    without += untold.mean[told.horizon + h]!
    usual += told.usual[told.horizon + h]!
    counted += came[h]!
  }
  expect(counted / usual).toBeGreaterThan(1.5)
  const partOf = (mean: number): number => Math.log(mean / usual) / Math.log(counted / usual)
  expect(partOf(forecasted)).toBeGreaterThan(partOf(without) + 0.15)
})
