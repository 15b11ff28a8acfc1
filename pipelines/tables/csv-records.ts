/**
 * The records of a table in a file, one after the other: CSV with any usual separator, plain or gzipped, or a sheet of XLSX.
 */
import { BadInputError, inFile } from '../../core/errors.ts'
import { openInput } from '../ingest/open-input.ts'
import { fieldText, Tokenizer } from '../ingest/tokenizer.ts'
import type { RecordFault } from '../ingest/tokenizer.ts'

const DELIMITERS = [',', ';', '\t', '|'] as const

/**
 * @param begin  is given the names of the columns, and gives back what takes each record, which stands in the tokenizer while it runs
 * @param refuse  is told of records with more or fewer cells than the header has, or that are no text; without it they end the reading
 * @throws {BadInputError} what openInput refuses; a record that nobody is told of
 */
export async function readRecords(
  path: string, begin: (header: readonly string[]) => (record: Tokenizer) => void, refuse?: (line: number, reason: RecordFault) => void,
): Promise<void> {
  let tokens: Tokenizer | undefined
  let take: ((record: Tokenizer) => void) | undefined
  let columns = 0
  const drain = (last: boolean): void => {
    while (tokens!.read(last)) {
      if (tokens!.fault !== '') {
        if (!take || !refuse) throw badRecord(path, tokens!, columns)
        refuse(tokens!.line, tokens!.fault)
      } else if (!take) {
        const header = cellsOf(tokens!)
        columns = header.length
        take = begin(header)
      } else if (tokens!.count === columns) take(tokens!)
      else if (refuse) refuse(tokens!.line, 'wrong_columns')
      else throw badRecord(path, tokens!, columns)
    }
  }
  for await (const chunk of (await openInput({ path }).catch((error: unknown) => { throw inFile(error, path) })).chunks) {
    tokens ??= new Tokenizer({ delimiter: delimiterOf(chunk).charCodeAt(0) })
    tokens.push(chunk)
    drain(false)
  }
  if (tokens) drain(true)
  if (!take) throw new BadInputError('no_header', `${path} has no header`, { path })
}

/** The separator that the first line holds most of. */
function delimiterOf(chunk: Buffer): string {
  const line = chunk.toString('utf8').split(/\r?\n|\r/, 1)[0]!
  return DELIMITERS.toSorted((a, b) => line.split(b).length - line.split(a).length)[0]!
}

function cellsOf(tokens: Tokenizer): string[] {
  return Array.from({ length: tokens.count }, (_, i) => fieldText(tokens, i).trim())
}

function badRecord(path: string, { line, fault, count }: Tokenizer, columns: number): BadInputError {
  if (fault !== '') return new BadInputError('table_bad_line', `line ${line} of ${path} cannot be read: ${fault}`, { path, line, fault })
  return new BadInputError('table_wrong_columns', `line ${line} of ${path} has ${count} cells, the header ${columns}`, { path, line, count, columns })
}
