/**
 * /supervision/dead-letters: notices whose delivery was given up, and sending them again.
 */
import { html } from 'hono/html'
import { listDeliveries, resendDeliveries } from '../../sql/deliveries.ts'
import { empty } from '../components.ts'
import { alertPath, name } from '../inbox/format.ts'
import { redirect } from '../reply.ts'
import type { WebRequest } from '../request.ts'
import { page } from '../shell.ts'
import { supervisionTabs } from './home.ts'

const MOST = 200

export async function showLetters(request: WebRequest): Promise<Response> {
  const { text } = request
  const letters = await request.withActor((client) => listDeliveries(client, { status: 'dead', limit: MOST }))
  const may = request.may('supervision.letters.resend')
  return page(request, {
    title: text('supervision.letters'), section: 'supervision', styles: ['inbox/inbox.css'],
    body: html`<h1>${text('supervision.letters')}</h1>${supervisionTabs(request, '/supervision/dead-letters')}<p class="soft">${text('supervision.letters.about')}</p>
${letters.length === 0 ? empty(text('supervision.letters.none')) : html`${may ? html`<form method="post" action="/supervision/dead-letters"><p><button class="second">${text('supervision.letters.resend_all')}</button></p></form>` : ''}
<div class="scroll" tabindex="0" role="region" aria-label="${text('supervision.letters')}"><table><thead><tr><th scope="col">${text('supervision.night')}</th><th scope="col">${text('supervision.alert')}</th><th scope="col">${text('cli.column.unit')}</th><th scope="col">${text('cli.column.subscription')}</th><th scope="col" class="num">${text('cli.column.attempts')}</th><th scope="col">${text('supervision.reason')}</th>${may ? html`<th scope="col"></th>` : ''}</tr></thead><tbody>${letters.map((letter) => html`<tr><th scope="row" class="nowrap">${letter.night}</th><td>${letter.alert_id === null ? '–' : html`<a href="${alertPath(letter.alert_id)}">${letter.alert_id}</a>`}</td><td>${letter.unit === null ? '–' : name(request, letter.unit)}</td><td>${letter.subscription ?? letter.channel}</td><td class="num">${letter.attempts}</td><td>${letter.error ?? ''}${letter.response_code === null ? '' : ` (${letter.response_code})`}</td>${may ? html`<td><form method="post" action="/supervision/dead-letters"><input type="hidden" name="id" value="${letter.id}"><button class="second small">${text('supervision.letters.resend')}</button></form></td>` : ''}</tr>`)}</tbody></table></div>`}`,
  })
}

/** Pending again from the first attempt on; the service sends what is pending. */
export async function postResend(request: WebRequest): Promise<Response> {
  const form = await request.form()
  const again = await request.withActor((client) => resendDeliveries(client, form.text('id') || null, null))
  return redirect('/supervision/dead-letters', again.length === 0 ? { key: 'supervision.letters.nothing', tone: 'warn' } : { key: 'supervision.letters.resent', params: { n: again.length } })
}
