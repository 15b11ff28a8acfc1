/**
 * Row functions of the Open311 server: tickets of alerts and their topics, as far as policies let who asks see them.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export interface RequestRow {
  /** 'source-number'. */
  id: string
  requestedAt: Date
  updatedAt: Date
  closedAt: Date | null
  dueAt: Date | null
  topicId: number
  topic: string
  family: string
  title: string | null
  content: string | null
  unit: string | null
  lng: number | null
  lat: number | null
  /** Names from the city down. */
  place: string[]
  /** Distinct callers of its alerts; of those in its cell of the map; and within each level of its place. */
  callers: number
  near: number
  atDepth: number[]
}

export interface RequestFilter {
  ids: readonly string[] | null
  topics: readonly number[] | null
  from: Date
  until: Date
  status: 'open' | 'closed' | null
  limit: number
  offset: number
}

/** @param cells cells of the map a degree */
export async function readRequests(db: Queryable, { ids, topics, from, until, status, limit, offset }: RequestFilter, cells: number): Promise<RequestRow[]> {
  return (await db.query<RequestRow & Record<string, unknown>>(statement('open311-requests'), [ids, topics, from, until, status, limit, offset, cells])).rows
}

export interface ServiceTopicRow { id: number, name: string, family: string, path: string }

/** Topics of tickets of alerts, by path. @param id only this one */
export async function readServiceTopics(db: Queryable, id: number | null = null): Promise<ServiceTopicRow[]> {
  return (await db.query<ServiceTopicRow & Record<string, unknown>>(
    `select o.id, o.name, f.name as family, o.path from topics o join topics f on f.id = coalesce(o.family_id, o.id)
     where ($1::int is null or o.id = $1) and o.depth > 0
       and exists (select from alert_tickets k join tickets t using (source_id, ticket_no) where t.topic_id = o.id and t.is_secret is not true and coalesce(t.appeal_type, '') !~ '举报' and t.sweep is null)
     order by o.path`, [id])).rows
}
