/**
 * `weisu route explain`: who would own an alert of a place and topic, or who owns one that is there, step by step. Asks the same function as the night.
 */
import { parseDay } from '../../core/days.ts'
import { BadInputError } from '../../core/errors.ts'
import type { Queryable } from '../../sql/db.ts'
import { readHeldTickets } from '../../sql/routing.ts'
import { readAlertCause } from '../../sql/alert-cause.ts'
import { lastNight, readDataRange } from '../../sql/runs.ts'
import { readPlaces, readTopics } from '../../sql/trees.ts'
import { findByPath } from '../typed-path.ts'
import { readRouter } from './assign.ts'
import type { Outcome, RouteStep } from './choose.ts'
import { readLearned } from './learned.ts'
import type { Suggestion } from './learned.ts'
import { readDesignations, readRefusals } from './refusals.ts'

/** Keys are promised in docs/cli.md. */
export interface RouteExplanation {
  night: string
  alert: string | null
  /** Names from the city down, and from the top of the topics down. */
  place: string[]
  topic: string[]
  unit: string
  step: RouteStep
  rule: string | null
  /** Of the routing rules in force on the night; null before the first. */
  version: number | null
  territory_unit: string | null
  co_units: string[]
  steps: { step: RouteStep, outcome: Outcome, unit: string | null, rule: string | null, author: string | null, source: string | null }[]
  suggestion: Suggestion | null
}

export type RouteRequest = { alert: string, date?: string | undefined } | { place: string, topic: string, date?: string | undefined }

/** @throws {BadInputError} no such place, topic or alert; a store without tickets */
export async function explainRoute(db: Queryable, hotlineUnit: string, request: RouteRequest): Promise<RouteExplanation> {
  const date = request.date ?? (await lastNight(db)) ?? (await readDataRange(db))?.last
  if (date === undefined) throw new BadInputError('store_empty', 'the store holds no tickets yet: weisu import FILE, or weisu demo --run')
  const night = parseDay(date)
  const [places, topics] = [await readPlaces(db), await readTopics(db)]
  const router = await readRouter(db, { night: date, places, topics, hotlineUnit })
  let [alert, placeId, topicId] = [null as string | null, 0, 0]
  if ('alert' in request) {
    const cause = await readAlertCause(db, request.alert, date)
    if (!cause) throw new BadInputError('no_such_alert', `no alert has the id ${request.alert}: weisu alerts --all lists them`, { id: request.alert })
    ;[alert, placeId, topicId] = [request.alert, cause.placeId, cause.topicId]
  } else {
    placeId = findByPath(places.values(), request.place, 'no_such_place').id
    topicId = findByPath(topics.values(), request.topic, 'no_such_topic').id
  }
  const [place, topic] = [places.get(placeId)!, topics.get(topicId)!]
  const shares = alert === null ? undefined : (await readHeldTickets(db, [alert], date))[0]?.shares ?? []
  const idOf = (name: string): number | undefined => router.units.find((unit) => unit.name === name)?.id
  const designation = alert === null ? undefined : (await readDesignations(db, [alert], date, idOf)).get(alert)
  const route = router.choose({ place, topic, shares, designation })
  const familyId = topic.familyId ?? topic.id
  const learned = await readLearned(db, night, [{ placeId, familyId }], await readRefusals(db, date, idOf), { places, topics, nameOf: router.nameOf })
  return {
    night: date, alert, place: place.rollup.map((id) => places.get(id)!.name), topic: topic.rollup.slice(1).map((id) => topics.get(id)!.name),
    unit: router.nameOf(route.leadUnitId), step: route.step, rule: route.rule?.id ?? null, version: router.version,
    territory_unit: route.territoryUnitId === null ? null : router.nameOf(route.territoryUnitId), co_units: route.coUnitIds.map(router.nameOf),
    steps: route.considered.map(({ step, outcome, unit, rule }) => ({ step, outcome, unit, rule: rule?.id ?? null, author: rule?.author ?? null, source: rule?.source ?? null })),
    suggestion: learned.of(placeId, familyId),
  }
}
