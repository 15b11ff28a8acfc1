/**
 * Errands: what people ask the service for. Pages enter rows, a process of the service takes them one after another and says how far it is.
 */
import type { Queryable } from './db.ts'

export const ERRAND_KINDS = ['rerun', 'backfill', 'rules_trial', 'deadlines_trial', 'test_message'] as const
export type ErrandKind = (typeof ERRAND_KINDS)[number]
export type ErrandStatus = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'

export interface Errand {
  id: string
  kind: ErrandKind
  request: Record<string, unknown>
  askedBy: string
  reason: string
  askedAt: Date
  status: ErrandStatus
  attempts: number
  worker: string | null
  startedAt: Date | null
  finishedAt: Date | null
  done: number
  total: number | null
  /** What it is at, or waits for. */
  at: string | null
  cancelledBy: string | null
  errorCode: string | null
  error: string | null
  errorDetails: Record<string, unknown> | null
  result: unknown
}

const PLAIN = `id::text as id, kind, request, asked_by as "askedBy", reason, asked_at as "askedAt", status, attempts, worker, started_at as "startedAt",
  finished_at as "finishedAt", done, total, at, cancelled_by as "cancelledBy", error_code as "errorCode", error, error_details as "errorDetails"`

/** @returns its id */
export async function insertErrand(db: Queryable, kind: ErrandKind, request: object, askedBy: string, reason: string): Promise<string> {
  const { rows } = await db.query<{ id: string }>('insert into errands (kind, request, asked_by, reason) values ($1, $2, $3, $4) returning id::text as id',
    [kind, JSON.stringify(request), askedBy, reason])
  return rows[0]!.id
}

export async function readErrand(db: Queryable, id: string): Promise<Errand | undefined> {
  if (!/^\d{1,15}$/.test(id)) return undefined
  return (await db.query<Errand & Record<string, unknown>>(`select ${PLAIN}, result from errands where id = $1`, [id])).rows[0]
}

/** Newest first; without results, which may be long. */
export async function listErrands(db: Queryable, kinds: readonly ErrandKind[], limit: number): Promise<Errand[]> {
  return (await db.query<Errand & Record<string, unknown>>(`select ${PLAIN}, null as result from errands where kind = any ($1) order by id desc limit $2`, [kinds, limit])).rows
}

/** Test messages of one subscription with what came of them, newest first. */
export async function listTests(db: Queryable, subscription: string, limit: number): Promise<Errand[]> {
  return (await db.query<Errand & Record<string, unknown>>(`select ${PLAIN}, result from errands where kind = 'test_message' and request->>'subscription' = $1 order by id desc limit $2`, [subscription, limit])).rows
}

/** One of the kind that asks for the same and has not ended. */
export async function findOpenErrand(db: Queryable, kind: ErrandKind, request: object): Promise<string | undefined> {
  return (await db.query<{ id: string }>(`select id::text as id from errands where kind = $1 and request = $2::jsonb and status in ('waiting', 'running') order by id limit 1`,
    [kind, JSON.stringify(request)])).rows[0]?.id
}

export async function hasErrands(db: Queryable, kinds: readonly ErrandKind[]): Promise<boolean> {
  return Boolean((await db.query(`select from errands where status in ('waiting', 'running') and kind = any ($1) limit 1`, [kinds])).rowCount)
}

/** Takes the next one: first what another process left behind. To be called by whoever holds the lock of these kinds. */
export async function takeErrand(db: Queryable, kinds: readonly ErrandKind[], worker: string): Promise<Errand | undefined> {
  return (await db.query<Errand & Record<string, unknown>>(
    `update errands set status = 'running', worker = $2, attempts = attempts + 1, started_at = clock_timestamp(), at = null
     where id = (select id from errands where status in ('waiting', 'running') and kind = any ($1) order by status = 'running' desc, id limit 1)
     returning ${PLAIN}, result`, [kinds, worker])).rows[0]
}

export interface ErrandProgress { done: number, total: number | null, at: string | null }

/** @returns false where somebody has cancelled it */
export async function noteProgress(db: Queryable, id: string, { done, total, at }: ErrandProgress): Promise<boolean> {
  const { rows } = await db.query<{ goes: boolean }>('update errands set done = $2, total = $3, at = $4 where id = $1 returning cancelled_by is null as goes', [id, done, total, at])
  return rows[0]?.goes ?? false
}

export async function isCancelled(db: Queryable, id: string): Promise<boolean> {
  return Boolean((await db.query('select from errands where id = $1 and cancelled_by is not null', [id])).rowCount)
}

export async function finishErrand(db: Queryable, id: string, result: unknown): Promise<void> {
  await db.query(`update errands set status = 'done', finished_at = clock_timestamp(), at = null, result = $2 where id = $1`, [id, JSON.stringify(result ?? null)])
}

export async function failErrand(db: Queryable, id: string, status: 'failed' | 'cancelled', code: string | null, error: string | null, details: object | null): Promise<void> {
  await db.query(`update errands set status = $2, finished_at = clock_timestamp(), error_code = $3, error = $4, error_details = $5 where id = $1`,
    [id, status, code, error?.slice(0, 500) ?? null, details === null ? null : JSON.stringify(details)])
}

/** An attempt that was cut short counts as none; the next process goes on. */
export async function releaseErrand(db: Queryable, id: string): Promise<void> {
  await db.query(`update errands set status = 'waiting', attempts = greatest(0, attempts - 1), worker = null where id = $1 and status = 'running'`, [id])
}

/** One that waits ends at once, one that runs is told to. @returns false where it had ended */
export async function cancelErrand(db: Queryable, id: string, by: string): Promise<boolean> {
  return Boolean((await db.query(
    `update errands set cancelled_by = coalesce(cancelled_by, $2), status = case when status = 'waiting' then 'cancelled' else status end,
       finished_at = case when status = 'waiting' then clock_timestamp() end
     where id = $1 and status in ('waiting', 'running')`, [id, by])).rowCount)
}
