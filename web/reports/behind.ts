/**
 * The tickets behind a number of a report: redacted, withheld where they are secret, none where the report does not show the number.
 */
import { PERIODS } from '../../pipelines/reports/period.ts'
import { html } from 'hono/html'
import { PipelineError } from '../../core/errors.ts'
import { PAGE_ROWS, ticketsBehind } from '../../pipelines/reports/behind.ts'
import type { Behind } from '../../pipelines/reports/tables.ts'
import { badge, empty } from '../components.ts'
import type { WebRequest } from '../request.ts'
import { page } from '../shell.ts'
import type { Html } from '../shell.ts'
import { behindPath, shelfOf, tabs } from './frame.ts'
import { nameIn } from './table.ts'

const WINDOWS = ['now', 'before', 'year'] as const

export async function behindPage(request: WebRequest): Promise<Response> {
  const period = PERIODS.find((name) => name === request.param('period'))
  const window = WINDOWS.find((name) => name === (request.query('window') || 'now'))
  const where: Behind = { area: whole(request, 'area'), topic: whole(request, 'topic') }
  const at = Math.max(0, whole(request, 'page') - 1)
  if (!period || !window) throw new PipelineError('no_such_page', 'no such page', {})
  const found = await request.withActor((client) => ticketsBehind(client, { night: request.query('night'), period, where, window, page: at }, shelfOf(request)))
  const { tickets, callers, rows, document, place, topic, range } = found
  const title = request.text('reports.behind', { place: place || request.text('reports.everywhere'), topic: topic || request.text('reports.all_topics') })
  return await page(request, {
    title, section: 'reports', styles: ['reports.css'],
    body: html`${tabs(request, period)}<h1>${nameIn(request, title)}</h1>
<p class="soft">${request.text('reports.between', { from: range.from, until: range.last })} · ${request.text('reports.total', { callers, tickets })}</p>
<p class="hint">${request.text('reports.behind.about')}</p>
${rows.length === 0 ? empty(request.text('reports.behind.none')) : html`<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table class="behind"><thead><tr>${(['day', 'ticket', 'place', 'topic', 'text', 'unit'] as const).map((name) => html`<th scope="col">${request.text(`reports.behind.${name}`)}</th>`)}</tr></thead><tbody>
${rows.map((row) => html`<tr><th scope="row" class="nowrap">${row.day}</th><td>${request.may('text.page') ? html`<a href="/tickets/${encodeURIComponent(row.source)}/${encodeURIComponent(row.ticketNo)}">${row.ticketNo}</a>` : row.ticketNo}</td><td>${nameIn(request, row.place.split('›').slice(1).join(' › '))}</td><td>${nameIn(request, row.topic.split('›').join(' › '))}</td><td>${row.withheld
    ? badge(request.text('reports.behind.withheld'), 'warn') : html`${row.title ? html`<strong>${nameIn(request, row.title)}</strong> ` : ''}${nameIn(request, row.content ?? '')}`}</td><td>${nameIn(request, row.unit ?? '–')}</td></tr>`)}</tbody></table></div>
${pages(request, behindPath(document, where, window), at, tickets)}`}`,
  })
}

function pages(request: WebRequest, path: string, at: number, tickets: number): Html | string {
  const last = Math.ceil(tickets / PAGE_ROWS)
  if (last <= 1) return ''
  return html`<p class="pages">${at > 0 ? html`<a href="${path}&page=${at}">${request.text('reports.previous')}</a>` : ''}<span>${request.text('reports.page', { n: at + 1, of: last })}</span>${at + 1 < last ? html`<a href="${path}&page=${at + 2}">${request.text('reports.next')}</a>` : ''}</p>`
}

function whole(request: WebRequest, name: string): number {
  const text = request.query(name)
  if (text === '') return 0
  if (!/^-?\d{1,9}$/.test(text)) throw new PipelineError('no_such_page', 'no such page', {})
  return Number(text)
}
