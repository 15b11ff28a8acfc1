/**
 * Which rules of deadlines a clock goes by: the version in force on the local day of its start, else the product's own.
 */
import { officeCalendar } from '../../core/office-calendar.ts'
import type { OfficeCalendar } from '../../core/office-calendar.ts'
import type { Queryable } from '../../sql/db.ts'
import { readDeadlineVersions } from '../../sql/deadlines.ts'
import type { InForce } from './clock.ts'
import { noticesOf } from './rules-file.ts'
import { INITIAL_DEADLINES } from './rules.ts'
import type { DeadlineRules } from './rules.ts'

export interface DeadlineHistory {
  /** @param day local day, YYYY-MM-DD */
  on(day: string): InForce
  /** Those of the latest version, in force or still to come: a new file is laid over them. */
  latest: InForce
}

export async function readDeadlineHistory(db: Queryable): Promise<DeadlineHistory> {
  const versions = (await readDeadlineVersions(db)).map((row) => ({ from: row.effectiveOn, version: row.version, rules: row.rules as DeadlineRules }))
  const initial: InForce = { version: 0, rules: INITIAL_DEADLINES }
  const latest: InForce = versions.at(-1) ?? initial
  // Working days are facts: the newest notice is true of earlier rules, too.
  const on = (day: string): InForce => {
    const { version, rules } = versions.findLast(({ from }) => from <= day) ?? initial
    return { version, rules: { ...rules, calendars: latest.rules.calendars } }
  }
  return { on, latest }
}

/**
 * Working days by country as a night knows them: by the notices of the versions that were in force on it, so that a night run again counts the same days.
 *
 * @param night YYYY-MM-DD; null for all that is known
 */
export async function readCalendars(db: Queryable, night: string | null): Promise<(country: string) => OfficeCalendar> {
  const versions = await readDeadlineVersions(db)
  const row = night === null ? versions.at(-1) : versions.findLast(({ effectiveOn }) => effectiveOn <= night)
  const rules = (row?.rules as DeadlineRules | undefined) ?? INITIAL_DEADLINES
  return (country) => officeCalendar(country, noticesOf(rules, country))
}
