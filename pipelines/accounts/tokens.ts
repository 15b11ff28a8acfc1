/**
 * Tokens of the API: made once and shown once; each acts for an account in one of its roles, with the scopes it was given and no more
 * than the role may. What the account loses, its tokens lose.
 */
import { randomBytes, randomInt } from 'node:crypto'
import { BadInputError, InvalidOptionError } from '../../core/errors.ts'
import { findAccount, readRoles } from '../../sql/accounts.ts'
import { insertToken, listTokens, revokeToken, useToken } from '../../sql/api-tokens.ts'
import type { TokenRow } from '../../sql/api-tokens.ts'
import { insertAudit } from '../../sql/audit.ts'
import type { Db, Queryable } from '../../sql/db.ts'
import { actorOf, hashToken } from './sessions.ts'
import type { WebActor } from './web-actor.ts'

/** What a token may be used for. */
export const SCOPES = [
  'alerts:read', 'alerts:write', 'routing:read', 'routing:write', 'subscriptions:read', 'subscriptions:write', 'runs:read', 'reports:read', 'registry:read', 'open311:read',
] as const
export type ApiScope = (typeof SCOPES)[number]

export interface TokenRequest { name: string, account: string, role?: string | undefined, scopes: readonly string[], days: number, by: string }

export interface MadeToken { id: string, token: string, role: string, expiresAt: Date }

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'
const FORM = /^weisu_([a-z0-9]{8})_[A-Za-z0-9_-]{43}$/
export const MOST_DAYS = 730

/** @throws {BadInputError} `no_such_account`, `no_such_role_of_account` @throws {InvalidOptionError} no scope, an unknown one, too long a life */
export async function addToken(db: Db, { name, account, role, scopes, days, by }: TokenRequest): Promise<MadeToken> {
  if (name.trim() === '' || name.length > 100) throw new InvalidOptionError('--name', name, 'a name of what uses the token')
  for (const scope of scopes) if (!(SCOPES as readonly string[]).includes(scope)) throw new InvalidOptionError('--scope', scope, SCOPES.join(', '))
  if (scopes.length === 0) throw new InvalidOptionError('--scope', '', SCOPES.join(', '))
  if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS) throw new InvalidOptionError('--days', days, `1 to ${MOST_DAYS}`)
  return db.transaction(async (client) => {
    const found = await findAccount(client, account)
    if (!found) throw new BadInputError('no_such_account', `there is no account ${account}`, { name: account })
    const roles = (await readRoles(client, found.id)).map((row) => row.role)
    const chosen = role ?? roles[0]
    if (chosen === undefined || !roles.includes(chosen)) throw new BadInputError('no_such_role_of_account', `${account} has no role ${chosen ?? ''}`, { name: account, role: chosen ?? '–' })
    const id = Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join('')
    const token = `weisu_${id}_${randomBytes(32).toString('base64url')}`
    const expiresAt = new Date(Date.now() + days * 86_400_000)
    await insertToken(client, { id, name: name.trim(), tokenHash: hashToken(token), accountId: found.id, role: chosen, scopes: [...new Set(scopes)].sort(), createdBy: by, expiresAt })
    await insertAudit(client, { accountId: null, name: by, role: '', act: 'token.add', object: `token:${id}`, detail: { account: found.name, role: chosen, scopes } })
    return { id, token, role: chosen, expiresAt }
  })
}

export async function readTokens(db: Queryable): Promise<TokenRow[]> {
  return listTokens(db)
}

/** @throws {BadInputError} `no_such_token` */
export async function endToken(db: Db, id: string, by: string): Promise<void> {
  await db.transaction(async (client) => {
    if (!await revokeToken(client, id, by)) throw new BadInputError('no_such_token', `no token in use has the id ${id}`, { id })
    await insertAudit(client, { accountId: null, name: by, role: '', act: 'token.revoke', object: `token:${id}` })
  })
}

export interface KnownToken { id: string, actor: WebActor, scopes: readonly string[] }

/** Who acts under the token; undefined where it is none, is over, or its account lost the role. */
export async function findToken(db: Queryable, token: string): Promise<KnownToken | undefined> {
  if (!FORM.test(token)) return undefined
  const row = await useToken(db, hashToken(token))
  if (!row) return undefined
  const role = (await readRoles(db, row.accountId)).find((one) => one.role === row.role)
  return role && { id: row.id, actor: actorOf(row.accountId, row.account, row.fullName, role), scopes: row.scopes }
}
