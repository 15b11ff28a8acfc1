/**
 * Columns of numbers from a table: the benchmark's files and others of their kind. The columns are found by the header's names.
 */
import { BadInputError } from '../../core/errors.ts'
import { fieldText } from '../ingest/tokenizer.ts'
import { readRecords } from './csv-records.ts'

/** What stands for a number that is not known. */
const UNKNOWN: readonly string[] = ['', 'NA', 'NaN']

/**
 * One array a column, an entry each row; NaN where nothing is known. Other columns are not looked at.
 *
 * @throws {BadInputError} what readRecords refuses; a column that is not there; a cell that is no number
 */
export async function readNumericCsv<Name extends string>(path: string, columns: readonly Name[]): Promise<Record<Name, Float64Array>> {
  const values = columns.map(() => [] as number[])
  await readRecords(path, (header) => {
    const places = columns.map((name) => {
      const place = header.indexOf(name)
      if (place < 0) throw new BadInputError('numbers_lack_column', `${path} has no column ${name}, but ${header.join(', ')}`, { path, column: name, header: header.join(', ') })
      return place
    })
    return (record) => {
      for (let c = 0; c < places.length; c++) {
        const text = fieldText(record, places[c]).trim()
        const value = UNKNOWN.includes(text) ? NaN : Number(text)
        if (Number.isNaN(value) && !UNKNOWN.includes(text)) {
          throw new BadInputError('numbers_bad_cell', `line ${record.line} of ${path}: ${columns[c]} is no number`, { path, line: record.line, column: columns[c] })
        }
        values[c].push(value)
      }
    }
  })
  return Object.fromEntries(columns.map((name, c) => [name, Float64Array.from(values[c])])) as Record<Name, Float64Array>
}
