/**
 * What a night asks of its groups of one cause: those that grow, and what their places and topics had before.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export interface FreshTicket {
  issue: number
  /** 'source/number'. */
  ticket: string
  day: number
  place: number
  topic: number
  /** Key of the caller; the ticket itself where the source tells none. */
  caller: string
}

/** Tickets of groups that grow, group by group, oldest first. @param after  tickets of later nights @param fresh  the group has one after it @param least  tickets of a group */
export async function readFreshGroups(db: Queryable, after: string, night: string, fresh: string, least: number): Promise<FreshTicket[]> {
  return (await db.query<FreshTicket & Record<string, unknown>>(statement('cause-fresh'), [after, night, fresh, least])).rows
}

export interface CellDay { place: number, topic: number, day: number, tickets: number }

/** Tickets a day at places and of topics, levels of their trees, as night `night` knew them; days [from, until). */
export async function readCellDays(db: Queryable, night: string, from: string, until: string, places: readonly number[], topics: readonly number[]): Promise<CellDay[]> {
  const { rows } = await db.query<CellDay & Record<string, unknown>>(
    `select place_id as place, topic_id as topic, day - date '1970-01-01' as day, sum(tickets)::int as tickets from daily_counts
     where day >= $2 and day < $3 and known_on <= $1 and place_id = any ($4::int[]) and topic_id = any ($5::int[]) group by 1, 2, 3 having sum(tickets) <> 0`, [night, from, until, places, topics])
  return rows
}
