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

export interface FreshDatabase { db: Db, name: string, url: string, drop: () => Promise<void> }

/** @param template  database to clone; nobody may be connected to it */
export async function freshDatabase(template: string = TEMPLATE): Promise<FreshDatabase> {
  const adminUrl = inject('adminUrl')
  const name = `t_${randomUUID().replaceAll('-', '')}`
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  // Cloning fails while another file clones the same template: wait for it.
  await client.query('select pg_advisory_lock(7199)')
  await client.query(`create database ${name} template ${template}`)
  await client.end()
  const url = withDatabase(adminUrl, name)
  const db = await openUrl(url, 'test', false, () => {})
  return {
    db, name, url,
    drop: async () => {
      if (!db.pool.ended) await db.close()
      await dropDatabase(adminUrl, name)
    },
  }
}
