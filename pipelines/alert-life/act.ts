/**
 * One act on one alert: asked of the table of transitions, checked, and added to the alert's events in the caller's transaction. An act names the version
 * that its actor saw; where the alert has moved on since, it is refused with the present state.
 */
import type { PoolClient } from 'pg'
import { formatDay, parseDay } from '../../core/days.ts'
import { BadInputError, InvalidOptionError } from '../../core/errors.ts'
import { insertAct, lockLives, readActs, readActsOf, readOpening, readOpenings, readStanding, readToday, unitExists } from '../../sql/alert-life.ts'
import type { ActRow, OpeningRow, StandingRow } from '../../sql/alert-life.ts'
import type { Queryable } from '../../sql/db.ts'
import { insertVerdict } from '../../sql/learning.ts'
import { findTransition } from '../alert-state.ts'
import type { Act, AlertState, PartyKind, Role } from '../alert-state.ts'
import { raisedByReturn } from '../routing/handling.ts'
import { tellAct } from './act-notices.ts'
import { checkWords, decide, eventFor } from './decide.ts'
import type { ActRequest, Decision } from './decide.ts'
import { foldLife, isLive } from './fold.ts'
import type { Life, LifeEvent } from './fold.ts'
import { QUIET_BEFORE_LOWER } from './guards.ts'

export type { Actor, ActRequest } from './decide.ts'

export interface Acted { event: LifeEvent, life: Life }

/**
 * @throws {BadInputError} `conflict`: the alert has changed since `version`; or the act is not possible now, not this role's or unit's, or lacks what it needs
 * @throws {InvalidOptionError} an unknown act or role, or a detail that is none
 */
export async function act(client: PoolClient, request: ActRequest): Promise<Acted> {
  const { alertId, actor } = request
  const detail = request.detail ?? {}
  checkWords(request)
  await lockLives(client, detail.into === undefined ? [alertId] : [alertId, detail.into])
  const { life, events } = await readLife(client, alertId)
  const day = await chooseDay(client, request.on, events)
  const target = detail.into === undefined || detail.into === alertId ? undefined : await readLife(client, detail.into).catch(noSuchAlert)
  const decision = decide(life, events, request, {
    day, standing: standingOf(life, (await readStanding(client, alertId, formatDay(parseDay(day) - QUIET_BEFORE_LOWER)))!),
    target: target && { live: isLive(target.life) }, unitKnown: detail.unit !== undefined && await unitExists(client, detail.unit),
  })
  const { row } = decision
  const acted = await append(client, life, events, request, decision, day)
  await tellAct(client, acted.life, acted.event, request.desk ?? '', request.on !== undefined && request.on < await readToday(client))
  if (request.act === 'verify') await insertVerdict(client, alertId, detail.finding!, day, `${actor.name} (${actor.unit})`, request.why ?? '')
  const raised = request.act === 'reassign' && row.part === 'lead' ? raisedByReturn(events, detail.unit!, life.escalated) : null
  if (raised) {
    const escalate: ActRequest = { alertId, act: 'escalate', actor: { name: 'weisu', unit: actor.unit, role: 'system' }, version: null, why: raised.path.join(' → '), detail: { rung: raised.rung } }
    const { life: now, event } = await append(client, acted.life, [...events, acted.event], escalate, { row: findTransition('escalate', acted.life.state, 'other')!, party: null }, day)
    await tellAct(client, now, event, request.desk ?? '', request.on !== undefined && request.on < await readToday(client))
    return { event: acted.event, life: now }
  }
  if (request.act === 'merge') {
    const absorb: ActRequest = { alertId: detail.into!, act: 'absorb', actor, version: null, why: request.why ?? '', detail: { from_alert: alertId } }
    await append(client, target!.life, target!.events, absorb, { row: findTransition('absorb', target!.life.state, 'other')!, party: null }, later(day, target!.events))
  }
  return acted
}

/** With the level that a person set since the last night. */
function standingOf({ lowered }: Life, standing: StandingRow): StandingRow {
  return lowered !== null && lowered.knownOn > standing.lastNight ? { ...standing, level: lowered.level } : standing
}

/** An alert's state with the events it is folded from. @param knownBy only what nights up to this one know @throws {BadInputError} no alert has the id */
export async function readLife(db: Queryable, alertId: string, knownBy: string | null = null): Promise<{ life: Life, events: LifeEvent[] }> {
  const opening = await readOpening(db, alertId)
  if (!opening) throw new BadInputError('no_such_alert', `no alert has the id ${alertId}: weisu alerts --all lists them`, { id: alertId })
  return lifeOf(opening, await readActsOf(db, alertId, knownBy), knownBy)
}

/** The same from rows that were read already. */
export function lifeOf(opening: OpeningRow, acts: readonly ActRow[], knownBy: string | null = null): { life: Life, events: LifeEvent[] } {
  const events = acts.map(eventOf)
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
    return [opening.alertId, lifeOf(opening, acts.get(opening.alertId) ?? [], knownBy)]
  }))
}

export function eventOf(row: ActRow): LifeEvent {
  return { ...row, act: row.act as Act, before: row.before as AlertState, after: row.after as AlertState, role: row.role as Role, party: row.party as PartyKind | null }
}

async function append(client: PoolClient, life: Life, events: readonly LifeEvent[], request: ActRequest, decision: Decision, day: string): Promise<Acted> {
  const inserted = await insertAct(client, { alertId: request.alertId, ...eventFor(life, events.length + 1, request, decision, day), party: decision.party })
  return { event: eventOf(inserted), life: (await readLife(client, request.alertId)).life }
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
