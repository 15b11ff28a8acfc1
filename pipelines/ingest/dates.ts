/**
 * What instant does a cell of a ticket file mean? Wall-clock times stay wall-clock times of the source, written as
 * 'YYYY-MM-DD HH:MM:SS', and PostgreSQL puts them into the zone; a cell with an offset of its own becomes UTC.
 *
 * Understood: year first with - / . or 年月日, 8 and 14 digits, Excel serial days, and month or day first where the preset
 * declares which. Never guessed: the order of day and month, two-digit years, numerals in words.
 */
import { parseDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'

/** Order of the parts where the year is not first; 'ymd' takes nothing else. */
export type DateOrder = 'ymd' | 'mdy' | 'dmy'

export interface ParsedTime {
  /** Wall clock of the source as seconds since 1970-01-01T00:00:00 of that clock; of UTC where `utc`. */
  seconds: number
  /** The cell named its offset. */
  utc: boolean
}

const YEAR_FIRST = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]*(.+))?$/
const YEAR_LAST = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[T ,]+(.+))?$/
const DIGITS = /^(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2})(\d{2})(\d{2})?)?$/
const SERIAL = /^\d{5}(?:\.\d+)?$/
const CLOCK = /^(上午|下午|AM|PM)?\s*(\d{1,2})[:时点](\d{1,2})分?(?::?(\d{1,2})秒?(?:[.,]\d+)?)?\s*(AM|PM|A\.M\.|P\.M\.)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/i
/** Excel's day 0, with its leap year 1900 that never was: right from March 1900. */
const EXCEL_EPOCH = -25569
/** Serial days of 1990-01-01 and 2100-01-01: five digits outside are no dates. */
const SERIAL_FROM = 32874
const SERIAL_UNTIL = 73051

/** Undefined where the text is no time of the declared order. */
export function parseTime(text: string, order: DateOrder): ParsedTime | undefined {
  const cell = text.normalize('NFKC').trim()
  let match = YEAR_FIRST.exec(cell)
  if (match) return assemble(match[1]!, match[2]!, match[3]!, match[4])
  match = YEAR_LAST.exec(cell)
  if (match && order === 'mdy') return assemble(match[3]!, match[1]!, match[2]!, match[4])
  if (match && order === 'dmy') return assemble(match[3]!, match[2]!, match[1]!, match[4])
  match = DIGITS.exec(cell)
  if (match) return assemble(match[1]!, match[2]!, match[3]!, match[4] && `${match[4]}:${match[5]}:${match[6] ?? '00'}`)
  if (SERIAL.test(cell)) {
    const serial = Number(cell)
    if (serial < SERIAL_FROM || serial >= SERIAL_UNTIL) return undefined
    return { seconds: Math.round((serial + EXCEL_EPOCH) * 86400), utc: false }
  }
  return undefined
}

function assemble(year: string, month: string, day: string, clock: string | undefined): ParsedTime | undefined {
  const days = daysFromCivil(Number(year), Number(month), Number(day))
  if (Number.isNaN(days)) return undefined
  const rest = clock?.trim()
  if (!rest) return { seconds: days * 86400, utc: false }
  const match = CLOCK.exec(rest)
  if (!match) return undefined
  const [, before, hours, minutes, seconds = '0', after, zone] = match
  let hour = Number(hours)
  const half = (before ?? after ?? '').replaceAll('.', '').toUpperCase()
  if (half) {
    if (hour < 1 || hour > 12) return undefined
    hour = (hour % 12) + (half === 'PM' || half === '下午' ? 12 : 0)
  }
  if (hour > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined
  const wall = days * 86400 + hour * 3600 + Number(minutes) * 60 + Number(seconds)
  if (!zone) return { seconds: wall, utc: false }
  return { seconds: wall - offsetSeconds(zone), utc: true }
}

function offsetSeconds(zone: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone)
  if (!match) return 0
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 3600 + Number(match[3] ?? 0) * 60)
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Days since 1970-01-01; NaN for a date that the calendar does not have. Hinnant's algorithm. */
export function daysFromCivil(year: number, month: number, day: number): number {
  if (month < 1 || month > 12 || day < 1 || year < 1) return NaN
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  if (day > MONTH_DAYS[month - 1]! + (month === 2 && leap ? 1 : 0)) return NaN
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146097 + dayOfEra - 719468
}

/**
 * The common form 'YYYY-MM-DD HH:MM:SS' (or with T) straight from bytes; -1 where the cell looks otherwise. The same
 * answer as `parseTime`, without a string.
 */
export function isoSeconds(data: Uint8Array, from: number, until: number): number {
  const length = until - from
  if (length !== 19 && length !== 10) return -1
  if (data[from + 4] !== 0x2d || data[from + 7] !== 0x2d) return -1
  const year = two(data, from) * 100 + two(data, from + 2)
  const days = daysFromCivil(year, two(data, from + 5), two(data, from + 8))
  if (!(days >= 0)) return -1
  if (length === 10) return days * 86400
  const separator = data[from + 10]
  if ((separator !== 0x20 && separator !== 0x54) || data[from + 13] !== 0x3a || data[from + 16] !== 0x3a) return -1
  const hour = two(data, from + 11)
  const minute = two(data, from + 14)
  const second = two(data, from + 17)
  if (!(hour < 24 && minute < 60 && second < 60)) return -1
  return days * 86400 + hour * 3600 + minute * 60 + second
}

/** Two digits as a number; NaN where they are none. */
function two(data: Uint8Array, at: number): number {
  const a = data[at]! - 48
  const b = data[at + 1]! - 48
  return a >= 0 && a <= 9 && b >= 0 && b <= 9 ? a * 10 + b : NaN
}

/** Wall clock of a zone for instants; the offset is looked up once an hour of instants, since that is how often it can change. */
export function wallClock(timeZone: string): (utcSeconds: number) => number {
  const offsets = new Map<number, number>()
  return (utcSeconds) => {
    const key = Math.floor(utcSeconds / 900)
    let offset = offsets.get(key)
    if (offset === undefined) {
      const zoned = Temporal.Instant.fromEpochMilliseconds(key * 900_000).toZonedDateTimeISO(timeZone)
      offset = zoned.offsetNanoseconds / 1e9
      if (offsets.size > 100_000) offsets.clear()
      offsets.set(key, offset)
    }
    return utcSeconds + offset
  }
}

/**
 * The day that a cell of a table names, YYYY-MM-DD or as times of tickets may be written, year first; a time of day is dropped.
 * undefined where it names none.
 */
export function dayOfCell(cell: string): Day | undefined {
  if (/^\d{4}-\d{2}-\d{2}$/.test(cell)) {
    try {
      return parseDay(cell)
    } catch {
      return undefined
    }
  }
  const time = parseTime(cell, 'ymd')
  return time && Math.floor(time.seconds / 86400)
}
