/**
 * Row functions of the groups of tickets that have one cause.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export interface TicketToGroup { source: number, no: string, night: number, place: number, title: string, content: string, preset: string, topic: number }
export interface GroupedTicket { source: number, no: string, issue: number, likeness: number }
export interface MergedIssue { from: number, into: number }
export interface IssueState {
  night: string
  /** First night whose tickets are grouped, null for the first that knows any. */
  since: string | null
  settings: string
  batch: string
  state: Buffer
}

export interface IssueMember {
  issue: number
  source: number
  no: string
  /** Local day of acceptance, and the night that grouped it, in days since 1970-01-01. */
  day: number
  night: number
  /** Local time of acceptance. */
  at: string
  place: number
  title: string
  content: string
  /** Tells writers apart, within this store. */
  writer: string
  likeness: number
}

/** Which late tickets are taken up, too: first known on `since` or later, before the nights asked for, and brought by an import after `batch`. */
export interface LateTickets { since: string, batch: string }

/** @param skip  pattern of kinds of appeal that are no complaint @param unknown  path of the topic of tickets without one */
export async function readTicketsToGroup(db: Queryable, from: string, until: string, skip: string, unknown: string, late?: LateTickets): Promise<TicketToGroup[]> {
  return (await db.query<TicketToGroup>(statement('issues-new-tickets'), [from, until, skip, unknown, late?.since ?? 'infinity', late?.batch ?? '0'])).rows
}

/** First and last night on which a ticket became known, null in an empty store. */
export async function readKnownNights(db: Queryable): Promise<{ first: string | null, last: string | null }> {
  const { rows } = await db.query<{ first: string | null, last: string | null }>(
    'select least((select min(known_on) from tickets), (select min(known_on) from ticket_versions)) as first, (select max(known_on) from tickets) as last')
  return rows[0]!
}

/** The latest import. */
export async function readLatestBatch(db: Queryable): Promise<string> {
  return (await db.query<{ batch: string }>('select coalesce(max(id), 0)::text as batch from import_batches')).rows[0]!.batch
}

/** The latest state not after `night`. */
export async function readIssueState(db: Queryable, night: string): Promise<IssueState | undefined> {
  const { rows } = await db.query<IssueState>(
    'select night, since, settings, batch_id::text as batch, state from issue_states where night <= $1 order by night desc limit 1', [night])
  return rows[0]
}

/** The night up to which tickets are grouped, null for none, with its settings and the last import that it saw. */
export async function readGroupedUntil(db: Queryable): Promise<Omit<IssueState, 'state'> | undefined> {
  const { rows } = await db.query<Omit<IssueState, 'state'>>('select night, since, settings, batch_id::text as batch from issue_states order by night desc limit 1')
  return rows[0]
}

/** Whether an import after `batch` brought tickets that nights up to `night` know but have not grouped. */
export async function hasUngrouped(db: Queryable, night: string, batch: string, skip: string): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>(
    `select exists (
       select from tickets t where t.batch_id > $2 and t.known_on <= $1 and t.sweep is null and coalesce(t.appeal_type, '') !~ $3
         and (coalesce(t.title, '') <> '' or coalesce(t.content, '') <> '')
         and not exists (select from issue_tickets m where m.source_id = t.source_id and m.ticket_no = t.ticket_no)) as found`, [night, batch, skip])
  return rows[0]!.found
}

/** Forgets what nights after `night` grouped; null forgets all. */
export async function forgetIssuesAfter(db: Queryable, night: string | null): Promise<void> {
  await db.query('delete from issue_tickets where $1::date is null or night > $1::date', [night])
  await db.query('delete from issues where $1::date is null or begun_on > $1::date', [night])
  await db.query('update issues set merged_into = null, merged_on = null where merged_on > $1::date', [night])
  await db.query('delete from issue_states where $1::date is null or night > $1::date', [night])
}

/** Adds one night's groups. */
export async function saveIssues(db: Queryable, night: string, tickets: readonly GroupedTicket[], begun: readonly number[], merged: readonly MergedIssue[]): Promise<void> {
  await db.query('insert into issues (id, begun_on) select unnest($2::int[]), $1', [night, begun])
  await db.query(
    `insert into issue_tickets (source_id, ticket_no, issue_id, night, likeness)
     select m.source, m.no, m.issue, $1, m.likeness from unnest($2::smallint[], $3::text[], $4::int[], $5::real[]) as m (source, no, issue, likeness)`,
    [night, tickets.map((it) => it.source), tickets.map((it) => it.no), tickets.map((it) => it.issue), tickets.map((it) => it.likeness)])
  await db.query(
    `update issues i set merged_into = m.into_id, merged_on = $1 from unnest($2::int[], $3::int[]) as m (from_id, into_id) where i.id = m.from_id`,
    [night, merged.map((it) => it.from), merged.map((it) => it.into)])
}

/** Keeps the state of the night and of the `keep` - 1 before it. */
export async function saveIssueState(db: Queryable, { night, since, settings, batch, state }: IssueState, keep: number): Promise<void> {
  await db.query(
    `insert into issue_states (night, since, settings, batch_id, state) values ($1, $2, $3, $4, $5)
     on conflict (night) do update set since = excluded.since, settings = excluded.settings, batch_id = excluded.batch_id, state = excluded.state`, [night, since, settings, batch, state])
  await db.query('delete from issue_states where night not in (select night from issue_states order by night desc limit $1)', [keep])
}

/** @param from @param until  local days [from, until) of acceptance @param leastWriters  of a group within them */
export async function readIssueMembers(db: Queryable, night: string, from: string, until: string, leastWriters: number): Promise<IssueMember[]> {
  return (await db.query<IssueMember>(statement('issues-members'), [night, from, until, leastWriters])).rows
}
