import { expect, test } from 'vitest'
import { parseDay } from '../../../core/days.ts'
import { DAY_HOLIDAY, DAY_MAKE_UP, DAY_WEEKEND, DAY_WORKING } from '../../../models/detect/baseline-design.ts'
import { openCalendar, plainCalendar } from '../../../pipelines/tables/period-calendar.ts'
import { lacksShared, sharedPath } from '../../support/shared.ts'
import { useFiles } from './files.ts'

const write = useFiles()

test('dates know their weekdays and weekends, indices nothing', () => {
  const { weekdays, kinds } = plainCalendar('date').span(parseDay('2026-01-02'), 4)!
  expect([Array.from(weekdays), Array.from(kinds)]).toEqual([[5, 6, 7, 1], [DAY_WORKING, DAY_WEEKEND, DAY_WEEKEND, DAY_WORKING]])
  expect(plainCalendar('index').span(1, 4)).toBeUndefined()
})

test('China\'s calendar knows its holidays and the weekend days worked for them', async () => {
  const calendar = await openCalendar('cn', 'date')
  const kindOf = (date: string): number => calendar.span(parseDay(date), 1)!.kinds[0]!
  expect([kindOf('2024-10-01'), kindOf('2024-09-29'), kindOf('2024-10-12'), kindOf('2024-10-19')]).toEqual([DAY_HOLIDAY, DAY_MAKE_UP, DAY_MAKE_UP, DAY_WEEKEND])
  const [from, until] = calendar.known!
  expect(from <= parseDay('2024-01-01') && until > parseDay('2024-12-31') && until < parseDay('2100-01-01')).toBe(true)
  await expect(openCalendar('CN', 'index')).rejects.toMatchObject({ code: 'calendar_needs_dates' })
  await expect(openCalendar('nowhere.csv', 'date')).rejects.toMatchObject({ code: 'no_file' })
})

test('a file by dates or by indices', async () => {
  const dated = await openCalendar(write('date,holiday\n2026-01-02,0\n2026-01-03,1\n'), 'date')
  const { weekdays, kinds } = dated.span(parseDay('2026-01-02'), 2)!
  expect([Array.from(weekdays), Array.from(kinds)]).toEqual([[5, 6], [DAY_WORKING, DAY_HOLIDAY]])
  const indexed = await openCalendar(write('index,weekday,holiday\n4,6,0\n5,7,1\n6,1,0\n'), 'index')
  expect(Array.from(indexed.span(4, 3)!.kinds)).toEqual([DAY_WEEKEND, DAY_HOLIDAY, DAY_WORKING])
  expect(() => indexed.span(4, 4)).toThrow(expect.objectContaining({ code: 'calendar_lacks_day', details: expect.objectContaining({ value: '7' }) }))
})

test('the days of a year are those of the whole years', async () => {
  const days = Array.from({ length: 30 }, (_, i) => `${i},${(i % 7) + 1},0,${Math.floor((i + 3) / 10)}`) // years of 7, 10, 10 and 3 days
  expect((await openCalendar(write(`index,dow,holiday,year\n${days.join('\n')}\n`), 'index')).daysPerYear).toBe(10)
})

test.each([
  ['index,holiday\n1,0\n', 'index', 'calendar_lacks_column', undefined],
  ['date,dow\n2026-01-01,4\n', 'date', 'calendar_lacks_column', undefined],
  ['date,holiday\n2026-01-01,maybe\n', 'date', 'calendar_bad_line', 2],
  ['day,dow,holiday\n1,1,0\n2,8,0\n', 'index', 'calendar_bad_line', 3],
  ['day,dow,holiday\n1,1,0\n', 'date', 'calendar_bad_line', 2],
] as const)('%j for a table of %s is refused as %s', async (text, kind, code, line) => {
  await expect(openCalendar(write(text), kind)).rejects.toMatchObject({ code, details: line === undefined ? {} : { line } })
})

const path = 'benchmark/daily/daily_calendar.csv'
test.skipIf(lacksShared(path))('the benchmark\'s calendar has years of 364 days', async () => {
  const calendar = await openCalendar(sharedPath(path), 'index')
  expect(calendar.daysPerYear).toBe(364)
  const { weekdays, kinds } = calendar.span(1, 2548)!
  expect([weekdays[0], weekdays[6], kinds[0], kinds[1]]).toEqual([1, 7, DAY_HOLIDAY, DAY_WORKING])
})
