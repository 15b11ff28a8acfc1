/**
 * Small tables of text from CSV files, plain or gzipped, UTF-8 or GB 18030: places, cases, baselines. Columns are found by the
 * header's names, and whoever reads a row is told its line.
 */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { BadInputError } from '../../core/errors.ts'

/** Told of each row that is not blank. @param cells of the columns asked for, trimmed; overwritten by the next row */
export type VisitRow = (cells: readonly string[], line: number) => void

export interface TextCsv {
  path: string
  /** Names of the columns in small letters. */
  header: readonly string[]
  /** @throws {BadInputError} a column that is not there, or a row without it */
  eachRow(columns: readonly string[], visit: VisitRow): void
}

/** @throws {BadInputError} no such file, a directory, damaged gzip, or no header */
export function openCsv(path: string): TextCsv {
  const text = decode(readBytes(path))
  const headerEnd = lineEnd(text, 0)
  const header = cellsOf(text.slice(0, headerEnd)).map((name) => name.toLowerCase())
  if (header.length === 1 && header[0] === '') throw new BadInputError('empty_file', `${path} is empty`, { path })
  const eachRow: TextCsv['eachRow'] = (columns, visit) => {
    const places = columns.map((name) => {
      const place = header.indexOf(name)
      if (place < 0) throw new BadInputError('numbers_lack_column', `${path} has no column ${name}, but ${header.join(', ')}`, { path, column: name, header: header.join(', ') })
      return place
    })
    const wanted: string[] = new Array(columns.length)
    for (let from = headerEnd + 1, line = 2; from < text.length; line++) {
      const end = lineEnd(text, from)
      const row = text.slice(from, end)
      from = end + 1
      if (row.trim() === '') continue
      const cells = cellsOf(row)
      for (let c = 0; c < places.length; c++) {
        const cell = cells[places[c]]
        if (cell === undefined) throw new BadInputError('row_too_short', `line ${line} of ${path} has no ${columns[c]}`, { path, line, column: columns[c] })
        wanted[c] = cell
      }
      visit(wanted, line)
    }
  }
  return { path, header, eachRow }
}

function readBytes(path: string): Buffer {
  try {
    const bytes = readFileSync(path)
    return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new BadInputError('no_such_file', `no such file: ${path}`, { path })
    if (code === 'EISDIR') throw new BadInputError('is_directory', `${path} is a directory`, { path })
    if (code?.startsWith('Z_')) throw new BadInputError('damaged_gzip', `${path} is damaged gzip`, { name: path })
    throw error
  }
}

/** Without a byte order mark. What is not UTF-8 is taken as the encoding that office programs write in China. */
function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('gb18030').decode(bytes)
  }
}

function lineEnd(text: string, from: number): number {
  const at = text.indexOf('\n', from)
  return at < 0 ? text.length : at
}

/** Quotes are taken off; a quoted cell may hold commas, not line breaks. */
function cellsOf(row: string): string[] {
  if (!row.includes('"')) return row.split(',').map(trim)
  const cells: string[] = []
  const cell = /\s*"((?:[^"]|"")*)"\s*|[^,]*/y
  for (let at = 0; at <= row.length; at = cell.lastIndex + 1) {
    cell.lastIndex = at
    const [whole, quoted] = cell.exec(row)!
    cells.push(quoted?.replaceAll('""', '"') ?? whole.trim())
  }
  return cells
}

function trim(cell: string): string {
  return cell.trim()
}
