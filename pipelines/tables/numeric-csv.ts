/**
 * Columns of numbers from a CSV file, plain or gzipped: the benchmark's files and others of their kind. The columns are found
 * by the header's names; quotes around names and numbers are taken off, separators inside quotes are not for numbers.
 */
import { BadInputError } from '../../core/errors.ts'
import { openInput } from '../ingest/open-input.ts'

const LF = 10

/**
 * One array a column, a row each; '' and NA are NaN. Other columns are not looked at.
 *
 * @throws {BadInputError} what openInput refuses; a column that is not there; a cell that is no number
 */
export async function readNumericCsv<Name extends string>(path: string, columns: readonly Name[]): Promise<Record<Name, Float64Array>> {
  const chunks: Buffer[] = []
  for await (const chunk of (await openInput({ path })).chunks) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  let end = lineEnd(bytes, 0)
  const header = bytes.toString('utf8', 0, end).split(',').map(unquoted)
  const places = columns.map((name) => {
    const place = header.indexOf(name)
    if (place < 0) throw new BadInputError('numbers_lack_column', `${path} has no column ${name}, but ${header.join(', ')}`, { path, column: name, header: header.join(', ') })
    return place
  })
  const values = columns.map(() => [] as number[])
  for (let from = end + 1, line = 2; from < bytes.length; from = end + 1, line++) {
    end = lineEnd(bytes, from)
    const row = bytes.toString('latin1', from, end)
    if (row === '' || row === '\r') continue
    const cells = row.split(',')
    for (let c = 0; c < places.length; c++) {
      const value = numberOf(cells[places[c]])
      if (value === undefined) throw new BadInputError('numbers_bad_cell', `line ${line} of ${path}: ${columns[c]} is no number`, { path, line, column: columns[c] })
      values[c].push(value)
    }
  }
  return Object.fromEntries(columns.map((name, c) => [name, Float64Array.from(values[c])])) as Record<Name, Float64Array>
}

function lineEnd(bytes: Buffer, from: number): number {
  const at = bytes.indexOf(LF, from)
  return at < 0 ? bytes.length : at
}

function unquoted(text: string): string {
  return text.trim().replace(/^"(.*)"$/, '$1')
}

/** NaN where nothing is known, undefined where it is no number or the row is too short. */
function numberOf(cell: string | undefined): number | undefined {
  if (cell === undefined) return undefined
  const value = Number(cell)
  if (!Number.isNaN(value) && cell.trim() !== '') return value
  const text = unquoted(cell)
  if (text === '' || text === 'NA') return NaN
  const inside = Number(text)
  return Number.isNaN(inside) ? undefined : inside
}
