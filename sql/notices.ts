/**
 * The outbox: notices wait here until a channel has taken them. The queue only wakes workers up; which notice is sent,
 * and that it is sent once, is decided by these rows.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'
import { LOCKS } from './lock-keys.ts'

export interface Notice {
  id: string
  alertId: string
  night: string
  reason: string
  /** Name of the unit it goes to; null where it goes to the channel as such. */
  unit: string | null
  channel: string
  payload: Record<string, unknown>
  /** Attempts so far. */
  attempts: number
}

export interface NoticeCounts { pending: number, delivered: number, failed: number }

export interface WaitingNotices {
  pending: number
  /** Those that may be tried now. */
  due: number
  /** Seconds until the earliest retry, null where none waits for one. */
  nextSeconds: number | null
}

/** Notices to be tried now, oldest night first. @param night null for every night */
export async function readDueNotices(db: Queryable, night: string | null, limit: number): Promise<{ id: string, attempts: number }[]> {
  return (await db.query<{ id: string, attempts: number }>(statement('notices-due'), [night, limit])).rows
}

/**
 * Takes one notice for delivery: the row stays locked until the caller's transaction ends, so a worker that dies lets go
 * of it at once. Undefined where it needs no delivery or another worker has it.
 */
export async function lockNotice(client: Queryable, id: string): Promise<Notice | undefined> {
  const { rows } = await client.query<{
    id: string, alert_id: string, night: string, reason: string, unit: string | null, channel: string,
    payload: Record<string, unknown>, attempts: number
  }>(statement('notices-lock'), [id])
  const row = rows[0]
  if (!row) return undefined
  const { alert_id: alertId, ...rest } = row
  return { ...rest, alertId }
}

/**
 * Keeps other processes from writing to the same night's channel until the transaction ends. That need not wait for the
 * disk: a mark lost in a power cut makes the notice go out again under its old id, as a crash before the mark would.
 */
export async function lockChannel(client: Queryable, night: string): Promise<void> {
  await client.query(statement('notices-lock-channel'), [LOCKS.channel, night])
}

export async function markDelivered(client: Queryable, id: string): Promise<void> {
  await client.query(statement('notices-delivered'), [id])
}

/** @param retrySeconds pause before the next attempt, unless this was the last of `maxAttempts` */
export async function markAttempted(client: Queryable, id: string, error: string, retrySeconds: number, maxAttempts: number): Promise<void> {
  await client.query(statement('notices-attempted'), [id, error.slice(0, 500), retrySeconds, maxAttempts])
}

/** @param night null for every night */
export async function countNotices(db: Queryable, night: string | null): Promise<NoticeCounts> {
  const { rows } = await db.query<NoticeCounts & Record<string, unknown>>(statement('notices-counts'), [night])
  return rows[0]!
}

/** @param night null for every night */
export async function countWaiting(db: Queryable, night: string | null): Promise<WaitingNotices> {
  const { rows } = await db.query<{ pending: number, due: number, next_seconds: number | null }>(statement('notices-waiting'), [night])
  const { pending, due, next_seconds: nextSeconds } = rows[0]!
  return { pending, due, nextSeconds }
}

/** Makes failed notices pending again. @returns how many */
export async function resendFailed(db: Queryable, night: string | null): Promise<number> {
  return (await db.query(statement('notices-resend'), [night])).rowCount ?? 0
}

/** Withholds notices of caught-up nights that later nights have overtaken. @returns how many */
export async function withholdOvertaken(db: Queryable, from: string, newest: string): Promise<number> {
  return (await db.query(statement('notices-withhold'), [from, newest])).rowCount ?? 0
}
