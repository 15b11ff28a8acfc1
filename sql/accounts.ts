/**
 * Row functions of accounts, their roles and the links that let somebody in once.
 */
import type { Queryable } from './db.ts'

export interface AccountRow {
  id: number
  name: string
  fullName: string
  password: string | null
  totpSecret: Buffer | null
  totpPending: Buffer | null
  totpStep: number
  language: 'zh' | 'en' | null
  theme: 'light' | 'dark' | 'auto' | null
  demo: boolean
  disabled: boolean
  oidc: boolean
}

const COLUMNS = `a.id, a.name, a.full_name as "fullName", a.password, a.totp_secret as "totpSecret", a.totp_pending as "totpPending", coalesce(a.totp_step, 0)::float8 as "totpStep",
  a.language, a.theme, a.demo, a.disabled_at is not null as disabled, a.oidc_subject is not null as oidc`

export async function findAccount(db: Queryable, name: string): Promise<AccountRow | undefined> {
  return (await db.query<AccountRow & Record<string, unknown>>(`select ${COLUMNS} from accounts a where lower(a.name) = lower($1)`, [name])).rows[0]
}

export async function readAccount(db: Queryable, id: number): Promise<AccountRow | undefined> {
  return (await db.query<AccountRow & Record<string, unknown>>(`select ${COLUMNS} from accounts a where a.id = $1`, [id])).rows[0]
}

export async function findOidcAccount(db: Queryable, issuer: string, subject: string): Promise<AccountRow | undefined> {
  return (await db.query<AccountRow & Record<string, unknown>>(`select ${COLUMNS} from accounts a where a.oidc_issuer = $1 and a.oidc_subject = $2`, [issuer, subject])).rows[0]
}

export interface NewAccount { name: string, fullName: string, password?: string | null, demo?: boolean, createdBy: string, oidcIssuer?: string, oidcSubject?: string }

/** Undefined where the name is taken. */
export async function insertAccount(db: Queryable, { name, fullName, password = null, demo = false, createdBy, oidcIssuer, oidcSubject }: NewAccount): Promise<number | undefined> {
  const { rows } = await db.query<{ id: number }>(
    `insert into accounts (name, full_name, password, demo, created_by, oidc_issuer, oidc_subject) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning id`,
    [name, fullName, password, demo, createdBy, oidcIssuer ?? null, oidcSubject ?? null])
  return rows[0]?.id
}

export async function setPassword(db: Queryable, id: number, password: string): Promise<void> {
  await db.query('update accounts set password = $2 where id = $1', [id, password])
}

export async function setPreferences(db: Queryable, id: number, language: string | null, theme: string | null): Promise<void> {
  await db.query('update accounts set language = coalesce($2, language), theme = coalesce($3, theme) where id = $1', [id, language, theme])
}

export async function setPendingTotp(db: Queryable, id: number, secret: Buffer | null): Promise<void> {
  await db.query('update accounts set totp_pending = $2 where id = $1', [id, secret])
}

export async function setTotp(db: Queryable, id: number, secret: Buffer | null): Promise<void> {
  await db.query('update accounts set totp_secret = $2, totp_pending = null, totp_step = null where id = $1', [id, secret])
}

/** Marks the step as used; false where it was used already, by whoever was faster. */
export async function useTotpStep(db: Queryable, id: number, step: number): Promise<boolean> {
  return ((await db.query('update accounts set totp_step = $2 where id = $1 and coalesce(totp_step, 0) < $2', [id, step])).rowCount ?? 0) > 0
}

export async function setDisabled(db: Queryable, id: number, disabled: boolean): Promise<void> {
  await db.query('update accounts set disabled_at = case when $2 then coalesce(disabled_at, clock_timestamp()) end where id = $1', [id, disabled])
}

export interface RoleRow { role: string, units: number[], places: number[], topics: number[], unitNames: string[], placePaths: string[], topicPaths: string[] }

/** Of `account_roles r`: what a RoleRow holds. */
export const ROLE_COLUMNS = `r.role, r.unit_ids as units, r.place_ids as places, r.topic_ids as topics,
  array(select u.name from unnest(r.unit_ids) with ordinality as i (id, n) join units u using (id) order by i.n) as "unitNames",
  array(select p.path from unnest(r.place_ids) with ordinality as i (id, n) join places p using (id) order by i.n) as "placePaths",
  array(select o.path from unnest(r.topic_ids) with ordinality as i (id, n) join topics o using (id) order by i.n) as "topicPaths"`

/** In the order in which they were granted. */
export async function readRoles(db: Queryable, accountId: number): Promise<RoleRow[]> {
  return (await db.query<RoleRow & Record<string, unknown>>(`select ${ROLE_COLUMNS} from account_roles r where r.account_id = $1 order by r.granted_at, r.role`, [accountId])).rows
}

export interface Grant { role: string, units: readonly number[], places: readonly number[], topics: readonly number[] }

/** Gives the role, or gives it anew with another reach. */
export async function grantRole(db: Queryable, accountId: number, { role, units, places, topics }: Grant, by: string): Promise<void> {
  await db.query(
    `insert into account_roles (account_id, role, unit_ids, place_ids, topic_ids, granted_by) values ($1, $2, $3, $4, $5, $6)
     on conflict (account_id, role) do update set unit_ids = excluded.unit_ids, place_ids = excluded.place_ids, topic_ids = excluded.topic_ids, granted_by = excluded.granted_by, granted_at = clock_timestamp()`,
    [accountId, role, units, places, topics, by])
}

export async function revokeRole(db: Queryable, accountId: number, role: string): Promise<boolean> {
  return ((await db.query('delete from account_roles where account_id = $1 and role = $2', [accountId, role])).rowCount ?? 0) > 0
}

/** Accounts that can administrate: not disabled, with the role. */
export async function countAdmins(db: Queryable): Promise<number> {
  return (await db.query<{ n: number }>(`select count(*)::int as n from accounts a join account_roles r on r.account_id = a.id where r.role = 'admin' and a.disabled_at is null`)).rows[0]!.n
}

export interface AccountListRow { id: number, name: string, fullName: string, disabled: boolean, demo: boolean, totp: boolean, password: boolean, oidc: boolean, lastSeen: Date | null, roles: RoleRow[] }

/** By name. */
export async function listAccounts(db: Queryable): Promise<AccountListRow[]> {
  const { rows } = await db.query<AccountListRow & Record<string, unknown>>(
    `select a.id, a.name, a.full_name as "fullName", a.disabled_at is not null as disabled, a.demo, a.totp_secret is not null as totp, a.password is not null as password, a.oidc_subject is not null as oidc,
            (select max(s.seen_at) from web_sessions s where s.account_id = a.id) as "lastSeen",
            coalesce((select json_agg(x order by x.granted_at, x.role) from (select r.granted_at, ${ROLE_COLUMNS} from account_roles r where r.account_id = a.id) as x), '[]') as roles
     from accounts a order by lower(a.name)`)
  return rows
}

export interface NamedIds { units: number[], places: number[], topics: number[], missing: string[] }

/** Ids of units by name, places and topics by path; what is not there is missing. */
export async function findScope(db: Queryable, units: readonly string[], places: readonly string[], topics: readonly string[]): Promise<NamedIds> {
  const { rows: [found] } = await db.query<{ units: number[], places: number[], topics: number[], missing: string[] }>(
    `select array(select u.id from unnest($1::text[]) with ordinality as n (name, i) join units u using (name) order by n.i) as units,
            array(select p.id from unnest($2::text[]) with ordinality as n (path, i) join places p using (path) order by n.i) as places,
            array(select o.id from unnest($3::text[]) with ordinality as n (path, i) join topics o using (path) where o.path <> '' order by n.i) as topics,
            array(select name from unnest($1::text[]) as name where name not in (select u.name from units u)
                  union all select path from unnest($2::text[]) as path where path not in (select p.path from places p)
                  union all select path from unnest($3::text[]) as path where path = '' or path not in (select o.path from topics o)) as missing`, [units, places, topics])
  return found!
}

export async function insertLink(db: Queryable, tokenHash: Buffer, accountId: number | null, by: string, hours: number): Promise<Date> {
  const { rows } = await db.query<{ until: Date }>(
    `insert into one_time_links (token_hash, account_id, made_by, expires_at) values ($1, $2, $3, clock_timestamp() + $4 * interval '1 hour') returning expires_at as until`, [tokenHash, accountId, by, hours])
  return rows[0]!.until
}

/** Links that nobody used, of the account: a newer one takes their place. */
export async function dropLinks(db: Queryable, accountId: number | null): Promise<void> {
  await db.query('delete from one_time_links where account_id is not distinct from $1 and used_at is null', [accountId])
}

/** Undefined where it is used, too old or unknown. */
export async function readLink(db: Queryable, tokenHash: Buffer): Promise<{ accountId: number | null } | undefined> {
  return (await db.query<{ accountId: number | null }>(
    `select account_id as "accountId" from one_time_links where token_hash = $1 and used_at is null and expires_at > clock_timestamp()`, [tokenHash])).rows[0]
}

/** Whether it was there to be used; of two who use it at once one is first. */
export async function useLink(db: Queryable, tokenHash: Buffer): Promise<boolean> {
  return ((await db.query('update one_time_links set used_at = clock_timestamp() where token_hash = $1 and used_at is null and expires_at > clock_timestamp()', [tokenHash])).rowCount ?? 0) > 0
}
