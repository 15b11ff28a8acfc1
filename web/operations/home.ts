/**
 * The operators' first page: does it run, what is due, what is late, what waits.
 */
import { html } from 'hono/html'
import { listFeeds } from '../../pipelines/operations/feeds.ts'
import { readOperations } from '../../pipelines/operations/standing.ts'
import type { OperationsFacts } from '../../pipelines/operations/standing.ts'
import { ERRAND_KINDS, listErrands } from '../../sql/errands.ts'
import { readOutbox } from '../../sql/outbox.ts'
import { readLedger, readUsualSeconds } from '../../sql/run-ledger.ts'
import { BEAT_LOST_SECONDS } from '../../sql/service-beats.ts'
import { badge, empty } from '../components.ts'
import type { WebRequest } from '../request.ts'
import { page } from '../shell.ts'
import type { Html } from '../shell.ts'
import { errandTable } from './errand-page.ts'
import { formatTime, tabs } from './parts.ts'
import { runTable } from './run-list.ts'

const TONES = { fresh: 'good', running: 'info', late: 'warn', failed: 'bad', never: 'info', no_data: 'info' } as const

export async function showHome(request: WebRequest): Promise<Response> {
  const { text } = request
  const { facts, runs, usual, feeds, outbox, errands } = await request.withActor(async (client) => ({
    facts: await readOperations(client), runs: await readLedger(client, { limit: 7 }), usual: await readUsualSeconds(client, 28),
    feeds: await listFeeds(client), outbox: await readOutbox(client), errands: await listErrands(client, ERRAND_KINDS, 5),
  }))
  const { standing } = facts
  const zone = standing.timeZone
  const late = feeds.filter(({ state }) => state === 'late' || state === 'failed')
  const waiting = (outbox.notices.pending ?? 0)
  return page(request, {
    title: text('operations.title'), section: 'operations', styles: ['operations/operations.css'],
    body: html`<div class="head"><h1>${text('operations.title')}</h1><span>${badge(text(`operations.state.${standing.state}`), TONES[standing.state])}</span></div>
${tabs(request, '/operations')}
<div class="figures card">
<p class="figure"><b>${standing.lastNight ?? '–'}</b><span>${text('operations.last_night')}</span></p>
<p class="figure"><b>${standing.owed}</b><span>${text('operations.owed')}</span></p>
<p class="figure"><b>${late.length}</b><span>${text('operations.late_sources')}</span></p>
<p class="figure"><b>${waiting}</b><span>${text('operations.waiting_notices')}</span></p>
<p class="figure"><b>${outbox.dead}</b><span>${text('operations.dead')}</span></p>
</div>
<div class="grid">
<section class="card"><h2>${text('operations.due')}</h2>${dueList(request, facts)}
<p class="soft">${text('operations.next', { night: standing.next.night, at: formatTime(standing.next.at, zone), zone })}</p></section>
<section class="card"><h2>${text('operations.services')}</h2>${services(request, facts)}</section>
${late.length === 0 ? '' : html`<section class="card"><h2>${text('operations.late_sources')}</h2><ul>${late.map((feed) =>
    html`<li><a href="/operations/sources/${feed.id}">${feed.name}</a> ${text(`operations.feed.${feed.state}`)}</li>`)}</ul></section>`}
</div>
<h2>${text('operations.newest_runs')}</h2>${runs.length === 0 ? empty(text('operations.no_runs')) : runTable(request, runs, usual, zone)}
<h2>${text('operations.newest_errands')}</h2>${errands.length === 0 ? html`<p class="soft">${text('operations.no_errands')}</p>` : errandTable(request, errands, zone)}`,
  })
}

function dueList(request: WebRequest, { due, standing }: OperationsFacts): Html {
  const { text } = request
  if (due.length === 0) return html`<p>${text('operations.nothing_due')}</p>`
  return html`<ul class="plain-list">${due.slice(0, 31).map((row) => html`<li><p><a href="/operations/runs/${row.date}">${row.date}</a> ${row.error !== null ? badge(text('cli.status.failed'), 'bad')
    : row.startedAt !== null ? badge(text('operations.status.running'), 'info') : badge(text('operations.status.due'), 'warn')}
${row.attempts > 0 ? text('operations.attempts', { n: row.attempts }) : ''}</p>${row.error === null ? '' : html`<p class="small">${row.error}</p>`}
${row.retryAt === null ? '' : html`<p class="small soft">${text('operations.retry_at', { at: formatTime(row.retryAt, standing.timeZone) })}</p>
${request.may('operations.retry') ? html`<form method="post" action="/operations/due/${row.date}/retry"><button class="small second">${text('operations.retry_now')}</button></form>` : ''}`}</li>`)}</ul>`
}

function services(request: WebRequest, { beats, standing }: OperationsFacts): Html {
  const { text } = request
  return html`${standing.served ? '' : html`<p class="message warn">${text('operations.not_served')}</p>`}
${beats.length === 0 ? '' : html`<ul class="plain-list">${beats.map(({ worker, version, seenAt, ageSeconds, hour, state }) => html`<li><p><code>${worker}</code> ${ageSeconds < BEAT_LOST_SECONDS ? badge(text('operations.alive'), 'good') : badge(text('operations.silent'), 'bad')}
${hour === null ? text('operations.worker_only') : text('operations.nights_from', { hour: String(hour) })}</p>
<p class="small soft">${text('operations.seen', { at: formatTime(seenAt, standing.timeZone), version, backend: state.backend })}</p>
${state.queueProblem === null ? '' : html`<p class="small">${badge(text('operations.queue_problem'), 'bad')} ${state.queueProblem}</p>`}
${state.jobs === null ? '' : html`<p class="small soft">${text('operations.jobs', { jobs: Object.entries(state.jobs).map(([name, n]) => `${text(`operations.queue.${name}` as 'operations.queue.nights')} ${n}`).join(request.locale === 'zh' ? '，' : ', ') })}</p>`}</li>`)}</ul>`}`
}
