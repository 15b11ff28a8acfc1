/**
 * What refusals do to the handling of an alert, as rules on its acts: who was named by the desk after three refusals may refuse no more, and an alert that is sent back to a
 * unit that refused it is raised to the next rung (提级). Pure; pipelines/alert-life/act.ts asks.
 */
import { BadInputError } from '../../core/errors.ts'
import { RUNGS } from '../alert-state.ts'
import type { Rung } from '../alert-state.ts'
import { isPingPong, MOST_REFUSALS, ownershipOf } from './refusals.ts'
import type { OwnerAct } from './refusals.ts'

/** @throws {BadInputError} `reassign_final`: the desk has named this unit after as many refusals as there may be */
export function checkMayRefuse(alertId: string, acts: readonly OwnerAct[], unit: string): void {
  const { owner, refusals } = ownershipOf(acts)
  if (owner !== unit || refusals.length < MOST_REFUSALS) return
  throw new BadInputError('reassign_final', `alert ${alertId} was refused ${refusals.length} times: the hotline desk named ${unit}, which is final`, { id: alertId, n: refusals.length, unit })
}

/**
 * The rung to which the handling is raised by giving the alert to `unit`, and the units by which it went; null where that sends it to a new
 * one, or nothing is above.
 */
export function raisedByReturn(acts: readonly OwnerAct[], unit: string, escalated: Rung | null): { rung: Rung, path: string[] } | null {
  const ownership = ownershipOf(acts)
  if (!isPingPong(ownership, unit)) return null
  const rung = RUNGS[escalated === null ? 0 : RUNGS.indexOf(escalated) + 1]
  return rung === undefined ? null : { rung, path: [...ownership.path, unit] }
}
