import { expect, test } from 'vitest'
import { earsByClass, LEFT_OUT } from '../../../models/detect/ears-classes.ts'
import { ears } from '../../../models/detect/ears.ts'
import type { Judgements, SeriesInput } from '../../../models/detect/method.ts'
import { findMethod } from '../../../models/detect/registry.ts'
import { REASONS } from '../../../models/detect/verdict.ts'

const DAYS = 70
const weekdays = Uint8Array.from({ length: DAYS }, (_, t) => (t % 7) + 1)
const judge = (name: string, counts: ArrayLike<number>, more: Partial<SeriesInput> = {}): Judgements => (
  findMethod(name).judge({ counts: Float64Array.from(counts), period: 'day', periodsPerYear: 365.2425, weekdays, from: 35, until: counts.length, ...more }))
/** Weekdays 20 and 22, weekends 3 and 5: to a plain C2 every Monday is a surprise. */
const office = Array.from({ length: DAYS }, (_, t) => (t % 7 < 5 ? 20 : 3) + 2 * (Math.floor(t / 7) % 2))
const idle = office.map((y, t) => (t % 7 < 5 ? y : 0))

test('W2 compares weekends with weekends', () => {
  const sunday = 62
  const loud = office.with(sunday, 12)
  expect(judge('W2', loud).alarm[sunday - 35]).toBe(1)
  expect(judge('earsC2', loud).alarm[sunday - 35]).toBe(0)
  expect(judge('W2', office).alarm.reduce((sum, a) => sum + a, 0)).toBe(0)
  expect(judge('W2', office).expected[sunday - 35]).toBeLessThan(5.1)
})

test('earsC2_weekdays leaves idle weekends out, others in', () => {
  const { reason, expected } = judge('earsC2_weekdays', idle)
  expect(REASONS[reason[61 - 35]!]).toBe('too_sparse') // a Saturday
  expect(expected[63 - 35]).toBeGreaterThan(19.9) // a Monday, against the last seven weekdays
  expect(Array.from(judge('earsC2_weekdays', office).upper)).toEqual(Array.from(judge('earsC2', office).upper))
})

test('methods that need weekdays cannot tell without them', () => {
  for (const name of ['W2', 'earsC2_weekdays']) {
    const { weekdays: _, ...plain } = { counts: Float64Array.from(office), period: 'week' as const, periodsPerYear: 52, weekdays, from: 35, until: DAYS }
    expect(new Set(Array.from(findMethod(name).judge(plain).reason, (r) => REASONS[r]))).toEqual(new Set(['calendar_unknown']))
  }
})

test('each class is judged as a series of its own', () => {
  const counts = Float64Array.from(office)
  const classes = weekdays.map((day) => (day === 3 ? LEFT_OUT : day % 2))
  const { upper } = earsByClass(counts, classes, { lag: 0 })
  const own = ears(counts.filter((_, t) => classes[t] === 1), { lag: 0 }).upper
  expect(Array.from(upper.filter((_, t) => classes[t] === 1))).toEqual(Array.from(own))
  expect(Array.from(upper.filter((_, t) => classes[t] === LEFT_OUT)).every(Number.isNaN)).toBe(true)
})

test('EARS tells a gap from a short history', () => {
  const { reason } = judge('earsC2', office.with(50, NaN).slice(0, 56), { from: 0 })
  expect(Array.from(reason, (r) => REASONS[r])).toEqual(['no_history', ...new Array(8).fill('too_short'), ...new Array(41).fill(''), 'gap', '', '', ...new Array(3).fill('gap')])
})
