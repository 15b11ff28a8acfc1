import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatDay, localDay, parseDay, startOfDay } from '../../core/days.ts'
import { deadlineOf, instantAfter, instantBefore, lastDay } from '../../core/deadline.ts'
import type { DeadlineRule, DeadlineUnit, Locality } from '../../core/deadline.ts'
import { InvalidOptionError } from '../../core/errors.ts'
import { officeCalendar } from '../../core/office-calendar.ts'

const NINE = 9 * 60
const china: Locality = { timeZone: 'Asia/Shanghai', calendar: officeCalendar('CN'), opens: NINE }
const newYork: Locality = { timeZone: 'America/New_York', calendar: officeCalendar('US'), opens: NINE }
const berlin: Locality = { timeZone: 'Europe/Berlin', calendar: officeCalendar('DE'), opens: NINE }

const ms = (text: string): number => Temporal.ZonedDateTime.from(text).epochMilliseconds
const shown = (at: number | null, { timeZone }: Locality): string | null =>
  (at === null ? null : Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDateTime().toString({ smallestUnit: 'minute' }))
const rule = (unit: DeadlineUnit, amount: number, more: Partial<DeadlineRule> = {}): DeadlineRule => ({ unit, amount, start: 'next_day', inclusive: true, ...more })

// The table of the design: checked with chinese-days 1.5.7 and Python holidays 0.105.
test.each([
  ['2025-01-24', 1, '2025-01-26'], ['2025-01-24', 2, '2025-01-27'], ['2025-01-24', 3, '2025-02-05'], ['2025-01-24', 5, '2025-02-07'], ['2025-01-24', 15, '2025-02-20'],
  ['2025-09-26', 1, '2025-09-28'], ['2025-09-26', 5, '2025-10-10'], ['2025-09-26', 15, '2025-10-23'],
  ['2026-02-12', 2, '2026-02-14'], ['2026-02-12', 3, '2026-02-24'], ['2026-02-12', 5, '2026-02-26'], ['2026-02-12', 15, '2026-03-11'],
])('%s and %i working days from the next day on end on %s', (from, amount, until) => {
  const { day, certain } = lastDay(rule('working_day', amount), parseDay(from), china.calendar)
  expect([formatDay(day), certain]).toEqual([until, true])
  // Received at noon, it is late from the midnight after.
  const due = deadlineOf(rule('working_day', amount), ms(`${from}T12:00[Asia/Shanghai]`), china)
  expect([formatDay(due.dueOn), due.dueAt]).toEqual([until, startOfDay(parseDay(until) + 1, 'Asia/Shanghai')])
})

test('a deadline that is counted beyond the known calendar says so', () => {
  const end = (from: string, amount: number): [string, boolean] => {
    const { dueOn, certain } = deadlineOf(rule('working_day', amount), ms(`${from}T10:00[Asia/Shanghai]`), china)
    return [formatDay(dueOn), certain]
  }
  expect(end('2026-12-25', 4)).toEqual(['2026-12-31', true])
  expect(end('2026-12-25', 5)).toEqual(['2027-01-01', false])
  expect(deadlineOf(rule('day', 30), ms('2026-12-25T10:00[Asia/Shanghai]'), china).certain).toBe(true)
  expect(deadlineOf(rule('working_day', 3), ms('2026-03-02T10:00[Pacific/Auckland]'), { timeZone: 'Pacific/Auckland', calendar: officeCalendar('NZ'), opens: NINE }).certain).toBe(false)
  expect(deadlineOf(rule('working_day', 1), ms('1999-03-01T10:00[Asia/Shanghai]'), china).certain).toBe(false)
})

test('the day of receipt counts where the rule says so, if it is a working day', () => {
  const end = (from: string, amount: number): string => formatDay(deadlineOf(rule('working_day', amount, { start: 'receipt' }), ms(`${from}T10:00[Asia/Shanghai]`), china).dueOn)
  expect([end('2026-03-02', 1), end('2026-03-02', 2), end('2026-03-07', 1), end('2026-02-14', 1)]).toEqual(['2026-03-02', '2026-03-03', '2026-03-09', '2026-02-14'])
  expect(formatDay(deadlineOf(rule('day', 0), ms('2026-03-07T23:59[Asia/Shanghai]'), china).dueOn)).toBe('2026-03-07')
})

test('含本数: ten days included end with the tenth, ten days not included before it', () => {
  const at = ms('2026-03-02T10:00[Asia/Shanghai]')
  const until = (inclusive: boolean): string | null => shown(deadlineOf(rule('working_day', 10, { inclusive }), at, china).dueAt, china)
  expect([until(true), until(false)]).toEqual(['2026-03-17T00:00', '2026-03-16T00:00'])
})

test('hours pass as they are, over clock changes, and days are of the place', () => {
  // Spring: 2026-03-08 has 23 hours in New York; autumn: 2026-11-01 has 25.
  const spring = ms('2026-03-07T20:00[America/New_York]')
  expect(shown(deadlineOf(rule('hour', 24, { start: 'receipt' }), spring, newYork).dueAt, newYork)).toBe('2026-03-08T21:00')
  expect(shown(deadlineOf(rule('day', 1), spring, newYork).dueAt, newYork)).toBe('2026-03-09T00:00')
  const autumn = ms('2026-10-31T20:00[America/New_York]')
  expect(shown(deadlineOf(rule('hour', 24, { start: 'receipt' }), autumn, newYork).dueAt, newYork)).toBe('2026-11-01T19:00')
  expect(deadlineOf(rule('day', 1), autumn, newYork).dueAt - startOfDay(parseDay('2026-11-01'), 'America/New_York')).toBe(25 * 3_600_000)
  // The night of 2026-10-25 in Berlin, and the control without changes.
  expect(shown(deadlineOf(rule('hour', 4, { start: 'receipt' }), ms('2026-10-25T00:30[Europe/Berlin]'), berlin).dueAt, berlin)).toBe('2026-10-25T03:30')
  expect(shown(deadlineOf(rule('hour', 24, { start: 'receipt' }), ms('2026-03-08T01:00[Asia/Shanghai]'), china).dueAt, china)).toBe('2026-03-09T01:00')
  // The same instant lies on two local days.
  const instant = ms('2026-03-09T04:30[Asia/Shanghai]')
  expect([shown(deadlineOf(rule('day', 1), instant, china).dueAt, china), shown(deadlineOf(rule('day', 1), instant, newYork).dueAt, newYork)]).toEqual(['2026-03-11T00:00', '2026-03-10T00:00'])
  expect(shown(deadlineOf(rule('hour', 8), instant, china).dueAt, china)).toBe('2026-03-10T08:00')
})

test('offices that open at a time that a clock change leaves out open after it', () => {
  const early = { ...newYork, opens: 150 }
  const due = deadlineOf(rule('day', 1), ms('2026-03-06T10:00[America/New_York]'), early)
  expect(shown(instantAfter({ unit: 'day', amount: 1 }, due, early), early)).toBe('2026-03-08T03:30')
})

test('leap day, year end and Thanksgiving are days like others', () => {
  const end = (from: string, amount: number, unit: DeadlineUnit, where: Locality): string => formatDay(deadlineOf(rule(unit, amount), ms(`${from}T10:00[${where.timeZone}]`), where).dueOn)
  expect(end('2028-02-28', 1, 'day', china)).toBe('2028-02-29')
  expect(end('2020-12-30', 3, 'working_day', china)).toBe('2021-01-05')
  expect(end('2026-11-25', 1, 'working_day', newYork)).toBe('2026-11-27')
  expect(end('2021-12-30', 1, 'working_day', newYork)).toBe('2022-01-03')
})

test('黄牌 comes on the working day before the last, 红牌 on the first overdue one', () => {
  // Friday 2026-09-18 and 3 working days: 09-20 (调休), 09-21, 09-22.
  const received = ms('2026-09-18T15:00[Asia/Shanghai]')
  const due = deadlineOf(rule('working_day', 3), received, china)
  expect(formatDay(due.dueOn)).toBe('2026-09-22')
  expect(shown(instantBefore({ unit: 'working_day', amount: 1 }, due, received, china), china)).toBe('2026-09-21T09:00')
  expect(shown(instantAfter({ unit: 'working_day', amount: 1 }, due, china), china)).toBe('2026-09-23T09:00')
  // Over the Mid-Autumn holiday of 2026-09-25.
  const late = deadlineOf(rule('working_day', 4), received, china)
  expect([formatDay(late.dueOn), shown(instantAfter({ unit: 'working_day', amount: 2 }, late, china), china)]).toEqual(['2026-09-23', '2026-09-28T09:00'])
  // Nobody is warned before he was told.
  expect(instantBefore({ unit: 'working_day', amount: 3 }, due, received, china)).toBeNull()
  expect(shown(instantBefore({ unit: 'working_day', amount: 0 }, due, received, china), china)).toBe('2026-09-22T09:00')
})

const units = fc.constantFrom<DeadlineUnit>('hour', 'day', 'working_day')
const places = fc.constantFrom(china, newYork, berlin)
const rules = fc.record({
  unit: units, amount: fc.nat(60), start: fc.constantFrom<DeadlineRule['start']>('receipt', 'next_day'), inclusive: fc.boolean(),
})
const instants = fc.integer({ min: Date.UTC(2019, 0, 1), max: Date.UTC(2027, 11, 31) })
const SEED = { seed: 20260101, numRuns: 300 }

test('a later receipt is never due earlier, more time never ends sooner, and nothing is due before it is received', () => {
  fc.assert(fc.property(rules, places, instants, fc.nat(40 * 86_400_000), fc.nat(20), (given, where, at, delay, more) => {
    const due = deadlineOf(given, at, where)
    expect(due.dueAt).toBeGreaterThanOrEqual(at)
    expect(deadlineOf(given, at + delay, where).dueAt).toBeGreaterThanOrEqual(due.dueAt)
    const extended = deadlineOf(given, at, where, more)
    expect(extended.dueAt).toBeGreaterThanOrEqual(due.dueAt)
    expect(extended.dueAt).toBe(deadlineOf({ ...given, amount: given.amount + more }, at, where).dueAt)
    if (more > 0 && given.amount > 1) expect(extended.dueAt).toBeGreaterThan(due.dueAt)
  }), SEED)
})

test('exactly so many working days lie between receipt and due day', () => {
  fc.assert(fc.property(places, instants, fc.integer({ min: 1, max: 40 }), (where, at, amount) => {
    const { dueOn } = deadlineOf(rule('working_day', amount), at, where)
    const received = localDay(at, where.timeZone)
    let n = 0
    for (let day = received + 1; day <= dueOn; day++) if (where.calendar.isWorking(day)) n++
    expect([n, where.calendar.isWorking(dueOn)]).toEqual([amount, true])
  }), SEED)
})

test('yellow lies between receipt and due, red never before due, and both move with an extension', () => {
  const spans = fc.record({ unit: units, amount: fc.nat(5) })
  fc.assert(fc.property(rules, places, instants, spans, fc.nat(10), (given, where, at, span, more) => {
    const due = deadlineOf(given, at, where)
    const yellow = instantBefore(span, due, at, where)
    if (yellow !== null) expect(yellow > at && yellow < due.dueAt).toBe(true)
    const red = instantAfter(span, due, where)
    expect(red).toBeGreaterThanOrEqual(due.dueAt)
    expect(instantAfter(span, deadlineOf(given, at, where, more), where)).toBeGreaterThanOrEqual(red)
  }), SEED)
})

test.each([[rule('working_day', -1)], [rule('working_day', 1.5)], [rule('hour', 1e6)], [rule('day', NaN)]])('%o is refused', (given) => {
  expect(() => deadlineOf(given, 0, china)).toThrow(InvalidOptionError)
})

test('a quarter of an hour is an amount', () => {
  expect(deadlineOf(rule('hour', 0.25, { start: 'receipt' }), 0, china).dueAt).toBe(900_000)
})
