import { expect, test } from 'vitest'
import { daysOf } from '../../../pipelines/reports/period.ts'

test('a night is compared with the same weekday a week and 52 weeks before', () => {
  expect(daysOf('night', '2026-11-22')).toEqual({
    period: 'night', name: '2026-11-22', now: { from: '2026-11-22', until: '2026-11-23' }, before: { from: '2026-11-15', until: '2026-11-16' }, year: { from: '2025-11-23', until: '2025-11-24' }, whole: true,
  })
})

test('a week begins on Monday, bears its ISO number and is compared with as many days', () => {
  expect(daysOf('week', '2026-01-01')).toEqual({
    period: 'week', name: '2026-W01', now: { from: '2025-12-29', until: '2026-01-02' }, before: { from: '2025-12-22', until: '2025-12-26' }, year: { from: '2024-12-30', until: '2025-01-03' }, whole: false,
  })
  expect(daysOf('week', '2026-11-22').whole).toBe(true)
})

test('a month is compared with the same days of the month before and of last year, a shorter one whole', () => {
  expect(daysOf('month', '2026-03-31')).toMatchObject({ name: '2026-03', now: { from: '2026-03-01', until: '2026-04-01' }, before: { from: '2026-02-01', until: '2026-03-01' }, year: { from: '2025-03-01', until: '2025-04-01' }, whole: true })
  expect(daysOf('month', '2026-01-10')).toMatchObject({ before: { from: '2025-12-01', until: '2025-12-11' }, year: { from: '2025-01-01', until: '2025-01-11' }, whole: false })
  expect(daysOf('month', '2028-02-29')).toMatchObject({ year: { from: '2027-02-01', until: '2027-03-01' }, whole: true })
})

test('what is no date is refused', () => {
  expect(() => daysOf('week', '2026-02-30')).toThrow(/night/)
})
