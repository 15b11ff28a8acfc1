/**
 * Signing in: a try is counted before it is made, so that tries at once gain nothing; unknown names cost and say the same as wrong passwords.
 */
import { PipelineError } from '../../core/errors.ts'
import { insertAudit } from '../../sql/audit.ts'
import { findAccount, readAccount, useTotpStep } from '../../sql/accounts.ts'
import type { AccountRow } from '../../sql/accounts.ts'
import type { Db } from '../../sql/db.ts'
import { countTry, endSession, forgetTries } from '../../sql/web-sessions.ts'
import type { PasswordHasher } from './password.ts'
import { findWaiting, openSession } from './sessions.ts'
import type { OpenedSession, SessionRules, Visitor } from './sessions.ts'
import { matchCode } from './totp.ts'

export const WINDOW_MINUTES = 15
/** Tries in a window: of one name, of one address (many people sit behind one), of the codes of one account. */
export const TRIES = { account: 5, address: 100, code: 5 } as const

export interface SignInDeps { db: Db, hasher: PasswordHasher, rules: SessionRules }

/** @throws {PipelineError} `too_many_requests`, `wrong_credentials`, `no_role` */
export async function signIn({ db, hasher, rules }: SignInDeps, name: string, password: string, visitor: Visitor): Promise<OpenedSession> {
  const given = name.trim().slice(0, 64)
  await allow(db, `address:${visitor.address}`, TRIES.address)
  await allow(db, `account:${given.toLowerCase()}`, TRIES.account, () => refused(db, given, 'locked', visitor))
  const account = await findAccount(db, given)
  const usable = account && !account.disabled ? account.password : null
  if (!await hasher.verify(password, usable) || !account) {
    await refused(db, given, 'wrong', visitor)
    throw new PipelineError('wrong_credentials', 'the name or the password is wrong', {})
  }
  await forgetTries(db, `account:${given.toLowerCase()}`)
  const opened = await openSession(db, account.id, 'password', visitor, { waiting: account.totpSecret !== null, rules })
  if (!opened.waiting) await admitted(db, account, opened.role, 'password', visitor)
  return opened
}

/** The second factor. @throws {PipelineError} `too_many_requests`, `wrong_code`, `not_signed_in`: the password was given too long ago */
export async function signInWithCode({ db, rules }: SignInDeps, token: string, code: string, visitor: Visitor): Promise<OpenedSession> {
  const waiting = await findWaiting(db, token)
  if (!waiting) throw new PipelineError('not_signed_in', 'the password was given too long ago', {})
  await allow(db, `code:${waiting.accountId}`, TRIES.code, () => refused(db, waiting.name, 'code_locked', visitor))
  const account = (await readAccount(db, waiting.accountId))!
  const step = account.totpSecret ? matchCode(account.totpSecret, code, Date.now(), account.totpStep) : undefined
  if (step === undefined || !await useTotpStep(db, account.id, step)) {
    await refused(db, waiting.name, 'wrong_code', visitor)
    throw new PipelineError('wrong_code', 'the code is wrong', {})
  }
  await forgetTries(db, `code:${waiting.accountId}`)
  await endSession(db, waiting.id, 'second factor')
  const opened = await openSession(db, account.id, 'password', visitor, { rules })
  await admitted(db, account, opened.role, 'password+totp', visitor)
  return opened
}

/** Somebody else vouched for them: a sign-in service. */
export async function admit({ db, rules }: SignInDeps, accountId: number, method: 'oidc' | 'link', visitor: Visitor): Promise<OpenedSession> {
  const account = await readAccount(db, accountId)
  if (!account || account.disabled) throw new PipelineError('wrong_credentials', 'no such account', {})
  const opened = await openSession(db, accountId, method, visitor, { rules })
  await admitted(db, account, opened.role, method, visitor)
  return opened
}

async function allow(db: Db, key: string, most: number, onRefusal: () => Promise<void> = async () => {}): Promise<void> {
  const { tries, seconds } = await countTry(db, key, WINDOW_MINUTES)
  if (tries <= most) return
  // Told once a window: the log must not grow with the attack.
  if (tries === most + 1) await onRefusal()
  throw new PipelineError('too_many_requests', 'too many tries', { minutes: Math.max(1, Math.ceil(seconds / 60)), retryAfter: Math.max(1, seconds) })
}

async function admitted(db: Db, account: AccountRow, role: string, method: string, { address }: Visitor): Promise<void> {
  await insertAudit(db, { accountId: account.id, name: account.fullName, role, act: 'sign-in', object: `account:${account.name}`, detail: { method }, address })
}

async function refused(db: Db, name: string, why: string, { address }: Visitor): Promise<void> {
  await insertAudit(db, { accountId: null, name: '', role: '', act: 'sign-in-refused', object: `account:${name.replace(/[^\w.@-]/g, '?').slice(0, 64)}`, detail: { why }, address })
}
