/**
 * What the schedule knows of the past: which nights succeeded and which failed. The one who runs the nights is told
 * apart from the others by a database lock, so any number of schedulers and workers may try.
 */
import { statement } from './db.ts'
import type { Db, Queryable } from './db.ts'
import { LOCKS } from './lock-keys.ts'

export interface FailedNight {
  night: string
  attempt: number
  /** Milliseconds since the epoch; null where the run never said. */
  finishedAt: number | null
}

export interface NightHistory {
  /** Newest night that succeeded; null before the first. */
  succeeded: string | null
  /** Nights after it whose last attempt failed, oldest first. */
  failed: FailedNight[]
}

/** @param until newest night of interest, inclusive */
export async function readNightHistory(db: Queryable, until: string): Promise<NightHistory> {
  const { rows } = await db.query<NightHistory & Record<string, unknown>>(statement('schedule-last'), [until])
  const { succeeded, failed } = rows[0]!
  return { succeeded, failed }
}

export async function hasSucceeded(db: Queryable, night: string): Promise<boolean> {
  const { rowCount } = await db.query(`select 1 from runs where night = $1 and status = 'succeeded'`, [night])
  return Boolean(rowCount)
}

/** The server's clock in milliseconds: what is due is judged by one clock, whatever the machines' say. */
export async function readClock(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ now: number }>('select (extract(epoch from clock_timestamp()) * 1000)::float8 as now')
  return rows[0]!.now
}

export async function readStoreId(db: Queryable): Promise<string> {
  return (await db.query<{ id: string }>(statement('schedule-store-id'))).rows[0]!.id
}

/**
 * Runs `work` as the only one in the store who runs nights; undefined at once where somebody else is.
 * The lock lives on a connection of its own and is gone when the process is.
 */
export async function withNightsLock<T>(db: Db, work: () => Promise<T>): Promise<T | undefined> {
  const client = await db.pool.connect()
  let broken = false
  try {
    const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1, 0) as got', [LOCKS.nights])
    if (!rows[0]!.got) return undefined
    try {
      return await work()
    } finally {
      await client.query('select pg_advisory_unlock($1, 0)', [LOCKS.nights]).catch(() => { broken = true })
    }
  } finally {
    client.release(broken)
  }
}
