/**
 * Accounts as an administrator keeps them: add, roles, disable, links that let somebody in once to choose a password.
 */
import { BadInputError, InvalidOptionError } from '../../core/errors.ts'
import { countAdmins, dropLinks, findAccount, findScope, grantRole, insertAccount, insertLink, listAccounts, readAccount, readLink, readRoles, revokeRole, setDisabled, setPassword, setTotp, useLink } from '../../sql/accounts.ts'
import type { AccountListRow, AccountRow, Grant } from '../../sql/accounts.ts'
import { insertAudit } from '../../sql/audit.ts'
import type { Db, Queryable } from '../../sql/db.ts'
import { endSessions, forgetTries } from '../../sql/web-sessions.ts'
import { checkPassword } from './password.ts'
import type { PasswordHasher } from './password.ts'
import { hashToken, newToken } from './sessions.ts'
import { WEB_ROLES } from './web-actor.ts'
import type { WebRole } from './web-actor.ts'

/** Who does it: an administrator's account, or whoever runs the command line. */
export interface Doer { id: number | null, name: string, role: string, address?: string }

export interface RoleSpec { role: string, units?: readonly string[], places?: readonly string[], topics?: readonly string[] }

export const SETUP_HOURS = 1
export const LINK_HOURS = 24
const NAME = /^[\p{L}\p{N}._@-]{2,64}$/u

export interface MadeLink { token: string, until: Date }

/** @throws {BadInputError} `account_exists` @throws {InvalidOptionError} no such role, unit, place or topic, or a name that is none */
export async function addAccount(db: Db, given: { name: string, fullName: string }, roles: readonly RoleSpec[], by: Doer): Promise<MadeLink & { id: number }> {
  const { name, fullName } = checkNames(given)
  return db.transaction(async (client) => {
    const id = await insertAccount(client, { name, fullName, createdBy: by.name })
    if (id === undefined) throw new BadInputError('account_exists', `there is an account ${name}`, { name })
    for (const role of roles) await grant(client, id, role, by)
    await note(client, by, 'account.add', name, { roles: roles.map(({ role }) => role) })
    return { id, ...await makeLink(client, id, by, LINK_HOURS) }
  })
}

export function checkNames({ name, fullName }: { name: string, fullName: string }): { name: string, fullName: string } {
  if (!NAME.test(name.trim())) throw new InvalidOptionError('account', name, '2 to 64 letters, digits, . _ @ -')
  if (fullName.trim() === '' || fullName.length > 100) throw new InvalidOptionError('full name', fullName, 'the name of a person')
  return { name: name.trim(), fullName: fullName.trim() }
}

/** @throws {BadInputError} `no_such_account`, or the last administrator would be gone */
export async function changeRoles(db: Db, name: string, spec: RoleSpec, remove: boolean, by: Doer): Promise<void> {
  await db.transaction(async (client) => {
    const account = await named(client, name)
    if (remove) {
      if (!await revokeRole(client, account.id, spec.role)) throw new BadInputError('no_such_role_of_account', `${name} has no role ${spec.role}`, { name, role: spec.role })
      await keepAdmin(client)
    } else await grant(client, account.id, spec, by)
    // What was open was opened under other rights.
    await endSessions(client, account.id, 'roles changed')
    await note(client, by, remove ? 'account.revoke' : 'account.grant', account.name, { ...spec })
  })
}

async function grant(client: Queryable, accountId: number, spec: RoleSpec, by: Doer): Promise<void> {
  await grantRole(client, accountId, await grantOf(client, spec), by.name)
}

/**
 * A role with its reach, by ids.
 *
 * @param isGiven  whether it is to be given: then liaisons and leads need a unit, territory leads a place or a unit
 * @throws {InvalidOptionError} no such role @throws {BadInputError} `no_such_scope`, `role_needs_unit`, `role_needs_place`
 */
export async function grantOf(client: Queryable, { role, units = [], places = [], topics = [] }: RoleSpec, isGiven = true): Promise<Grant> {
  if (!WEB_ROLES.includes(role as WebRole)) throw new InvalidOptionError('role', role, WEB_ROLES.join(', '))
  const found = await findScope(client, units, places, topics)
  if (found.missing.length > 0) throw new BadInputError('no_such_scope', `there is no unit, place or topic ${found.missing.join(', ')}`, { missing: found.missing })
  if (isGiven && (role === 'unit_liaison' || role === 'unit_lead') && found.units.length === 0) throw new BadInputError('role_needs_unit', `the role ${role} needs a unit`, { role })
  if (isGiven && role === 'territory_lead' && found.units.length + found.places.length === 0) throw new BadInputError('role_needs_place', `the role ${role} needs a place or a unit`, { role })
  return { role, units: found.units, places: found.places, topics: found.topics }
}

/** Disabling ends every session at once. @throws {BadInputError} `no_such_account`, `last_admin` */
export async function setAccountDisabled(db: Db, name: string, disabled: boolean, by: Doer): Promise<void> {
  await db.transaction(async (client) => {
    const account = await named(client, name)
    await setDisabled(client, account.id, disabled)
    if (disabled) {
      await keepAdmin(client)
      await endSessions(client, account.id, 'disabled')
      await dropLinks(client, account.id)
    }
    await note(client, by, disabled ? 'account.disable' : 'account.enable', account.name, {})
  })
}

/** A link to choose a new password, once, within a day; the old password goes on until then. Locks of the account are lifted. */
export async function makeResetLink(db: Db, name: string, by: Doer): Promise<MadeLink> {
  return db.transaction(async (client) => {
    const account = await named(client, name)
    await forgetTries(client, `account:${account.name.toLowerCase()}`)
    await forgetTries(client, `code:${account.id}`)
    await note(client, by, 'account.reset-link', account.name, {})
    return makeLink(client, account.id, by, LINK_HOURS)
  })
}

/** The second factor of somebody who lost it. */
export async function dropSecondFactor(db: Db, name: string, by: Doer): Promise<void> {
  await db.transaction(async (client) => {
    const account = await named(client, name)
    await setTotp(client, account.id, null)
    await note(client, by, 'account.totp-off', account.name, {})
  })
}

/** A link for the first administrator where there is none; undefined where there is one. */
export async function makeSetupLink(db: Db): Promise<MadeLink | undefined> {
  return db.transaction(async (client) => (await countAdmins(client) > 0 ? undefined : makeLink(client, null, { id: null, name: 'weisu serve', role: '' }, SETUP_HOURS)))
}

async function makeLink(client: Queryable, accountId: number | null, by: Doer, hours: number): Promise<MadeLink> {
  await dropLinks(client, accountId)
  const token = newToken()
  return { token, until: await insertLink(client, hashToken(token), accountId, by.name, hours) }
}

export type LinkFor = { kind: 'first-admin' } | { kind: 'password', name: string }

/** What a link is good for; undefined where it is used, too old or none, or its account is disabled. */
export async function lookAtLink(db: Db, token: string): Promise<LinkFor | undefined> {
  const link = await readLink(db, hashToken(token))
  if (!link) return undefined
  if (link.accountId === null) return await countAdmins(db) > 0 ? undefined : { kind: 'first-admin' }
  const account = await readAccount(db, link.accountId)
  return account && !account.disabled ? { kind: 'password', name: account.name } : undefined
}

/** Uses the link: the account with its new password, all of its sessions ended. @throws {BadInputError} `bad_link`, `weak_password`, `account_exists` */
export async function useWelcomeLink(db: Db, hasher: PasswordHasher, token: string, { password, name = '', fullName = '' }: { password: string, name?: string, fullName?: string }): Promise<number> {
  const link = await lookAtLink(db, token)
  if (!link) throw new BadInputError('bad_link', 'the link has been used or is too old', {})
  const names = link.kind === 'first-admin' ? checkNames({ name, fullName }) : { name: link.name, fullName: '' }
  checkPassword(password, names.name)
  const hash = await hasher.hash(password)
  return db.transaction(async (client) => {
    if (!await useLink(client, hashToken(token))) throw new BadInputError('bad_link', 'the link has been used or is too old', {})
    if (link.kind === 'password') {
      const account = await named(client, link.name)
      await setPassword(client, account.id, hash)
      await endSessions(client, account.id, 'new password')
      await note(client, { id: account.id, name: account.fullName, role: '' }, 'account.password', account.name, { by: 'link' })
      return account.id
    }
    const id = await insertAccount(client, { ...names, password: hash, createdBy: 'weisu serve' })
    if (id === undefined) throw new BadInputError('account_exists', `there is an account ${names.name}`, { name: names.name })
    await grantRole(client, id, { role: 'admin', units: [], places: [], topics: [] }, 'weisu serve')
    await note(client, { id, name: names.fullName, role: 'admin' }, 'account.first-admin', names.name, {})
    return id
  })
}

/** @throws {BadInputError} `wrong_password`: the present one; `weak_password` */
export async function changePassword(db: Db, hasher: PasswordHasher, accountId: number, present: string, next: string, session: number): Promise<void> {
  const account = (await readAccount(db, accountId))!
  if (!await hasher.verify(present, account.password)) throw new BadInputError('wrong_password', 'the present password is another', {})
  checkPassword(next, account.name)
  const hash = await hasher.hash(next)
  await db.transaction(async (client) => {
    await setPassword(client, accountId, hash)
    await endSessions(client, accountId, 'new password', session)
    await note(client, { id: accountId, name: account.fullName, role: '' }, 'account.password', account.name, {})
  })
}

export async function readPeople(db: Queryable): Promise<AccountListRow[]> {
  return listAccounts(db)
}

export async function rolesOf(db: Queryable, accountId: number): Promise<string[]> {
  return (await readRoles(db, accountId)).map(({ role }) => role)
}

async function named(client: Queryable, name: string): Promise<AccountRow> {
  const account = await findAccount(client, name)
  if (!account) throw new BadInputError('no_such_account', `there is no account ${name}`, { name })
  return account
}

async function keepAdmin(client: Queryable): Promise<void> {
  if (await countAdmins(client) === 0) throw new BadInputError('last_admin', 'nobody would be left to administrate', {})
}

async function note(client: Queryable, by: Doer, act: string, object: string, detail: Record<string, unknown>): Promise<void> {
  await insertAudit(client, { accountId: by.id, name: by.name, role: by.role, act, object: `account:${object}`, detail, ...(by.address === undefined ? {} : { address: by.address }) })
}
