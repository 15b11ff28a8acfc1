/**
 * Brings a database to the schema of this version: numbered files, each in its own transaction, checksums kept.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type pg from 'pg'
import { PipelineError } from '../core/errors.ts'
import { LOCKS } from './lock-keys.ts'

const DIRECTORY = new URL('migrations/', import.meta.url)

export interface Migration { version: number, name: string, text: string, checksum: string }

export function readMigrations(): Migration[] {
  return readdirSync(DIRECTORY).filter((name) => name.endsWith('.sql')).sort().map((name) => {
    const text = readFileSync(new URL(name, DIRECTORY), 'utf8')
    return { version: Number(name.slice(0, 4)), name, text, checksum: createHash('sha256').update(text).digest('hex') }
  })
}

/** @throws {PipelineError} the database is newer than this program, or a released migration was edited */
export async function migrate(pool: pg.Pool, migrations: Migration[] = readMigrations()): Promise<number> {
  const client = await pool.connect()
  try {
    await client.query('select pg_advisory_lock($1, 0)', [LOCKS.migrate])
    await client.query(`create table if not exists schema_migrations (
      version int primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())`)
    const { rows } = await client.query<{ version: number, checksum: string }>('select version, checksum from schema_migrations')
    const applied = new Map(rows.map((row) => [row.version, row.checksum]))
    const newest = Math.max(0, ...applied.keys())
    const ours = migrations.at(-1)?.version ?? 0
    if (newest > ours) {
      throw new PipelineError('schema_too_new', `the store has schema ${newest}, this program knows ${ours}: use a newer weisu`, { newest, ours })
    }
    for (const { version, name, text, checksum } of migrations) {
      const known = applied.get(version)
      if (known === checksum) continue
      if (known !== undefined) throw new PipelineError('migration_edited', `migration ${name} differs from the one applied`, { name })
      await client.query('begin')
      try {
        await client.query(text)
        await client.query('insert into schema_migrations (version, name, checksum) values ($1, $2, $3)', [version, name, checksum])
        await client.query('commit')
      } catch (error) {
        await client.query('rollback')
        throw error
      }
    }
    return ours
  } finally {
    await client.query('select pg_advisory_unlock($1, 0)', [LOCKS.migrate]).catch(() => {})
    client.release()
  }
}
