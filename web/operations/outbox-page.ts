/**
 * The outbox: what waits, since when, and to which targets nothing gets through.
 */
import { html } from 'hono/html'
import { readOperations } from '../../pipelines/operations/standing.ts'
import { readOutbox } from '../../sql/outbox.ts'
import { badge, empty } from '../components.ts'
import type { WebRequest } from '../request.ts'
import { page } from '../shell.ts'
import { formatTime, tabs } from './parts.ts'

export async function showOutbox(request: WebRequest): Promise<Response> {
  const { text } = request
  const { outbox, facts } = await request.withActor(async (client) => ({ outbox: await readOutbox(client), facts: await readOperations(client) }))
  const zone = facts.standing.timeZone
  const state = facts.beats.find(({ hour }) => hour !== null)?.state
  return page(request, {
    title: text('operations.tab.outbox'), section: 'operations', wide: true,
    body: html`<div class="head"><h1>${text('operations.outbox')}</h1>${outbox.dead > 0 && request.may('supervision.letters') ? html`<span class="actions"><a class="button second" href="/supervision/dead-letters">${text('operations.dead_letters')}</a></span>` : ''}</div>${tabs(request, '/operations/outbox')}
<div class="figures card">${(['pending', 'delivered', 'failed', 'withheld'] as const).map((status) => html`<p class="figure"><b>${outbox.notices[status] ?? 0}</b><span>${text(`operations.notices.${status}`)}</span></p>`)}<p class="figure"><b>${outbox.dead}</b><span>${text('operations.dead')}</span></p></div>
<p>${outbox.due === 0 ? text('operations.nothing_waits') : text('operations.due_since', { n: outbox.due, at: formatTime(outbox.oldestDueAt, zone) })} ${outbox.nextAt === null ? '' : text('operations.next_at', { at: formatTime(outbox.nextAt, zone) })}</p>
<h2>${text('operations.queue')}</h2>
${state === undefined ? html`<p>${text('operations.not_served')}</p>` : html`<p>${state.queueProblem === null ? badge(text('operations.queue_well'), 'good') : html`${badge(text('operations.queue_problem'), 'bad')} ${state.queueProblem}`} ${text('operations.backend', { backend: state.backend })}</p>
${state.jobs === null ? '' : html`<dl class="facts card">${Object.entries(state.jobs).map(([name, n]) => html`<dt>${text(`operations.queue.${name}` as 'operations.queue.nights')}</dt><dd>${n}</dd>`)}</dl>`}`}
<h2>${text('operations.targets')}</h2>
${outbox.targets.length === 0 ? empty(text('operations.no_deliveries')) : html`<div class="scroll" tabindex="0" role="region" aria-label="${text('operations.targets')}"><table><thead><tr><th scope="col">${text('operations.target')}</th><th scope="col">${text('operations.status')}</th><th scope="col" class="num">${text('operations.notices.pending')}</th><th scope="col" class="num">${text('operations.to_retry')}</th><th scope="col" class="num">${text('operations.notices.delivered')}</th><th scope="col" class="num">${text('operations.dead')}</th><th scope="col">${text('operations.last_delivered')}</th><th scope="col">${text('operations.error')}</th></tr></thead><tbody>${outbox.targets.map((target) =>
      html`<tr><th scope="row">${target.subscription === null ? text('operations.files') : request.may('admin.subscription') ? html`<a href="/admin/subscriptions/${target.subscription}">${target.subscription}</a>` : target.subscription}</th><td>${target.holdUntil !== null ? badge(text('operations.held', { at: formatTime(target.holdUntil, zone) }), 'warn') : target.status === null || target.status === 'active' ? badge(text('operations.target.active'), 'good') : badge(text(`operations.target.${target.status}`), 'plain')}</td>
<td class="num">${target.pending}</td><td class="num">${target.failed}</td><td class="num">${target.delivered}</td><td class="num">${target.dead}</td><td class="nowrap">${formatTime(target.lastDelivered, zone)}</td><td class="small">${target.lastError ?? ''}</td></tr>`)}</tbody></table></div><p class="soft small">${text('operations.targets_note')}</p>`}`,
  })
}
