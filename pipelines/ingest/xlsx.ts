/**
 * The first sheet of an Excel workbook as CSV. The archive is measured before anything is unpacked: declared sizes and
 * ratios first, then counted bytes, so that a zip bomb costs nothing.
 */
import type { Hash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { createInflateRaw } from 'node:zlib'
import { readSheet } from 'read-excel-file/node'
import { BadInputError } from '../../core/errors.ts'
import { toCsvLine } from './csv-text.ts'

const MAX_FILE_BYTES = 100_000_000
const MAX_UNPACKED_BYTES = 300_000_000
const MAX_RATIO = 100
const MAX_ENTRIES = 2000
/** Ratios below this size are no danger: a sheet of blanks packs very well. */
const SMALL_BYTES = 20_000_000

interface ZipEntry { name: string, method: number, packed: number, unpacked: number, offset: number }

/** @throws {BadInputError} no workbook, encrypted, or too large once unpacked */
export async function* xlsxToCsv(path: string, hash: Hash): AsyncGenerator<Buffer> {
  const name = basename(path)
  if ((await stat(path)).size > MAX_FILE_BYTES) throw new BadInputError('xlsx_too_large', `${name} is larger than ${MAX_FILE_BYTES / 1e6} MB: save it as CSV`, { name })
  const file = await readFile(path)
  hash.update(file)
  await measure(file, name)
  let rows: unknown[][]
  try {
    rows = await readSheet(file) as unknown[][]
  } catch (cause) {
    throw new BadInputError('bad_xlsx', `${name} cannot be read as an Excel workbook: ${(cause as Error).message}`, { name }, { cause })
  }
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0)
  let text = ''
  for (const row of rows) {
    const cells = Array.from({ length: width }, (_, i) => cellText(row[i]))
    // A blank row keeps its place, so that the n-th line is the n-th row of the sheet.
    text += toCsvLine(cells)
    if (text.length > 1 << 18) {
      yield Buffer.from(text)
      text = ''
    }
  }
  if (text !== '') yield Buffer.from(text)
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return ''
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? '' : new Date(Math.round(cell.getTime() / 1000) * 1000).toISOString().slice(0, 19).replace('T', ' ')
  if (typeof cell === 'number') {
    // Excel keeps 15 digits: a longer number has lost its end, whatever the cell shows.
    if (Math.abs(cell) >= 1e15) return cell.toExponential(2).toUpperCase().replace('E+', 'E+')
    return String(cell)
  }
  return String(cell).replaceAll('\u0000', '')
}

async function measure(file: Buffer, name: string): Promise<void> {
  const tooLarge = (what: string): BadInputError => new BadInputError('zip_bomb', `${name} is refused: ${what}`, { name })
  const entries = readDirectory(file)
  if (!entries) throw new BadInputError('bad_xlsx', `${name} is damaged or cut off: no directory of its parts`, { name })
  if (entries.length > MAX_ENTRIES) throw tooLarge(`${entries.length} parts`)
  if (!entries.some((entry) => entry.name === '[Content_Types].xml')) throw new BadInputError('bad_xlsx', `${name} is a zip archive but no Excel workbook`, { name })
  let declared = 0
  for (const entry of entries) {
    declared += entry.unpacked
    if (entry.unpacked > SMALL_BYTES && entry.unpacked > MAX_RATIO * entry.packed) throw tooLarge(`${entry.name} unpacks to ${Math.round(entry.unpacked / Math.max(1, entry.packed))} times its size`)
  }
  if (declared > MAX_UNPACKED_BYTES) throw tooLarge(`${Math.round(declared / 1e6)} MB once unpacked`)
  // Declared sizes may lie.
  let counted = 0
  for (const entry of entries) {
    if (entry.method !== 8) continue
    const begin = entry.offset + 30 + file.readUInt16LE(entry.offset + 26) + file.readUInt16LE(entry.offset + 28)
    const size = await inflatedSize(file.subarray(begin, begin + entry.packed), MAX_UNPACKED_BYTES - counted)
    if (size < 0) throw new BadInputError('bad_xlsx', `${name} is damaged: ${entry.name} cannot be unpacked`, { name })
    counted += size
    if (size > entry.unpacked || counted > MAX_UNPACKED_BYTES) throw tooLarge(`${entry.name} is larger than it says`)
  }
}

/** Entries of the central directory; undefined where there is none that holds together. */
function readDirectory(file: Buffer): ZipEntry[] | undefined {
  const end = file.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]))
  if (end < 0 || end + 22 > file.length) return undefined
  const count = file.readUInt16LE(end + 10)
  let at = file.readUInt32LE(end + 16)
  const entries: ZipEntry[] = []
  for (let i = 0; i < count; i++) {
    if (at + 46 > file.length || file.readUInt32LE(at) !== 0x02014b50) return undefined
    const nameLength = file.readUInt16LE(at + 28)
    const entry = {
      name: file.toString('utf8', at + 46, at + 46 + nameLength), method: file.readUInt16LE(at + 10),
      packed: file.readUInt32LE(at + 20), unpacked: file.readUInt32LE(at + 24), offset: file.readUInt32LE(at + 42),
    }
    if (entry.offset + 30 > file.length) return undefined
    entries.push(entry)
    at += 46 + nameLength + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32)
  }
  return entries
}

/** Counts without keeping; stops past `limit`. -1 where the data is damaged. */
async function inflatedSize(packed: Buffer, limit: number): Promise<number> {
  const inflate = createInflateRaw()
  inflate.end(packed)
  let size = 0
  try {
    for await (const chunk of inflate) {
      size += (chunk as Buffer).length
      if (size > limit) break
    }
  } catch {
    return -1
  }
  return size
}
