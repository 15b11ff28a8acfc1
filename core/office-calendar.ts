/**
 * On which days offices work: deadlines count these. China by the State Council's yearly notice (chinese-days), the United States by
 * the federal holidays as observed, Germany by the holidays of all its states; elsewhere weekends alone, and the calendar says so. A
 * notice that the library does not hold yet is given as data. The baselines have a calendar of their own (calendar.ts).
 */
import { allForYear } from '@18f/us-federal-holidays'
import { getHolidays } from 'feiertagejs'
import { workCalendar } from './calendar.ts'
import type { DayKind, WorkCalendar } from './calendar.ts'
import { parseDay, weekday, yearAndDay } from './days.ts'
import type { Day } from './days.ts'

/** Where the days come from; `weekends` knows no holiday. */
export type CalendarSource = 'state_council' | 'library' | 'weekends'

export interface OfficeCalendar extends WorkCalendar { readonly source: CalendarSource }

/** A notice as data: within [from, until) these days decide, and weekends. */
export interface Notice {
  from: Day
  until: Day
  holidays: readonly Day[]
  /** Weekend days on which offices work. */
  workdays: readonly Day[]
}

const HOLIDAYS: Readonly<Record<string, (year: number) => readonly string[]>> = {
  // New Year's Day on a Saturday is observed on the last day of the year before.
  US: (year) => [...allForYear(year), ...allForYear(year + 1)].map(({ dateString }) => dateString).filter((date) => date.startsWith(String(year))),
  DE: (year) => getHolidays(year, 'BUND').map(({ dateString }) => dateString),
}

const cache = new Map<string, OfficeCalendar>()

/**
 * @param country ISO 3166 alpha-2
 * @param notices data that go before the library, the later ones first
 */
export function officeCalendar(country: string, notices: readonly Notice[] = []): OfficeCalendar {
  let calendar = cache.get(country)
  if (!calendar) {
    const read = HOLIDAYS[country]
    calendar = country === 'CN' ? { ...workCalendar('CN'), source: 'state_council' } : read ? byYear(country, read) : unknown(country)
    cache.set(country, calendar)
  }
  return notices.reduce(withNotice, calendar)
}

function byYear(country: string, read: (year: number) => readonly string[]): OfficeCalendar {
  const years = new Map<number, Set<Day>>()
  const kind = (day: Day): DayKind => {
    if (weekday(day) > 5) return 'weekend'
    const { year } = yearAndDay(day)
    let days = years.get(year)
    if (!days) years.set(year, days = new Set(read(year).map((date) => parseDay(date))))
    return days.has(day) ? 'holiday' : 'working'
  }
  return of(country, 'library', kind, -Infinity, Infinity)
}

function unknown(country: string): OfficeCalendar {
  return of(country, 'weekends', (day) => (weekday(day) > 5 ? 'weekend' : 'working'), Infinity, -Infinity)
}

function withNotice(calendar: OfficeCalendar, { from, until, holidays, workdays }: Notice): OfficeCalendar {
  const free = new Set(holidays)
  const busy = new Set(workdays)
  const kind = (day: Day): DayKind => {
    if (day < from || day >= until) return calendar.kind(day)
    return free.has(day) ? 'holiday' : busy.has(day) || weekday(day) < 6 ? 'working' : 'weekend'
  }
  const source = calendar.source === 'weekends' ? 'library' : calendar.source
  // What is known must be one stretch: a notice beyond a gap does not close it.
  if (calendar.coveredFrom > calendar.coveredUntil) return of(calendar.country, source, kind, from, until)
  const touches = from <= calendar.coveredUntil && until >= calendar.coveredFrom
  return of(calendar.country, source, kind, touches ? Math.min(from, calendar.coveredFrom) : calendar.coveredFrom,
    touches ? Math.max(until, calendar.coveredUntil) : calendar.coveredUntil)
}

function of(country: string, source: CalendarSource, kind: (day: Day) => DayKind, coveredFrom: Day, coveredUntil: Day): OfficeCalendar {
  return {
    country, source, kind, coveredFrom, coveredUntil,
    isWorking: (day) => kind(day) === 'working', isMakeUpDay: (day) => weekday(day) > 5 && kind(day) === 'working',
  }
}
