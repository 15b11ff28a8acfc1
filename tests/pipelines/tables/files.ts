/** Tables written for a test, gone after the file's tests. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** @returns what writes a table and gives back its path */
export function useFiles(): (text: string | Uint8Array, name?: string) => string {
  const directory = mkdtempSync(join(tmpdir(), 'weisu-tables-'))
  afterAll(() => rmSync(directory, { recursive: true, force: true }))
  let files = 0
  return (text, name = `table${files++}.csv`) => {
    const path = join(directory, name)
    writeFileSync(path, text)
    return path
  }
}
