/**
 * A fresh migrated database for a test file, cloned from the run's template and dropped afterwards.
 */
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, inject } from 'vitest'
import { openUrl } from '../../sql/db.ts'
import type { Db } from '../../sql/db.ts'
import { dropDatabase, TEMPLATE, withDatabase } from './global-setup.ts'

/** Call at the top level of a test file; the database exists while its tests run. */
export function useDatabase(): () => Db {
  let db: Db | undefined
  let drop: (() => Promise<void>) | undefined
  beforeAll(async () => {
    const fresh = await freshDatabase()
    db = fresh.db
    drop = fresh.drop
  })
  afterAll(async () => drop?.())
  return () => db!
}

export async function freshDatabase(): Promise<{ db: Db, drop: () => Promise<void> }> {
  const adminUrl = inject('adminUrl')
  const name = `t_${randomUUID().replaceAll('-', '')}`
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  // Cloning fails while another file clones the same template: wait for it.
  await client.query('select pg_advisory_lock(7199)')
  await client.query(`create database ${name} template ${TEMPLATE}`)
  await client.end()
  const db = await openUrl(withDatabase(adminUrl, name), 'test', false, () => {})
  return {
    db,
    drop: async () => {
      await db.close()
      await dropDatabase(adminUrl, name)
    },
  }
}
