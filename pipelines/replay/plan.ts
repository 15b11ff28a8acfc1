/**
 * Which nights a replay runs: those asked for, and before them as many as it takes to know which alerts were open.
 */
import { formatDay, parseDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { BadInputError } from '../../core/errors.ts'
import type { Queryable } from '../../sql/db.ts'
import type { MemoryOrigin } from '../../sql/replays.ts'
import { readDataRange } from '../../sql/runs.ts'

export interface NightPlan {
  /** First night to run. */
  warmUp: Day
  memory: MemoryOrigin
}

/** @throws {BadInputError} the store is empty, or the range lies outside of its days */
export async function planNights(db: Queryable, { from, until, warmUpNights }: { from: Day, until: Day, warmUpNights: number }): Promise<NightPlan> {
  const range = await readDataRange(db)
  if (!range) throw new BadInputError('no_tickets', 'the store holds no tickets yet: weisu import, or weisu demo', {})
  const first = parseDay(range.first)
  const last = parseDay(range.last)
  if (until - 1 < first || from > last) {
    throw new BadInputError('replay_outside', `tickets are of ${range.first} to ${range.last}, not of ${formatDay(from)} to ${formatDay(until - 1)}`, {
      first: range.first, last: range.last, from: formatDay(from), to: formatDay(until - 1),
    })
  }
  const warmUp = Math.min(from, Math.max(first, from - warmUpNights))
  return { warmUp, memory: from <= first ? 'none' : warmUp < from ? 'warm_up' : 'none' }
}
