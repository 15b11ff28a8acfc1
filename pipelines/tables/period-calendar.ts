/**
 * What the days of a table are: weekday, weekend, holiday. By their dates alone, by a country's working days, or by a file.
 */
import { existsSync } from 'node:fs'
import { workCalendar } from '../../core/calendar.ts'
import type { WorkCalendar } from '../../core/calendar.ts'
import { weekday } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { BadInputError } from '../../core/errors.ts'
import { DAY_HOLIDAY, DAY_WEEKEND, DAY_WORKING } from '../../models/detect/baseline-design.ts'
import { dayKinds } from '../fit-days.ts'
import { fieldText } from '../ingest/tokenizer.ts'
import { readRecords } from './csv-records.ts'
import { formatTime, timeOf } from './series-table.ts'
import type { TimeKind } from './series-table.ts'

/** Weekdays 1 (Monday) to 7 and kinds of day of baseline-design.ts, one each a day. */
export interface DaySpan { weekdays: Uint8Array, kinds: Uint8Array }

export interface PeriodCalendar {
  /** Days of a year, where the calendar has a year of its own. */
  daysPerYear?: number
  /** Days [from, until) whose holidays are known; beyond, weekends alone. Absent: all. */
  known?: readonly [from: Day, until: Day]
  /**
   * The n days from `first` on; undefined where the calendar knows no weekdays.
   *
   * @throws {BadInputError} a day that the calendar does not hold
   */
  span(first: number, n: number): DaySpan | undefined
}

/** Weekdays are what the dates say, indices say nothing; nothing is a holiday. */
export function plainCalendar(kind: TimeKind): PeriodCalendar {
  return kind === 'index' ? { span: () => undefined } : ofCountry(workCalendar('none'))
}

/**
 * A file with a column `date`, `day` or `index`, and `holiday` (0 or 1), perhaps `weekday` or `dow` (1 Monday to 7 Sunday) and `year`;
 * or a country's two letters, where CN knows holidays and 调休 and any other weekends only.
 *
 * @param kind what the table's times are: a country needs dates
 * @throws {BadInputError} no such file or country; columns missing; a line that makes no sense
 */
export async function openCalendar(name: string, kind: TimeKind): Promise<PeriodCalendar> {
  if (existsSync(name)) return await readCalendar(name, kind)
  if (!/^[A-Za-z]{2}$/.test(name)) throw new BadInputError('no_file', `cannot open ${name}`, { path: name })
  if (kind === 'index') throw new BadInputError('calendar_needs_dates', `the calendar of ${name} needs dates, the counts have indices`, { country: name })
  return ofCountry(workCalendar(name.toUpperCase()))
}

function ofCountry(calendar: WorkCalendar): PeriodCalendar {
  return {
    known: [calendar.coveredFrom, calendar.coveredUntil],
    span: (first, n) => ({ weekdays: Uint8Array.from({ length: n }, (_, i) => weekday(first + i)), kinds: dayKinds(calendar, first, first + n) }),
  }
}

interface DayRow { weekday: number, holiday: boolean }

async function readCalendar(path: string, kind: TimeKind): Promise<PeriodCalendar> {
  const days = new Map<number, DayRow>()
  const years = new Map<string, number>()
  const asked = kind === 'index' ? 'index' : 'date'
  await readRecords(path, (header) => {
    const place = (...names: string[]): number => header.findIndex((name) => names.includes(name.toLowerCase()))
    const [time, holiday, week, year] = [place('date', 'day', 'index'), place('holiday'), place('weekday', 'dow'), place('year')]
    if (time < 0 || holiday < 0 || (week < 0 && kind === 'index')) {
      const needed = ['date, day or index', 'holiday', ...(kind === 'index' ? ['weekday or dow'] : [])]
      throw new BadInputError('calendar_lacks_column', `${path} needs columns ${needed.join('; ')}, it has ${header.join(', ')}`, { path, needed: needed.join('; '), header: header.join(', ') })
    }
    return (record) => {
      const cell = (at: number): string => fieldText(record, at).trim()
      const at = timeOf(cell(time), asked)
      const dayOfWeek = week < 0 ? weekday(at ?? 0) : Number(cell(week))
      if (at === undefined || ![1, 2, 3, 4, 5, 6, 7].includes(dayOfWeek) || !['0', '1'].includes(cell(holiday))) {
        throw new BadInputError('calendar_bad_line', `line ${record.line} of ${path} is no day: ${cell(time)}, weekday 1 to 7, holiday 0 or 1`, { path, line: record.line, value: cell(time) })
      }
      days.set(at, { weekday: dayOfWeek, holiday: cell(holiday) === '1' })
      if (year >= 0) years.set(cell(year), (years.get(cell(year)) ?? 0) + 1)
    }
  })
  const whole = [...years.values()].slice(1, -1) // the first and the last may be parts
  return {
    ...(whole.length > 0 && { daysPerYear: whole.reduce((sum, n) => sum + n, 0) / whole.length }),
    span: (first, n) => {
      const span = { weekdays: new Uint8Array(n), kinds: new Uint8Array(n) }
      for (let i = 0; i < n; i++) {
        const day = days.get(first + i)
        if (!day) throw new BadInputError('calendar_lacks_day', `${path} has no day ${formatTime(kind, first + i)}`, { path, value: formatTime(kind, first + i) })
        span.weekdays[i] = day.weekday
        span.kinds[i] = day.holiday ? DAY_HOLIDAY : day.weekday > 5 ? DAY_WEEKEND : DAY_WORKING
      }
      return span
    },
  }
}
