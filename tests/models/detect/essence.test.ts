import { expect, test } from 'vitest'
import { InvalidOptionError } from '../../../core/errors.ts'
import { createRng } from '../../../core/rng.ts'
import { DAY_HOLIDAY, DAY_MAKE_UP, DAY_WEEKEND, DAY_WORKING } from '../../../models/detect/baseline-design.ts'
import { essence } from '../../../models/detect/essence.ts'
import type { SeriesInput } from '../../../models/detect/method.ts'
import { REASONS } from '../../../models/detect/verdict.ts'
import { logStudentTail, studentUpperQuantile } from '../../../models/math/student.ts'

const asked = (counts: ArrayLike<number>, more: Partial<SeriesInput> = {}): SeriesInput => {
  const n = counts.length
  const weekdays = Uint8Array.from({ length: n }, (_, t) => (t % 7) + 1)
  return { counts: Float64Array.from(counts), period: 'day', periodsPerYear: 365.2425, weekdays, kinds: weekdays.map((day) => (day > 5 ? DAY_WEEKEND : DAY_WORKING)), from: 0, until: n, ...more }
}
/** Busy weekdays, quiet weekends, one more ticket a week. */
const weekly = (t: number): number => (t % 7 < 5 ? 40 : 10) + t / 7
const rng = createRng('essence')

test('counts that follow the week are judged by the regression', () => {
  const counts = Array.from({ length: 120 }, (_, t) => weekly(t) + 0.5 * rng.normal())
  const { expected } = essence(asked(counts))
  for (let t = 40; t < 120; t++) expect(Math.abs(expected[t]! - weekly(t)), `day ${t}`).toBeLessThan(2)
})

test('a holiday is expected to bring what a Sunday does', () => {
  const counts = Array.from({ length: 60 }, (_, t) => weekly(t) + 0.5 * rng.normal())
  const input = asked(counts)
  input.kinds![59 - 3] = DAY_HOLIDAY // a Monday
  expect(essence(input).expected[56]).toBeLessThan(22)
  expect(essence(asked(counts)).expected[56]).toBeGreaterThan(40)
})

test('a Sunday that is worked is expected to bring what a weekday does', () => {
  const counts = Array.from({ length: 63 }, (_, t) => weekly(t) + 0.5 * rng.normal())
  const input = asked(counts)
  input.kinds![62] = DAY_MAKE_UP
  expect(essence(input).expected[62]).toBeGreaterThan(40)
  expect(essence(asked(counts)).expected[62]).toBeLessThan(22)
})

test('worked by hand: counts that do not follow the week are judged by their level', () => {
  const counts = [...Array.from({ length: 30 }, (_, t) => 10 + ((t * t) % 5)), 19]
  const { expected, upper, logP, alarm } = essence(asked(counts))
  const baseline = counts.slice(0, 28)
  const mean = baseline.reduce((sum, y) => sum + y, 0) / 28
  const sd = Math.sqrt(baseline.reduce((sum, y) => sum + (y - mean) ** 2, 0) / 27)
  const charts = [0.4, 0.9].map((w) => {
    const before = counts.slice(1, 30).reduce((z, y) => w * y + (1 - w) * z, counts[0]!)
    const error = sd * Math.sqrt(w / (2 - w) + 1 / 28)
    return { p: logStudentTail((w * 19 + (1 - w) * before - mean) / error, 27), bound: (mean + studentUpperQuantile(0.01, 27) * error - (1 - w) * before) / w }
  })
  expect(expected[30]).toBeCloseTo(mean, 12)
  expect(logP[30]).toBeCloseTo(Math.min(...charts.map(({ p }) => p)), 10)
  expect(upper[30]).toBeCloseTo(Math.min(...charts.map(({ bound }) => bound)), 10)
  expect(alarm[30]).toBe(1)
})

test('normal counts are alarmed about as often as alpha says', () => {
  const alarms = (mean: (t: number) => number): number => {
    const counts = Array.from({ length: 6000 }, (_, t) => mean(t) + 5 * rng.normal())
    return essence(asked(counts, { from: 40 })).alarm.reduce((sum, a) => sum + a, 0) / 5960
  }
  const regression = alarms((t) => 500 + (t % 7 < 5 ? 40 : 0))
  expect(regression).toBeGreaterThan(0.007)
  expect(regression).toBeLessThan(0.014)
  const ewma = alarms(() => 500) // the smaller of two dependent p
  expect(ewma).toBeGreaterThan(0.01)
  expect(ewma).toBeLessThan(0.025)
})

test('ESSENCE asks for four weeks and a guard, most of them there, and works without a calendar', () => {
  const counts = Array.from({ length: 34 }, (_, t) => t % 3)
  const reasons = (input: SeriesInput): string[] => Array.from(essence(input).reason, (r) => REASONS[r]!)
  expect(reasons(asked(counts))).toEqual(['no_history', ...new Array(29).fill('too_short'), '', '', '', ''])
  expect(reasons(asked(counts.with(32, NaN)))[32]).toBe('gap')
  expect(reasons(asked(counts.map((y, t) => (t > 2 && t < 12 ? NaN : y))))[31]).toBe('gap')
  const { weekdays, kinds, ...plain } = asked(Array.from({ length: 40 }, (_, t) => 10 * t + (t % 2)))
  expect(essence(plain).expected[39]).toBeCloseTo(390.5, 0)
  expect(() => essence(asked(counts), { slow: 0 })).toThrow(InvalidOptionError)
})
