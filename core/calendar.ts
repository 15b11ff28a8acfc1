/**
 * Working days. China's follow the State Council's yearly notice with its make-up days (调休); elsewhere Monday to
 * Friday. The library answers "no holiday" for a year whose notice it does not know, so coverage is part of the answer.
 */
import chineseDays from 'chinese-days'
import { formatDay, weekday, yearAndDay } from './days.ts'
import type { Day } from './days.ts'

/** What kind of day a count is to be compared with. */
export type DayKind = 'working' | 'weekend' | 'holiday'

export interface WorkCalendar {
  readonly country: string
  kind(day: Day): DayKind
  isWorking(day: Day): boolean
  /** A weekend day on which the country works (调休). */
  isMakeUpDay(day: Day): boolean
  /** Exclusive end of what is known; the calendar says Monday to Friday from there on. */
  readonly coveredUntil: Day
  readonly coveredFrom: Day
}

/** Years whose notice the pinned version of chinese-days holds; found by looking, since the library does not tell. */
function chinaCoverage(): { from: number, until: number } {
  let from = 2025
  while (hasHolidays(from - 1)) from--
  let until = 2025
  while (hasHolidays(until)) until++
  return { from, until }
}

function hasHolidays(year: number): boolean {
  const days = chineseDays.getHolidaysInRange(`${year}-09-28`, `${year}-10-08`, false)
  return days.length >= 3
}

const cache = new Map<string, WorkCalendar>()

/** @param country ISO 3166 alpha-2; 'CN' knows 调休, any other has weekends only */
export function workCalendar(country: string): WorkCalendar {
  let calendar = cache.get(country)
  if (!calendar) {
    calendar = country === 'CN' ? chinaCalendar() : weekendCalendar(country)
    cache.set(country, calendar)
  }
  return calendar
}

function chinaCalendar(): WorkCalendar {
  const { from, until } = chinaCoverage()
  const known = new Map<Day, DayKind>()
  const kind = (day: Day): DayKind => {
    let answer = known.get(day)
    if (answer === undefined) {
      const { year } = yearAndDay(day)
      const weekend = weekday(day) > 5
      if (year < from || year >= until) answer = weekend ? 'weekend' : 'working'
      else if (chineseDays.isWorkday(formatDay(day))) answer = 'working'
      else if (weekend && !chineseDays.getDayDetail(formatDay(day)).name.includes(',')) answer = 'weekend'
      else answer = 'holiday'
      known.set(day, answer)
    }
    return answer
  }
  return {
    country: 'CN',
    kind,
    isWorking: (day) => kind(day) === 'working',
    isMakeUpDay: (day) => weekday(day) > 5 && kind(day) === 'working',
    coveredFrom: Date.UTC(from, 0, 1) / 86400000,
    coveredUntil: Date.UTC(until, 0, 1) / 86400000,
  }
}

function weekendCalendar(country: string): WorkCalendar {
  const kind = (day: Day): DayKind => (weekday(day) > 5 ? 'weekend' : 'working')
  return {
    country,
    kind,
    isWorking: (day) => kind(day) === 'working',
    isMakeUpDay: () => false,
    coveredFrom: -Infinity,
    coveredUntil: Infinity,
  }
}
