/**
 * The report as a workbook: notes, a sheet a table with typed cells, and a dictionary of all columns. Text is text: no cell is ever a formula.
 */
import type { Locale } from '../../core/config.ts'
import { t } from '../../core/texts.ts'
import { cleanText } from '../report/html.ts'
import type { ReportDocument } from './document.ts'
import { tablesOf } from './tables.ts'
import type { Column, ReportTable, Row, Value } from './tables.ts'
import { answerText, columnMeaning, columnTitle, comparedText, isNumeric, limitsOf, rangeText, reportTitle, tableNote, tableTitle, valueText } from './wording.ts'

type Cell = { value: string, type: StringConstructor, wrap?: boolean, fontWeight?: 'bold', backgroundColor?: string, align?: 'right' } | { value: number, type: NumberConstructor, format?: string } | { value: Date, type: DateConstructor, format: string } | { value: boolean, type: BooleanConstructor } | null

/** Excel's own limits. */
const LONGEST_NAME = 31
const LONGEST_CELL = 32_767

export async function writeWorkbook(locale: Locale, document: ReportDocument): Promise<Uint8Array<ArrayBuffer>> {
  const { default: writeExcelFile } = await import('write-excel-file/node')
  const tables = tablesOf(document)
  const sheets = [
    { sheet: t(locale, 'reports.xlsx.notes'), data: notes(locale, document), columns: [{ width: 150 }], stickyRowsCount: 1 },
    ...tables.map((table) => ({
      sheet: tableTitle(locale, table).replace(/[\\/?*[\]:]/g, ' ').slice(0, LONGEST_NAME),
      data: [table.columns.map((column) => header(columnTitle(locale, column), isNumeric(column))), ...table.rows.map((row) => table.columns.map((column, j) => cellOf(locale, table, row, column, row.values[j]!)))],
      columns: table.columns.map((column) => ({ width: widthOf(column) })), stickyRowsCount: 1,
    })),
    { sheet: t(locale, 'reports.xlsx.dictionary'), data: dictionary(locale, tables), columns: [{ width: 28 }, { width: 24 }, { width: 80 }], stickyRowsCount: 1 },
  ]
  return Uint8Array.from(await writeExcelFile(sheets as Parameters<typeof writeExcelFile>[0]).toBuffer())
}

function notes(locale: Locale, document: ReportDocument): Cell[][] {
  const lines = [
    `${document.city} · ${reportTitle(locale, document)}`, answerText(locale, document), rangeText(locale, document), comparedText(locale, document), ...(document.whole ? [] : [t(locale, 'reports.partial')]),
    t(locale, 'reports.method'), ...limitsOf(locale), t(locale, 'reports.footer', { city: document.city, night: document.night, version: document.codeVersion ?? '' }),
  ]
  return lines.map((line, i) => [i === 0 ? header(line, false) : text(line)])
}

function dictionary(locale: Locale, tables: readonly ReportTable[]): Cell[][] {
  return [
    [header(t(locale, 'reports.xlsx.sheet'), false), header(t(locale, 'reports.xlsx.column'), false), header(t(locale, 'reports.xlsx.meaning'), false)],
    ...tables.flatMap((table) => [
      [text(tableTitle(locale, table)), text(''), text(tableNote(locale, table))],
      ...table.columns.map((column) => [text(tableTitle(locale, table)), text(columnTitle(locale, column)), text(columnMeaning(locale, column))]),
    ]),
  ]
}

function cellOf(locale: Locale, table: ReportTable, row: Row, column: Column, value: Value): Cell {
  if (value === null) return null
  if (typeof value === 'number') return { value, type: Number, format: column.kind === 'share' ? '0.0%' : column.kind === 'change' ? '+0.0%;-0.0%;0.0%' : column.kind === 'number' ? '#,##0.0#' : '#,##0' }
  if (typeof value === 'boolean') return { value, type: Boolean }
  if (column.kind === 'date') return { value: new Date(`${value}T00:00:00Z`), type: Date, format: 'yyyy-mm-dd' }
  if (column.kind === 'count') return { value: valueText(locale, table, row, column, value), type: String, align: 'right' }
  return text(valueText(locale, table, row, column, value))
}

/** Typed as text, so that a leading sign stays one. */
function text(value: string): Cell {
  return { value: cleanText(value).slice(0, LONGEST_CELL), type: String, wrap: true }
}

function header(value: string, right: boolean): Cell {
  return { value: cleanText(value).slice(0, LONGEST_CELL), type: String, fontWeight: 'bold', backgroundColor: '#e4edf8', wrap: true, ...(right ? { align: 'right' as const } : {}) }
}

function widthOf({ kind }: Column): number {
  return kind === 'path' ? 36 : kind === 'text' ? 24 : kind === 'code' ? 14 : kind === 'date' ? 13 : 12
}
