/**
 * A report as a download.
 */
import { PipelineError } from '../../core/errors.ts'
import { findDocument } from '../../pipelines/reports/compute.ts'
import { encodeReport, MEDIA_TYPES, REPORT_FORMATS, TABLE_FORMATS, tableNamed } from '../../pipelines/reports/files.ts'
import { download } from '../reply.ts'
import type { WebRequest } from '../request.ts'
import { PERIODS } from '../../pipelines/reports/period.ts'

/** Files are made after the transaction is over: printing takes seconds. */
export async function exportReport(request: WebRequest): Promise<Response> {
  const period = PERIODS.find((name) => name === request.param('period'))
  const format = REPORT_FORMATS.find((name) => name === request.query('format'))
  const night = request.query('night')
  if (!period || !format) throw new PipelineError('no_such_page', 'no such page', {})
  const table = TABLE_FORMATS.includes(format) ? tableNamed(request.query('table') || 'streets') : undefined
  const document = await request.withActor((client) => findDocument(client, night, period))
  const bytes = await encodeReport(request.locale, document, format, table)
  return download(bytes, `${document.name}${table ? `-${table}` : ''}.${format}`, MEDIA_TYPES[format])
}
