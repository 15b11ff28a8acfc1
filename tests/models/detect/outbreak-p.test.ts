import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InvalidOptionError } from '../../../core/errors.ts'
import type { SeriesInput } from '../../../models/detect/method.ts'
import { outbreakP } from '../../../models/detect/outbreak-p.ts'
import { RisingLevels } from '../../../models/detect/rising-levels.ts'
import { REASONS } from '../../../models/detect/verdict.ts'
import { expectAlarms, expectClose, goldenTest } from '../../support/surveillance.ts'

goldenTest('outbreakP agrees with R surveillance, its overflow too under the option that says so', 'outbreakP', ({ name, input, entries }) => {
  const { control, statistic, alarm } = entries.outbreakP!
  const options = { threshold: Number(control.k) }
  const faithful = outbreakP(input, { ...options, arithmetic: 'surveillance-1.20' })
  expectClose(faithful.statistic, statistic!, 1e-10, 'product')
  expectAlarms(faithful, alarm!, 'product')
  const ours = outbreakP(input, options)
  // Thousands of tickets a week: the package's product of likelihoods under- and overflows, and says 0 or nothing.
  if (name === 'campyDE') return expect(ours.alarm.every((a) => a === 1)).toBe(true)
  expectClose(ours.statistic, statistic!, 1e-10, 'logarithms')
  expectAlarms(ours, alarm!, 'logarithms')
})

const asked = (counts: number[]): SeriesInput => ({ counts: Float64Array.from(counts), period: 'week', periodsPerYear: 52, from: 0, until: counts.length })

test('worked by hand: 1, 3, 2, 6 pools the middle', () => {
  const { statistic, expected } = outbreakP(asked([1, 3, 2, 6]))
  // Levels 1, 2.5, 2.5, 6 against 3: (1/3)^1 (2.5/3)^5 (6/3)^6
  expect(statistic[3]).toBeCloseTo((1 / 3) * (2.5 / 3) ** 5 * 2 ** 6, 12)
  expect(expected[3]).toBe(3)
  expect(outbreakP(asked([6, 3, 2, 1])).statistic[3]).toBe(1)
})

test('the bound is the smallest count that is an alarm', () => {
  fc.assert(fc.property(fc.array(fc.nat(12), { minLength: 2, maxLength: 12 }), (xs) => {
    const bound = outbreakP(asked([...xs, 0])).upper[xs.length]!
    expect(outbreakP(asked([...xs, bound])).alarm[xs.length]).toBe(1)
    if (bound > 0) expect(outbreakP(asked([...xs, bound - 1])).alarm[xs.length]).toBe(0)
  }), { seed: 20260101 })
})

test('the levels never fall, keep the sum, and no other rising levels fit better', () => {
  const counts = fc.array(fc.nat(20), { minLength: 1, maxLength: 30 })
  fc.assert(fc.property(counts, counts, (xs, others) => {
    const levels = new RisingLevels(xs.length)
    for (const x of xs) levels.push(x)
    const fitted = levels.fitted()
    for (let i = 1; i < xs.length; i++) expect(fitted[i]).toBeGreaterThanOrEqual(fitted[i - 1]!)
    expect(fitted.reduce((sum, level) => sum + level, 0)).toBeCloseTo(xs.reduce((sum, x) => sum + x, 0), 9)
    const likelihood = (level: (i: number) => number): number => xs.reduce((sum, x, i) => sum + (x > 0 ? x * Math.log(level(i)) : 0) - level(i), 0)
    const sorted = others.toSorted((a, b) => a - b)
    expect(likelihood((i) => fitted[i]!)).toBeGreaterThanOrEqual(likelihood((i) => 0.5 + (sorted[Math.min(i, sorted.length - 1)] ?? 0)) - 1e-9)
  }), { seed: 20260101 })
})

test('gaps are left out; the first count has nothing to rise from', () => {
  const withGap = outbreakP(asked([2, NaN, 3, 9]))
  expect(Array.from(withGap.reason, (r) => REASONS[r])).toEqual(['no_history', 'gap', '', ''])
  expect(withGap.statistic[3]).toBe(outbreakP(asked([2, 3, 9])).statistic[2])
  expect(() => outbreakP(asked([1]), { threshold: 0.5 })).toThrow(InvalidOptionError)
})
