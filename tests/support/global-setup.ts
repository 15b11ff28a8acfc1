/**
 * One PostgreSQL for the whole run: TEST_DATABASE_URL, else an embedded server in a temporary directory. A migrated
 * template database is made once; each test file clones it.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { ensureDatabase, openUrl } from '../../sql/db.ts'
import { startEmbedded } from '../../sql/embedded.ts'

export const TEMPLATE = 'weisu_template'

declare module 'vitest' {
  export interface ProvidedContext { adminUrl: string }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL
  const directory = mkdtempSync(join(tmpdir(), 'weisu-test-'))
  const server = given ? undefined : await startEmbedded(directory)
  const adminUrl = given ?? server!.url('postgres')
  await dropDatabase(adminUrl, TEMPLATE)
  await ensureDatabase(adminUrl, TEMPLATE)
  const db = await openUrl(withDatabase(adminUrl, TEMPLATE), 'tests', false, () => {})
  await db.close()
  project.provide('adminUrl', adminUrl)
  return async () => {
    server?.release()
    // The keeper stops the server a moment after its last client; its directory goes when the socket has gone.
    for (let i = 0; server && i < 100; i++) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      try {
        const client = new pg.Client({ connectionString: adminUrl })
        client.on('error', () => {})
        await client.connect()
        await client.end()
      } catch {
        break
      }
    }
    rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}

export function withDatabase(url: string, name: string): string {
  const parsed = new URL(url)
  parsed.pathname = `/${name}`
  return parsed.toString()
}

export async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  await client.query(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`)
  await client.end()
}
