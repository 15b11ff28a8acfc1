/**
 * 倒排工期: milestones counted back from the day on which all must be done.
 */
import { formatDay, parseDay } from '../../core/days.ts'
import { InvalidOptionError } from '../../core/errors.ts'
import { readToday } from '../../sql/alert-life.ts'
import type { Queryable } from '../../sql/db.ts'
import { scheduleBack } from './work.ts'

/**
 * @param steps what is to be reached, in order, separated by ';' or '；'
 * @param until day of the last one @param on today where it is left out
 * @throws {InvalidOptionError} no steps, or fewer days than steps
 */
export async function backSchedule(db: Queryable, steps: string, until: string, on: string | undefined): Promise<{ text: string, due: string }[]> {
  const names = steps.split(/[;；]/u).map((name) => name.trim()).filter((name) => name !== '')
  const from = parseDay(on ?? await readToday(db))
  if (names.length === 0) throw new InvalidOptionError('steps', steps, 'what is to be reached, separated by ;')
  if (parseDay(until) - from < names.length) throw new InvalidOptionError('until', until, `a day at least ${names.length} days after ${formatDay(from)}`)
  return scheduleBack(names, from, parseDay(until)).map(({ text, day }) => ({ text, due: formatDay(day) }))
}
