/**
 * Which files an import means: files as given, directories by their importable files in order of name, `-` for stdin.
 */
import { createReadStream, createWriteStream, mkdirSync, openSync, readdirSync, statSync, unlinkSync } from 'node:fs'
import { createHash, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { BadInputError } from '../core/errors.ts'

export type ImportInput = { path: string } | { stream: Readable, name: string, hash: string }

const IMPORTABLE = /\.(csv|csv\.gz|tsv|txt|xlsx|jsonl|jsonl\.gz)$/i

/**
 * @param paths as given on the command line
 * @returns files to import; '-' stays '-'
 * @throws {BadInputError} a path that is not there, or a directory without importable files
 */
export function expandPaths(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    if (path === '-') return [path]
    let isDirectory: boolean
    try {
      isDirectory = statSync(path).isDirectory()
    } catch (cause) {
      throw new BadInputError('no_such_file', `no such file: ${path}`, { path }, { cause })
    }
    if (!isDirectory) return [path]
    const names = readdirSync(path).filter((name) => IMPORTABLE.test(name) && !name.startsWith('.')).sort()
    if (names.length === 0) throw new BadInputError('empty_directory', `no CSV, XLSX or JSON lines in ${path}`, { path })
    return names.map((name) => join(path, name))
  })
}

/**
 * Stdin as an input whose content has an identity, so that the same content twice is a no-op. It is spooled to a file
 * that has no name any more: whatever ends the process, nothing of it stays on disk.
 */
export async function spoolStdin(dataDir: string): Promise<ImportInput> {
  mkdirSync(dataDir, { recursive: true })
  const path = join(dataDir, `.stdin-${randomUUID()}`)
  const file = openSync(path, 'wx+', 0o600)
  unlinkSync(path)
  const hash = createHash('sha256')
  const hashing = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk)
      done(null, chunk)
    },
  })
  await pipeline(process.stdin, hashing, createWriteStream('', { fd: file, autoClose: false }))
  return { stream: createReadStream('', { fd: file, start: 0 }), name: 'stdin', hash: hash.digest('hex') }
}
