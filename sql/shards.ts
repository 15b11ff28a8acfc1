/**
 * Parts of a night's judging that workers share. A part is taken with a token for a time; what is handed in counts only under the
 * token that took it last. Times are the server's.
 */
import { randomUUID } from 'node:crypto'
import type { Queryable } from './db.ts'

export interface ShardRow { night: string, attempt: number, shard: number, parts: number, limits: Record<string, unknown>, token: string }

export interface ShardState { shard: number, done: boolean, tries: number, error: string | null }

/** Nobody else takes a part before this is over; whoever works on it renews it. */
export const SHARD_LEASE_MS = 30_000

/** Enters the parts of an attempt; those of earlier attempts are gone. */
export async function planShards(db: Queryable, night: string, attempt: number, parts: number, limits: object): Promise<void> {
  await db.query('delete from night_shards where night = $1', [night])
  await db.query('insert into night_shards (night, attempt, shard, parts, limits) select $1, $2, i, $3, $4 from generate_series(0, $3::int - 1) as i', [night, attempt, parts, limits])
}

/**
 * Takes a part that is neither done nor in other hands; undefined if there is none. A lease that ends further ahead than any can
 * is one of before the clock was set back.
 *
 * @param shard  this one, or null for any
 */
export async function takeShard(
  db: Queryable, night: string, attempt: number, shard: number | null, worker: string, leaseMs = SHARD_LEASE_MS,
): Promise<ShardRow | undefined> {
  const { rows } = await db.query<ShardRow & Record<string, unknown>>(
    `update night_shards set token = $4, worker = $5, tries = tries + 1, lease_until = clock_timestamp() + $6::float8 * interval '1 ms'
     where (night, attempt, shard) = (
       select night, attempt, shard from night_shards
       where night = $1 and attempt = $2 and ($3::int is null or shard = $3) and done_at is null
         and (lease_until is null or lease_until < clock_timestamp() or lease_until > clock_timestamp() + $7::float8 * interval '1 ms')
       order by shard limit 1 for update skip locked)
     returning night::text as night, attempt, shard, parts, limits, token`, [night, attempt, shard, randomUUID(), worker, leaseMs, Math.max(leaseMs, SHARD_LEASE_MS) * 2])
  return rows[0]
}

/** @returns false where the part is no longer the worker's */
export async function renewShard(db: Queryable, { night, attempt, shard, token }: ShardRow, leaseMs = SHARD_LEASE_MS): Promise<boolean> {
  const { rowCount } = await db.query(
    `update night_shards set lease_until = clock_timestamp() + $5::float8 * interval '1 ms'
     where night = $1 and attempt = $2 and shard = $3 and token = $4 and done_at is null`, [night, attempt, shard, token, leaseMs])
  return Boolean(rowCount)
}

/** @returns false where another took the part over, or the attempt is over: the result is not kept */
export async function handInShard(db: Queryable, { night, attempt, shard, token }: ShardRow, result: object, cpuMs: number): Promise<boolean> {
  const { rowCount } = await db.query(
    `update night_shards set result = $5, cpu_ms = $6, done_at = clock_timestamp(), error = null
     where night = $1 and attempt = $2 and shard = $3 and token = $4 and done_at is null`, [night, attempt, shard, token, result, cpuMs])
  return Boolean(rowCount)
}

/** Gives a part back that went wrong: anybody may try it again. */
export async function giveBackShard(db: Queryable, { night, attempt, shard, token }: ShardRow, error: string): Promise<void> {
  await db.query(
    `update night_shards set token = null, lease_until = null, error = $5
     where night = $1 and attempt = $2 and shard = $3 and token = $4 and done_at is null`, [night, attempt, shard, token, error.slice(0, 500)])
}

export async function readShardStates(db: Queryable, night: string, attempt: number): Promise<ShardState[]> {
  return (await db.query<ShardState & Record<string, unknown>>(
    'select shard, done_at is not null as done, tries, error from night_shards where night = $1 and attempt = $2 order by shard', [night, attempt])).rows
}

/** In the order of the parts. */
export async function readShardResults<T>(db: Queryable, night: string, attempt: number): Promise<{ result: T, worker: string, cpuMs: number }[]> {
  return (await db.query<{ result: T, worker: string, cpuMs: number }>(
    'select result, worker, cpu_ms as "cpuMs" from night_shards where night = $1 and attempt = $2 order by shard', [night, attempt])).rows
}

export async function forgetShards(db: Queryable, night: string): Promise<void> {
  await db.query('delete from night_shards where night = $1', [night])
}
