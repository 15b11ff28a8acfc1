import { expect, test } from 'vitest'
import { InvalidOptionError } from '../../../core/errors.ts'
import { cdc } from '../../../models/detect/cdc.ts'
import type { SeriesInput } from '../../../models/detect/method.ts'
import { REASONS } from '../../../models/detect/verdict.ts'
import { expectAlarms, expectClose, goldenTest } from '../../support/surveillance.ts'

goldenTest('CDC agrees with R surveillance', 'cdc', ({ input, entries }) => {
  const { control, upperbound, alarm } = entries.cdc!
  const years = Number(control.b)
  const ours = cdc(input, { years, minYears: years, neighbours: Number(control.m), alpha: Number(control.alpha) })
  expectClose(ours.upper, upperbound!, 1e-12, 'cdc')
  expectAlarms(ours, alarm!, 'cdc')
})

const WEEKS = 4 * 52 + 12
const asked = (counts: number[]): SeriesInput => ({ counts: Float64Array.from(counts), period: 'week', periodsPerYear: 52, from: 0, until: counts.length })
/** One ticket a week, but two in the second year. */
const series = Array.from<unknown, number>({ length: WEEKS }, (_, t) => (Math.floor(t / 52) === 1 ? 2 : 1))

test('worked by hand: sums of four weeks of three and four years', () => {
  const t = 3 * 52 + 20
  const sums = [4, 4, 4, 8, 8, 8, 4, 4, 4]
  const sd = Math.sqrt(sums.reduce((sum, x) => sum + (x - 48 / 9) ** 2, 0) / 8) * Math.sqrt(10 / 9)
  const loud = series.with(t, 40)
  const { expected, upper, statistic, alarm, window } = cdc(asked(loud))
  expect(expected[t]).toBeCloseTo(48 / 9, 12)
  expect(upper[t]).toBeCloseTo(48 / 9 + 2.5758293035489 * sd, 10)
  expect(statistic[t]).toBeCloseTo((43 - 48 / 9) / sd, 10)
  expect([alarm[t - 1], alarm[t], alarm[t + 3], alarm[t + 4], window[t]]).toEqual([0, 1, 1, 0, 4])
})

test('CDC asks for three years and for no gap in any block', () => {
  const reasons = (counts: number[]): string[] => Array.from(cdc(asked(counts)).reason, (r) => REASONS[r]!)
  const first = 3 * 52 + 7
  expect(reasons(series).slice(first - 1, first + 1)).toEqual(['too_short', ''])
  expect(reasons(series.with(3 * 52 + 20, NaN)).slice(3 * 52 + 19, 3 * 52 + 25)).toEqual(['', 'gap', 'gap', 'gap', 'gap', ''])
  expect(reasons(series.with(2 * 52 + 3, NaN))[3 * 52 + 8]).toBe('gap')
  expect(() => cdc(asked(series), { years: 2.5 })).toThrow(InvalidOptionError)
})

test('for days the block is 28 of them', () => {
  const days = Array.from({ length: 365 * 3 + 120 }, () => 1)
  const { expected, window } = cdc({ ...asked(days), period: 'day', periodsPerYear: 365.2425, from: days.length - 1 })
  expect([expected[0], window[0]]).toEqual([28, 28])
})
