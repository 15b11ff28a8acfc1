/**
 * The log of a data directory: `weisu.log`, one JSON line an event, kept below 10 MB with one predecessor.
 */
import { appendFileSync, existsSync, renameSync, statSync } from 'node:fs'
import { createLog, logPath } from '../core/log.ts'
import type { Log } from '../core/log.ts'

const MAX_BYTES = 10_000_000

/**
 * Writes nothing before the data directory exists, and never fails the command: a log that cannot be written is left.
 *
 * @param echo  also writes each line to stderr
 */
export function openLogFile(dataDir: string, echo: boolean): Log {
  const path = logPath(dataDir)
  return createLog((line) => {
    if (echo) process.stderr.write(`${line}\n`)
    if (!existsSync(dataDir)) return
    try {
      if (existsSync(path) && statSync(path).size > MAX_BYTES) renameSync(path, `${path}.1`)
      appendFileSync(path, `${line}\n`, { mode: 0o600 })
    } catch {
      // a full or read-only disk: the command's own messages still reach the user
    }
  })
}
