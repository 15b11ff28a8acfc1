/**
 * All that the web does with accounts and sessions. It has its own way to the store, as the owner: the role that pages read with reaches
 * neither accounts nor sessions.
 */
import { randomBytes } from 'node:crypto'
import type { Config } from '../../core/config.ts'
import { BadInputError } from '../../core/errors.ts'
import { DEMO_ACCOUNTS, ensureDemoAccounts, isDemoStore } from '../../pipelines/accounts/demo-accounts.ts'
import { createPasswordHasher } from '../../pipelines/accounts/password.ts'
import { addAccount, changePassword, changeRoles, dropSecondFactor, lookAtLink, makeResetLink, makeSetupLink, readPeople, rolesOf, setAccountDisabled, useWelcomeLink } from '../../pipelines/accounts/people.ts'
import type { Doer, LinkFor, MadeLink, RoleSpec } from '../../pipelines/accounts/people.ts'
import { changeRole, closeSession, findSession, findWaiting, renewSession } from '../../pipelines/accounts/sessions.ts'
import type { OpenedSession, SessionRules, Visitor } from '../../pipelines/accounts/sessions.ts'
import { admit, signIn, signInWithCode } from '../../pipelines/accounts/sign-in.ts'
import { matchCode } from '../../pipelines/accounts/totp.ts'
import { findToken } from '../../pipelines/accounts/tokens.ts'
import { VIEW_OF } from '../../pipelines/accounts/web-actor.ts'
import type { WebActor } from '../../pipelines/accounts/web-actor.ts'
import { readAccount, setPendingTotp, setPreferences, setTotp } from '../../sql/accounts.ts'
import type { AccountListRow, AccountRow } from '../../sql/accounts.ts'
import { insertAudit } from '../../sql/audit.ts'
import type { AuditEntry } from '../../sql/audit.ts'
import type { Db } from '../../sql/db.ts'
import { endSession, listSessions, sweepSessions } from '../../sql/web-sessions.ts'
import type { OpenSession } from '../../sql/web-sessions.ts'
import { bearerOf } from '../identity.ts'
import type { Asking, Identity } from '../identity.ts'
import { createOidcService } from './oidc-service.ts'
import type { OidcService } from './oidc-service.ts'

/** Days for which sessions that ended are kept. */
const KEEP_SESSIONS_DAYS = 90

export interface Accounts {
  /** The sign-in service; undefined where none is set. */
  readonly oidc: OidcService | undefined
  /** Name of the cookie that holds the session. */
  readonly cookie: string
  identify(asking: Asking): Promise<Identity | undefined>
  signIn(name: string, password: string, visitor: Visitor): Promise<OpenedSession>
  waits(token: string): Promise<boolean>
  signInWithCode(token: string, code: string, visitor: Visitor): Promise<OpenedSession>
  admit(accountId: number, method: 'oidc' | 'link', visitor: Visitor): Promise<OpenedSession>
  signOut(token: string): Promise<void>
  /** @returns the new token */
  changeRole(session: number, accountId: number, role: string): Promise<string>
  roles(accountId: number): Promise<string[]>
  account(accountId: number): Promise<AccountRow>
  sessions(accountId: number): Promise<OpenSession[]>
  endSession(accountId: number, session: number): Promise<boolean>
  changePassword(accountId: number, present: string, next: string, session: number, role: string): Promise<string>
  setPreferences(accountId: number, language: string | null, theme: string | null): Promise<void>
  /** The secret that waits to be confirmed, made where there is none. */
  beginTotp(accountId: number): Promise<Buffer>
  /** @throws {BadInputError} `wrong_code` */
  confirmTotp(accountId: number, code: string): Promise<void>
  /** @throws {BadInputError} `wrong_password` */
  endTotp(accountId: number, password: string): Promise<void>
  people(): Promise<AccountListRow[]>
  add(given: { name: string, fullName: string }, role: RoleSpec, by: Doer): Promise<MadeLink>
  changeRoles(name: string, spec: RoleSpec, remove: boolean, by: Doer): Promise<void>
  setDisabled(name: string, disabled: boolean, by: Doer): Promise<void>
  resetLink(name: string, by: Doer): Promise<MadeLink>
  dropSecondFactor(name: string, by: Doer): Promise<void>
  setupLink(): Promise<MadeLink | undefined>
  lookAtLink(token: string): Promise<LinkFor | undefined>
  useLink(token: string, given: { password: string, name?: string, fullName?: string }): Promise<number>
  /** Names of the accounts that everybody may use; empty but in a demo store. */
  demoAccounts(): readonly { name: string, role: string }[]
  audit(entry: AuditEntry): Promise<void>
  /** Once a process: demo accounts, and what is over goes. */
  prepare(): Promise<void>
}

export function createAccounts({ db, config }: { db: Db, config: Config }): Accounts {
  const hasher = createPasswordHasher()
  const rules: SessionRules = { idleMinutes: config.web.sessionIdleMinutes, absoluteHours: config.web.sessionHours }
  const deps = { db, hasher, rules }
  const cookie = config.delivery.publicUrl.startsWith('https:') ? '__Host-sid' : 'sid'
  const demo = isDemoStore(config) ? DEMO_ACCOUNTS.map(({ name, role }) => ({ name, role })) : []
  return {
    cookie, oidc: createOidcService(db, config),
    identify: async ({ cookies, headers }) => {
      const bearer = bearerOf(headers)
      if (bearer !== undefined) {
        const known = await findToken(db, bearer)
        return known && { actor: speaking(known.actor, config), session: { id: 0, demo: false }, scopes: known.scopes }
      }
      const token = cookies.get(cookie)
      const known = token && token.length < 200 ? await findSession(db, token, rules) : undefined
      if (!known) return undefined
      return { actor: speaking(known.actor, config), session: { id: known.id, demo: known.demo }, ...(known.language ? { locale: known.language } : {}), ...(known.theme ? { theme: known.theme } : {}) }
    },
    signIn: (name, password, visitor) => signIn(deps, name, password, visitor),
    waits: async (token) => (await findWaiting(db, token)) !== undefined,
    signInWithCode: (token, code, visitor) => signInWithCode(deps, token, code, visitor),
    admit: (accountId, method, visitor) => admit(deps, accountId, method, visitor),
    signOut: (token) => closeSession(db, token),
    changeRole: (session, accountId, role) => changeRole(db, session, accountId, role),
    roles: (accountId) => rolesOf(db, accountId),
    account: async (accountId) => (await readAccount(db, accountId))!,
    sessions: (accountId) => listSessions(db, accountId, rules.idleMinutes),
    endSession: (accountId, session) => endSession(db, session, 'own account page', accountId),
    changePassword: async (accountId, present, next, session, role) => {
      await changePassword(db, hasher, accountId, present, next, session)
      return renewSession(db, session, role)
    },
    setPreferences: (accountId, language, theme) => setPreferences(db, accountId, language, theme),
    beginTotp: async (accountId) => {
      const { totpPending } = (await readAccount(db, accountId))!
      if (totpPending) return totpPending
      const secret = randomBytes(20)
      await setPendingTotp(db, accountId, secret)
      return secret
    },
    confirmTotp: async (accountId, code) => {
      const { totpPending, name, fullName } = (await readAccount(db, accountId))!
      if (!totpPending || matchCode(totpPending, code, Date.now(), 0) === undefined) throw new BadInputError('wrong_code', 'the code is wrong', {})
      await setTotp(db, accountId, totpPending)
      await insertAudit(db, { accountId, name: fullName, role: '', act: 'account.totp-on', object: `account:${name}` })
    },
    endTotp: async (accountId, password) => {
      const { password: hash, name, fullName } = (await readAccount(db, accountId))!
      if (!await hasher.verify(password, hash)) throw new BadInputError('wrong_password', 'the present password is another', {})
      await setTotp(db, accountId, null)
      await insertAudit(db, { accountId, name: fullName, role: '', act: 'account.totp-off', object: `account:${name}` })
    },
    people: () => readPeople(db),
    add: (given, role, by) => addAccount(db, given, [role], by),
    changeRoles: (name, spec, remove, by) => changeRoles(db, name, spec, remove, by),
    setDisabled: (name, disabled, by) => setAccountDisabled(db, name, disabled, by),
    resetLink: (name, by) => makeResetLink(db, name, by),
    dropSecondFactor: (name, by) => dropSecondFactor(db, name, by),
    setupLink: () => makeSetupLink(db),
    lookAtLink: (token) => lookAtLink(db, token),
    useLink: (token, given) => useWelcomeLink(db, hasher, token, given),
    demoAccounts: () => demo,
    audit: (entry) => insertAudit(db, entry),
    prepare: async () => {
      await ensureDemoAccounts(db, hasher, config)
      await sweepSessions(db, KEEP_SESSIONS_DAYS)
    },
  }
}

/** Who sees the whole city and speaks for no unit speaks for the hotline. */
function speaking(actor: WebActor, config: Config): WebActor {
  return actor.units.length > 0 || VIEW_OF[actor.role] !== 'all' ? actor : { ...actor, units: [config.settings.hotlineUnit] }
}
