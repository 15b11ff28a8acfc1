/**
 * Whether an act is possible on an alert as it stands, and what it makes of it. Pure: the table of transitions is asked, then each need is checked.
 */
import { BadInputError, InvalidOptionError } from '../../core/errors.ts'
import { ACTS, findTransition, ROLES, TRANSITIONS } from '../alert-state.ts'
import type { Act, PartyKind, Role, Transition } from '../alert-state.ts'
import { checkMayRefuse } from '../routing/handling.ts'
import { leadOf, partyOf } from './fold.ts'
import type { ActDetail, Life, LifeEvent } from './fold.ts'
import { checkNeeds } from './guards.ts'
import type { Asked } from './guards.ts'

export interface Actor { name: string, unit: string, role: Role }

export interface ActRequest {
  alertId: string
  act: Act
  actor: Actor
  /** `Life.version` as the actor saw it; null where nobody looked. */
  version: number | null
  why?: string
  detail?: ActDetail
  /** First night that knows of it, for what is entered later; not before the alert's last act, not after today. */
  on?: string | undefined
  /** The hotline's own unit, which is told of refusals and of what waits for review. */
  desk?: string
}

/** The row of the table, and the part of the unit whose part it changes. */
export interface Decision { row: Transition, party: PartyKind | null }

/**
 * @throws {BadInputError} `conflict`: the alert has changed since `version`; or the act is not possible now, not this role's or unit's, or lacks what it needs
 * @throws {InvalidOptionError} a detail that is none
 */
export function decide(life: Life, events: readonly LifeEvent[], request: ActRequest, facts: Pick<Asked, 'day' | 'standing' | 'target' | 'unitKnown'>): Decision {
  const { alertId, version, why = '', detail = {} } = request
  const actor = { ...request.actor, unit: request.actor.unit.trim(), name: request.actor.name.trim() }
  if (version !== null && version !== life.version) {
    throw new BadInputError('conflict', `alert ${alertId} is ${life.state} in version ${life.version}, not in version ${version}`, { id: alertId, state: life.state, version: life.version, seen: version })
  }
  const subject = subjectOf(life, request.act, actor, detail)
  const party = subject === null ? undefined : partyOf(life, subject)
  const row = rowFor(life, request.act, actor, subject)
  if (request.act === 'request_reassign' && row.part === 'lead') checkMayRefuse(alertId, events, actor.unit)
  checkNeeds({ row, life, actor, why, detail, ...facts })
  return { row, party: row.part === 'lead' ? 'lead' : party?.kind ?? null }
}

/** The event that the decided act is, but for its time. */
export function eventFor(life: Life, seq: number, { act, actor, why, detail }: ActRequest, { row, party }: Decision, day: string): Omit<LifeEvent, 'at'> {
  const after = row.to === 'same' ? life.state : row.to === 'before' ? life.interrupted! : row.to
  return { seq, act, before: life.state, after, by: actor.name.trim(), unit: actor.unit.trim(), role: actor.role, party, why: why ?? '', detail: { ...detail }, knownOn: day }
}

/** @throws {InvalidOptionError} an unknown act or role, or nobody */
export function checkWords({ act: name, actor }: ActRequest): void {
  if (!ACTS.includes(name)) throw new InvalidOptionError('act', name, ACTS.join(', '))
  if (!ROLES.includes(actor.role)) throw new InvalidOptionError('role', actor.role, ROLES.join(', '))
  if (actor.name.trim() === '') throw new InvalidOptionError('by', actor.name, 'the name of a person')
  if (actor.unit.trim() === '') throw new InvalidOptionError('unit', actor.unit, 'the name of a unit')
}

/** The unit whose part the act changes: of 改派 the one replaced, else the actor's own. */
function subjectOf(life: Life, name: Act, actor: Actor, detail: ActDetail): string | null {
  return name === 'reassign' || name === 'refuse_reassign' ? detail.from ?? leadOf(life) : actor.unit
}

/** @throws {BadInputError} why the table has no row for this */
function rowFor(life: Life, name: Act, actor: Actor, subject: string | null): Transition {
  const part = subject === null || subject === leadOf(life) ? 'lead' : 'other'
  const row = findTransition(name, life.state, part)
  if (!row) {
    if (part === 'other' && findTransition(name, life.state, 'lead')) {
      throw new BadInputError('not_lead_unit', `the lead unit is ${leadOf(life) ?? 'nobody'}, not ${actor.unit}`, { lead: leadOf(life) ?? '', unit: actor.unit })
    }
    throw new BadInputError('act_not_now', `${name} is not possible: alert ${life.alertId} is ${life.state}`, { id: life.alertId, act: name, state: life.state, version: life.version })
  }
  if (!row.roles.includes(actor.role)) {
    const roles = [...new Set(TRANSITIONS.filter((other) => other.act === name).flatMap((other) => other.roles))]
    throw new BadInputError('role_may_not', `${actor.role} may not ${name}, ${roles.join(', ')} may`, { role: actor.role, act: name, roles })
  }
  return row
}

