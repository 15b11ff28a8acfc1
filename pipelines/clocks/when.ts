/**
 * When something is due that nobody has a clock for: the rules of deadlines as a calculator.
 */
import { deadlineOf } from '../../core/deadline.ts'
import type { DeadlineRule } from '../../core/deadline.ts'
import { formatDay, instantAt, localDay, parseDay } from '../../core/days.ts'
import { InvalidOptionError } from '../../core/errors.ts'
import { officeCalendar } from '../../core/office-calendar.ts'
import type { CalendarSource } from '../../core/office-calendar.ts'
import { readNow } from '../../sql/clocks.ts'
import type { Queryable } from '../../sql/db.ts'
import { readStoreFacts } from '../../sql/store-facts.ts'
import { readDeadlineHistory } from './in-force.ts'
import { noticesOf } from './rules-file.ts'
import { DEFAULT_COUNTRY, DEFAULT_ZONE } from './sync.ts'

export interface WhenRequest extends DeadlineRule {
  /** Day of receipt, at noon; default now. */
  from?: string
  /** Default that of the source imported last. */
  country?: string
}

export interface WhenAnswer {
  received_at: string
  due_at: string
  due_on: string
  certain: boolean
  country: string
  time_zone: string
  calendar: CalendarSource
  /** Last day that the calendar knows; null where it knows all, or none. */
  known_until: string | null
}

/** @throws {InvalidOptionError} an amount or a country that is none */
export async function whenDue(db: Queryable, { from, country: given, unit, amount, start, inclusive }: WhenRequest): Promise<WhenAnswer> {
  const facts = await readStoreFacts(db)
  const country = (given ?? facts.country ?? DEFAULT_COUNTRY).toUpperCase()
  if (!/^[A-Z]{2}$/.test(country)) throw new InvalidOptionError('country', given, 'two letters, ISO 3166')
  const timeZone = facts.timeZone ?? DEFAULT_ZONE
  const calendar = officeCalendar(country, noticesOf((await readDeadlineHistory(db)).latest.rules, country))
  const receivedAt = from === undefined ? await readNow(db) : instantAt(parseDay(from), 12 * 60, timeZone)
  const due = deadlineOf({ unit, amount, start, inclusive }, receivedAt, { timeZone, calendar, opens: 0 })
  return {
    received_at: new Date(receivedAt).toISOString(), due_at: new Date(due.dueAt).toISOString(), due_on: formatDay(localDay(due.dueAt - 1, timeZone)), certain: due.certain, country, time_zone: timeZone,
    calendar: calendar.source, known_until: Number.isFinite(calendar.coveredUntil) ? formatDay(calendar.coveredUntil - 1) : null,
  }
}
