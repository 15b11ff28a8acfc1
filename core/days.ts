/**
 * Days as whole numbers: the count of days since 1970-01-01 of the proleptic Gregorian calendar, in the city's own
 * calendar. Arithmetic on days is then arithmetic on numbers; text and zones appear at the edges only.
 */
import { InvalidOptionError } from './errors.ts'

/** Day number of a local calendar date. */
export type Day = number

const PATTERN = /^(\d{4})-(\d{2})-(\d{2})$/

/** '2016-04-18' → 16909. @throws {InvalidOptionError} not a date of the calendar */
export function parseDay(text: string, name = 'date'): Day {
  const match = PATTERN.exec(text)
  if (match) {
    const ms = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]))
    if (!Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text)) return ms / 86400000
  }
  throw new InvalidOptionError(name, text, 'a date as YYYY-MM-DD')
}

/** 16909 → '2016-04-18'. */
export function formatDay(day: Day): string {
  return new Date(day * 86400000).toISOString().slice(0, 10)
}

/** 1 is Monday, 7 is Sunday (ISO 8601). */
export function weekday(day: Day): number {
  return ((((day + 3) % 7) + 7) % 7) + 1
}

/** An offset such as +08:00 is no zone: PostgreSQL reads its sign the other way round. @throws {InvalidOptionError} not an IANA time zone */
export function checkTimeZone(name: string, timeZone: string): void {
  const isZone = (): boolean => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone }) !== undefined
    } catch {
      return false
    }
  }
  if (!/^[A-Za-z]/.test(timeZone) || !isZone()) throw new InvalidOptionError(name, timeZone, 'an IANA time zone')
}

/** Local day of an instant in an IANA time zone. @param instant milliseconds since the epoch */
export function localDay(instant: number, timeZone: string): Day {
  const text = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone).toPlainDate().toString()
  return parseDay(text)
}

/** The instant at which a local day begins, in milliseconds; where midnight does not exist, the first instant after. */
export function startOfDay(day: Day, timeZone: string): number {
  return Temporal.PlainDate.from(formatDay(day)).toZonedDateTime(timeZone).startOfDay().epochMilliseconds
}

/** The instant of a local time of day; one that does not exist or comes twice is read as RFC 5545 does: later, or the first. @param minutes after midnight */
export function instantAt(day: Day, minutes: number, timeZone: string): number {
  if (minutes === 0) return startOfDay(day, timeZone)
  const time = { hour: Math.floor(minutes / 60), minute: minutes % 60 }
  return Temporal.PlainDate.from(formatDay(day)).toPlainDateTime(time).toZonedDateTime(timeZone).epochMilliseconds
}

/** Day of the year from 0, and the year. */
export function yearAndDay(day: Day): { year: number, dayOfYear: number } {
  const year = new Date(day * 86400000).getUTCFullYear()
  return { year, dayOfYear: day - Date.UTC(year, 0, 1) / 86400000 }
}

/** Position within [from, until) of the first of the ascending days that is not before the wanted one; `until` where all are. O(log n). */
export function lowerBound(days: ArrayLike<Day>, wanted: Day, from = 0, until = days.length): number {
  let low = from
  let high = until
  while (low < high) {
    const middle = (low + high) >> 1
    if (days[middle]! < wanted) low = middle + 1
    else high = middle
  }
  return low
}
