/**
 * Row functions of rulings on out-of-scope appeals (不合理诉求).
 */
import type { PoolClient } from 'pg'
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export type Ruling = 'out_of_scope' | 'in_scope'

export interface RulingRow { seq: number, ruling: Ruling, byWhom: string, reason: string, knownOn: string }

/** Oldest first. */
export async function readRulings(db: Queryable, source: number, no: string): Promise<RulingRow[]> {
  return (await db.query<RulingRow & Record<string, unknown>>(
    'select seq, ruling, by_whom as "byWhom", reason, known_on as "knownOn" from appeal_rulings where source_id = $1 and ticket_no = $2 order by seq', [source, no])).rows
}

/** Sources and days of the tickets with a number; a number may be of several sources. */
export async function findTickets(db: Queryable, no: string): Promise<{ source: number, name: string, day: string, state: string | null }[]> {
  return (await db.query<{ source: number, name: string, day: string, state: string | null }>(
    `select t.source_id::int as source, s.name, t.day, t.unreasonable_state as state from tickets t join sources s on s.id = t.source_id where t.ticket_no = $1 order by 1`, [no])).rows
}

/** Adds a ruling and marks the ticket's days for counting. The ticket's row is locked: of two at once one sees the other. */
export async function insertRuling(client: PoolClient, source: number, no: string, { seq, ruling, byWhom, reason, knownOn }: RulingRow): Promise<void> {
  await client.query(
    'insert into appeal_rulings (source_id, ticket_no, seq, ruling, by_whom, reason, known_on) values ($1, $2, $3, $4, $5, $6, $7)', [source, no, seq, ruling, byWhom, reason, knownOn])
  await client.query(
    `insert into dirty_days select day from tickets where source_id = $1 and ticket_no = $2 union select day from ticket_versions where source_id = $1 and ticket_no = $2
     on conflict do nothing`, [source, no])
}

export async function lockTicket(client: PoolClient, source: number, no: string): Promise<void> {
  await client.query('select 1 from tickets where source_id = $1 and ticket_no = $2 for update', [source, no])
}

export interface AppealRow {
  source: string
  no: string
  day: string
  placeId: number
  topicId: number
  caller: string | null
  title: string | null
  /** 'ruled' by a person here, or 'imported' with the source's own word. */
  origin: 'ruled' | 'imported'
  byWhom: string | null
  reason: string | null
  knownOn: string | null
  version: number
}

/** Appeals of the days [from, until) that are out of scope as known on the night, newest first. */
export async function readAppeals(db: Queryable, night: string, from: string, until: string): Promise<AppealRow[]> {
  return (await db.query<AppealRow & Record<string, unknown>>(statement('appeals-out'), [night, from, until])).rows
}
