/**
 * The day of the tables that are computed once a week.
 */
import { weekday } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'

/** The last Sunday, the day itself included. */
export function lastSunday(night: Day): Day {
  return night - (weekday(night) % 7)
}
