import { expect, test } from 'vitest'
import { formatDay } from '../../core/days.ts'
import { springFestival } from '../../core/lunar.ts'

test('春节 of each year is known', () => {
  expect([2012, 2018, 2024, 2025, 2026, 2027].map((year) => formatDay(springFestival(year)))).toEqual(
    ['2012-01-23', '2018-02-16', '2024-02-10', '2025-01-29', '2026-02-17', '2027-02-06'])
  expect(springFestival(1800)).toBeNaN()
})
