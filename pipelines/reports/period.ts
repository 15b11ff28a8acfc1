/**
 * Which days a report speaks of, and with which it compares them: the night's day, its ISO week or its month, up to the night.
 */
import { formatDay, parseDay, weekday } from '../../core/days.ts'
import { formatIsoWeek } from '../../core/iso-week.ts'
import type { DayRange, Period } from '../../sql/reports.ts'

export const PERIODS = ['night', 'week', 'month'] as const

/** 52 weeks: the same weekday a year earlier. */
const YEAR_DAYS = 364

export interface PeriodDays {
  period: Period
  /** 2026-11-22, 2026-W47 or 2026-11. */
  name: string
  now: DayRange
  /** As many days of the period before: the same weekday a week earlier, the week before, the first days of the month before. */
  before: DayRange
  /** As many days a year earlier: the same weekdays 52 weeks before, or the same days of the month. */
  year: DayRange
  /** Whether the period ends with the night. */
  whole: boolean
}

/** @param night YYYY-MM-DD, the last day of the report */
export function daysOf(period: Period, night: string): PeriodDays {
  const last = parseDay(night, 'night')
  if (period === 'month') return monthOf(night)
  const from = period === 'night' ? last : last - weekday(last) + 1
  const back = (days: number): DayRange => ({ from: formatDay(from - days), until: formatDay(last + 1 - days) })
  return {
    period, name: period === 'night' ? night : formatIsoWeek(last), now: back(0), before: back(7), year: back(YEAR_DAYS),
    whole: period === 'night' || weekday(last) === 7,
  }
}

function monthOf(night: string): PeriodDays {
  const [year, month, day] = night.split('-').map(Number) as [number, number, number]
  const start = (y: number, m: number): number => Date.UTC(y, m - 1, 1) / 86400000
  const range = (y: number, m: number): DayRange => {
    const from = start(y, m)
    // A month before that is shorter is compared whole.
    return { from: formatDay(from), until: formatDay(Math.min(from + day, start(y, m + 1))) }
  }
  return {
    period: 'month', name: night.slice(0, 7), now: range(year, month), before: range(year, month - 1), year: range(year - 1, month),
    whole: parseDay(night) + 1 === start(year, month + 1),
  }
}
