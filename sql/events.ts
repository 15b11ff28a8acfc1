/**
 * Row functions of known events: what really happened, and therefore says nothing of what is usual.
 */
import { formatDay } from '../core/days.ts'
import type { Day } from '../core/days.ts'
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

/** Something that happened at a place and below it, about a topic and below it, on the days [from, until). */
export interface NewEvent {
  placeId: number
  topicId: number
  from: Day
  until: Day
  /** First night that may know of it. */
  knownOn: Day
  note: string
}

export interface KnownEvent extends NewEvent {
  id: number
  /** The alert that was confirmed, if it was one and is still there. */
  alertId: string | null
}

/** What a night may leave out of its fits: events known by then and begun by then, oldest first. */
export async function readKnownEvents(db: Queryable, night: Day): Promise<KnownEvent[]> {
  return (await db.query<KnownEvent>(statement('events-list'), [formatDay(night)])).rows
}

/** Every event, oldest first. */
export async function listKnownEvents(db: Queryable): Promise<KnownEvent[]> {
  return (await db.query<KnownEvent>(statement('events-list'), [null])).rows
}

/** The same event again changes nothing but its note, where one is given. @returns its id */
export async function insertEvent(db: Queryable, event: NewEvent): Promise<number> {
  const { rows } = await db.query<{ id: number }>(statement('events-add'), [
    event.placeId, event.topicId, formatDay(event.from), formatDay(event.until), formatDay(event.knownOn), event.note])
  return rows[0]!.id
}

/** Makes an alert a known event. @returns the event's id; undefined where no alert has the id */
export async function confirmAlert(db: Queryable, alertId: string, knownOn: Day, note: string): Promise<number | undefined> {
  const { rows } = await db.query<{ id: number }>(statement('events-confirm'), [alertId, formatDay(knownOn), note])
  return rows[0]?.id
}

export async function deleteEvent(db: Queryable, id: number): Promise<void> {
  await db.query('delete from known_events where id = $1', [id])
}
