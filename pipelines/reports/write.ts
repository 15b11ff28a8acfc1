/**
 * A report of a night, week or month as a file.
 */
import { join, resolve } from 'node:path'
import type { Config, Locale } from '../../core/config.ts'
import type { Queryable } from '../../sql/db.ts'
import type { Period } from '../../sql/reports.ts'
import { writeWhole } from '../whole-file.ts'
import { loadDocument } from './compute.ts'
import { encodeReport, TABLE_FORMATS } from './files.ts'
import type { ReportFormat } from './files.ts'
import type { TableName } from './tables.ts'

export interface PeriodReportRequest { night: string, period: Period, locale: Locale, format: ReportFormat, table?: TableName, /** Default: in `<data directory>/reports/`. */ out?: string }
export interface PeriodReportResult { path: string, name: string, attention: number, bytes: number }

/** @throws {UnavailableError} PDF without a browser */
export async function writePeriodReport(db: Queryable, config: Config, { night, period, locale, format, table, out }: PeriodReportRequest): Promise<PeriodReportResult> {
  const document = await loadDocument(db, config, night, period)
  const bytes = await encodeReport(locale, document, format, table)
  const part = TABLE_FORMATS.includes(format) ? `-${table ?? 'streets'}` : ''
  const path = resolve(out ?? join(config.dataDir, 'reports', `${document.name}-${night}${part}-${locale}.${format}`))
  await writeWhole(path, bytes)
  return { path, name: document.name, attention: document.attention.length, bytes: bytes.length }
}
