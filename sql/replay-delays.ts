/**
 * Tickets whose time of arrival is assumed, let in later: views of the replay's schema before the live tables, and counts of its own.
 */
import type { Queryable } from './db.ts'
import { schemaName } from './night-tables.ts'

/** A ticket arrives `days` after its day with the probability that `share` grows by; shares ascend and end with 1. */
export interface DelayStep { days: number, share: number }

/** Columns of tickets, in their order. */
async function columnsOf(db: Queryable, table: string): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    `select attname as name from pg_attribute where attrelid = ('public.' || $1)::regclass and attnum > 0 and not attisdropped order by attnum`, [table])
  return rows.map((row) => row.name)
}

/**
 * Inside the transaction that made the schema. The draw is of the ticket's number and the seed alone: the same on every machine, and the
 * same for all states of a ticket. What arrives late counts as recorded, so that nights learn of the delay as they would have.
 */
export async function createDelayedTickets(client: Queryable, schema: string, steps: readonly DelayStep[], seed: number): Promise<void> {
  const name = schemaName(schema)
  for (const { days, share } of steps) if (!Number.isInteger(days) || !(share > 0 && share <= 1)) throw new RangeError(`not a step of delays: ${days} ${share}`)
  if (!Number.isInteger(seed)) throw new RangeError(`not a seed: ${seed}`)
  const drawn = `('x' || left(md5(t.ticket_no || ' ${seed}'), 8))::bit(32)::bigint / 4294967296.0`
  const days = `case ${steps.slice(0, -1).map((step) => `when ${drawn} < ${step.share} then ${step.days}`).join(' ')} else ${steps.at(-1)!.days} end`
  const shifted: Record<string, string> = { known_on: `case when t.recorded_assumed then t.day + (${steps.length === 1 ? steps[0]!.days : days}) else t.known_on end`, recorded_assumed: 'false' }
  const select = (column: string, over: Record<string, string>): string => (over[column] ? `${over[column]} as ${column}` : `t.${column}`)
  await client.query(`create view ${name}.tickets as select ${(await columnsOf(client, 'tickets')).map((column) => select(column, shifted)).join(', ')} from public.tickets t`)
  // A state that was superseded before it would have arrived was never seen.
  const versions = { ...shifted, known_on: `least(${shifted.known_on}, t.superseded_on)` }
  await client.query(`create view ${name}.ticket_versions as select ${(await columnsOf(client, 'ticket_versions')).map((column) => select(column, versions)).join(', ')} from public.ticket_versions t`)
  await client.query(`create table ${name}.dirty_days (like public.dirty_days including all)`)
  await client.query(`insert into ${name}.dirty_days select distinct day from public.tickets`)
  await client.query(`create table ${name}.word_days (like public.word_days including all)`)
  await client.query(`create table ${name}.word_dirty_days (like public.word_dirty_days including all)`)
  await client.query(`create table ${name}.daily_counts (like public.daily_counts including defaults including constraints including indexes) partition by range (day)`)
}

/** How late the tickets of a source became known, where that was recorded: shares by days, at most `mostDays`. Empty where there are none. */
export async function readDelaySteps(db: Queryable, source: string, mostDays: number): Promise<DelayStep[]> {
  const { rows } = await db.query<{ days: number, n: number }>(
    `select least(known_on - day, $2)::int as days, count(*)::int as n
     from tickets where source_id = (select id from sources where name = $1) and not recorded_assumed group by 1 order by 1`, [source, mostDays])
  const total = rows.reduce((sum, row) => sum + row.n, 0)
  let seen = 0
  return rows.map(({ days, n }) => ({ days, share: (seen += n) === total ? 1 : Math.round((seen / total) * 1e6) / 1e6 })).filter((step) => step.share > 0)
}
