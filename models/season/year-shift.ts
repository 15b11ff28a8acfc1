/**
 * Which week of a past year is the counterpart of a week? The one nearest to the same date; around 春节, which moves by a
 * month, the one as far from that year's 春节.
 */
import { yearAndDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { springFestival } from '../../core/lunar.ts'

const WEEKS_A_YEAR = 365.2425 / 7
/** Weeks before and after 春节 that follow it. */
const BEFORE_FESTIVAL = 6
const AFTER_FESTIVAL = 4

/**
 * Weeks from the counterpart `years` years ago to the week.
 *
 * @param monday  of the week
 * @param lunar   whether 春节 moves people there
 */
export function yearShift(monday: Day, years: number, lunar: boolean): number {
  const solar = Math.round(years * WEEKS_A_YEAR)
  if (!lunar) return solar
  const { year } = yearAndDay(monday + BEFORE_FESTIVAL * 7)
  const festival = springFestival(year)
  const distance = (monday - festival) / 7
  if (!(distance >= -BEFORE_FESTIVAL && distance <= AFTER_FESTIVAL)) return solar
  return Math.round((festival - springFestival(year - years)) / 7)
}
