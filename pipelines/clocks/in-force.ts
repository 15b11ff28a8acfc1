/**
 * Which rules of deadlines a clock goes by: the version in force on the local day of its start, else the product's own.
 */
import type { Queryable } from '../../sql/db.ts'
import { readDeadlineVersions } from '../../sql/deadlines.ts'
import type { InForce } from './clock.ts'
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
