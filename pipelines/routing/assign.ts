/**
 * Owners of a night's alerts, all at once and before anybody is told: the rules in force on the night, else where the tickets went,
 * else the registry, else the hotline's desk. No alert is without an owner.
 */
import type { PoolClient } from 'pg'
import type { AlertUnits } from '../../sql/alerts.ts'
import { assignUnits, readHeldTickets, readUnitFacts } from '../../sql/routing.ts'
import type { HeldRow } from '../../sql/routing.ts'
import type { Queryable } from '../../sql/db.ts'
import type { PlaceRow, TopicRow } from '../../sql/trees.ts'
import { createRouter } from './choose.ts'
import type { Designation, Route, Router, UnitFacts } from './choose.ts'
import { readRoutingRules } from './versions.ts'

export interface RoutingNight {
  /** YYYY-MM-DD. */
  night: string
  places: ReadonlyMap<number, PlaceRow>
  topics: ReadonlyMap<number, TopicRow>
  /** The unit that owns what has no other owner. */
  hotlineUnit: string
}

export interface NightRouter extends Router {
  version: number | null
  units: readonly UnitFacts[]
  nameOf(unitId: number): string
}

/** What the choice of an owner goes by on a night. */
export async function readRouter(db: Queryable, { night, places, topics, hotlineUnit }: RoutingNight): Promise<NightRouter> {
  const { version, rules } = await readRoutingRules(db, night)
  const units: UnitFacts[] = await readUnitFacts(db)
  // A store whose first night is still to come has no desk yet.
  if (!units.some(({ name }) => name === hotlineUnit)) units.push({ id: 0, name: hotlineUnit, kind: 'hotline', territory: null, topics: [] })
  const names = new Map(units.map(({ id, name }) => [id, name]))
  const kinds = new Map(rules.length === 0 ? [] : [...places.values()].map(({ path, kind }) => [path, kind]))
  const router = createRouter({
    rules, night, units, hotlineUnit, kindOf: (path) => kinds.get(path), placePath: (id) => places.get(id)!.path, topicPath: (id) => topics.get(id)!.path,
  })
  return { ...router, version, units, nameOf: (id) => names.get(id) ?? hotlineUnit }
}

export interface AlertToRoute { id: string, placeId: number, topicId: number }

/** Writes the units of the alerts. @returns how each came to its own, and what its tickets are */
export async function assignRoutes(
  client: PoolClient, router: NightRouter, { night, places, topics }: RoutingNight, alerts: readonly AlertToRoute[], designations: ReadonlyMap<string, Designation>,
): Promise<{ routes: Map<string, Route>, held: Map<string, HeldRow> }> {
  const held = new Map((await readHeldTickets(client, alerts.map(({ id }) => id), night)).map((row) => [row.alertId, row]))
  const routes = new Map<string, Route>()
  for (const { id, placeId, topicId } of alerts) {
    routes.set(id, router.choose({
      place: places.get(placeId)!, topic: topics.get(topicId)!, shares: held.get(id)?.shares ?? [], designation: designations.get(id),
    }))
  }
  await assignUnits(client, [...routes].map(([id, route]) => ({ id, lead: route.leadUnitId, reason: route.step, territory: route.territoryUnitId, co: route.coUnitIds })))
  return { routes, held }
}

export function unitsOf({ leadUnitId, territoryUnitId, coUnitIds }: Route): AlertUnits {
  return { leadUnitId, territoryUnitId, coUnitIds }
}
