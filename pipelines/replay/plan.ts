/**
 * Which nights a replay runs: those asked for, and before them as many as it takes to know which alerts were open.
 */
import { formatDay, parseDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { BadInputError } from '../../core/errors.ts'
import type { Queryable } from '../../sql/db.ts'
import { keepsStates, readLiveNights } from '../../sql/night-memory.ts'
import type { MemoryOrigin } from '../../sql/replays.ts'
import { readDataRange } from '../../sql/runs.ts'
import { METHOD_VERSION } from '../nightly.ts'

export interface NightPlan {
  /** First night to run. */
  warmUp: Day
  memory: MemoryOrigin
}

/** By what a live night must have gone to be the same as one that is run now. */
export interface NightTerms { configHash: string, quietNights: number }

/** @throws {BadInputError} the store is empty, or the range lies outside of its days */
export async function planNights(
  db: Queryable, { from, until, warmUpNights, delayed }: { from: Day, until: Day, warmUpNights: number, delayed: boolean }, terms: (night: Day) => NightTerms,
): Promise<NightPlan> {
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
  if (warmUp === from) return { warmUp, memory: 'none' }
  // The live nights saw every ticket at once.
  return !delayed && await liveWillDo(db, warmUp, from, terms) ? { warmUp: from, memory: 'live' } : { warmUp, memory: 'warm_up' }
}

/** Whether the live nights [from, until) are all there, of this method and by these terms, and remember how their alerts stood. */
async function liveWillDo(db: Queryable, from: Day, until: Day, terms: (night: Day) => NightTerms): Promise<boolean> {
  const live = await readLiveNights(db, formatDay(from), formatDay(until))
  if (live.length !== until - from) return false
  if (live.some(({ night, methodVersion, configHash }) => methodVersion !== METHOD_VERSION || configHash !== terms(parseDay(night)).configHash)) return false
  return keepsStates(db, formatDay(until - terms(until - 1).quietNights), formatDay(until))
}
