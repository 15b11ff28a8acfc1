/**
 * What processes of the service say of themselves every half minute, so that a page can tell whether anybody runs what is due.
 */
import type { Queryable } from './db.ts'

/** A process that was not heard of for so long is gone. */
export const BEAT_LOST_SECONDS = 120

export interface ServiceState {
  backend: 'postgres' | 'redis'
  /** Null where the queue is well. */
  queueProblem: string | null
  /** Jobs that wait or are worked on, by queue; null while the queue cannot be asked. */
  jobs: Record<string, number> | null
  /** Events counted since the start. */
  events: Record<string, number>
}

export interface ServiceBeat {
  worker: string
  version: string
  startedAt: Date
  seenAt: Date
  /** Seconds since it was last heard of, by the server's clock. */
  ageSeconds: number
  /** Null: it runs no nights. */
  hour: number | null
  state: ServiceState
}

export async function noteBeat(db: Queryable, beat: Pick<ServiceBeat, 'worker' | 'version' | 'startedAt' | 'hour' | 'state'>): Promise<void> {
  await db.query(
    `insert into service_beats (worker, version, started_at, hour, state) values ($1, $2, $3, $4, $5)
     on conflict (worker) do update set version = excluded.version, started_at = excluded.started_at, hour = excluded.hour, state = excluded.state, seen_at = clock_timestamp()`,
    [beat.worker, beat.version, beat.startedAt, beat.hour, JSON.stringify(beat.state)])
}

/** Those that ended as they should leave nothing; one that died is kept for a week. */
export async function dropBeat(db: Queryable, worker: string): Promise<void> {
  await db.query(`delete from service_beats where worker = $1 or seen_at < now() - interval '7 days'`, [worker])
}

/** Last heard of first. */
export async function readBeats(db: Queryable): Promise<ServiceBeat[]> {
  return (await db.query<ServiceBeat & Record<string, unknown>>(
    `select worker, version, started_at as "startedAt", seen_at as "seenAt", extract(epoch from clock_timestamp() - seen_at)::float8 as "ageSeconds", hour, state
     from service_beats order by seen_at desc`)).rows
}
