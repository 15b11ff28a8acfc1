import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InvalidOptionError } from '../../../core/errors.ts'
import { createRng } from '../../../core/rng.ts'
import { glr } from '../../../models/detect/glr.ts'
import type { SeriesInput } from '../../../models/detect/method.ts'
import { GlrChart, LrChart } from '../../../models/detect/rise-charts.ts'
import { REASONS } from '../../../models/detect/verdict.ts'
import { logPmf } from '../../../models/math/distributions.ts'
import { expectAlarms, expectClose, goldenTest } from '../../support/surveillance.ts'
import type { Golden } from '../../support/surveillance.ts'

const optionsOf = ({ alpha_given: alpha, theta, trend, M, 'c.ARL': threshold }: Golden['entries'][string]['control']): Parameters<typeof glr>[1] & object => ({
  size: alpha === null ? NaN : 1 / Number(alpha), rise: theta === null ? NaN : Number(theta), trend: Boolean(trend), maxWindow: Number(M) < 0 ? 1e6 : Number(M), threshold: Number(threshold),
})

goldenTest('GLR and LR agree with R surveillance', 'glr', ({ input, entries }) => {
  expect(Object.keys(entries)).toHaveLength(7)
  for (const [setting, { control, error, mu0, statistic_or_cases: values, alarm }] of Object.entries(entries)) {
    if (error !== undefined) {
      // Its fit fails on m1 with a trend, and so does ours: the counts stand where the mean is all but 0.
      const ours = glr(input, setting.startsWith('lr') ? { rise: 1.2 } : {})
      expect(new Set(Array.from(ours.reason, (r) => REASONS[r]))).toEqual(new Set(['no_convergence']))
      continue
    }
    const ours = glr(input, optionsOf(control))
    // With alpha given, R's glm stops when the deviance stands still to 1e-8, a mean of up to 3e-5 short of the maximum.
    const early = Number(control.alpha_given) > 0
    expectClose(ours.expected, mu0!, early ? 3e-5 : 1e-7, `${setting}, mean`)
    if (!early) expectClose(control.ret === 'cases' ? ours.upper : ours.statistic, values!, 1e-6, setting)
    expectAlarms(ours, alarm!, setting)
  }
})

goldenTest('the charts agree with R surveillance on its own means', 'glr', ({ input: { counts, from, until }, entries }) => {
  for (const [setting, { control, error, alpha_used: alpha, mu0, statistic_or_cases: values }] of Object.entries(entries)) {
    if (error !== undefined || control.ret === 'cases') continue
    const { rise, maxWindow, threshold } = optionsOf(control) as { rise: number, maxWindow: number, threshold: number }
    const chart = Number.isNaN(rise) ? new GlrChart(until - from, maxWindow, Number(alpha)) : new LrChart(rise, Number(alpha))
    const ratios = mu0!.map((mean, j) => {
      const { ratio } = chart.add(counts[from + j]!, Number(mean))
      if (ratio >= threshold) chart.restart()
      return ratio
    })
    expectClose(ratios, values!, 1e-8, setting)
  }
})

test('the factor and the window are the best there are', () => {
  const property = fc.property(fc.array(fc.tuple(fc.nat(20), fc.double({ min: 0.2, max: 10, noNaN: true })), { minLength: 1, maxLength: 8 }), fc.constantFrom(0, 0.05, 0.7), (rows, dispersion) => {
    const chart = new GlrChart(rows.length, 100, dispersion)
    let found = { ratio: 0, window: 1 }
    for (const [count, mean] of rows) found = chart.add(count, mean)
    const ratioAt = (window: number, rise: number): number => rows.slice(-window).reduce((sum, [y, m]) => (
      sum + logPmf(y, m * Math.exp(rise), 1 / dispersion) - logPmf(y, m, 1 / dispersion)), 0)
    let best = 0
    for (let window = 1; window <= rows.length; window++) for (let rise = 0; rise < 6; rise += 0.01) best = Math.max(best, ratioAt(window, rise))
    expect(found.ratio).toBeGreaterThanOrEqual(best - 1e-9)
    expect(found.ratio).toBeLessThanOrEqual(best + 0.01 * (1 + best))
  })
  fc.assert(property, { seed: 20260101, numRuns: 40 })
})

test('the bound is the smallest count that is an alarm', () => {
  const rng = createRng('glr bound')
  for (const dispersion of [0, 0.3]) {
    for (const make of [() => new GlrChart(40, 40, dispersion), () => new LrChart(0.8, dispersion)]) {
      const past = Array.from({ length: 12 }, () => [rng.poisson(3), 2 + rng.next()] as const)
      const fed = (): GlrChart | LrChart => {
        const chart = make()
        for (const [count, mean] of past) chart.add(count, mean)
        return chart
      }
      const bound = fed().smallestAlarm(2.5, 5)
      expect(bound).toBeGreaterThan(0)
      expect(fed().add(bound, 2.5).ratio).toBeGreaterThanOrEqual(5)
      expect(fed().add(bound - 1, 2.5).ratio).toBeLessThan(5)
    }
  }
})

test('asking for the bound leaves the chart as it was', () => {
  const [asked, unasked] = [new GlrChart(9, 9, 0.2), new GlrChart(9, 9, 0.2)]
  for (const count of [3, 5, 4, 9]) {
    asked.smallestAlarm(3, 5)
    expect(asked.add(count, 3)).toEqual(unasked.add(count, 3))
  }
})

const weeks = (counts: number[], from: number): SeriesInput => ({ counts: Float64Array.from(counts), period: 'week', periodsPerYear: 52, from, until: counts.length })

test('a doubling is dated to the week it began in', () => {
  const rng = createRng('glr date')
  const counts = Array.from({ length: 230 }, (_, t) => rng.poisson(t < 210 ? 30 : 60))
  const { alarm, window } = glr(weeks(counts, 200), { size: Infinity, trend: false, threshold: 200 })
  expect(alarm.indexOf(1)).toBeGreaterThan(9)
  const last = 200 + 20 - 1
  expect(Math.abs(last - window[19]! + 1 - 210)).toBeLessThanOrEqual(1)
})

test('GLR says why it cannot tell', () => {
  const reasons = (input: SeriesInput): string[] => Array.from(glr(input).reason, (r) => REASONS[r]!)
  const counts = Array.from({ length: 110 }, (_, t) => (t * 7) % 5)
  expect(reasons(weeks(counts.with(108, NaN), 102))).toEqual(['too_short', 'too_short', '', '', '', '', 'gap', ''])
  expect(reasons(weeks(new Array<number>(110).fill(NaN), 105))).toEqual(new Array(5).fill('no_history'))
  expect(() => glr(weeks(counts, 105), { maxWindow: 1.5 })).toThrow(InvalidOptionError)
})
