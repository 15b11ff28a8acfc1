/**
 * The columns of a baseline: which effects a history is long enough to support, and what they are on a given day.
 * Level at the end of the history, weekdays, holidays, annual harmonics (Serfling 1963), damped trend (Gardner & McKenzie 1985).
 */
import { weekday } from '../../core/days.ts'

/** Kinds of day as numbers, for arrays; pipelines/ translates the calendar's words. */
export const DAY_WORKING = 0
export const DAY_WEEKEND = 1
export const DAY_HOLIDAY = 2
/** A weekend day on which the country works (调休); it is counted as a working day of no weekday in particular. */
export const DAY_MAKE_UP = 3

/** Which columns there are; columns come in this order: level, weekdays, holiday, harmonics, trend. */
export interface DesignPlan {
  columns: number
  /** 0 none, 1 one for weekends, 7 one a weekday (all shrunk to the level, so that none is the reference). */
  weekdays: number
  holiday: boolean
  /** Pairs of sine and cosine of the year. */
  harmonics: number
  trend: boolean
  /** Day number of the last day of the history: the level speaks of it and the trend is damped from it on. */
  lastDay: number
  dampingDays: number
  /** Prior precisions (1 / sd²) of the columns, for fitNegbinRegression. */
  ridge: Float64Array
}

/** Prior standard deviations on the log scale: what an effect may easily be. */
const LEVEL_SD = 10
const WEEKDAY_SD = 1
const HOLIDAY_SD = 0.7
const HARMONIC_SD = 0.7
/** Per year: 20 % a year is usual for a hotline, a doubling is not believed without strong data. */
const TREND_SD = 0.25
const YEAR = 365.2425

/** Days and tickets from which on each weekday has its own effect, and below which there is none at all. */
const WEEKDAYS_FROM = { days: 56, tickets: 50 }
const WEEKEND_FROM = { days: 28, tickets: 15 }
const SEASON_TICKETS = 30

/** Chooses the columns by the length of the usable history and its tickets. */
export function planDesign(counts: Float64Array, kinds: Uint8Array, firstDay: number, dampingDays: number): DesignPlan {
  let days = 0
  let tickets = 0
  let holidays = 0
  let first = -1
  for (let i = 0; i < counts.length; i++) {
    if (!(counts[i] >= 0)) continue
    if (first < 0) first = i
    days++
    tickets += counts[i]
    if (kinds[i] === DAY_HOLIDAY) holidays++
  }
  const years = first < 0 ? 0 : (counts.length - first) / YEAR
  // Half of the days must be there: one year with a gap of ten months is no year.
  const seasons = days >= 0.5 * (counts.length - first) && tickets >= SEASON_TICKETS ? (years >= 1.999 ? 2 : years >= 0.999 ? 1 : 0) : 0
  const weekdays = days >= WEEKDAYS_FROM.days && tickets >= WEEKDAYS_FROM.tickets ? 7
    : days >= WEEKEND_FROM.days && tickets >= WEEKEND_FROM.tickets ? 1 : 0
  const holiday = holidays >= 3 && weekdays > 0
  const trend = seasons > 0
  const precisions = [1 / LEVEL_SD ** 2]
  for (let a = 0; a < weekdays; a++) precisions.push(1 / WEEKDAY_SD ** 2)
  if (holiday) precisions.push(1 / HOLIDAY_SD ** 2)
  for (let a = 0; a < 2 * seasons; a++) precisions.push(1 / HARMONIC_SD ** 2)
  if (trend) precisions.push(1 / TREND_SD ** 2)
  return {
    columns: precisions.length, weekdays, holiday, harmonics: seasons, trend,
    lastDay: firstDay + counts.length - 1, dampingDays, ridge: Float64Array.from(precisions),
  }
}

/** Writes the columns of one day to out[at …]. Allocates nothing. */
export function fillDesignRow(plan: DesignPlan, day: number, kind: number, out: Float64Array, at: number): void {
  out[at] = 1
  let a = at + 1
  if (plan.weekdays === 7) {
    for (let d = 0; d < 7; d++) out[a + d] = 0
    if (kind === DAY_WORKING || kind === DAY_WEEKEND) out[a + weekday(day) - 1] = 1
    else if (kind === DAY_HOLIDAY && !plan.holiday) out[a + 6] = 1
    else if (kind === DAY_HOLIDAY) fillMean(out, a + 5, 2)
    else fillMean(out, a, 5)
    a += 7
  } else if (plan.weekdays === 1) {
    out[a++] = kind === DAY_WEEKEND || kind === DAY_HOLIDAY ? 1 : 0
  }
  if (plan.holiday) out[a++] = kind === DAY_HOLIDAY ? 1 : 0
  for (let h = 1; h <= plan.harmonics; h++) {
    const angle = (2 * Math.PI * h * day) / YEAR
    out[a++] = Math.sin(angle)
    out[a++] = Math.cos(angle)
  }
  if (plan.trend) {
    const ahead = day - plan.lastDay
    out[a] = (ahead <= 0 ? ahead : plan.dampingDays * (1 - Math.exp(-ahead / plan.dampingDays))) / YEAR
  }
}

function fillMean(out: Float64Array, at: number, length: number): void {
  for (let d = 0; d < length; d++) out[at + d] = 1 / length
}
