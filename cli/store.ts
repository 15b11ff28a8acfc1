/**
 * The store as commands use it: opened for one piece of work and closed after it, writers one at a time.
 */
import { accessSync, constants, existsSync } from 'node:fs'
import { UnavailableError } from '../core/errors.ts'
import { stopOwnStatements } from '../sql/activity.ts'
import { openDb, withWriteLock } from '../sql/db.ts'
import type { Db } from '../sql/db.ts'
import { embeddedPaths } from '../sql/embedded.ts'
import type { Session } from './session.ts'

/**
 * For commands that read. A data directory that holds no store is an error: an empty answer would look like calm.
 *
 * @throws {UnavailableError} no store, or no server
 */
export async function withStore<T>(session: Session, purpose: string, work: (db: Db) => Promise<T>): Promise<T> {
  const { config } = session
  if (!storeExists(session)) {
    throw new UnavailableError('no_store', `no store in ${config.dataDir}: make one with weisu init, or name another with --data-dir`, { dataDir: config.dataDir })
  }
  return await useDb(session, purpose, work)
}

/**
 * For commands that write: makes the store where there is none, waits its turn and says for whom.
 *
 * @throws {LockedError} another writer took longer than --wait
 */
export async function withWriter<T>(session: Session, purpose: string, work: (db: Db) => Promise<T>): Promise<T> {
  if (!storeExists(session)) session.say('cli.store.making', { dir: session.config.dataDir })
  return await useDb(session, purpose, (db) =>
    withWriteLock(db, session.waitMs, (holder) => session.say('cli.waiting', { holder, seconds: session.waitMs / 1000 }), () => work(db)))
}

/** @throws {UnavailableError} a store that is there belongs to somebody else, which must not look like none */
export function storeExists({ config }: Session): boolean {
  if (config.databaseUrl !== undefined) return true
  const { dir, data } = embeddedPaths(config.dataDir)
  if (!existsSync(data)) return false
  try {
    accessSync(dir, constants.W_OK)
    accessSync(data, constants.X_OK)
  } catch (cause) {
    throw new UnavailableError('store_of_another', `the store in ${config.dataDir} belongs to another user`, { dataDir: config.dataDir }, { cause })
  }
  return existsSync(`${data}/PG_VERSION`)
}

async function useDb<T>(session: Session, purpose: string, work: (db: Db) => Promise<T>): Promise<T> {
  const db = await openDb(session.config, purpose)
  session.interrupts.onCut(() => stopOwnStatements(db))
  try {
    session.interrupts.signal.throwIfAborted()
    return await work(db)
  } finally {
    session.interrupts.onCut(async () => {})
    await db.close()
  }
}
