/**
 * Days of the lunar year that move people: 春节, by the lunar calendar of chinese-days (1900 to 2100).
 */
import chineseDays from 'chinese-days'
import { parseDay } from './days.ts'
import type { Day } from './days.ts'

const FIRST_YEAR = 1901
const LAST_YEAR = 2099
const known = new Map<number, Day>()

/** First day of the lunar year that begins in the solar year; NaN outside 1901 to 2099. */
export function springFestival(year: number): Day {
  let day = known.get(year)
  if (day === undefined) {
    day = year >= FIRST_YEAR && year <= LAST_YEAR ? parseDay(chineseDays.getSolarDateFromLunar(`${year}-01-01`).date) : NaN
    known.set(year, day)
  }
  return day
}
