/**
 * Sessions: a random token in the browser, its hash in the store; 30 minutes without use or 12 hours end one.
 */
import { createHash, randomBytes } from 'node:crypto'
import { PipelineError } from '../../core/errors.ts'
import { readRoles } from '../../sql/accounts.ts'
import type { RoleRow } from '../../sql/accounts.ts'
import type { Db, Queryable } from '../../sql/db.ts'
import { endSession, insertSession, readSession, rotateSession, touchSession } from '../../sql/web-sessions.ts'
import { WEB_ROLES } from './web-actor.ts'
import type { WebActor, WebRole } from './web-actor.ts'

export interface SessionRules { idleMinutes: number, absoluteHours: number }
export const SESSION_DEFAULTS: Readonly<SessionRules> = { idleMinutes: 30, absoluteHours: 12 }
/** For the second factor, between password and code. */
const WAITING_MINUTES = 5

export interface Visitor { address: string, agent: string }

export interface OpenedSession { token: string, id: number, role: WebRole, waiting: boolean }

export interface KnownSession { id: number, actor: WebActor, language: 'zh' | 'en' | null, theme: 'light' | 'dark' | 'auto' | null, demo: boolean }

export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** @throws {PipelineError} `no_role`: the account has no role yet */
export async function openSession(db: Db, accountId: number, method: 'password' | 'oidc' | 'link', { address, agent }: Visitor, { waiting = false, role, rules = SESSION_DEFAULTS }: { waiting?: boolean, role?: WebRole, rules?: SessionRules } = {}): Promise<OpenedSession> {
  const roles = (await readRoles(db, accountId)).map((row) => row.role as WebRole)
  const chosen = role && roles.includes(role) ? role : roles[0]
  if (!chosen) throw new PipelineError('no_role', 'the account has no role', {})
  const token = newToken()
  const id = await insertSession(db, { tokenHash: hashToken(token), accountId, role: chosen, waiting, method, address, agent, minutes: waiting ? WAITING_MINUTES : rules.absoluteHours * 60 })
  return { token, id, role: chosen, waiting }
}

/** Whose the token is; undefined where it is nobody's, or waits for a second factor. */
export async function findSession(db: Queryable, token: string, rules: SessionRules = SESSION_DEFAULTS): Promise<KnownSession | undefined> {
  const row = await readSession(db, hashToken(token), rules.idleMinutes)
  if (!row || row.waiting || !row.role || !WEB_ROLES.includes(row.role.role as WebRole)) return undefined
  if (row.stale) await touchSession(db, row.id)
  return { id: row.id, actor: actorOf(row.accountId, row.name, row.fullName, row.role), language: row.language, theme: row.theme, demo: row.demo }
}

/** Who waits for the second factor under this token. */
export async function findWaiting(db: Queryable, token: string): Promise<{ id: number, accountId: number, name: string } | undefined> {
  const row = await readSession(db, hashToken(token), WAITING_MINUTES)
  return row?.waiting ? { id: row.id, accountId: row.accountId, name: row.name } : undefined
}

/** The session goes on in another role of the same account, under a new token. @throws {PipelineError} `not_allowed`: not a role of the account */
export async function changeRole(db: Db, session: number, accountId: number, role: string): Promise<string> {
  const own = (await readRoles(db, accountId)).some((row) => row.role === role)
  if (!own) throw new PipelineError('not_allowed', 'not a role of this account', {})
  return renewSession(db, session, role)
}

/** The session goes on under a new token: of whoever has just proven who they are, or acts in another role from now on. */
export async function renewSession(db: Queryable, session: number, role: string): Promise<string> {
  const token = newToken()
  await rotateSession(db, session, hashToken(token), role)
  return token
}

export async function closeSession(db: Queryable, token: string): Promise<void> {
  const row = await readSession(db, hashToken(token), 10_000_000)
  if (row) await endSession(db, row.id, 'sign-out')
}

export function actorOf(id: number, account: string, name: string, { role, unitNames, placePaths, topicPaths, units, places, topics }: RoleRow): WebActor {
  return { id, account, name, role: role as WebRole, units: unitNames, territories: placePaths, topics: topicPaths, scope: { units, places, topics } }
}
