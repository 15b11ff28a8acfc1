import { expect, test } from 'vitest'
import { formatDay, parseDay, weekday } from '../../core/days.ts'
import { officeCalendar } from '../../core/office-calendar.ts'

const china = officeCalendar('CN')

function daysOf(year: number, holds: (day: number) => boolean): string[] {
  const days: string[] = []
  for (let day = parseDay(`${year}-01-01`); day < parseDay(`${year + 1}-01-01`); day++) if (holds(day)) days.push(formatDay(day).slice(5))
  return days
}

test.each([
  [2024, ['02-04', '02-18', '04-07', '04-28', '05-11', '09-14', '09-29', '10-12']],
  [2025, ['01-26', '02-08', '04-27', '09-28', '10-11']],
  [2026, ['01-04', '02-14', '02-28', '05-09', '09-20', '10-10']],
])('the make-up working days (调休) of %i are those of the State Council', (year, days) => {
  expect(daysOf(year, (day) => china.isMakeUpDay(day))).toEqual(days)
})

test('the weekday holidays of 2026 are those of the State Council', () => {
  expect(daysOf(2026, (day) => weekday(day) < 6 && china.kind(day) === 'holiday')).toEqual([
    '01-01', '01-02', '02-16', '02-17', '02-18', '02-19', '02-20', '02-23', '04-06', '05-01', '05-04', '05-05', '06-19', '09-25',
    '10-01', '10-02', '10-05', '10-06', '10-07',
  ])
})

test('what the library does not know is not covered, and a notice given as data covers it', () => {
  expect(formatDay(china.coveredUntil)).toBe('2027-01-01')
  expect(china.isWorking(parseDay('2027-10-01'))).toBe(true)
  const notice = { from: parseDay('2027-01-01'), until: parseDay('2028-01-01'), holidays: [parseDay('2027-10-01'), parseDay('2027-10-02')], workdays: [parseDay('2027-10-09')] }
  const told = officeCalendar('CN', [notice])
  expect(formatDay(told.coveredUntil)).toBe('2028-01-01')
  expect(['2027-10-01', '2027-10-02', '2027-10-04', '2027-10-09', '2027-10-10'].map((date) => told.kind(parseDay(date)))).toEqual(['holiday', 'holiday', 'working', 'working', 'weekend'])
  expect(told.isMakeUpDay(parseDay('2026-02-14'))).toBe(true)
  // A stretch beyond a gap is read, but nothing between is known.
  expect(formatDay(officeCalendar('CN', [{ ...notice, from: parseDay('2028-01-01'), until: parseDay('2029-01-01') }]).coveredUntil)).toBe('2027-01-01')
})

test('federal holidays of the United States are free as observed', () => {
  const days = (year: number): string[] => daysOf(year, (day) => officeCalendar('US').kind(day) === 'holiday')
  // 2021-12-31: New Year's Day of 2022 was a Saturday. https://www.opm.gov/policy-data-oversight/pay-leave/federal-holidays/
  expect(days(2021)).toEqual(['01-01', '01-18', '02-15', '05-31', '06-18', '07-05', '09-06', '10-11', '11-11', '11-25', '12-24', '12-31'])
  expect(days(2026)).toEqual(['01-01', '01-19', '02-16', '05-25', '06-19', '07-03', '09-07', '10-12', '11-11', '11-26', '12-25'])
})

test('the holidays of all German states are free, and other countries have weekends and say so', () => {
  expect(daysOf(2026, (day) => officeCalendar('DE').kind(day) === 'holiday')).toEqual(['01-01', '04-03', '04-06', '05-01', '05-14', '05-25', '12-25'])
  const plain = officeCalendar('NZ')
  expect([plain.source, plain.kind(parseDay('2026-12-25')), plain.coveredUntil]).toEqual(['weekends', 'working', -Infinity])
  const told = officeCalendar('NZ', [{ from: parseDay('2026-01-01'), until: parseDay('2027-01-01'), holidays: [parseDay('2026-12-25')], workdays: [] }])
  expect([told.source, told.kind(parseDay('2026-12-25')), formatDay(told.coveredUntil)]).toEqual(['library', 'holiday', '2027-01-01'])
})
