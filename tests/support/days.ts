import { formatDay, parseDay } from '../../core/days.ts'

/** A day so many days later, both YYYY-MM-DD. */
export function addDays(day: string, days: number): string {
  return formatDay(parseDay(day) + days)
}
