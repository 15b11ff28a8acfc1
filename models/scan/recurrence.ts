/**
 * How often a result as rare as this comes by chance when the scan is repeated.
 * Kleinman, Lazarus, Platt (2004), Am J Epidemiol 159:217-224; SaTScan user guide, recurrence interval.
 */
import { recurrenceDays } from '../detect/verdict.ts'

/**
 * Days between two results as rare as p by chance.
 *
 * @param everyDays  days from one analysis to the next
 * @param analyses   analyses that p already answers for: 1, or more where it was adjusted for earlier ones
 */
export function recurrenceOf(p: number, everyDays = 1, analyses = 1): number {
  return everyDays * recurrenceDays(Math.log(p), 1 / analyses)
}
