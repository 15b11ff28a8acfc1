import fc from 'fast-check'
import { expect, test } from 'vitest'
import { alarmsAbove, countEpisodes, thresholdAtEpisodes, thresholdAtRate } from '../../../models/evaluate/threshold.ts'

/** Few values, so that there are ties; gaps and infinities among them. */
const scores = fc.array(fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, NaN, Infinity), { minLength: 24, maxLength: 24 }).map((xs) => Float64Array.from(xs))
const share = (alarm: Uint8Array): number => alarm.reduce((sum, one) => sum + one, 0) / alarm.length

test('the threshold at a rate is the smallest score whose exceedances are within it', () => {
  fc.assert(fc.property(scores, fc.double({ min: 0, max: 1, noNaN: true }), (statistic, rate) => {
    const allowed = [-Infinity, ...statistic].filter((score) => !Number.isNaN(score) && share(alarmsAbove(statistic, score)) <= rate + 1e-9)
    expect(thresholdAtRate(statistic, rate)).toBe(Math.min(...allowed))
  }), { seed: 20261123 })
})

test('only quiet periods set the threshold', () => {
  const statistic = Float64Array.of(9, 1, 8, 2, 3)
  expect(thresholdAtRate(statistic, 0.34, Uint8Array.of(0, 1, 0, 1, 1))).toBe(2)
  expect(thresholdAtRate(statistic, 0.2)).toBe(8)
})

test('where the highest score is too common nothing is above the threshold', () => {
  const statistic = Float64Array.of(Infinity, Infinity, 0, 0)
  expect(thresholdAtRate(statistic, 0.25)).toBe(Infinity)
  expect(alarmsAbove(statistic, Infinity)).toEqual(new Uint8Array(4))
})

test('a score that is not known is no alarm, and its period counts', () => {
  expect(thresholdAtRate(Float64Array.of(NaN, NaN, NaN, 5), 0.25)).toBe(-Infinity)
  expect(alarmsAbove(Float64Array.of(NaN, 5), -Infinity)).toEqual(Uint8Array.of(0, 1))
})

test('the threshold at a number of episodes is the lowest before there are too many of them', () => {
  fc.assert(fc.property(scores, fc.integer({ min: 0, max: 5 }), (statistic, allowed) => {
    const periods = 8
    const values = [...new Set(statistic)].filter((score) => !Number.isNaN(score)).sort((a, b) => b - a)
    const tooMany = values.find((score) => countEpisodes(statistic.map((x) => (x >= score ? 1 : 0)) as unknown as Uint8Array, periods) > allowed)
    // Three series of eight periods, a year of eight: allowed / 3 episodes a series-year.
    expect(thresholdAtEpisodes(statistic, periods, periods, allowed / 3)).toBe(tooMany ?? -Infinity)
  }), { seed: 20261123 })
})

test('consecutive alarms are one episode, those of two series are two', () => {
  expect(countEpisodes(Uint8Array.of(0, 1, 1, 0, 1, /* next series */ 1, 0, 0, 0, 0), 5)).toBe(3)
  expect(countEpisodes(Uint8Array.of(0, 0, 0), 3)).toBe(0)
})

test('episodes are counted per year of the series', () => {
  // Two series of half a year: one series-year, in which one episode is allowed and two are not.
  const statistic = Float64Array.of(9, 8, 0, 0, 0, 7, 7, 0)
  expect(thresholdAtEpisodes(statistic, 4, 8, 1)).toBe(7)
  expect(thresholdAtEpisodes(statistic, 4, 8, 2)).toBe(-Infinity)
})
