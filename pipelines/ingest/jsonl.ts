/**
 * JSON lines as CSV: one object a line, its keys are the columns. The columns are those of the first lines; an object
 * inside an object gives columns like 'outer.inner'.
 */
import { BadInputError } from '../../core/errors.ts'
import { FAULT_MARK, toCsvLine } from './csv-text.ts'

const LOOK_AHEAD = 200
const MAX_LINE_CHARS = 10_000_000

export function looksLikeJsonLines(head: Buffer): boolean {
  const line = head.toString('utf8', 0, Math.min(head.length, 4096)).trimStart()
  return line.startsWith('{') && /^\{\s*("(?:[^"\\]|\\.){0,200}"\s*:|\})/.test(line)
}

export async function* jsonLinesToCsv(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let columns: string[] | undefined
  let waiting: Record<string, string>[] = []
  for await (const line of readLines(chunks)) {
    const row = readRow(line)
    if (columns) {
      yield Buffer.from(toCsvLine(toCells(row, columns)))
      continue
    }
    waiting.push(row)
    if (waiting.length < LOOK_AHEAD) continue
    columns = collectColumns(waiting)
    yield Buffer.from([toCsvLine(columns), ...waiting.map((each) => toCsvLine(toCells(each, columns!)))].join(''))
    waiting = []
  }
  if (!columns && waiting.length > 0) {
    columns = collectColumns(waiting)
    yield Buffer.from([toCsvLine(columns), ...waiting.map((each) => toCsvLine(toCells(each, columns!)))].join(''))
  }
}

const FAULT = '\u0000fault'

function readRow(line: string): Record<string, string> {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return { [FAULT]: 'bad_json' }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { [FAULT]: 'bad_json' }
  const row: Record<string, string> = {}
  flatten(value as Record<string, unknown>, '', row)
  return row
}

function flatten(value: Record<string, unknown>, prefix: string, row: Record<string, string>): void {
  for (const [key, cell] of Object.entries(value)) {
    if (cell === null || cell === undefined) continue
    if (Array.isArray(cell)) row[prefix + key] = cell.map((each) => (typeof each === 'object' ? JSON.stringify(each) : String(each))).join('、')
    else if (typeof cell === 'object' && prefix === '') flatten(cell as Record<string, unknown>, `${key}.`, row)
    else row[prefix + key] = typeof cell === 'object' ? JSON.stringify(cell) : String(cell)
  }
}

function collectColumns(rows: Record<string, string>[]): string[] {
  const columns = new Set<string>()
  for (const row of rows) for (const key of Object.keys(row)) if (key !== FAULT) columns.add(key)
  if (columns.size === 0) throw new BadInputError('bad_json', 'the first lines are no JSON objects', {})
  return [...columns]
}

function toCells(row: Record<string, string>, columns: string[]): string[] {
  const fault = row[FAULT]
  if (fault !== undefined) return [FAULT_MARK + fault, ...Array<string>(columns.length - 1).fill('')]
  return columns.map((column) => row[column]?.replaceAll('\u0000', '') ?? '')
}

async function* readLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest = Buffer.alloc(0)
  let lines = 0
  for await (const chunk of chunks) {
    let data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    for (let at = data.indexOf(10); at >= 0; at = data.indexOf(10)) {
      const line = data.toString('utf8', 0, at).trim()
      data = data.subarray(at + 1)
      lines++
      if (line !== '') yield line
    }
    if (data.length > MAX_LINE_CHARS) throw new BadInputError('line_too_long', `line ${lines + 1} is longer than 10 MB`, { line: lines + 1 })
    rest = Buffer.from(data)
  }
  const line = rest.toString('utf8').trim()
  if (line !== '') yield line
}
