/**
 * Stores that benches make for a run.
 */
import { spawn } from 'node:child_process'
import type { ChildProcessByStdio } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { embeddedPaths } from '../sql/embedded.ts'

/** The demo city of quick forms: about a hundredth of the default one's tickets. */
export const TOWN = { days: 120, ticketsPerDay: 100, districts: 2, streets: 10, sites: 100 }

/** The server's file of its own process, first line the number. */
export function serverFile(dataDir: string): string {
  return join(embeddedPaths(dataDir).data, 'postmaster.pid')
}

/** The server writes on for a moment after its last client has gone; what is removed beneath it comes back. */
export async function removeOnceStopped(dataDir: string): Promise<void> {
  for (let tries = 0; tries < 80 && existsSync(serverFile(dataDir)); tries++) await delay(250)
  await rm(dataDir, { recursive: true, force: true })
}

/** The web on a store in a process of its own: its first line is the port, and it ends with its input. The form `--serve` of bench/inbox.ts. */
export function serveStore(dataDir: string): ChildProcessByStdio<Writable, Readable, null> {
  return spawn(process.execPath, [fileURLToPath(new URL('inbox.ts', import.meta.url)), '--serve', '--data-dir', dataDir], { stdio: ['pipe', 'pipe', 'inherit'] })
}
