/**
 * The text of one ticket, for whoever says what they need it for.
 */
import type { Queryable } from './db.ts'

export interface TicketText { source: string, ticketNo: string, day: string, place: string, topic: string, unit: string | null, title: string | null, content: string | null, address: string | null, secret: boolean }

/** Undefined where there is no such ticket, or row-level security hides it. */
export async function readTicketText(client: Queryable, source: string, ticketNo: string): Promise<TicketText | undefined> {
  return (await client.query<TicketText & Record<string, unknown>>(
    `select s.name as source, t.ticket_no as "ticketNo", t.day, p.path as place, o.path as topic, u.name as unit, t.title, t.content, t.address_text as address, coalesce(t.is_secret, false) as secret
     from tickets t join sources s on s.id = t.source_id join places p on p.id = t.place_id join topics o on o.id = t.topic_id left join units u on u.id = t.lead_unit_id
     where s.name = $1 and t.ticket_no = $2`, [source, ticketNo])).rows[0]
}
