/**
 * Routing within a night, in the transaction of its alerts: owners before anybody is told, who is told of what, and where within its
 * area an alert is. What is written depends on what was known on the night alone.
 */
import type { PoolClient } from 'pg'
import { formatDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import type { AlertUnits } from '../../sql/alerts.ts'
import * as routing from '../../sql/routing.ts'
import { readSilencesOn } from '../../sql/silences.ts'
import type { SignalRow } from '../../sql/signals.ts'
import type { PlaceRow, TopicRow } from '../../sql/trees.ts'
import { writeJoined, writeNotices } from '../alert-notices.ts'
import type { Evidence } from '../evidence.ts'
import type { News as NewsKind } from '../hysteresis.ts'
import type { Level } from '../levels.ts'
import type { Kind, Recipient, Rules } from '../rules.ts'
import { assignRoutes, readRouter, unitsOf } from './assign.ts'
import type { AlertToRoute, NightRouter } from './assign.ts'
import type { Designation, Route } from './choose.ts'
import { inhibitedBy, silenceOf } from './held.ts'
import type { Held } from './held.ts'
import { readLearned } from './learned.ts'
import type { Learned } from './learned.ts'
import { affectedPlaces } from './places.ts'
import { readDesignations, readRefusals } from './refusals.ts'

export interface RoutingStep {
  night: Day
  places: Map<number, PlaceRow>
  topics: Map<number, TopicRow>
  rules: Rules
  hotlineUnit: string
  notify: boolean
  withheldAs: 'past_night' | 'catch_up' | 'replay'
}

export interface NightRouting {
  router: NightRouter
  routes: ReadonlyMap<string, Route>
  designations: ReadonlyMap<string, Designation>
  learned: Learned
  units(id: string): AlertUnits
  /** All tickets and different callers of the alert so far. */
  held(id: string): { tickets: number, callers: number }
}

/** Owners of the night's alerts, written to them. */
export async function routeAlerts(client: PoolClient, step: RoutingStep, alerts: readonly (AlertToRoute & { familyId: number })[]): Promise<NightRouting> {
  const question = { night: formatDay(step.night), places: step.places, topics: step.topics, hotlineUnit: step.hotlineUnit }
  await routing.ensureHotlineUnit(client, step.hotlineUnit)
  const router = await readRouter(client, question)
  // Nights of the past run again see nothing of what people did with the live alerts.
  const isLive = step.withheldAs !== 'replay'
  const ids = new Map(router.units.map(({ id, name }) => [name, id]))
  const idOf = (name: string): number | undefined => ids.get(name)
  const designations: ReadonlyMap<string, Designation> = isLive ? await readDesignations(client, alerts.map(({ id }) => id), question.night, idOf) : new Map()
  const { routes, held } = await assignRoutes(client, router, question, alerts, designations)
  const learned = await readLearned(client, step.night, alerts, isLive ? await readRefusals(client, question.night, idOf) : [], { places: step.places, topics: step.topics, nameOf: router.nameOf })
  return { router, routes, designations, learned, units: (id) => unitsOf(routes.get(id)!), held: (id) => held.get(id) ?? { tickets: 0, callers: 0 } }
}

/** An alert of tonight, rated. */
export interface RatedAlert {
  id: string
  kind: Kind
  level: Level
  /** What there is to tell of it. */
  tell: NewsKind | null
  /** Whether what there is to tell may be as old as its night before. */
  overdue?: boolean | undefined
  /** Whether people keep it silent. */
  silent: 'snoozed' | 'merged' | null
  units: AlertUnits
  placeId: number
  topicId: number
  /** First day of the window that decided. */
  begins: Day
  parentId: string | null
}

export interface News {
  /** What its units are told tonight; null where it only goes on, or is held. */
  of(id: string): NewsKind | 'released' | null
  heldOf(id: string): Held | undefined
}

/** Who is told of what: nothing of what a silence covers or a larger alert speaks for, and what was held before where it is held no more. */
export async function settleNews(client: PoolClient, { night, places, topics }: RoutingStep, { router }: NightRouting, alerts: readonly RatedAlert[]): Promise<News> {
  const date = formatDay(night)
  const silences = await readSilencesOn(client, date)
  const ids = alerts.map(({ id }) => id)
  const [untold, before] = [await routing.readUntold(client, ids, date), await routing.readParentsThatHeld(client, ids, date)]
  const held = new Map<string, Held>()
  for (const { id, kind, level, silent, units, placeId, topicId } of alerts) {
    const silence = silenceOf(silences, {
      places: places.get(placeId)!.rollup.map((at) => places.get(at)!.path), topics: topics.get(topicId)!.rollup.slice(1).map((at) => topics.get(at)!.path),
      kind, unit: router.nameOf(units.leadUnitId), level,
    })
    if (silent) held.set(id, { held: silent, by: id })
    else if (silence) held.set(id, { held: 'silenced', by: silence.id })
  }
  const members = alerts.map(({ id, kind, level, parentId, begins }) => ({ id, kind, level, parentId, begins, heldByParent: before.get(id) ?? null }))
  for (const [id, by] of inhibitedBy(members, new Set(held.keys()))) held.set(id, { held: 'inhibited', by })
  // What was held on its night before has been written by then, under the name of that news.
  const heldBefore = await routing.readHeldBefore(client, ids, date)
  const news = new Map(alerts.map(({ id, tell, overdue }) =>
    [id, held.has(id) ? null : tell === null ? untold.has(id) ? 'released' as const : null : overdue && heldBefore.has(id) ? 'released' as const : tell]))
  return { of: (id) => news.get(id) ?? null, heldOf: (id) => held.get(id) }
}

/** The same with what its notices and places are made of. */
export interface ToldAlert extends Omit<RatedAlert, 'placeId' | 'topicId' | 'begins' | 'silent' | 'overdue'> {
  version: string
  signal: SignalRow
  /** Positions of its tickets. */
  cell: readonly number[]
  place: PlaceRow
  familyId: number
  family: string
  withinBudget: boolean
}

/** Writes the notices, how each alert came to its units, its parent, and where it is. After the alerts' nights. @returns notices that are new */
export async function tellUnits(client: PoolClient, step: RoutingStep, { router, routes, designations, learned }: NightRouting, news: News, alerts: readonly ToldAlert[], evidence: Evidence): Promise<number> {
  const { night, rules } = step
  const date = formatDay(night)
  const byId = new Map(alerts.map((alert) => [alert.id, alert]))
  const common = { night, notify: step.notify, withheldAs: step.withheldAs, quietNights: rules.closing.quietNights }
  const recipients = (alert: ToldAlert): Set<number> => unitsToTell(rules.kinds[alert.kind].recipients, alert.units)
  const leads = await routing.readLeadsBefore(client, alerts.map(({ id }) => id), date)
  let written = 0
  for (const alert of alerts) {
    const { id, level, tell, version, kind, withinBudget, place, family, units } = alert
    const held = news.heldOf(id)
    const what = news.of(id) ?? tell ?? (!held && isPassedOn(leads.get(id), routes.get(id)!, designations.get(id)) ? 'assigned' as const : null)
    if (what === null) continue
    written += await writeNotices(client, { ...common, recipients: what === 'assigned' ? ['lead'] : rules.kinds[kind].recipients }, { id, event: what, level, withinBudget, held: held?.held, place: place.path, family, version }, units)
    const whole = held?.held === 'inhibited' ? byId.get(held.by) : undefined
    if (!whole) continue
    const known = recipients(whole)
    written += await writeJoined(client, common, {
      id: whole.id, level: whole.level, place: whole.place.path, family: whole.family, child: { id, place: place.path }, units: [...recipients(alert)].filter((unit) => !known.has(unit)),
    })
  }
  await routing.setParents(client, alerts.map(({ id, parentId }) => ({ id, parent: parentId })))
  await routing.insertRoutes(client, date, alerts.map(({ id, place, familyId }) => {
    const route = routes.get(id)!
    const held = news.heldOf(id)
    return {
      alertId: id, step: route.step, rule: route.rule?.id ?? null, version: route.rule ? router.version : null, refused: designations.get(id)?.refused ?? [],
      suggestion: learned.of(place.id, familyId),
      held: held?.held ?? null, heldBy: held?.by ?? null, news: news.of(id),
    }
  }))
  await routing.insertAlertPlaces(client, date, await affectedPlaces(client, step, alerts, evidence))
  return written
}

/** Whether tonight's lead is one that never had the alert and was not told by people: by the one who named it, or of a refusal. */
function isPassedOn(before: { last: number | null, all: readonly number[] } | undefined, { step, leadUnitId }: Route, designation: Designation | undefined): boolean {
  if (!before || before.last === null || before.all.includes(leadUnitId)) return false
  return step !== 'designated' && !(step === 'hotline_desk' && designation !== undefined && designation.refused.length > 0)
}

function unitsToTell(recipients: readonly Recipient[], units: AlertUnits): Set<number> {
  const named: Record<Recipient, (number | null)[]> = { lead: [units.leadUnitId], territory: [units.territoryUnitId], co: units.coUnitIds }
  return new Set(recipients.flatMap((recipient) => named[recipient]).filter((unit) => unit !== null))
}
