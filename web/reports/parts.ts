/**
 * What is to be expected, what became of alerts, who is not heard, and how good the data are.
 */
import { html } from 'hono/html'
import type { ReportDocument } from '../../pipelines/reports/document.ts'
import { signals } from '../../pipelines/reports/page.ts'
import { tableOf } from '../../pipelines/reports/tables.ts'
import type { TableName } from '../../pipelines/reports/tables.ts'
import { rangeText } from '../../pipelines/reports/wording.ts'
import type { WebRequest } from '../request.ts'
import { page } from '../shell.ts'
import type { Html } from '../shell.ts'
import { drawOnce, limitsBox, nightChoice, shownReport, tabs } from './frame.ts'
import type { PartPage } from './frame.ts'
import { nothingYet } from './period.ts'
import { tableCard } from './table.ts'

const TABLES_OF: Readonly<Record<PartPage, readonly TableName[]>> = { calendar: ['calendar'], outcome: ['outcome', 'lead'], coverage: ['coverage'], quality: ['quality', 'rejects'] }

/** Quality is that of the night's month, the others are as of the night. */
export async function partPage(request: WebRequest, part: PartPage): Promise<Response> {
  const report = await shownReport(request, 'month')
  if (!report) return nothingYet(request, part)
  const { document } = report
  return await page(request, {
    title: request.text(`reports.nav.${part}`), section: 'reports', styles: ['reports.css'], wide: true,
    body: html`${tabs(request, part)}<div class="head"><h1>${request.text(`reports.nav.${part}`)}</h1><div class="actions noprint">${nightChoice(request, report, `/reports/${part}`)}</div></div>
<p class="soft">${rangeText(request.locale, document)}</p>${summary(request, document, part)}
${await drawOnce(request, document, part, () => html`<div class="stack reports-stack">${TABLES_OF[part].map((name) => tableCard(request, { document, table: tableOf(document, name), most: 60 }))}${limitsBox(request)}</div>`)}`,
  })
}

function summary(request: WebRequest, document: ReportDocument, part: PartPage): Html | string {
  if (part === 'coverage') return html`<p class="lead"><strong>${request.text('reports.coverage.quiet')}</strong> ${request.text('reports.coverage.summary', signals(document))}</p>`
  if (part === 'outcome') return html`<p class="lead">${request.text('reports.outcome.summary', { alerts: document.outcome.alerts, ended: document.outcome.ended, returned: document.outcome.returned })}</p>`
  return ''
}
