/**
 * What waits for the hotline's desk, and what a silence would hide.
 */
import type { Queryable } from './db.ts'

export interface WaitingRow { id: string, level: string, state: string, place: string, topic: string, lead: string | null, by: string | null, why: string | null, dueAt: number | null, timeZone: string }

/** Open alerts in one of the states, the most urgent first, with the last reason that was given. */
export async function readWaiting(db: Queryable, states: readonly string[], limit: number): Promise<WaitingRow[]> {
  const { rows } = await db.query<WaitingRow & Record<string, unknown>>(
    `select i.alert_id as id, i.level, i.state, p.path as place, t.path as topic, i.lead, x.by_whom || ' (' || x.unit || ')' as by, x.why,
            case when isfinite(i.due_at) then floor(extract(epoch from i.due_at) * 1000)::float8 end as "dueAt",
            coalesce((select min(z.time_zone) from sources z where z.city = split_part(p.path, '›', 1)), 'UTC') as "timeZone"
     from inbox_items i join places p on p.id = i.place_id join topics t on t.id = i.topic_id
     left join lateral (select by_whom, unit, why from alert_acts where alert_id = i.alert_id and state_after = i.state and state_before <> state_after order by seq desc limit 1) as x on true
     where i.state = any ($1::text[]) order by i.due_at, i.rank, i.alert_id limit $2`, [states, limit])
  return rows
}

export interface AskedRow { clockId: string, alertId: string, clock: string, unit: string, place: string, by: string, why: string, amount: number | null, dueAt: number, timeZone: string }

/** Running clocks for which more time was asked and nobody has ruled. */
export async function readExtensionsAsked(db: Queryable): Promise<AskedRow[]> {
  const { rows } = await db.query<AskedRow & Record<string, unknown>>(
    `select c.id::text as "clockId", c.alert_id as "alertId", c.clock, c.unit, p.path as place, e.by_whom as by, e.why, (e.detail->>'amount')::int as amount,
            floor(extract(epoch from c.due_at) * 1000)::float8 as "dueAt", c.time_zone as "timeZone"
     from clocks c join alerts a on a.id = c.alert_id join places p on p.id = a.place_id
     join lateral (select * from clock_events where clock_id = c.id and event like 'extension_%' order by id desc limit 1) as e on e.event = 'extension_asked'
     where c.stopped_at is null order by c.due_at limit 200`)
  return rows
}

export interface SilenceMatch { placeId: number | null, topicId: number | null, kind: string | null, unit: string | null, levels: readonly string[] }

/** Open alerts that a silence would hold, the gravest first, and how many there are. */
export async function readSilenced(db: Queryable, { placeId, topicId, kind, unit, levels }: SilenceMatch, limit: number): Promise<{ n: number, rows: { id: string, level: string, place: string, topic: string }[] }> {
  const { rows } = await db.query<{ id: string, level: string, place: string, topic: string, n: number }>(
    `select i.alert_id as id, i.level, p.path as place, t.path as topic, count(*) over ()::int as n
     from inbox_items i join places p on p.id = i.place_id join topics t on t.id = i.topic_id
     where i.open and i.status = 'open' and ($1::int is null or $1 = any (p.rollup)) and ($2::int is null or $2 = any (t.rollup)) and ($3::text is null or i.kind = $3)
       and ($4::text is null or i.lead = $4) and i.level = any ($5::text[])
     order by i.rank, i.alert_id limit $6`, [placeId, topicId, kind, unit, levels, limit])
  return { n: rows[0]?.n ?? 0, rows }
}
