/**
 * A report's table on a page: every number that may be shown leads to its tickets.
 */
import { html } from 'hono/html'
import type { ReportDocument } from '../../pipelines/reports/document.ts'
import { isShown } from '../../pipelines/reports/tables.ts'
import type { Column, ReportTable, Row } from '../../pipelines/reports/tables.ts'
import { columnTitle, hiddenText, isNumeric, tableNote, tableTitle, valueText } from '../../pipelines/reports/wording.ts'
import type { WebRequest } from '../request.ts'
import type { Html } from '../shell.ts'
import { behindPath } from './frame.ts'

export interface TableParts { document: ReportDocument, table: ReportTable, shades?: (number | null)[][], /** Rows shown at once; the others are on the table's own page. */ most?: number }

export function tableCard(request: WebRequest, parts: TableParts): Html {
  const { table, most = 15 } = parts
  const title = tableTitle(request.locale, table)
  const rest = table.rows.length - most
  return html`<section class="card report-table" id="${table.name}"><div class="head"><h2>${title}</h2><span class="actions"><a href="${exportPath(parts.document, 'csv', table.name)}">CSV</a></span></div>
<p class="hint">${tableNote(request.locale, table)}</p>
${table.rows.length === 0 ? html`<p>${request.text('reports.empty')}</p>` : grid(request, parts, table.rows.slice(0, most), title)}
${rest > 0 ? html`<p><a href="${tablePath(parts.document, table.name)}">${request.text('reports.more', { n: rest })}</a></p>` : ''}</section>`
}

export function exportPath({ night, period }: ReportDocument, format: string, table?: string): string {
  return `/reports/${period}/export?${new URLSearchParams({ night, format, ...(table ? { table } : {}) }).toString()}`
}

/** The page of one table with all its rows. */
function tablePath({ night, period }: ReportDocument, table: string): string {
  return `/reports/${period}/table?${new URLSearchParams({ night, name: table }).toString()}`
}

function grid(request: WebRequest, { document, table, shades }: TableParts, rows: readonly Row[], title: string): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table class="${table.name}"><thead><tr>${table.columns.map((column) =>
    html`<th scope="col" class="${isNumeric(column) ? 'num' : ''}">${nameIn(request, columnTitle(request.locale, column))}</th>`)}</tr></thead><tbody>
${rows.map((row, i) => html`<tr class="${row.total ? 'total' : ''}">${table.columns.map((column, j) => {
    const shade = shades && j > 0 ? shades[i]![j - 1] ?? null : null
    const content = cell(request, document, table, row, column, j)
    return j === 0 ? html`<th scope="row" class="${kindOf(column)}">${content}</th>` : html`<td class="${kindOf(column)}${shade === null ? '' : ` heat-${shade}`}">${content}</td>`
  })}</tr>`)}</tbody></table></div>`
}

/** How wide a column wants to be. */
function kindOf(column: Column): string {
  return isNumeric(column) ? 'num' : column.kind === 'path' || column.kind === 'text' ? 'names' : 'nowrap'
}

function cell(request: WebRequest, document: ReportDocument, table: ReportTable, row: Row, column: Column, j: number): Html | string {
  const value = row.values[j]!
  const text = valueText(request.locale, table, row, column, value)
  const hidden = column.kind === 'count' ? hiddenText(request.locale, value) : undefined
  if (hidden !== undefined) return html`<span class="concealed" title="${hidden}">${text}<span class="unseen"> ${hidden}</span></span>`
  if (row.alert !== undefined && (column.key === 'observed' || column.key === 'heat')) return html`<a href="/alerts/${encodeURIComponent(row.alert)}">${text}</a>`
  const behind = row.cells?.[j] ?? row.behind
  if (column.behind && behind && typeof value === 'number' && isShown(document, behind, column.behind)) return html`<a href="${behindPath(document, behind, column.behind)}">${text}</a>`
  return isNumeric(column) ? text : nameIn(request, text)
}

/** Names from the data, marked with their language where that is not the page's. */
export function nameIn(request: WebRequest, text: string): Html | string {
  if (request.locale !== 'en' || !/\p{Script=Han}/u.test(text)) return text
  return html`${text.split(/(\p{Script=Han}(?:[\p{Script=Han}\d·（）、]|[ ›]+(?=\p{Script=Han}))*)/u).map((part) => (/\p{Script=Han}/u.test(part) ? html`<bdi lang="zh-CN">${part}</bdi>` : part))}`
}
