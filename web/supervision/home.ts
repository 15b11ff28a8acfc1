/**
 * /supervision: what waits for a decision of the hotline's desk.
 */
import { html } from 'hono/html'
import type { TextKey } from '../../core/texts.ts'
import { namesOf, placeOf, topicOf } from '../../pipelines/inbox/words.ts'
import { countFeedback } from '../../sql/inbox-people.ts'
import { readNow } from '../../sql/clocks.ts'
import { readExtensionsAsked, readWaiting } from '../../sql/inbox-supervision.ts'
import type { WaitingRow } from '../../sql/inbox-supervision.ts'
import { badge, empty, levelBadge } from '../components.ts'
import { alertPath, codeText, dueMark, name } from '../inbox/format.ts'
import type { WebRequest } from '../request.ts'
import { page } from '../shell.ts'
import type { Html } from '../shell.ts'

const MOST = 100

export async function showSupervision(request: WebRequest): Promise<Response> {
  const { text } = request
  const facts = await request.withActor(async (client) => ({
    reassign: await readWaiting(client, ['reassign_requested'], MOST), review: await readWaiting(client, ['strike_off_requested', 'under_review'], MOST), asked: await readExtensionsAsked(client),
    feedback: await countFeedback(client), now: await readNow(client),
  }))
  const { reassign, review, asked, feedback, now } = facts
  return page(request, {
    title: text('supervision.title'), section: 'supervision', styles: ['inbox/inbox.css'],
    body: html`<h1>${text('supervision.title')}</h1>${supervisionTabs(request, '/supervision')}
<h2>${text('supervision.waiting')}</h2>${reassign.length + review.length + asked.length === 0 ? empty(text('supervision.waiting.none')) : ''}
${waiting(request, 'supervision.waiting.reassign', reassign, now)}${waiting(request, 'supervision.waiting.review', review, now)}
${asked.length === 0 ? '' : html`<section class="card"><h3>${text('supervision.waiting.extension')} (${asked.length})</h3><ul class="plain">${asked.map((row) => html`<li><p><a href="${alertPath(row.alertId)}">${placeOf(request.locale, namesOf(row.place))}</a> ${codeText(request, 'clock', row.clock)} ${dueMark(request, row.dueAt, now, row.timeZone)}</p><p class="soft small">${name(request, row.unit)} · ${row.by} · ${row.why}</p></li>`)}</ul></section>`}
<section class="card"><h2>${text('supervision.feedback')}</h2><p>${text('supervision.feedback.value', { alerts: feedback.alerts })}</p><p class="row">${(['true', 'false', 'known', 'data_problem'] as const).map((verdict) => badge(`${text(`inbox.alert.feedback.${verdict}`)} ${feedback.verdicts[verdict] ?? 0}`))}</p></section>`,
  })
}

function waiting(request: WebRequest, title: TextKey, rows: readonly WaitingRow[], now: number): Html | string {
  if (rows.length === 0) return ''
  return html`<section class="card"><h3>${request.text(title)} (${rows.length})</h3><ul class="plain">${rows.map((row) => html`<li><p class="marks">${levelBadge(request, row.level)} <a href="${alertPath(row.id)}">${placeOf(request.locale, namesOf(row.place))} · ${topicOf(request.locale, namesOf(row.topic))}</a> ${badge(codeText(request, 'alert_state', row.state), 'info')} ${dueMark(request, row.dueAt, now, row.timeZone)}</p><p class="soft small">${row.lead === null ? '' : name(request, row.lead)}${row.by === null ? '' : html` · ${row.by}`}${row.why ? html` · ${row.why}` : ''}</p></li>`)}</ul></section>`
}

const TABS: readonly (readonly [path: string, label: TextKey, operation: string])[] = [
  ['/supervision', 'supervision.waiting', 'supervision.home'], ['/supervision/silences', 'supervision.silences', 'supervision.silences'],
  ['/supervision/withheld', 'supervision.withheld', 'supervision.withheld'], ['/supervision/dead-letters', 'supervision.letters', 'supervision.letters'],
]

export function supervisionTabs(request: WebRequest, at: string): Html {
  return html`<nav class="tabs" aria-label="${request.text('supervision.title')}">${TABS.filter(([, , operation]) => request.may(operation)).map(([path, label]) => html`<a href="${path}"${path === at ? html` aria-current="page"` : ''}>${request.text(label)}</a>`)}</nav>`
}
