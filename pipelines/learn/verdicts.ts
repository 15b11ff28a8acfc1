/**
 * Words of the units about alerts: kept as they were said, the latest that a night knew counts.
 */
import { BadInputError } from '../../core/errors.ts'
import type { Queryable } from '../../sql/db.ts'
import { insertVerdict, readVerdicts } from '../../sql/learning.ts'
import type { Verdict, VerdictRow } from '../../sql/learning.ts'

/**
 * true: there was something to act on. partly: less than the alert said. false: there was nothing. known: the unit had it in hand already, which says nothing of the
 * rule that raised it.
 */
export const VERDICTS = ['true', 'partly', 'false', 'known'] as const satisfies readonly Verdict[]

export interface Judged { alert_id: string, verdicts: VerdictRow[] }

/**
 * @param knownOn first night that knows of it
 * @throws {BadInputError} no alert has the id
 */
export async function judgeAlert(db: Queryable, id: string, word: { verdict: Verdict, knownOn: string, by: string, note: string }): Promise<Judged> {
  if (!(await insertVerdict(db, id, word.verdict, word.knownOn, word.by, word.note))) {
    throw new BadInputError('no_such_alert', `no alert has the id ${id}: weisu alerts --all lists them`, { id })
  }
  return { alert_id: id, verdicts: await readVerdicts(db, id, null) }
}

/** A confirmed alert was true: says so, unless the latest word does. */
export async function judgeConfirmed(db: Queryable, id: string, knownOn: string, note: string): Promise<void> {
  const latest = (await readVerdicts(db, id, null)).at(-1)
  if (latest?.verdict !== 'true') await insertVerdict(db, id, 'true', knownOn, '', note)
}
