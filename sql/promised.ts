/**
 * Row functions of promised dates: what was promised to people at a place, and since when we know.
 */
import { formatDay } from '../core/days.ts'
import type { Day } from '../core/days.ts'
import type { Queryable } from './db.ts'

export interface PromisedDate {
  placeId: number
  kind: string
  promisedOn: Day
  households: number | null
  note: string
  /** First night that may know of it. */
  knownOn: Day
}

/** Of each place and kind the promise that became known last by the night, in order of date and place. */
export async function readPromisedDates(db: Queryable, night: Day): Promise<PromisedDate[]> {
  const { rows } = await db.query<PromisedDate>(
    `select place_id as "placeId", kind, promised_on - date '1970-01-01' as "promisedOn", households, note, known_on - date '1970-01-01' as "knownOn"
     from (select distinct on (place_id, kind) * from promised_dates where known_on <= $1::date order by place_id, kind, known_on desc) as latest
     order by promised_on, place_id, kind`, [formatDay(night)])
  return rows
}

export interface PromiseCounts { new: number, changed: number, unchanged: number }

/** The same place, kind and day of knowledge again is a correction. Inside a transaction. */
export async function savePromisedDates(db: Queryable, dates: readonly PromisedDate[]): Promise<PromiseCounts> {
  const { rows } = await db.query<{ status: 'new' | 'changed' }>(
    `insert into promised_dates as p (place_id, kind, promised_on, households, note, known_on)
     select d.place, d.kind, date '1970-01-01' + d.promised, d.households, d.note, date '1970-01-01' + d.known
     from jsonb_to_recordset($1::jsonb) as d (place int, kind text, promised int, households int, note text, known int)
     on conflict (place_id, kind, known_on) do update set promised_on = excluded.promised_on, households = excluded.households, note = excluded.note
       where (p.promised_on, p.households, p.note) is distinct from (excluded.promised_on, excluded.households, excluded.note)
     returning case when xmax = 0 then 'new' else 'changed' end as status`,
    [JSON.stringify(dates.map(({ placeId, kind, promisedOn, households, note, knownOn }) => ({ place: placeId, kind, promised: promisedOn, households, note, known: knownOn })))])
  const added = rows.filter((row) => row.status === 'new').length
  return { new: added, changed: rows.length - added, unchanged: dates.length - rows.length }
}

/** Ids of the places by the codes that a registry gave them; a code of several places is left out. */
export async function readPlaceCodes(db: Queryable): Promise<Map<string, number>> {
  const { rows } = await db.query<{ code: string, id: number }>(
    'select code, min(id) as id from places where code is not null group by code having count(*) = 1 order by code')
  return new Map(rows.map((row) => [row.code, row.id]))
}

/** Tickets and callers of a place and topic over some days, as known on a night. */
export interface SpokenRow { placeId: number, topicId: number, tickets: number, callers: number, firstDay: string, lastDay: string }

/** Rows with tickets among the places and topics, on the days [from, night]. */
export async function readSpoken(db: Queryable, placeIds: readonly number[], topicIds: readonly number[], from: Day, night: Day): Promise<SpokenRow[]> {
  const { rows } = await db.query<SpokenRow>(
    `select place_id as "placeId", topic_id as "topicId", sum(tickets)::int as tickets, sum(callers)::int as callers,
            min(day) filter (where tickets > 0) as "firstDay", max(day) filter (where tickets > 0) as "lastDay"
     from daily_counts
     where place_id = any ($1) and topic_id = any ($2) and day >= $3::date and day <= $4::date and known_on <= $4::date
     group by 1, 2 having sum(tickets) > 0 order by 1, 2`, [placeIds, topicIds, formatDay(from), formatDay(night)])
  return rows
}
