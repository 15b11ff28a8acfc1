/**
 * The real tickets and reference values beside the project. Tests that need them say so where they are absent.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../../shared/', import.meta.url))

export const sharedPath = (path: string): string => `${ROOT}${path}`

/** For test.skipIf: true, with one line on stderr, where the file is not there. In CI a missing file is an error. */
export function lacksShared(path: string): boolean {
  if (existsSync(sharedPath(path))) return false
  if (process.env.CI) throw new Error(`../shared/${path} is missing`)
  console.warn(`skipped: ../shared/${path} is not there`)
  return true
}
