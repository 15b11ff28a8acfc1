/**
 * Row functions of signing in by a service: requests under way, and what its claims mean here.
 */
import type { Grant } from './accounts.ts'
import type { Queryable } from './db.ts'

export async function insertOidcRequest(db: Queryable, stateHash: Buffer, verifier: string, nonce: string, next: string, minutes: number): Promise<void> {
  await db.query(`insert into oidc_requests (state_hash, verifier, nonce, next, expires_at) values ($1, $2, $3, $4, clock_timestamp() + $5 * interval '1 minute')`, [stateHash, verifier, nonce, next, minutes])
}

/** The request, which is over with this: undefined where it is unknown, too old or used. */
export async function takeOidcRequest(db: Queryable, stateHash: Buffer): Promise<{ verifier: string, nonce: string, next: string } | undefined> {
  const { rows } = await db.query<{ verifier: string, nonce: string, next: string, fresh: boolean }>(
    'delete from oidc_requests where state_hash = $1 returning verifier, nonce, next, expires_at > clock_timestamp() as fresh', [stateHash])
  return rows[0]?.fresh ? rows[0] : undefined
}

export interface ClaimRow extends Grant { claim: string, value: string, unitNames: string[], placePaths: string[], topicPaths: string[] }

/** By claim, value, role. */
export async function readClaims(db: Queryable): Promise<ClaimRow[]> {
  return (await db.query<ClaimRow & Record<string, unknown>>(
    `select c.claim, c.value, c.role, c.unit_ids as units, c.place_ids as places, c.topic_ids as topics,
       array(select u.name from unnest(c.unit_ids) as i (id) join units u using (id)) as "unitNames", array(select p.path from unnest(c.place_ids) as i (id) join places p using (id)) as "placePaths",
       array(select o.path from unnest(c.topic_ids) as i (id) join topics o using (id)) as "topicPaths"
     from oidc_claims c order by c.claim, c.value, c.role`)).rows
}

export async function saveClaim(db: Queryable, claim: string, value: string, { role, units, places, topics }: Grant, by: string): Promise<void> {
  await db.query(
    `insert into oidc_claims (claim, value, role, unit_ids, place_ids, topic_ids, made_by) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (claim, value, role) do update set unit_ids = excluded.unit_ids, place_ids = excluded.place_ids, topic_ids = excluded.topic_ids, made_by = excluded.made_by, made_at = clock_timestamp()`,
    [claim, value, role, units, places, topics, by])
}

export async function removeClaim(db: Queryable, claim: string, value: string, role: string): Promise<boolean> {
  return ((await db.query('delete from oidc_claims where claim = $1 and value = $2 and role = $3', [claim, value, role])).rowCount ?? 0) > 0
}

/** Roles of the account that `by` gave. */
export async function dropRolesGivenBy(db: Queryable, accountId: number, by: string): Promise<void> {
  await db.query('delete from account_roles where account_id = $1 and granted_by = $2', [accountId, by])
}
