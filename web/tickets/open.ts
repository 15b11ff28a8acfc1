/**
 * One ticket: what it is about, and its whole text for whoever states a purpose. Reading the text and writing that it was read are one transaction.
 * The store holds text that was redacted as it came in; what redaction missed is why even that has a door.
 */
import { html } from 'hono/html'
import { PipelineError } from '../../core/errors.ts'
import type { WebRole } from '../../pipelines/accounts/web-actor.ts'
import { insertAudit } from '../../sql/audit.ts'
import { readTicketText } from '../../sql/ticket-text.ts'
import type { TicketText } from '../../sql/ticket-text.ts'
import { badge, textArea } from '../components.ts'
import type { WebRequest } from '../request.ts'
import type { Route } from '../route.ts'
import { page } from '../shell.ts'

/** Who may read text: whoever handles tickets, and the desk; not policy readers, operators or administrators. */
const READERS: readonly WebRole[] = ['unit_liaison', 'unit_lead', 'territory_lead', 'analyst', 'supervisor']
/** Of confidential tickets. */
const SECRET_READERS: readonly WebRole[] = ['analyst', 'supervisor']
const SHORTEST_PURPOSE = 4

async function ticketPage(request: WebRequest, ticket: TicketText, { open = false, error }: { open?: boolean, error?: string } = {}): Promise<Response> {
  const { text } = request
  return page(request, {
    title: text('web.ticket.title', { no: ticket.ticketNo }), status: error === undefined ? 200 : 400,
    body: html`<div class="head"><h1>${text('web.ticket.title', { no: ticket.ticketNo })}</h1>${ticket.secret ? badge(text('web.ticket.secret'), 'warn') : ''}</div>
<section class="card"><dl class="facts"><dt>${text('cli.column.source')}</dt><dd>${ticket.source}</dd><dt>${text('web.ticket.day')}</dt><dd>${ticket.day}</dd><dt>${text('cli.column.place')}</dt><dd>${ticket.place}</dd><dt>${text('cli.column.topic')}</dt><dd>${ticket.topic}</dd>${ticket.unit ? html`<dt>${text('cli.column.unit')}</dt><dd>${ticket.unit}</dd>` : ''}</dl></section>
${open ? html`<section class="card"><h2>${text('web.ticket.text')}</h2>${[ticket.title, ticket.address, ticket.content].filter(Boolean).map((part) => html`<p>${part}</p>`)}${ticket.title || ticket.content ? '' : html`<p class="soft">${text('web.ticket.no_text')}</p>`}<p class="hint">${text('web.ticket.noted')}</p></section>`
    : request.may('text.open') ? html`<section class="card"><h2>${text('web.ticket.open')}</h2><p>${text('web.ticket.open.about')}</p><form method="post" action="/tickets/${encodeURIComponent(ticket.source)}/${encodeURIComponent(ticket.ticketNo)}/text">
${textArea({ name: 'purpose', label: text('web.ticket.purpose'), required: true, maxlength: 400, ...(error === undefined ? {} : { error }) })}<button>${text('web.ticket.open')}</button></form></section>` : ''}`,
  })
}

async function read(request: WebRequest, noted: boolean): Promise<TicketText> {
  return request.withActor(async (client) => {
    const ticket = await readTicketText(client, request.param('source'), request.param('no'))
    if (!ticket) throw new PipelineError('no_such_page', 'no such ticket', {})
    if (!noted) return { ...ticket, title: null, content: null, address: null }
    if (ticket.secret && !SECRET_READERS.includes(request.actor.role)) throw new PipelineError('not_allowed', 'confidential', {})
    const { actor } = request
    const purpose = (await request.form()).text('purpose')
    await insertAudit(client, { accountId: actor.id, name: actor.name, role: actor.role, act: 'text.open', object: `ticket:${ticket.source}/${ticket.ticketNo}`, purpose, address: request.address, requestId: request.requestId })
    return ticket
  })
}

export const ticketRoutes: readonly Route[] = [
  {
    method: 'GET', path: '/tickets/:source/:no', operation: 'text.page', allow: [...READERS, 'policy_reader', 'admin'],
    handle: async (request) => ticketPage(request, await read(request, false)),
  },
  {
    method: 'POST', path: '/tickets/:source/:no/text', operation: 'text.open', ownNote: true, allow: READERS,
    handle: async (request) => {
      const purpose = (await request.form()).text('purpose')
      if ([...purpose].length < SHORTEST_PURPOSE) return ticketPage(request, await read(request, false), { error: request.text('web.ticket.purpose.short') })
      return ticketPage(request, await read(request, true), { open: true })
    },
  },
]
