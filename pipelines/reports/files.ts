/**
 * A report as bytes: HTML, PDF, workbook, or one of its tables as CSV, Arrow, Parquet or GeoJSON.
 */
import type { Locale } from '../../core/config.ts'
import { BadInputError } from '../../core/errors.ts'
import { encodeColumns } from '../../features/arrow-columns.ts'
import type { Cell, ColumnKind as ArrowKind } from '../../features/arrow-columns.ts'
import { inert } from '../ingest/csv-text.ts'
import { cleanText } from '../report/html.ts'
import { printPdf } from './browser.ts'
import { shown } from './document.ts'
import type { ReportDocument } from './document.ts'
import { renderBulletin } from './page.ts'
import { writeWorkbook } from './sheets.ts'
import { changeOf, tableOf, TABLES } from './tables.ts'
import type { Column, ReportTable, TableName, Value } from './tables.ts'
import { columnMeaning, columnTitle, reportTitle, valueText } from './wording.ts'

export const REPORT_FORMATS = ['html', 'pdf', 'xlsx', 'csv', 'arrow', 'parquet', 'geojson'] as const
export type ReportFormat = (typeof REPORT_FORMATS)[number]

/** Formats that carry one table. */
export const TABLE_FORMATS: readonly ReportFormat[] = ['csv', 'arrow', 'parquet']

export const MEDIA_TYPES: Readonly<Record<ReportFormat, string>> = {
  html: 'text/html; charset=utf-8', pdf: 'application/pdf', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', csv: 'text/csv; charset=utf-8',
  arrow: 'application/vnd.apache.arrow.file', parquet: 'application/vnd.apache.parquet', geojson: 'application/geo+json',
}

/** @throws {BadInputError} no such table */
export function tableNamed(name: string): TableName {
  if (!(TABLES as readonly string[]).includes(name)) throw new BadInputError('report_part', `the report has no table ${name}: there are ${TABLES.join(', ')}`, { table: name, tables: TABLES.join(', ') })
  return name as TableName
}

/**
 * @param table of the formats that carry one; default: streets
 * @throws {UnavailableError} PDF without a browser
 */
export async function encodeReport(locale: Locale, document: ReportDocument, format: ReportFormat, table: TableName = 'streets'): Promise<Uint8Array<ArrayBuffer>> {
  switch (format) {
    case 'html': return utf8(renderBulletin(locale, document))
    case 'pdf': return await printPdf(renderBulletin(locale, document), locale, `${document.city} · ${reportTitle(locale, document)}`)
    case 'xlsx': return await writeWorkbook(locale, document)
    case 'csv': return utf8(csvOf(locale, tableOf(document, table)))
    case 'arrow': return Uint8Array.from(encodeColumns(columnsOf(tableOf(document, table)), metaOf(document, table)))
    case 'parquet': return await parquetOf(document, tableOf(document, table))
    case 'geojson': return utf8(JSON.stringify(geoJsonOf(document)))
  }
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

/** With a byte-order mark, so that spreadsheets read the names right; RFC 4180; a leading sign of a formula gets an apostrophe. */
function csvOf(locale: Locale, table: ReportTable): string {
  const cell = (text: string): string => {
    const safe = inert(cleanText(text))
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
  }
  const plain = (row: ReportTable['rows'][number], column: Column, value: Value): string =>
    value === null ? '' : typeof value === 'number' || typeof value === 'boolean' || column.kind === 'date' ? String(value) : valueText(locale, table, row, column, value)
  const lines = [table.columns.map((column) => cell(columnTitle(locale, column))), ...table.rows.map((row) => table.columns.map((column, j) => cell(plain(row, column, row.values[j]!))))]
  return `\uFEFF${lines.map((line) => `${line.join(',')}\r\n`).join('')}`
}

const ARROW_KINDS: Readonly<Record<Column['kind'], ArrowKind>> = {
  text: 'text', path: 'text', code: 'text', count: 'whole', whole: 'whole', number: 'number', share: 'number', change: 'number', date: 'date', flag: 'flag',
}

/** English names and meanings; hidden counts are null. */
function columnsOf(table: ReportTable): { name: string, kind: ArrowKind, unit: string, values: Cell[] }[] {
  return table.columns.map((column, j) => ({
    name: column.name === undefined ? column.key : `${column.key}${column.name ? `_${column.name}` : ''}`, kind: ARROW_KINDS[column.kind],
    unit: `${columnMeaning('en', column)}${column.kind === 'count' ? '; null where hidden or unknown' : ''}`,
    values: table.rows.map((row) => (column.kind === 'count' && typeof row.values[j] !== 'number' ? null : row.values[j]!)),
  }))
}

function metaOf({ night, period, name, city, codeVersion }: ReportDocument, table: string): Record<string, string> {
  return { source: 'weisu report', table, night, period, name, city, version: codeVersion ?? '' }
}

async function parquetOf(document: ReportDocument, table: ReportTable): Promise<Uint8Array<ArrayBuffer>> {
  const { parquetWriteBuffer } = await import('hyparquet-writer')
  const types = { text: 'STRING', whole: 'INT32', number: 'DOUBLE', flag: 'BOOLEAN', date: 'DATE' } as const
  const toDate = (kind: ArrowKind, value: Cell): unknown => (kind === 'date' && value !== null ? new Date(`${String(value)}T00:00:00Z`) : value)
  const bytes = parquetWriteBuffer({
    columnData: columnsOf(table).map(({ name, kind, values }) => ({ name, data: values.map((value) => toDate(kind, value)), type: types[kind] as 'STRING', nullable: true })),
    kvMetadata: Object.entries(metaOf(document, table.name)).map(([key, value]) => ({ key, value })),
  })
  return new Uint8Array(bytes as ArrayBuffer)
}

/** All places with a point, those at zero too. Points of places that no registry located are moved a little. RFC 7946. */
function geoJsonOf(document: ReportDocument): object {
  const rank = new Map(document.hot.filter((entry) => entry.topic === null).map((entry) => [entry.place, entry]))
  return {
    type: 'FeatureCollection', name: document.name, night: document.night, period: document.period,
    features: document.places.filter((place) => place.lng !== null && place.lat !== null).map((place) => ({
      type: 'Feature', id: place.id, geometry: { type: 'Point', coordinates: [place.lng, place.lat] },
      properties: {
        place: place.path.join('›'), depth: place.depth, callers: shown(place.now.callers), tickets: shown(place.now.tickets), hidden: shown(place.now.callers) === null,
        callers_before: place.before === null ? null : shown(place.before.callers), callers_year: place.year === null ? null : shown(place.year.callers),
        change_before: changeOf(place.now, place.before), change_year: changeOf(place.now, place.year), class: place.class, gi_star: rank.get(place.id)?.z ?? null, topic: place.topic?.path.join('›') ?? null,
      },
    })),
  }
}
