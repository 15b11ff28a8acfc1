/**
 * Row functions of sessions and of failures to sign in.
 */
import { ROLE_COLUMNS } from './accounts.ts'
import type { RoleRow } from './accounts.ts'
import { queryPrepared } from './db.ts'
import type { Queryable } from './db.ts'

export interface SessionRow {
  id: number
  accountId: number
  name: string
  fullName: string
  language: 'zh' | 'en' | null
  theme: 'light' | 'dark' | 'auto' | null
  demo: boolean
  waiting: boolean
  role: RoleRow | null
  /** Whether a minute or more has passed since it was last seen. */
  stale: boolean
}

/** A session that is neither ended nor too old, of an account that may come in; `role` null where the account has lost it. */
export async function readSession(db: Queryable, tokenHash: Buffer, idleMinutes: number): Promise<SessionRow | undefined> {
  const { rows } = await queryPrepared<SessionRow & Record<string, unknown>>(db, 'web_session',
    `select s.id::float8 as id, a.id as "accountId", a.name, a.full_name as "fullName", a.language, a.theme, a.demo, s.waiting, s.seen_at < clock_timestamp() - interval '1 minute' as stale,
            (select to_jsonb(x) from (
               select ${ROLE_COLUMNS}
               from account_roles r where r.account_id = a.id and r.role = s.role) as x) as role
     from web_sessions s join accounts a on a.id = s.account_id
     where s.token_hash = $1 and s.ended_at is null and s.expires_at > clock_timestamp() and s.seen_at > clock_timestamp() - $2 * interval '1 minute' and a.disabled_at is null`, [tokenHash, idleMinutes])
  return rows[0]
}

export async function touchSession(db: Queryable, id: number): Promise<void> {
  await db.query('update web_sessions set seen_at = clock_timestamp() where id = $1', [id])
}

export interface NewSession { tokenHash: Buffer, accountId: number, role: string, waiting: boolean, method: 'password' | 'oidc' | 'link', address: string, agent: string, minutes: number }

export async function insertSession(db: Queryable, { tokenHash, accountId, role, waiting, method, address, agent, minutes }: NewSession): Promise<number> {
  const { rows } = await db.query<{ id: number }>(
    `insert into web_sessions (token_hash, account_id, role, waiting, method, address, agent, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, clock_timestamp() + $8 * interval '1 minute') returning id::float8 as id`,
    [tokenHash, accountId, role, waiting, method, address, agent.slice(0, 200), minutes])
  return rows[0]!.id
}

/** The session goes on under another token: what was known of the old one is worth nothing. */
export async function rotateSession(db: Queryable, id: number, tokenHash: Buffer, role: string): Promise<void> {
  await db.query('update web_sessions set token_hash = $2, role = $3, waiting = false where id = $1', [id, tokenHash, role])
}

export async function endSession(db: Queryable, id: number, by: string, accountId: number | null = null): Promise<boolean> {
  return ((await db.query('update web_sessions set ended_at = clock_timestamp(), ended_by = $2 where id = $1 and ended_at is null and ($3::int is null or account_id = $3)', [id, by, accountId])).rowCount ?? 0) > 0
}

/** @param except a session that goes on */
export async function endSessions(db: Queryable, accountId: number, by: string, except: number | null = null): Promise<number> {
  return (await db.query('update web_sessions set ended_at = clock_timestamp(), ended_by = $2 where account_id = $1 and ended_at is null and ($3::bigint is null or id <> $3)', [accountId, by, except])).rowCount ?? 0
}

export interface OpenSession { id: number, role: string, method: string, address: string, agent: string, createdAt: Date, seenAt: Date }

/** Sessions that still hold, latest first. */
export async function listSessions(db: Queryable, accountId: number, idleMinutes: number): Promise<OpenSession[]> {
  return (await db.query<OpenSession & Record<string, unknown>>(
    `select id::float8 as id, role, method, address, agent, created_at as "createdAt", seen_at as "seenAt" from web_sessions
     where account_id = $1 and ended_at is null and not waiting and expires_at > clock_timestamp() and seen_at > clock_timestamp() - $2 * interval '1 minute' order by seen_at desc, id desc`, [accountId, idleMinutes])).rows
}

/** Counts a try before it is made. @returns tries of the window with this one, and the seconds until the window ends */
export async function countTry(db: Queryable, key: string, windowMinutes: number): Promise<{ tries: number, seconds: number }> {
  const { rows } = await db.query<{ tries: number, seconds: number }>(
    `insert into sign_in_failures as f (key, failures, first_at) values ($1, 1, clock_timestamp())
     on conflict (key) do update set failures = case when f.first_at < clock_timestamp() - $2 * interval '1 minute' then 1 else f.failures + 1 end,
       first_at = case when f.first_at < clock_timestamp() - $2 * interval '1 minute' then clock_timestamp() else f.first_at end
     returning failures as tries, ceil(extract(epoch from first_at + $2 * interval '1 minute' - clock_timestamp()))::int as seconds`, [key, windowMinutes])
  return rows[0]!
}

export async function forgetTries(db: Queryable, key: string): Promise<void> {
  await db.query('delete from sign_in_failures where key = $1', [key])
}

/** Takes away what is over: tries, links, requests to sign-in services, and sessions that ended more than `days` ago. */
export async function sweepSessions(db: Queryable, days: number): Promise<void> {
  await db.query(`delete from sign_in_failures where first_at < clock_timestamp() - interval '1 day'`)
  await db.query('delete from oidc_requests where expires_at < clock_timestamp()')
  await db.query(`delete from one_time_links where expires_at < clock_timestamp() - interval '7 days'`)
  await db.query(`delete from web_sessions where coalesce(ended_at, expires_at) < clock_timestamp() - $1 * interval '1 day'`, [days])
}
