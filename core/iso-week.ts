/**
 * Weeks of ISO 8601 as text: '2026-W05' begins on Monday, 2026-01-26. The first week of a year is the one with its first Thursday.
 */
import { formatDay, weekday, yearAndDay } from './days.ts'
import type { Day } from './days.ts'

const PATTERN = /^(\d{4})-?W(\d{2})$/
const THURSDAY = 3

/** Monday of the week; undefined where the text is no week of the calendar. */
export function parseIsoWeek(text: string): Day | undefined {
  const match = PATTERN.exec(text)
  if (!match) return undefined
  const [year, week] = [Number(match[1]), Number(match[2])]
  const inFirstWeek = Date.UTC(year, 0, 4) / 86400000
  const monday = inFirstWeek - weekday(inFirstWeek) + 1 + 7 * (week - 1)
  return week > 0 && yearAndDay(monday + THURSDAY).year === year ? monday : undefined
}

/** @param day any day of the week */
export function formatIsoWeek(day: Day): string {
  const thursday = day - weekday(day) + 1 + THURSDAY
  const { dayOfYear } = yearAndDay(thursday)
  return `${formatDay(thursday).slice(0, 4)}-W${String(Math.floor(dayOfYear / 7) + 1).padStart(2, '0')}`
}
