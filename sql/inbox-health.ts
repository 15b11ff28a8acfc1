/**
 * How fresh the inbox is: the last night and the one that should have run, for pages that must tell a quiet city from a stopped product.
 */
import type { Queryable } from './db.ts'

export interface InboxHealth {
  /** The newest night that succeeded, and when; null before the first. */
  night: string | null
  finishedAt: Date | null
  /** A newer night that failed or is under way. */
  later: { night: string, status: 'running' | 'failed' } | null
  /** Series of place and topic that the night judged, and those of which it could not tell. */
  judged: number
  unknown: number
  /** Day by the database's clock in the zone of the source imported last. */
  today: string
  timeZone: string
}

export async function readHealth(db: Queryable): Promise<InboxHealth> {
  const { rows } = await db.query<InboxHealth & Record<string, unknown>>(
    `with zone as (select coalesce((select s.time_zone from sources s left join import_batches b on b.source_id = s.id and b.status = 'done' order by b.finished_at desc nulls last, s.id limit 1), 'UTC') as name),
     good as (select night, finished_at from runs where status = 'succeeded' order by night desc limit 1)
     select g.night, g.finished_at as "finishedAt",
            (select jsonb_build_object('night', r.night, 'status', r.status) from runs r where r.status <> 'succeeded' and r.night > coalesce(g.night, '-infinity') order by r.night desc limit 1) as later,
            (select coalesce(sum(series) filter (where verdict <> 'cannot tell'), 0)::int from night_coverage c where c.night = g.night) as judged,
            (select coalesce(sum(series) filter (where verdict = 'cannot tell'), 0)::int from night_coverage c where c.night = g.night) as unknown,
            (clock_timestamp() at time zone z.name)::date as today, z.name as "timeZone"
     from zone z left join good g on true`)
  return rows[0]!
}

/** The zone alone. */
export async function readTimeZone(db: Queryable): Promise<string> {
  const { rows } = await db.query<{ zone: string }>(
    `select coalesce((select s.time_zone from sources s left join import_batches b on b.source_id = s.id and b.status = 'done' order by b.finished_at desc nulls last, s.id limit 1), 'UTC') as zone`)
  return rows[0]!.zone
}
