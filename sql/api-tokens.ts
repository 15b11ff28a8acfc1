/**
 * Row functions of API tokens. Of a token only its hash is here.
 */
import type { Queryable } from './db.ts'

export interface TokenRow {
  id: string
  name: string
  accountId: number
  account: string
  role: string
  scopes: string[]
  createdBy: string
  createdAt: Date
  expiresAt: Date
  lastUsedAt: Date | null
  revokedAt: Date | null
  revokedBy: string | null
}

export interface NewToken { id: string, name: string, tokenHash: Buffer, accountId: number, role: string, scopes: readonly string[], createdBy: string, expiresAt: Date }

const COLUMNS = `t.id, t.name, t.account_id as "accountId", a.name as account, t.role, t.scopes, t.created_by as "createdBy", t.created_at as "createdAt", t.expires_at as "expiresAt",
  t.last_used_at as "lastUsedAt", t.revoked_at as "revokedAt", t.revoked_by as "revokedBy"`

export async function insertToken(db: Queryable, token: NewToken): Promise<void> {
  await db.query('insert into api_tokens (id, name, token_hash, account_id, role, scopes, created_by, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8)',
    [token.id, token.name, token.tokenHash, token.accountId, token.role, token.scopes, token.createdBy, token.expiresAt])
}

/** A token that may be used now, of an account that is not disabled; its use is noted once a minute. */
export async function useToken(db: Queryable, tokenHash: Buffer): Promise<TokenRow & { fullName: string } | undefined> {
  const { rows } = await db.query<TokenRow & { fullName: string, stale: boolean } & Record<string, unknown>>(
    `select ${COLUMNS}, a.full_name as "fullName", coalesce(t.last_used_at < clock_timestamp() - interval '1 minute', true) as stale
     from api_tokens t join accounts a on a.id = t.account_id
     where t.token_hash = $1 and t.revoked_at is null and t.expires_at > clock_timestamp() and a.disabled_at is null`, [tokenHash])
  if (rows[0]?.stale) await db.query('update api_tokens set last_used_at = clock_timestamp() where id = $1', [rows[0].id])
  return rows[0]
}

/** Newest first. */
export async function listTokens(db: Queryable): Promise<TokenRow[]> {
  return (await db.query<TokenRow & Record<string, unknown>>(`select ${COLUMNS} from api_tokens t join accounts a on a.id = t.account_id order by t.created_at desc, t.id`)).rows
}

/** @returns false where no token has the id, or it was revoked before */
export async function revokeToken(db: Queryable, id: string, by: string): Promise<boolean> {
  return ((await db.query('update api_tokens set revoked_at = clock_timestamp(), revoked_by = $2 where id = $1 and revoked_at is null', [id, by])).rowCount ?? 0) > 0
}
