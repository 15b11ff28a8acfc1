/**
 * Stores that benches make for a run.
 */
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { embeddedPaths } from '../sql/embedded.ts'

/** The server's file of its own process, first line the number. */
export function serverFile(dataDir: string): string {
  return join(embeddedPaths(dataDir).data, 'postmaster.pid')
}

/** The server writes on for a moment after its last client has gone; what is removed beneath it comes back. */
export async function removeOnceStopped(dataDir: string): Promise<void> {
  for (let tries = 0; tries < 80 && existsSync(serverFile(dataDir)); tries++) await delay(250)
  await rm(dataDir, { recursive: true, force: true })
}
