import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cannotTell, createVerdicts, judge, logAnyOf, logPOfRecurrence, REASONS, recurrenceDays, VERDICTS } from '../../../models/detect/verdict.ts'

test('a recurrence interval is the mean wait among all tests of a night', () => {
  expect(recurrenceDays(Math.log(0.01))).toBeCloseTo(100, 10)
  expect(recurrenceDays(Math.log(0.01), 2)).toBeCloseTo(1 / (1 - 0.99 ** 2), 10)
  expect(recurrenceDays(0, 1000)).toBe(1)
  expect(recurrenceDays(NaN)).toBeNaN()
})

test('tiny p keep their recurrence interval, in logs', () => {
  expect(Math.log(recurrenceDays(-100, 1000))).toBeCloseTo(100 - Math.log(1000), 9)
  expect(recurrenceDays(-5000, 10)).toBe(1e300)
  // The two branches of logAnyOf meet.
  expect(logAnyOf(-36.9, 1000)).toBeCloseTo(logAnyOf(-36.91, 1000) + 0.01, 9)
})

test('the p of a recurrence interval gives it back', () => {
  fc.assert(fc.property(fc.double({ min: 1.5, max: 1e12, noNaN: true }), fc.integer({ min: 1, max: 100000 }), (days, tests) => {
    expect(Math.abs(recurrenceDays(logPOfRecurrence(days, tests), tests) / days - 1)).toBeLessThan(1e-6)
  }), { seed: 20260105 })
})

test('more tests never make a result rarer', () => {
  fc.assert(fc.property(fc.double({ min: -200, max: -1e-6, noNaN: true }), fc.integer({ min: 1, max: 10000 }), (logP, tests) => {
    expect(recurrenceDays(logP, tests + 1)).toBeLessThanOrEqual(recurrenceDays(logP, tests) * (1 + 1e-12))
  }), { seed: 20260106 })
})

test('new verdicts cannot tell, and say so in numbers', () => {
  const out = createVerdicts(2)
  expect(VERDICTS[out.verdict[1]]).toBe('cannot tell')
  expect(out.log10P[0]).toBeNaN()
  out.verdict[0] = 3
  out.log10P[0] = -9
  cannotTell(out, 0, 'too_short')
  expect([VERDICTS[out.verdict[0]], REASONS[out.reason[0]], out.log10P[0]]).toEqual(['cannot tell', 'too_short', NaN])
})

test('recurrence intervals are judged by their thresholds, the threshold included', () => {
  expect([NaN, 1, 30, 364, 365, 1e300].map((days) => VERDICTS[judge(days, 30, 365)]))
    .toEqual(['cannot tell', 'normal', 'watch', 'watch', 'alert', 'alert'])
})
