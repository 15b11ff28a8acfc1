/**
 * What schedulers share: the server's clock, the store's name, and the locks that tell the one who runs the nights apart from
 * the others, so that any number of schedulers and workers may try. What is due stands in sql/due-runs.ts.
 */
import { LockedError } from '../core/errors.ts'
import { lockHolder, statement } from './db.ts'
import type { Db, Queryable } from './db.ts'
import { withLease } from './lease.ts'
import type { LeaseOptions } from './lease.ts'
import { LOCKS } from './lock-keys.ts'

/** Newest night up to one that succeeded; null before the first. */
export async function readLastSucceeded(db: Queryable, until: string): Promise<string | null> {
  const { rows } = await db.query<{ night: string | null }>(`select max(night)::text as night from runs where status = 'succeeded' and night <= $1`, [until])
  return rows[0]!.night
}

/** The server's clock in milliseconds: what is due is judged by one clock, whatever the machines' say. */
export async function readClock(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ now: number }>('select floor(extract(epoch from clock_timestamp()) * 1000)::float8 as now')
  return rows[0]!.now
}

export async function readStoreId(db: Queryable): Promise<string> {
  return (await db.query<{ id: string }>(statement('schedule-store-id'))).rows[0]!.id
}

/**
 * Runs `work` as the only one in the store who runs nights; undefined at once where somebody else is. The lock is gone when the
 * process is, or no longer heard of.
 *
 * @param work  is told by its signal that the lock is lost
 */
export async function withNightsLock<T>(db: Db, work: (lost: AbortSignal) => Promise<T>, lease: Partial<LeaseOptions> = {}): Promise<T | undefined> {
  return withLease(db, LOCKS.nights, work, lease)
}

/**
 * Waits for the lock that serialises writers of a store and holds it as a lease: for those who run unattended.
 *
 * @param onWait  called once, with the name of the holder
 * @throws {LockedError} still held by another after `waitMs`, or the signal came first
 */
export async function withWriteLease<T>(
  db: Db, waitMs: number, onWait: (holder: string) => void, signal: AbortSignal, work: (lost: AbortSignal) => Promise<T>, lease: Partial<LeaseOptions> = {},
): Promise<T> {
  const deadline = performance.now() + waitMs
  for (let told = false; ; told = true) {
    let got = false
    const result = await withLease(db, LOCKS.write, (lost) => {
      got = true
      return work(lost)
    }, lease)
    if (got) return result as T
    const holder = await lockHolder(db)
    if (signal.aborted || performance.now() >= deadline) throw new LockedError('locked', `the store is being written by ${holder}`, { holder })
    if (!told) onWait(holder)
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}
