/** A directory of a test file's own, gone afterwards. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** Call it at the top level of the file. */
export function useDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'weisu-files-'))
  afterAll(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
