/**
 * From which night on an event is known where none is named, and how events are told.
 */
import { formatDay, localDay, parseDay } from '../core/days.ts'
import type { Day } from '../core/days.ts'
import { BadInputError } from '../core/errors.ts'
import type { TextKey } from '../core/texts.ts'
import type { EventRow } from '../pipelines/events.ts'
import type { Db } from '../sql/db.ts'
import { readStoreFacts } from '../sql/store-facts.ts'
import type { Session } from './session.ts'

/** Flags of the commands that add an event. */
export interface EventOptions { known?: string, note?: string }

/** As asked for, else today in the city's time zone: the night of a day before has not heard of it. @throws {BadInputError} the store is empty */
export async function chooseKnownOn(db: Db, now: number, given: string | undefined): Promise<Day> {
  const { timeZone } = await readStoreFacts(db)
  if (timeZone === null) throw new BadInputError('store_empty', 'the store holds no tickets yet: weisu import FILE, or weisu demo --run')
  return given === undefined ? localDay(now, timeZone) : parseDay(given)
}

/** @param key  a text about one event */
export function printEvent(session: Session, key: TextKey, event: EventRow): void {
  if (session.json) return session.printJson(event)
  session.print(session.text(key, {
    id: String(event.id), place: event.place.join(' › '), topic: topicOf(session, event),
    from: event.from, last: lastDayOf(event), known: event.known_on,
  }))
}

export function printEventTable(session: Session, rows: readonly EventRow[]): void {
  session.printTable([
    { title: session.text('cli.column.id'), align: 'right' },
    { title: session.text('cli.column.place'), shrinkTo: 12, keep: 'end' },
    { title: session.text('cli.column.topic'), shrinkTo: 10, keep: 'end' },
    { title: session.text('cli.column.first_day') },
    { title: session.text('cli.column.last_day') },
    { title: session.text('cli.events.known_on') },
    { title: session.text('cli.events.alert'), dropFirst: 1 },
    { title: session.text('cli.events.note'), shrinkTo: 10, dropFirst: 2 },
  ], rows.map((row) => [
    String(row.id), row.place.join(' › '), topicOf(session, row), row.from, lastDayOf(row), row.known_on, row.alert_id ?? '–', row.note,
  ]))
}

function topicOf(session: Session, { topic }: EventRow): string {
  return topic.join(' › ') || session.text('alert.all_topics')
}

function lastDayOf({ until }: EventRow): string {
  return formatDay(parseDay(until) - 1)
}
