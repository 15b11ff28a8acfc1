/**
 * Row functions of erasure: which tickets, and what is taken from them and from their earlier states.
 */
import type { Queryable } from './db.ts'

export interface ErasedTicket { source: string, ticketNo: string }

/** What is erased: a caller's tickets, one ticket, or what was accepted before a day. */
export interface ErasureChoice { callerKey?: string | null, ticketNo?: string | null, source?: string | null, before?: string | null }

const CHOSEN = `select t.source_id, t.ticket_no from tickets t join sources s on s.id = t.source_id
  where ($1::uuid is null or t.caller_key = $1 or exists (select from ticket_versions v where v.source_id = t.source_id and v.ticket_no = t.ticket_no and v.caller_key = $1))
    and ($2::text is null or t.ticket_no = $2) and ($3::text is null or s.name = $3) and ($4::date is null or t.day < $4 and coalesce(t.closed_at < $4, true))
    and not exists (select from erased_tickets e where e.source_id = t.source_id and e.ticket_no = t.ticket_no)`

const params = ({ callerKey = null, ticketNo = null, source = null, before = null }: ErasureChoice): unknown[] => [callerKey, ticketNo, source, before]

export async function countErasable(db: Queryable, choice: ErasureChoice): Promise<number> {
  return (await db.query<{ n: number }>(`select count(*)::int as n from (${CHOSEN}) as c`, params(choice))).rows[0]!.n
}

/**
 * Takes text, address, point, tags and caller from the tickets and all their earlier states. One caller becomes one new key that nothing leads to:
 * counts of distinct callers stay what they were, now and when days are counted again.
 *
 * @returns tickets and earlier states that lost something
 */
export async function eraseTickets(client: Queryable, choice: ErasureChoice): Promise<{ tickets: number, versions: number }> {
  await client.query('create temporary table erase_now (source_id smallint, ticket_no text, caller_key uuid, primary key (source_id, ticket_no)) on commit drop')
  await client.query(
    `insert into erase_now
     with c as (${CHOSEN}), k as (select t.source_id, t.ticket_no, t.caller_key as old from tickets t join c using (source_id, ticket_no)),
          n as materialized (select old, gen_random_uuid() as new from (select distinct old from k where old is not null) as d)
     select k.source_id, k.ticket_no, n.new from k left join n using (old)`, params(choice))
  const set = 'title = null, content = null, address_text = null, lng = null, lat = null, tags = null, caller_key = e.caller_key'
  const versions = await client.query(`update ticket_versions v set ${set} from erase_now e where v.source_id = e.source_id and v.ticket_no = e.ticket_no`)
  const tickets = await client.query(`update tickets t set ${set} from erase_now e where t.source_id = e.source_id and t.ticket_no = e.ticket_no`)
  await client.query('insert into erased_tickets (source_id, ticket_no, caller_key) select source_id, ticket_no, caller_key from erase_now on conflict do nothing')
  return { tickets: tickets.rowCount ?? 0, versions: versions.rowCount ?? 0 }
}

/** Sources that have a ticket of the number: a number may be used by several. */
export async function sourcesOf(db: Queryable, ticketNo: string): Promise<string[]> {
  return (await db.query<{ name: string }>('select s.name from tickets t join sources s on s.id = t.source_id where t.ticket_no = $1 order by 1', [ticketNo])).rows.map(({ name }) => name)
}
