/**
 * The rejected rows of a batch as CSV that opens in a spreadsheet: line, reason, detail, and the cells as they were read.
 */
import type { Queryable } from '../../sql/db.ts'
import { readRejects } from '../../sql/feeds.ts'
import type { RejectRow } from '../../sql/feeds.ts'
import { inert, toCsvLine } from '../ingest/csv-text.ts'

/** Rows of one download at most: more are told by their reasons. */
export const MOST_REJECTS = 50_000
const CHUNK = 5000

/** The byte order mark tells spreadsheets that it is UTF-8. @param reasonText wording of a reason */
export async function writeRejectsCsv(db: Queryable, batchId: string, header: readonly [line: string, reason: string, detail: string], reasonText: (reason: string) => string): Promise<string> {
  const rows: RejectRow[] = []
  for (let after = -1; rows.length < MOST_REJECTS;) {
    const chunk = await readRejects(db, batchId, after, Math.min(CHUNK, MOST_REJECTS - rows.length))
    if (chunk.length === 0) break
    rows.push(...chunk)
    after = chunk.at(-1)!.line
  }
  const columns = [...new Set(rows.flatMap(({ raw }) => Object.keys(raw ?? {})))]
  const lines = rows.map(({ line, reason, detail, raw }) => [String(line), reasonText(reason), detail ?? '', ...columns.map((name) => wordOf(raw?.[name]))])
  return `\ufeff${[[...header, ...columns], ...lines].map((cells) => toCsvLine(cells.map(inert))).join('')}`
}

function wordOf(value: unknown): string {
  return value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value)
}
