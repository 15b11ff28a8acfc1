/**
 * Step 1 of a night: files that were laid into `<data directory>/inbox/` since the last one. They stay where they are; the
 * ledger knows them by their hash. One that cannot be read is reported and costs the others nothing.
 */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../core/config.ts'
import { PipelineError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import type { Db } from '../sql/db.ts'
import { importInput } from './ingest/import.ts'

export const INBOX_FILES = /\.(csv|csv\.gz|xlsx|jsonl)$/i

export interface InboxResult { in: number, out: number, detail: { files: number, failed: string[] } }

/** @returns in: rows read, out: rows new or changed */
export async function ingestInbox(deps: { db: Db, config: Config, log: Log }): Promise<InboxResult> {
  const directory = join(deps.config.dataDir, 'inbox')
  const names = (await readdir(directory).catch(() => [] as string[])).filter((name) => INBOX_FILES.test(name)).sort()
  const result: InboxResult = { in: 0, out: 0, detail: { files: names.length, failed: [] } }
  for (const name of names) {
    try {
      const batch = await importInput(deps, { input: { path: join(directory, name) }, preset: 'auto' })
      if (batch.alreadyImported) continue
      result.in += batch.read
      result.out += batch.new + batch.changed
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error
      deps.log.error('inbox_file_failed', { name, code: error.code, message: error.message })
      result.detail.failed.push(name)
    }
  }
  return result
}
