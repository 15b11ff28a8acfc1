/**
 * Small hand-made stores: places and topics by path, tickets by a few columns, everything else as ingest would leave it.
 */
import type { Db, Queryable } from '../../sql/db.ts'

export interface TicketSpec {
  no: string
  /** Local time 'YYYY-MM-DD HH:MM:SS' at UTC. */
  at: string
  place: string
  topic: string
  caller?: string
  channel?: string
  /** Day on which it became known; default: its own day. */
  known?: string
  unit?: string
  csat?: string
  closed?: string
  deadline?: string
  title?: string
  content?: string
}

export async function addSource(db: Queryable, staffChannels: string[] = []): Promise<void> {
  await db.query(
    `insert into sources (name, preset, city, country, time_zone, staff_channels) values ('test', 'test', 'City', 'US', 'UTC', $1) on conflict (name) do nothing`,
    [staffChannels])
}

/** Creates the nodes of a path ('City›North›Mill') and returns the id of the last. */
export async function addPlace(db: Queryable, path: string, households: number | null = null): Promise<number> {
  const names = path.split('›')
  let parent: { id: number, rollup: number[] } | undefined
  for (let depth = 0; depth < names.length; depth++) {
    const at = names.slice(0, depth + 1).join('›')
    const kind = ['city', 'district', 'street', 'compound'][depth] ?? 'point'
    await db.query(
      `insert into places (parent_id, depth, kind, name, path, households) values ($1, $2, $3, $4, $5, $6) on conflict (path) do nothing`,
      [parent?.id ?? null, depth, kind, names[depth], at, households])
    const { rows } = await db.query<{ id: number }>('select id from places where path = $1', [at])
    const rollup: number[] = [...(parent?.rollup ?? []), rows[0]!.id]
    await db.query('update places set rollup = $2 where id = $1', [rows[0]!.id, rollup])
    parent = { id: rows[0]!.id, rollup }
  }
  return parent!.id
}

/** Creates the nodes of a topic path; its first level is the family. */
export async function addTopic(db: Queryable, path: string): Promise<number> {
  const names = path.split('›')
  let parent = { id: 1, rollup: [1], family: null as number | null }
  for (let depth = 0; depth < names.length; depth++) {
    const at = names.slice(0, depth + 1).join('›')
    await db.query(
      `insert into topics (parent_id, depth, name, path, is_family) values ($1, $2, $3, $4, $5) on conflict (path) do nothing`,
      [parent.id, depth + 1, names[depth], at, depth === 0])
    const { rows } = await db.query<{ id: number }>('select id from topics where path = $1', [at])
    const family: number = parent.family ?? rows[0]!.id
    const rollup = [...parent.rollup, rows[0]!.id]
    await db.query('update topics set rollup = $2, family_id = $3 where id = $1', [rows[0]!.id, rollup, family])
    parent = { id: rows[0]!.id, rollup, family }
  }
  return parent.id
}

/** Inserts or replaces tickets; a replaced one leaves its old state as a version. Their days become dirty. */
export async function addTickets(db: Db, tickets: TicketSpec[]): Promise<void> {
  await addSource(db)
  const places = new Map<string, number>()
  const topics = new Map<string, number>()
  const units = new Map<string, number>()
  for (const ticket of tickets) {
    if (!places.has(ticket.place)) places.set(ticket.place, await addPlace(db, ticket.place))
    if (!topics.has(ticket.topic)) topics.set(ticket.topic, await addTopic(db, ticket.topic))
    if (ticket.unit && !units.has(ticket.unit)) {
      const { rows } = await db.query<{ id: number }>(`insert into units (name) values ($1) on conflict (name) do update set name = excluded.name returning id`, [ticket.unit])
      units.set(ticket.unit, rows[0]!.id)
    }
  }
  await db.transaction(async (client) => {
    const rows = tickets.map((ticket) => ({
      ...ticket, place_id: places.get(ticket.place), topic_id: topics.get(ticket.topic), unit_id: ticket.unit ? units.get(ticket.unit) : null,
      day: ticket.at.slice(0, 10), known: ticket.known ?? ticket.at.slice(0, 10),
    }))
    const json = JSON.stringify(rows)
    await client.query(
      `insert into ticket_versions
       select t.*, now(), n.known, 0, coalesce((select max(version) from ticket_versions v where v.source_id = t.source_id and v.ticket_no = t.ticket_no), 0) + 1
       from tickets t join jsonb_to_recordset($1::jsonb) as n (no text, known date) on n.no = t.ticket_no`, [json])
    await client.query(`insert into dirty_days select distinct t.day from tickets t join jsonb_to_recordset($1::jsonb) as n (no text) on n.no = t.ticket_no on conflict do nothing`, [json])
    await client.query(`delete from tickets t using jsonb_to_recordset($1::jsonb) as n (no text) where n.no = t.ticket_no`, [json])
    await client.query(
      `insert into tickets (source_id, ticket_no, accepted_at, recorded_at, day, known_on, batch_id, row_hash, place_id, topic_id, caller_key,
                            lead_unit_id, recorded_assumed, channel, csat_final, closed_at, deadline_at, title, content)
       select (select id from sources where name = 'test'), n.no, n.at::timestamp at time zone 'UTC', n.known::timestamp at time zone 'UTC', n.day, n.known, 1, 0,
              n.place_id, n.topic_id, case when n.caller is not null then md5(n.caller)::uuid end, n.unit_id, false, n.channel, n.csat,
              n.closed::timestamp at time zone 'UTC', n.deadline::timestamp at time zone 'UTC', n.title, n.content
       from jsonb_to_recordset($1::jsonb) as n (no text, at text, day date, known date, place_id int, topic_id int, caller text, unit_id int,
                                                channel text, csat text, closed text, deadline text, title text, content text)`, [json])
    await client.query(`insert into dirty_days select distinct n.day from jsonb_to_recordset($1::jsonb) as n (day date) on conflict do nothing`, [json])
  })
}
