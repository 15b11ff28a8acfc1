import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDay, weekday } from '../../core/days.ts'
import { formatIsoWeek, parseIsoWeek } from '../../core/iso-week.ts'

test.each([
  ['2026-W01', '2025-12-29'], ['2026-W05', '2026-01-26'], ['2020-W53', '2020-12-28'], ['2021-W01', '2021-01-04'], ['2024-W52', '2024-12-23'], ['2016W01', '2016-01-04'],
])('%s begins on %s', (week, monday) => {
  expect(parseIsoWeek(week)).toBe(parseDay(monday))
  for (let day = 0; day < 7; day++) expect(formatIsoWeek(parseDay(monday) + day).replace('-', '')).toBe(week.replace('-', ''))
})

test.each(['2021-W53', '2026-W00', '2026-W54', '2026-05', 'W05', ''])('%s is no week', (text) => {
  expect(parseIsoWeek(text)).toBeUndefined()
})

test('every day lies in the week that it is written as', () => {
  fc.assert(fc.property(fc.integer({ min: -200_000, max: 100_000 }), (day) => {
    const monday = parseIsoWeek(formatIsoWeek(day))!
    expect([weekday(monday), day - monday >= 0 && day - monday < 7]).toEqual([1, true])
  }), { seed: 20260101 })
})
