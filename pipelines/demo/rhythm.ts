/**
 * When people call: the factor of a day by season, weekday and holiday, and the hour of the call.
 */
import type { WorkCalendar } from '../../core/calendar.ts'
import { weekday, yearAndDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import type { Rng } from '../../core/rng.ts'

export type SeasonKey = keyof typeof MONTHS | 'heating'
export type HourKey = keyof typeof HOURS

/** Factors of the twelve months, joined by straight lines from the middle of one to the middle of the next. */
const MONTHS = {
  flat: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
  summer: [0.6, 0.6, 0.7, 0.8, 1, 1.4, 1.7, 1.7, 1.3, 0.9, 0.7, 0.6],
  summernight: [0.35, 0.4, 0.6, 0.9, 1.3, 1.7, 1.9, 1.8, 1.3, 0.8, 0.5, 0.35],
  winter: [1.4, 1.3, 1.1, 0.9, 0.8, 0.8, 0.8, 0.8, 0.9, 1, 1.2, 1.4],
  warm: [0.6, 0.6, 0.9, 1.1, 1.2, 1.3, 1.2, 1.2, 1.2, 1.1, 0.9, 0.7],
  spring: [0.6, 0.8, 1.4, 1.7, 1.4, 1, 0.8, 0.8, 0.9, 0.9, 0.9, 0.7],
  wages: [2.4, 1.1, 0.6, 0.6, 0.6, 0.7, 0.7, 0.7, 0.8, 0.9, 1.2, 2],
  yearend: [1.3, 1.1, 0.9, 0.8, 0.8, 0.8, 0.8, 0.8, 1, 1.2, 1.4, 1.6],
  holiday: [1.1, 1.2, 0.9, 1, 1.2, 1, 1, 1, 0.9, 1.2, 0.9, 1],
  enrol: [0.5, 0.5, 0.7, 0.9, 1.3, 1.9, 2, 1.8, 1, 0.6, 0.5, 0.5],
  school: [0.8, 0.7, 1.2, 1.2, 1.2, 1, 0.5, 0.6, 1.4, 1.3, 1.2, 1.1],
  june: [0.5, 0.5, 0.8, 1, 1.5, 4, 0.8, 0.4, 0.6, 0.8, 0.6, 0.5],
} as const

/** Weights of the 24 hours. */
const HOURS = {
  day: [1, 1, 1, 1, 1, 2, 6, 18, 46, 62, 60, 48, 30, 36, 54, 56, 50, 42, 28, 24, 20, 12, 6, 3],
  evening: [2, 1, 1, 1, 1, 2, 8, 16, 24, 26, 26, 26, 24, 22, 22, 24, 28, 40, 60, 70, 66, 44, 20, 8],
  night: [34, 20, 12, 8, 6, 8, 12, 16, 22, 22, 18, 14, 12, 12, 12, 12, 12, 14, 18, 26, 40, 64, 80, 64],
  any: [6, 4, 3, 3, 4, 8, 18, 32, 42, 44, 42, 38, 34, 32, 36, 38, 38, 40, 42, 40, 36, 28, 18, 10],
} as const

const WEEKDAYS = [0, 1.13, 1.07, 1.04, 1.03, 1.01, 0.87, 0.82]
/** Night and leisure topics rise when people are at home. */
const WEEKDAYS_AT_HOME = [0, 0.96, 0.95, 0.96, 0.98, 1.05, 1.1, 1.06]

const CUMULATIVE = Object.fromEntries(Object.entries(HOURS).map(([key, weights]) => {
  let sum = 0
  return [key, Float64Array.from(weights, (weight) => (sum += weight))]
})) as Record<HourKey, Float64Array>

/** Second of the day of a call. */
export function drawSecond(hours: HourKey, rng: Rng): number {
  return rng.weighted(CUMULATIVE[hours]) * 3600 + rng.below(3600)
}

/** Mean of the year is about 1 for every season. */
export function seasonFactor(season: Exclude<SeasonKey, 'heating'>, day: Day): number {
  const months = MONTHS[season]
  const position = (yearAndDay(day).dayOfYear / 365.25) * 12 - 0.5
  const month = Math.floor(position)
  const part = position - month
  return months[(month + 12) % 12]! * (1 - part) + months[(month + 1) % 12]! * part
}

/** Heating runs from 15 November until 15 March, with complaints of the first days of the season on top. */
export function isHeatingDay(day: Day): boolean {
  const date = new Date(day * 86400000)
  const monthDay = (date.getUTCMonth() + 1) * 100 + date.getUTCDate()
  return monthDay >= 1115 || monthDay < 315
}

/** @param celsius mean temperature of the day */
export function heatingFactor(day: Day, celsius: number): number {
  if (!isHeatingDay(day)) return 0.03
  const sinceStart = (yearAndDay(day).dayOfYear + 366 - 319) % 366
  const start = sinceStart < 12 ? 0.9 * (1 - sinceStart / 12) : 0
  return Math.max(0.5, 1 + start - 0.035 * (celsius + 2))
}

export function dayFactor(calendar: WorkCalendar, day: Day, atHome: boolean): number {
  const kind = calendar.kind(day)
  const usual = (atHome ? WEEKDAYS_AT_HOME : WEEKDAYS)[weekday(day)]!
  if (kind === 'holiday') return atHome ? 1 : 0.62
  if (kind === 'working' && weekday(day) > 5) return atHome ? 0.97 : 1.03
  return usual
}
