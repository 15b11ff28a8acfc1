/**
 * What import tests share: dependencies on a fresh data directory, and files made on the spot.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'
import { afterAll } from 'vitest'
import { loadConfig } from '../../../core/config.ts'
import { SILENT } from '../../../core/log.ts'
import type { ImportDeps } from '../../../pipelines/ingest/import.ts'
import type { Db } from '../../../sql/db.ts'

export interface Workshop { deps(db: Db): ImportDeps, file(name: string, content: string | Uint8Array): string, directory: string }

/** Call at the top level of a test file; its directory goes with the file. */
export function useWorkshop(): Workshop {
  const directory = mkdtempSync(join(tmpdir(), 'weisu-ingest-'))
  afterAll(() => rmSync(directory, { recursive: true, force: true }))
  return {
    directory,
    deps: (db) => ({ db, config: loadConfig({ dataDir: join(directory, 'data') }, {}), log: SILENT }),
    file: (name, content) => {
      const path = join(directory, name)
      writeFileSync(path, content)
      return path
    },
  }
}

/** Rows of the store that an import may change, to see that it did not. */
export async function fingerprint(db: Db): Promise<string> {
  const tables = ['sources', 'places', 'topics', 'units', 'import_batches', 'import_rejects', 'tickets', 'ticket_versions', 'dirty_days']
  const counts: string[] = []
  for (const table of tables) {
    const { rows } = await db.query<{ n: string }>(`select count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text as n from ${table} t`)
    counts.push(`${table} ${rows[0]!.n}`)
  }
  return counts.join('\n')
}

/** GB18030 by its own decoder: every pair of bytes that decodes to the character wanted. */
export function gb18030(text: string): Buffer {
  const table = new Map<string, [number, number]>()
  const decoder = new TextDecoder('gb18030')
  for (let a = 0x81; a <= 0xfe; a++) for (let b = 0x40; b <= 0xfe; b++) {
    if (b !== 0x7f) {
      const char = decoder.decode(Uint8Array.of(a, b))
      if ([...char].length === 1 && !table.has(char)) table.set(char, [a, b])
    }
  }
  return Buffer.from([...text].flatMap((char) => (char < '\u0080' ? [char.charCodeAt(0)] : table.get(char)!)))
}

/** A zip archive of deflated entries; sizes are declared truly. */
export function zip(files: [string, Buffer][]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, content] of files) {
    const packed = deflateRawSync(content)
    const local = Buffer.alloc(30 + name.length)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(20, 4)
    local.writeUInt16LE(8, 8)
    local.writeUInt32LE(crc32(content), 14)
    local.writeUInt32LE(packed.length, 18)
    local.writeUInt32LE(content.length, 22)
    local.writeUInt16LE(name.length, 26)
    local.write(name, 30)
    const entry = Buffer.alloc(46 + name.length)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt16LE(8, 10)
    entry.writeUInt32LE(crc32(content), 16)
    entry.writeUInt32LE(packed.length, 20)
    entry.writeUInt32LE(content.length, 24)
    entry.writeUInt16LE(name.length, 28)
    entry.writeUInt32LE(offset, 42)
    entry.write(name, 46)
    parts.push(local, packed)
    directory.push(entry)
    offset += local.length + packed.length
  }
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(Buffer.concat(directory).length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, ...directory, end])
}
