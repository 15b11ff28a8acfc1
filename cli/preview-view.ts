/**
 * `import --dry-run` for people: how the file was read, which column is which field, the first rows as understood.
 */
import type { ImportPreview } from '../pipelines/ingest/import.ts'
import { printLedger } from './import-view.ts'
import { printQuality } from './quality-view.ts'
import type { Session } from './session.ts'
import { renderFields } from './table.ts'

/** Longest cell shown of a row. */
const CELL = 60
/** Field of columns that name the caller. */
const CALLER = 'caller_raw_drop'

export function printPreview(session: Session, seen: ImportPreview): void {
  session.print(session.paint('bold', seen.file))
  session.print(session.text('cli.preview.format', { preset: seen.preset, format: seen.format, encoding: seen.encoding }))
  session.print(`\n${session.text('cli.preview.mapping')}`)
  session.print(renderFields(Object.entries(seen.mapping).map(([field, columns]) => [field === CALLER ? 'caller' : field, describe(session, field, columns)]), '  '))
  if (seen.unmapped.length > 0) session.print(session.text('cli.preview.unmapped', { columns: seen.unmapped.join(session.locale === 'zh' ? '、' : ', ') }))
  session.print(`\n${session.text('cli.preview.rows')}`)
  for (const row of seen.sample) {
    const cells = Object.entries(row).filter(([name, value]) => name !== 'line' && value !== null && value !== '' && value !== false)
    session.print(`  ${session.text('cli.preview.line', { line: String(row.line ?? '?') })}`)
    session.print(renderFields(cells.map(([name, value]) => [name, shorten(String(value).replaceAll('›', ' › '))]), '    '))
  }
  session.print('')
  printLedger(session, [seen])
  printQuality(session, seen.quality)
}

function describe(session: Session, field: string, columns: readonly string[]): string {
  const names = columns.join(' + ')
  return field === CALLER ? session.text('cli.preview.caller', { column: names }) : names
}

function shorten(text: string): string {
  const chars = [...text]
  return chars.length > CELL ? `${chars.slice(0, CELL - 1).join('')}…` : text
}
