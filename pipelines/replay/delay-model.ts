/**
 * When tickets without a time of arrival are let in: at once, which flatters, or by a delay that is stated and drawn ticket by ticket.
 */
import { BadInputError, InvalidOptionError } from '../../core/errors.ts'
import type { Queryable } from '../../sql/db.ts'
import { readDelaySteps } from '../../sql/replay-delays.ts'
import type { DelayStep } from '../../sql/replay-delays.ts'

export type DelayModel =
  | { model: 'none' }
  | { model: 'fixed' | 'shares' | 'learned', steps: DelayStep[], seed: number, source?: string }

/** Later than this nothing is taken to arrive. */
const MOST_DAYS = 90
const SEED = 1
const EXPECTED = 'none, days, shares as 0:0.6,1:0.9,7:1, or learned:SOURCE'

/**
 * @param given  `none`; `2`, each ticket so many days late; `0:0.6,1:0.9,7:1`, shares that have arrived by then; `learned:SOURCE`, as the
 *               tickets of a source whose arrival was recorded
 * @throws {InvalidOptionError} none of these @throws {BadInputError} the source has no recorded arrivals
 */
export async function readDelayModel(db: Queryable, given: string): Promise<DelayModel> {
  const wrong = (): InvalidOptionError => new InvalidOptionError('--delay-model', given, EXPECTED)
  if (given === 'none') return { model: 'none' }
  if (/^\d+$/.test(given)) {
    if (Number(given) > MOST_DAYS) throw wrong()
    return Number(given) === 0 ? { model: 'none' } : { model: 'fixed', steps: [{ days: Number(given), share: 1 }], seed: SEED }
  }
  if (given.startsWith('learned:')) {
    const source = given.slice('learned:'.length)
    const steps = await readDelaySteps(db, source, MOST_DAYS)
    if (steps.length === 0) throw new BadInputError('no_delays', `no ticket of the source ${source} has a recorded time of arrival`, { source })
    return { model: 'learned', steps, seed: SEED, source }
  }
  const steps = given.split(',').map((part): DelayStep => {
    const match = /^(\d+):(0?\.\d+|1(?:\.0+)?)$/.exec(part)
    if (!match) throw wrong()
    return { days: Number(match[1]), share: Number(match[2]) }
  })
  const ascends = steps.every((step, i) => step.days <= MOST_DAYS && step.share > 0 && (i === 0 || (step.days > steps[i - 1]!.days && step.share > steps[i - 1]!.share)))
  if (!ascends || steps.at(-1)!.share !== 1) throw wrong()
  return { model: 'shares', steps, seed: SEED }
}
