import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InvalidOptionError } from '../../../core/errors.ts'
import { earsC3 } from '../../../models/detect/ears-c3.ts'
import type { SeriesInput } from '../../../models/detect/method.ts'
import { REASONS } from '../../../models/detect/verdict.ts'
import { normalQuantile } from '../../../models/math/normal.ts'
import { expectAlarms, expectClose, goldenTest } from '../../support/surveillance.ts'

const asked = (counts: number[], from = 0): SeriesInput => ({ counts: Float64Array.from(counts), period: 'day', periodsPerYear: 365.2425, from, until: counts.length })
const package_ = { rule: 'surveillance-1.20', threshold: 2, minSigma: 0 } as const

goldenTest('C3 agrees with R surveillance under the option that says so', 'earsC', ({ input, entries }) => {
  const settings = Object.entries(entries).filter(([, { control }]) => control.method === 'C3')
  expect(settings).toHaveLength(2)
  for (const [setting, { control, upperbound, alarm }] of settings) {
    const ours = earsC3(input, {
      baseline: Number(control.baseline), minSigma: Number(control.minSigma), threshold: normalQuantile(1 - Number(control.alpha)), rule: 'surveillance-1.20',
    })
    expectClose(ours.upper, upperbound!, 1e-6, setting)
    expectAlarms(ours, alarm!, setting)
  }
})

// Mean 4, sd √(28/6) = 2.160 of 1 … 7; the two days between belong to no baseline of the last one.
const WEEK = [1, 2, 3, 4, 5, 6, 7]

test('worked by hand: three excesses of 0.9 sd are an alarm together', () => {
  const flat = Array.from({ length: 12 }, (_, i) => 10 + 2 * (i % 2)) // every 7 of them: mean 10.86 or 11.14, sd 1.069
  const counts = [...flat, 13, 13, 13]
  const { statistic, upper, alarm } = earsC3(asked(counts), { minSigma: 0 })
  const excess = (mean: number): number => (13 - mean) / Math.sqrt(8 / 7) - 1
  const [odd, even] = [(4 * 12 + 3 * 10) / 7, (3 * 12 + 4 * 10) / 7]
  expect(statistic[14]).toBeCloseTo(excess(odd) + excess(even) + excess(odd), 12)
  expect(alarm[14]).toBe(1)
  expect(alarm[13]).toBe(0)
  expect(earsC3(asked(counts.with(14, upper[14]! + 1e-9))).alarm[14]).toBe(1)
  expect(earsC3(asked(counts.with(14, upper[14]! - 1e-9))).alarm[14]).toBe(0)
})

test('the package\'s rule has no use for the present count, the textbook\'s has', () => {
  const quiet = [...WEEK, ...WEEK, 4, 4, 4]
  const loud = quiet.with(-1, 40)
  const last = quiet.length - 1
  expect(earsC3(asked(loud)).alarm[last]).toBe(1)
  expect(earsC3(asked(loud), package_).alarm[last]).toBe(0)
  const dayAfter = [...loud, 1]
  expect(earsC3(asked(dayAfter), package_).alarm[last + 1]).toBe(1)
  expect(earsC3(asked([...loud, 0]), package_).alarm[last + 1]).toBe(0) // a day without any count is no alarm
  expect(earsC3(asked([...loud, 0])).alarm[last + 1]).toBe(0)
})

test('the textbook\'s sum never falls when a count rises', () => {
  fc.assert(fc.property(fc.array(fc.nat(30), { minLength: 12, maxLength: 20 }), fc.nat(30), (xs, more) => {
    const last = xs.length - 1
    const once = earsC3(asked(xs)).statistic[last]!
    expect(earsC3(asked(xs.with(-1, xs[last]! + more))).statistic[last]).toBeGreaterThanOrEqual(once)
  }), { seed: 20260101 })
})

test('C3 says why it cannot tell', () => {
  const reasons = (counts: number[], options = {}): string[] => Array.from(earsC3(asked(counts), options).reason, (r) => REASONS[r]!)
  expect(reasons([...WEEK, ...WEEK]).slice(0, 11)).toEqual(Array.from({ length: 11 }, () => 'too_short'))
  expect(reasons([...WEEK, ...WEEK]).slice(11)).toEqual(['', '', ''])
  expect(reasons([...WEEK, ...WEEK, NaN, 3]).slice(-2)).toEqual(['gap', 'gap'])
  expect(reasons(new Array(14).fill(0), package_).at(-1)).toBe('too_sparse')
  expect(() => earsC3(asked(WEEK), { lag: 1 } as object)).toThrow(InvalidOptionError)
})
