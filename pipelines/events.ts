/**
 * Known events: confirmed surges, storms, campaigns. They happened, so they stay in every count and chart; they are not
 * usual, so the fits leave their days out.
 */
import { formatDay } from '../core/days.ts'
import type { Day } from '../core/days.ts'
import { BadInputError } from '../core/errors.ts'
import type { Queryable } from '../sql/db.ts'
import * as events from '../sql/events.ts'
import type { KnownEvent } from '../sql/events.ts'
import { readPlaces, readTopics } from '../sql/trees.ts'
import { judgeConfirmed } from './learn/verdicts.ts'
import { findByPath } from './typed-path.ts'

/** An event as people and scripts read it; the keys are promised in docs/cli.md. */
export interface EventRow {
  id: number
  /** Names from the city down. */
  place: string[]
  /** Names from the top down; empty for all topics together. */
  topic: string[]
  from: string
  /** The day after the last. */
  until: string
  known_on: string
  note: string
  alert_id: string | null
}

export interface EventRequest {
  /** Paths as people type them; all topics where none is named. */
  place: string
  topic?: string | undefined
  /** Days [from, until). */
  from: Day
  until: Day
  knownOn: Day
  note: string
}

/** Oldest first. */
export async function listEvents(db: Queryable): Promise<EventRow[]> {
  const places = await readPlaces(db)
  const topics = await readTopics(db)
  return (await events.listKnownEvents(db)).map((event) => ({
    id: event.id,
    place: places.get(event.placeId)!.rollup.map((id) => places.get(id)!.name),
    topic: topics.get(event.topicId)!.rollup.slice(1).map((id) => topics.get(id)!.name),
    from: formatDay(event.from), until: formatDay(event.until), known_on: formatDay(event.knownOn), note: event.note, alert_id: event.alertId,
  }))
}

/** @throws {BadInputError} no such place or topic, or more than one; the nearest are named */
export async function addEvent(db: Queryable, { place, topic = '', ...event }: EventRequest): Promise<EventRow> {
  const placeId = findByPath((await readPlaces(db)).values(), place, 'no_such_place').id
  const topicId = findByPath((await readTopics(db)).values(), topic, 'no_such_topic').id
  return findEvent(db, String(await events.insertEvent(db, { placeId, topicId, ...event })))
}

/**
 * Makes an alert a known event at its place and family, from the start of its first night's window to its last night, and says that it was true.
 *
 * @throws {BadInputError} no alert has the id
 */
export async function confirmAlert(db: Queryable, alertId: string, knownOn: Day, note: string): Promise<EventRow> {
  const id = await events.confirmAlert(db, alertId, knownOn, note)
  if (id === undefined) throw new BadInputError('no_such_alert', `no alert has the id ${alertId}: weisu alerts --all lists them`, { id: alertId })
  await judgeConfirmed(db, alertId, formatDay(knownOn), note)
  return findEvent(db, String(id))
}

/** @returns the event that was @throws {BadInputError} no event has the id */
export async function removeEvent(db: Queryable, id: string): Promise<EventRow> {
  const event = await findEvent(db, id)
  await events.deleteEvent(db, event.id)
  return event
}

async function findEvent(db: Queryable, id: string): Promise<EventRow> {
  const event = (await listEvents(db)).find((row) => String(row.id) === id)
  if (!event) throw new BadInputError('no_such_event', `no event has the id ${id}: weisu events lists them`, { id })
  return event
}

/** Days [from, until) that the fit of a series leaves out: oldest first, apart from each other. */
export type ExcludedDays = (placeId: number, topicId: number) => readonly (readonly [from: Day, until: Day])[]

/** A place or topic with the ids from the root down to itself. */
interface TreeRow { rollup: readonly number[] }

const NO_DAYS: ReturnType<ExcludedDays> = []

/**
 * An event covers the series of its place and topic and all below them. It does not cover those above: a compound's surge
 * is a small part of its city's counts. A call costs the place's depth, and little more where events are.
 */
export function excludedDays(
  known: readonly KnownEvent[], places: ReadonlyMap<number, TreeRow>, topics: ReadonlyMap<number, TreeRow>,
): ExcludedDays {
  const byPlace = Map.groupBy(known, (event) => event.placeId)
  if (known.length === 0) return () => NO_DAYS
  return (placeId, topicId) => {
    const near = places.get(placeId)!.rollup.flatMap((id) => byPlace.get(id) ?? [])
    if (near.length === 0) return NO_DAYS
    const above = topics.get(topicId)!.rollup
    return merged(near.filter((event) => above.includes(event.topicId)))
  }
}

function merged(covering: readonly KnownEvent[]): [from: Day, until: Day][] {
  const ranges: [Day, Day][] = []
  for (const { from, until } of covering.toSorted((a, b) => a.from - b.from)) {
    const last = ranges.at(-1)
    if (last && from <= last[1]) last[1] = Math.max(last[1], until)
    else ranges.push([from, until])
  }
  return ranges
}
