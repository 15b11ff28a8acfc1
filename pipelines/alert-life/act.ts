/**
 * One act on one alert: asked of the table of transitions, checked, and added to the alert's events in the caller's transaction. An act names the version
 * that its actor saw; where the alert has moved on since, it is refused with the present state.
 */
import type { PoolClient } from 'pg'
import { formatDay, parseDay } from '../../core/days.ts'
import { BadInputError, InvalidOptionError } from '../../core/errors.ts'
import { insertAct, lockLives, readActs, readOpenings, readStanding, readToday, unitExists } from '../../sql/alert-life.ts'
import type { ActRow } from '../../sql/alert-life.ts'
import type { Queryable } from '../../sql/db.ts'
import { insertVerdict } from '../../sql/learning.ts'
import { ACTS, findTransition, ROLES, TRANSITIONS } from '../alert-state.ts'
import type { Act, AlertState, PartyKind, Role, Transition } from '../alert-state.ts'
import { checkMayRefuse, raisedByReturn } from '../routing/handling.ts'
import { tellAct } from './act-notices.ts'
import { foldLife, isLive, leadOf, partyOf } from './fold.ts'
import type { ActDetail, Life, LifeEvent } from './fold.ts'
import { checkNeeds, QUIET_BEFORE_LOWER } from './guards.ts'

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

export interface Acted { event: LifeEvent, life: Life }

/**
 * @throws {BadInputError} `conflict`: the alert has changed since `version`; or the act is not possible now, not this role's or unit's, or lacks what it needs
 * @throws {InvalidOptionError} an unknown act or role, or a detail that is none
 */
export async function act(client: PoolClient, request: ActRequest): Promise<Acted> {
  const { alertId, actor, version } = request
  const detail = request.detail ?? {}
  checkWords(request)
  await lockLives(client, detail.into === undefined ? [alertId] : [alertId, detail.into])
  const { life, events } = await readLife(client, alertId)
  if (version !== null && version !== life.version) {
    throw new BadInputError('conflict', `alert ${alertId} is ${life.state} in version ${life.version}, not in version ${version}`, { id: alertId, state: life.state, version: life.version, seen: version })
  }
  const day = await chooseDay(client, request.on, events)
  const subject = subjectOf(life, request)
  const party = subject === null ? undefined : partyOf(life, subject)
  const target = detail.into === undefined || detail.into === alertId ? undefined : await readLife(client, detail.into).catch(noSuchAlert)
  const row = rowFor(life, request, subject)
  if (request.act === 'request_reassign' && row.part === 'lead') checkMayRefuse(alertId, events, actor.unit)
  checkNeeds({
    row, life, actor, why: request.why ?? '', detail, day, standing: (await readStanding(client, alertId, formatDay(parseDay(day) - QUIET_BEFORE_LOWER)))!,
    target: target && { live: isLive(target.life) }, unitKnown: detail.unit !== undefined && await unitExists(client, detail.unit),
  })
  const acted = await append(client, life, events, request, row, { day, party: row.part === 'lead' ? 'lead' : party?.kind ?? null })
  await tellAct(client, acted.life, acted.event, request.desk ?? '', request.on !== undefined && request.on < await readToday(client))
  if (request.act === 'verify') await insertVerdict(client, alertId, detail.finding!, day, `${actor.name} (${actor.unit})`, request.why ?? '')
  const raised = request.act === 'reassign' && row.part === 'lead' ? raisedByReturn(events, detail.unit!, life.escalated) : null
  if (raised) {
    const escalate: ActRequest = { alertId, act: 'escalate', actor: { name: 'weisu', unit: actor.unit, role: 'system' }, version: null, why: raised.path.join(' → '), detail: { rung: raised.rung } }
    const { life: now, event } = await append(client, acted.life, [...events, acted.event], escalate, findTransition('escalate', acted.life.state, 'other')!, { day, party: null })
    await tellAct(client, now, event, request.desk ?? '', request.on !== undefined && request.on < await readToday(client))
    return { event: acted.event, life: now }
  }
  if (request.act === 'merge') {
    const absorb: ActRequest = { alertId: detail.into!, act: 'absorb', actor, version: null, why: request.why ?? '', detail: { from_alert: alertId } }
    await append(client, target!.life, target!.events, absorb, findTransition('absorb', target!.life.state, 'other')!, { day: later(day, target!.events), party: null })
  }
  return acted
}

/** An alert's state with the events it is folded from. @param knownBy only what nights up to this one know @throws {BadInputError} no alert has the id */
export async function readLife(db: Queryable, alertId: string, knownBy: string | null = null): Promise<{ life: Life, events: LifeEvent[] }> {
  const [opening] = await readOpenings(db, [alertId])
  if (!opening) throw new BadInputError('no_such_alert', `no alert has the id ${alertId}: weisu alerts --all lists them`, { id: alertId })
  const events = (await readActs(db, [alertId], knownBy)).map(eventOf)
  return { life: foldLife({ ...opening, returned: opening.returned.filter((night) => knownBy === null || night <= knownBy) }, events), events }
}

/**
 * Lives of many alerts, by id.
 *
 * @param alertIds null for every alert that anybody has acted on
 * @param knownBy only what nights up to this one know
 * @param having only alerts with one of these acts by then
 */
export async function readLives(db: Queryable, alertIds: readonly string[] | null, knownBy: string | null = null, having: readonly Act[] | null = null): Promise<Map<string, { life: Life, events: LifeEvent[] }>> {
  const acts = Map.groupBy(await readActs(db, alertIds, knownBy, having), (row) => row.alertId)
  const openings = await readOpenings(db, alertIds ?? [...acts.keys()])
  return new Map(openings.map((opening) => {
    const events = (acts.get(opening.alertId) ?? []).map(eventOf)
    return [opening.alertId, { life: foldLife({ ...opening, returned: opening.returned.filter((night) => knownBy === null || night <= knownBy) }, events), events }]
  }))
}

export function eventOf(row: ActRow): LifeEvent {
  return { ...row, act: row.act as Act, before: row.before as AlertState, after: row.after as AlertState, role: row.role as Role, party: row.party as PartyKind | null }
}

function checkWords({ act: name, actor }: ActRequest): void {
  if (!ACTS.includes(name)) throw new InvalidOptionError('act', name, ACTS.join(', '))
  if (!ROLES.includes(actor.role)) throw new InvalidOptionError('role', actor.role, ROLES.join(', '))
  if (actor.name.trim() === '') throw new InvalidOptionError('by', actor.name, 'the name of a person')
  if (actor.unit.trim() === '') throw new InvalidOptionError('unit', actor.unit, 'the name of a unit')
}

/** The unit whose part the act changes: of 改派 the one replaced, else the actor's own. */
function subjectOf(life: Life, { act: name, actor, detail }: ActRequest): string | null {
  return name === 'reassign' || name === 'refuse_reassign' ? detail?.from ?? leadOf(life) : actor.unit
}

/** @throws {BadInputError} why the table has no row for this */
function rowFor(life: Life, { act: name, actor }: ActRequest, subject: string | null): Transition {
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

async function append(
  client: PoolClient, life: Life, events: readonly LifeEvent[], { act: name, actor, why, detail, alertId }: ActRequest, row: Transition, { day, party }: { day: string, party: PartyKind | null },
): Promise<Acted> {
  const after = row.to === 'same' ? life.state : row.to === 'before' ? life.interrupted! : row.to
  const inserted = await insertAct(client, {
    alertId, seq: events.length + 1, act: name, before: life.state, after, by: actor.name.trim(), unit: actor.unit.trim(), role: actor.role, party, why: why ?? '',
    detail: { ...detail }, knownOn: day,
  })
  return { event: eventOf(inserted), life: (await readLife(client, alertId)).life }
}

/** @throws {BadInputError} after today, or before what is known already */
async function chooseDay(client: Queryable, on: string | undefined, events: readonly LifeEvent[]): Promise<string> {
  const today = await readToday(client)
  const last = events.at(-1)?.knownOn
  if (on === undefined) return later(today, events)
  if (on > today || last !== undefined && on < last) throw new InvalidOptionError('on', on, `a day from ${last ?? 'the first'} to ${today}`)
  return on
}

/** The day, or that of the last event where clocks disagree. */
function later(day: string, events: readonly LifeEvent[]): string {
  const last = events.at(-1)?.knownOn
  return last !== undefined && last > day ? last : day
}

function noSuchAlert(error: unknown): undefined {
  if (error instanceof BadInputError && error.code === 'no_such_alert') return undefined
  throw error
}
