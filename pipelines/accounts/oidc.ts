/**
 * Whom a sign-in service vouches for becomes an account here; what its claims mean stands in a table of ours. A claim never names a role itself, and an
 * account that was made here is never taken over because a name is the same.
 */
import { createHash } from 'node:crypto'
import { BadInputError, PipelineError } from '../../core/errors.ts'
import { findOidcAccount, grantRole, insertAccount, readRoles } from '../../sql/accounts.ts'
import type { Grant } from '../../sql/accounts.ts'
import { insertAudit } from '../../sql/audit.ts'
import type { Db } from '../../sql/db.ts'
import { dropRolesGivenBy, readClaims, removeClaim, saveClaim } from '../../sql/oidc.ts'
import { grantOf } from './people.ts'
import type { Doer, RoleSpec } from './people.ts'

const BY = 'oidc'

export interface Vouched { issuer: string, subject: string, claims: Readonly<Record<string, unknown>> }

/**
 * The account of whom the service vouches for, made at the first sign-in, with the roles that its claims have now.
 *
 * @throws {PipelineError} `no_role`: no claim means anything here
 */
export async function accountOf(db: Db, { issuer, subject, claims }: Vouched): Promise<number> {
  const grants = grantsOf(claims, await readClaims(db))
  return db.transaction(async (client) => {
    const known = await findOidcAccount(client, issuer, subject)
    if (!known && grants.length === 0) throw new PipelineError('no_role', 'no claim means anything here', {})
    const id = known?.id ?? await insertAccount(client, { name: nameOf(issuer, subject, claims), fullName: textOf(claims.name) || textOf(claims.preferred_username) || subject, createdBy: BY, oidcIssuer: issuer, oidcSubject: subject })
    if (id === undefined) throw new PipelineError('no_role', 'the account could not be made', {})
    await dropRolesGivenBy(client, id, BY)
    const own = new Set((await readRoles(client, id)).map(({ role }) => role))
    // What an administrator gave here stays as it was given.
    for (const grant of grants) if (!own.has(grant.role)) await grantRole(client, id, grant, BY)
    return id
  })
}

/** The rows that fit, those of one role together. */
export function grantsOf(claims: Readonly<Record<string, unknown>>, table: readonly (Grant & { claim: string, value: string })[]): Grant[] {
  const fitting = table.filter(({ claim, value }) => {
    const said = claims[claim]
    return Array.isArray(said) ? said.includes(value) : said === value
  })
  return [...Map.groupBy(fitting, ({ role }) => role)].map(([role, rows]) => ({ role, units: together(rows.map(({ units }) => units)), places: together(rows.map(({ places }) => places)), topics: together(rows.map(({ topics }) => topics)) }))
}

/** An empty list restricts nothing, so one of them lifts the limits of the others. */
function together(lists: readonly (readonly number[])[]): number[] {
  return lists.some((list) => list.length === 0) ? [] : [...new Set(lists.flat())]
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 100) : '')

/** Not the name that the service says, which may be that of somebody here; its own is shown beside. */
function nameOf(issuer: string, subject: string, claims: Readonly<Record<string, unknown>>): string {
  const mark = createHash('sha256').update(`${issuer}\0${subject}`).digest('hex').slice(0, 8)
  return `${textOf(claims.preferred_username).replace(/[^\w.-]/g, '').slice(0, 40) || 'user'}@${mark}`
}

/** @throws {InvalidOptionError} no such role @throws {BadInputError} `no_such_scope`, `role_needs_unit`, `no_such_claim` */
export async function changeClaim(db: Db, claim: string, value: string, spec: RoleSpec, remove: boolean, by: Doer): Promise<void> {
  const { role, units = [], places = [], topics = [] } = spec
  const given = await grantOf(db, spec, !remove)
  await db.transaction(async (client) => {
    if (!remove) await saveClaim(client, claim, value, given, by.name)
    else if (!await removeClaim(client, claim, value, role)) throw new BadInputError('no_such_claim', `nothing says that ${claim} ${value} is ${role}`, { claim, value })
    await insertAudit(client, { accountId: by.id, name: by.name, role: by.role, act: remove ? 'claim.remove' : 'claim.set', object: `claim:${claim}=${value}`, detail: { role, units, places, topics } })
  })
}
