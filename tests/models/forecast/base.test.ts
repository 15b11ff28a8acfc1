import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { fillCounts, fitBase } from '../../../models/forecast/base.ts'
import { dayFactor, HOLIDAY_FACTOR, simulateCity } from '../../support/forecast-city.ts'

const city = simulateCity({ districts: 4, leaves: 5, days: 600, mean: 0.6 }, createRng('base'))
const base = fitBase(city)
const meanOf = (s: number, i: number): number => base.share[s]! * base.profile[base.row[s]! * base.span + i]!

test('a series of few calls has the weekdays and holidays of those above it', () => {
  // Series 7 is the first leaf of the first district: 0.6 callers on a usual day, too few to learn a holiday from six of them.
  const s = 7
  let worst = 0
  for (let i = 500; i < 640; i++) worst = Math.max(worst, Math.abs(Math.log(meanOf(s, i) / (0.6 * dayFactor(city.kinds[i]!, city.firstDay + i)))))
  expect(worst).toBeLessThan(0.4)
  const holiday = 100 + 365
  const average = (days: number[]): number => days.reduce((sum, i) => sum + meanOf(s, i), 0) / days.length
  expect(Math.abs(average([holiday, holiday + 1, holiday + 2]) / average([holiday - 7, holiday - 6, holiday - 5, holiday - 4, holiday - 3, holiday - 2, holiday - 1]) - HOLIDAY_FACTOR / 0.971)).toBeLessThan(0.1)
})

test('shares of a topic over the districts add up to it, about', () => {
  for (let t = 0; t <= 5; t++) {
    let parts = 0
    for (let p = 1; p <= 4; p++) parts += meanOf(p * 6 + t, 610)
    expect(Math.abs(parts / meanOf(t, 610) - 1)).toBeLessThan(0.1)
  }
})

test('gaps and days left out are gaps of the counts, and teach nothing', () => {
  const gaps = new Uint8Array(city.days)
  gaps.fill(1, 300, 320)
  const s = 7
  const excluded = { series: Int32Array.of(s), from: Int32Array.of(city.firstDay + 10), until: Int32Array.of(city.firstDay + 12) }
  const counts = fillCounts({ ...city, gaps, excluded }, s, new Float64Array(city.days))
  expect(counts.subarray(300, 320).every((n) => Number.isNaN(n))).toBe(true)
  expect(Number.isNaN(counts[10]!) && Number.isNaN(counts[11]!) && counts[12]! >= 0).toBe(true)
  // Twenty silent days told to be a gap cost nothing; taken for zeros they would cost the level.
  const silent = { ...city, callers: city.callers.map((n, e) => (city.day[e]! >= city.firstDay + 560 && city.day[e]! < city.firstDay + 590 ? 0 : n)) }
  const flags = new Uint8Array(city.days).fill(1, 560, 590)
  const told = fitBase({ ...silent, gaps: flags })
  expect(Math.abs(told.profile[told.row[0]! * told.span + 620]! / meanOf(0, 620) - 1)).toBeLessThan(0.05)
  const zeros = fitBase(silent)
  expect(zeros.profile[zeros.row[0]! * zeros.span + 620]! / meanOf(0, 620)).toBeLessThan(0.8)
})

test('days of which half is known yet do not make the level fall', () => {
  const late = { ...city, callers: city.callers.map((n, e) => (city.day[e]! >= city.firstDay + 597 ? Math.floor(n / 2) : n)), known: Float64Array.of(0.5, 0.5, 0.5), knownDays: 3 }
  const fit = fitBase(late)
  expect(Math.abs(fit.profile[fit.row[0]! * fit.span + 610]! / meanOf(0, 610) - 1)).toBeLessThan(0.03)
})
