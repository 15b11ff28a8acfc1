/**
 * Row functions of the audit log: added to, listed, and recomputed. Hashes are made by the database (audit_chain).
 */
import type { Queryable } from './db.ts'

export interface AuditEntry { accountId: number | null, name: string, role: string, act: string, object?: string, purpose?: string, detail?: Readonly<Record<string, unknown>>, address?: string, requestId?: string }

export async function insertAudit(db: Queryable, { accountId, name, role, act, object = '', purpose = '', detail = {}, address = '', requestId = '' }: AuditEntry): Promise<void> {
  await db.query(
    `insert into audit_log (id, account_id, name, role, act, object, purpose, detail, address, request_id, before_hash, hash) values (0, $1, $2, $3, $4, $5, $6, $7, $8, $9, '', '')`,
    [accountId, name, role, act, object, purpose, JSON.stringify(detail), address, requestId])
}

export interface AuditRow { id: number, at: Date, name: string, role: string, act: string, object: string, purpose: string, detail: Record<string, unknown>, address: string, hash: string }

export interface AuditFilter { act?: string | undefined, name?: string | undefined, object?: string | undefined, from?: string | undefined, until?: string | undefined, limit: number }

/** Latest first. @param from day, until day (not included), in UTC */
export async function listAudit(db: Queryable, { act, name, object, from, until, limit }: AuditFilter): Promise<AuditRow[]> {
  return (await db.query<AuditRow & Record<string, unknown>>(
    `select id::float8 as id, at, name, role, act, object, purpose, detail, address, encode(hash, 'hex') as hash from audit_log
     where ($1::text is null or act = $1) and ($2::text is null or name = $2) and ($3::text is null or object = $3) and ($4::date is null or at >= $4::date) and ($5::date is null or at < $5::date)
     order by id desc limit $6`, [act ?? null, name ?? null, object ?? null, from ?? null, until ?? null, limit])).rows
}

export interface ChainState { rows: number, head: string | null, at: Date | null, broken: number | null }

/** Recomputes every hash. `broken`: the first row that does not fit its own hash, the one before it, or its number. O(rows). */
export async function verifyChain(db: Queryable): Promise<ChainState> {
  const { rows } = await db.query<ChainState & Record<string, unknown>>(
    `with c as (
       select a.id, a.at, a.hash, a.before_hash, lag(a.hash) over (order by a.id) as previous, row_number() over (order by a.id) as n, sha256(a.before_hash || convert_to(audit_text(a), 'UTF8')) as computed
       from audit_log a)
     select count(*)::float8 as rows, (array_agg(encode(hash, 'hex') order by id desc))[1] as head, max(at) as at,
            min(id) filter (where hash <> computed or id <> n or before_hash <> coalesce(previous, '\\x00'::bytea))::float8 as broken from c`)
  return rows[0]!
}
