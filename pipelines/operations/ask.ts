/**
 * What operators may ask of the service: checked here, entered as an errand, executed by whoever runs the nights. Nothing is computed here.
 */
import { formatDay, localDay, parseDay } from '../../core/days.ts'
import { BadInputError } from '../../core/errors.ts'
import type { Queryable } from '../../sql/db.ts'
import { cancelErrand, findOpenErrand, insertErrand, readErrand } from '../../sql/errands.ts'
import type { Errand, ErrandKind } from '../../sql/errands.ts'
import { hastenDue, readLedger, readSpan } from '../../sql/run-ledger.ts'
import { readClock } from '../../sql/schedule.ts'

/** Nights of one backfill at most. */
export const MOST_NIGHTS = 400

export interface Asking { by: string, reason: string }

export interface BackfillRequest {
  /** First and last night, YYYY-MM-DD, the last one included. */
  from: string
  until: string
  /** Also nights that the ledger has with the same input. */
  force: boolean
}

/**
 * @returns id of the errand; of the one that asks for the same and has not ended, where there is one
 * @throws {BadInputError} `night_not_run`
 */
export async function askRerun(db: Queryable, night: string, { force, notify }: { force: boolean, notify: boolean }, asking: Asking): Promise<string> {
  parseDay(night, 'night')
  const [run] = await readLedger(db, { from: night, until: night, limit: 1 })
  if (!run) throw new BadInputError('night_not_run', `night ${night} has not run yet`, { night })
  return ask(db, 'rerun', { from: night, until: night, force, notify }, asking)
}

/** @throws {BadInputError} `range_backwards`, `range_too_long`, `range_outside_data`, `store_empty`; {InvalidOptionError} no date */
export async function askBackfill(db: Queryable, { from, until, force }: BackfillRequest, asking: Asking): Promise<string> {
  const first = parseDay(from, 'from')
  const last = parseDay(until, 'until')
  if (last < first) throw new BadInputError('range_backwards', `${until} is before ${from}`, { from, until })
  if (last - first + 1 > MOST_NIGHTS) throw new BadInputError('range_too_long', `${last - first + 1} nights, at most ${MOST_NIGHTS}`, { nights: last - first + 1, most: MOST_NIGHTS })
  const { firstDay, lastDay, timeZone } = await readSpan(db)
  if (firstDay === null || lastDay === null || timeZone === null) throw new BadInputError('store_empty', 'the store holds no tickets yet: weisu import FILE, or weisu demo --run', {})
  const newest = formatDay(Math.max(localDay(await readClock(db), timeZone) - 1, parseDay(lastDay)))
  if (from < firstDay || until > newest) throw new BadInputError('range_outside_data', `nights from ${firstDay} to ${newest} can be run`, { first: firstDay, last: newest })
  return ask(db, 'backfill', { from, until, force, notify: false }, asking)
}

/** A failed night is tried again at once instead of after its pause. @throws {BadInputError} `night_not_owed` */
export async function askRetry(db: Queryable, night: string): Promise<void> {
  parseDay(night, 'night')
  if (!await hastenDue(db, night)) throw new BadInputError('night_not_owed', `night ${night} does not wait for another attempt`, { night })
}

/** @throws {BadInputError} `no_such_errand`, `errand_ended` */
export async function cancelAsked(db: Queryable, id: string, by: string): Promise<void> {
  await findErrand(db, id)
  if (!await cancelErrand(db, id, by)) throw new BadInputError('errand_ended', `errand ${id} has ended`, { id })
}

/** @throws {BadInputError} `no_such_errand` */
export async function findErrand(db: Queryable, id: string): Promise<Errand> {
  const errand = await readErrand(db, id)
  if (!errand) throw new BadInputError('no_such_errand', `no errand has the id ${id}`, { id })
  return errand
}

/** Asked twice, done once. */
export async function ask(db: Queryable, kind: ErrandKind, request: object, { by, reason }: Asking): Promise<string> {
  return await findOpenErrand(db, kind, request) ?? await insertErrand(db, kind, request, by, reason)
}
