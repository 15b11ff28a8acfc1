/**
 * Row functions of answers under an Idempotency-Key; for the web's role in the transaction of what is answered.
 */
import type { Queryable } from './db.ts'

export interface ReplyRow { requestHash: Buffer, status: number, headers: Record<string, string>, body: string }

/** Hours for which an answer is kept. */
export const REPLY_HOURS = 24

/** Waits for a request under the same key that is under way. */
export async function findReply(client: Queryable, accountId: number, key: string): Promise<ReplyRow | undefined> {
  await client.query('select pg_advisory_xact_lock(7150, hashtext($1))', [`${accountId} ${key}`])
  await client.query('delete from api_replies where account_id = $1 and at < clock_timestamp() - make_interval(hours => $2)', [accountId, REPLY_HOURS])
  return (await client.query<ReplyRow & Record<string, unknown>>('select request_hash as "requestHash", status, headers, body from api_replies where account_id = $1 and key = $2', [accountId, key])).rows[0]
}

export async function keepReply(client: Queryable, accountId: number, key: string, { requestHash, status, headers, body }: ReplyRow): Promise<void> {
  await client.query('insert into api_replies (account_id, key, request_hash, status, headers, body) values ($1, $2, $3, $4, $5, $6)', [accountId, key, requestHash, status, JSON.stringify(headers), body])
}
