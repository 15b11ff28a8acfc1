/**
 * Sources: which are late against their own habit; the batches of one; what was refused of a batch, also as a file.
 */
import { html } from 'hono/html'
import { BadInputError } from '../../core/errors.ts'
import { TEXTS } from '../../core/texts.ts'
import { listFeeds } from '../../pipelines/operations/feeds.ts'
import type { Feed } from '../../pipelines/operations/feeds.ts'
import { MOST_REJECTS, writeRejectsCsv } from '../../pipelines/operations/rejects-csv.ts'
import { countRejects, readBatches, readBatchSource, readRejects } from '../../sql/feeds.ts'
import type { BatchRow } from '../../sql/feeds.ts'
import { badge, empty } from '../components.ts'
import { download } from '../reply.ts'
import type { WebRequest } from '../request.ts'
import { page } from '../shell.ts'
import type { Html } from '../shell.ts'
import { formatTime, tabs, wordOr } from './parts.ts'

const TONES = { on_time: 'good', late: 'warn', failed: 'bad', unknown: 'plain', empty: 'info' } as const
const BATCHES = 100
const SHOWN_REJECTS = 200

export async function showSources(request: WebRequest): Promise<Response> {
  const { text } = request
  const feeds = await request.withActor((client) => listFeeds(client))
  return page(request, {
    title: text('operations.tab.sources'), section: 'operations', wide: true,
    body: html`<div class="head"><h1>${text('operations.tab.sources')}</h1></div>${tabs(request, '/operations/sources')}
${feeds.length === 0 ? empty(text('operations.no_sources'), text('operations.no_sources_about')) : html`<div class="scroll" tabindex="0" role="region" aria-label="${text('operations.tab.sources')}"><table><thead><tr><th scope="col">${text('operations.source')}</th><th scope="col">${text('operations.status')}</th><th scope="col">${text('operations.last_batch')}</th><th scope="col">${text('operations.last_day')}</th><th scope="col" class="num">${text('operations.days_since')}</th><th scope="col" class="num">${text('operations.usual_days')}</th><th scope="col" class="num">${text('operations.usual_lag')}</th><th scope="col" class="num">${text('operations.batches')}</th></tr></thead><tbody>${feeds.map((feed) =>
      html`<tr><th scope="row"><a href="/operations/sources/${feed.id}">${feed.name}</a></th><td>${feedBadge(request, feed)}</td><td class="nowrap">${formatTime(feed.lastBatchAt, feed.timeZone)}</td><td class="nowrap">${feed.lastDay ?? '–'}</td><td class="num">${feed.daysSince ?? '–'}</td><td class="num">${feed.usualDays ?? '–'}</td><td class="num">${feed.usualLagDays ?? '–'}</td><td class="num">${feed.batchesInAll}</td></tr>`)}</tbody></table></div>
<p class="soft small">${text('operations.feeds_note')}</p>`}`,
  })
}

function feedBadge(request: WebRequest, { state }: Pick<Feed, 'state'>): Html {
  return badge(request.text(`operations.feed.${state}`), TONES[state])
}

export async function showSource(request: WebRequest): Promise<Response> {
  const { text } = request
  const id = request.param('id')
  const { feed, batches } = await request.withActor(async (client) => {
    const found = (await listFeeds(client)).find((one) => String(one.id) === id)
    return { feed: found, batches: found ? await readBatches(client, found.id, BATCHES) : [] }
  })
  if (!feed) throw new BadInputError('no_such_source', `no source has the id ${id}`, { id: id.slice(0, 20) })
  return page(request, {
    title: feed.name, section: 'operations', wide: true,
    body: html`<div class="head"><h1>${feed.name}</h1>${feedBadge(request, feed)}</div>${tabs(request, '/operations/sources')}
<dl class="facts card"><dt>${text('operations.city')}</dt><dd>${feed.city}</dd><dt>${text('operations.zone')}</dt><dd>${feed.timeZone}</dd><dt>${text('operations.preset')}</dt><dd><code>${feed.preset}</code></dd>
<dt>${text('operations.habit')}</dt><dd>${feed.usualDays === null ? text('operations.no_habit') : text('operations.habit_of', { days: feed.usualDays, since: feed.daysSince ?? 0 })}</dd></dl>
<h2>${text('operations.batches')}</h2>${batches.length === 0 ? empty(text('operations.no_batches')) : batchTable(request, batches, feed.timeZone)}`,
  })
}

function batchTable(request: WebRequest, batches: readonly BatchRow[], zone: string): Html {
  const { text } = request
  const n = (value: number): string => value.toLocaleString(request.locale === 'zh' ? 'zh-CN' : 'en')
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${text('operations.batches')}"><table><thead><tr><th scope="col">${text('operations.file')}</th><th scope="col">${text('operations.status')}</th><th scope="col">${text('operations.finished')}</th><th scope="col">${text('operations.days')}</th><th scope="col" class="num">${text('operations.read')}</th><th scope="col" class="num">${text('operations.brought_new')}</th><th scope="col" class="num">${text('operations.changed')}</th><th scope="col" class="num">${text('operations.unchanged')}</th><th scope="col" class="num">${text('operations.duplicate')}</th><th scope="col" class="num">${text('operations.rejected')}</th></tr></thead><tbody>${batches.map((batch) =>
    html`<tr><th scope="row">${batch.fileName}${batch.error === null ? '' : html`<p class="small">${batch.error}</p>`}</th><td>${badge(text(`operations.batch.${batch.status}`), batch.status === 'done' ? 'good' : batch.status === 'failed' ? 'bad' : 'info')}</td><td class="nowrap">${formatTime(batch.finishedAt ?? batch.startedAt, zone)}</td><td class="nowrap">${batch.firstDay === null ? '–' : `${batch.firstDay} – ${batch.lastDay}`}</td>
<td class="num">${n(batch.read)}</td><td class="num">${n(batch.new)}</td><td class="num">${n(batch.changed)}</td><td class="num">${n(batch.unchanged)}</td><td class="num">${n(batch.duplicate)}</td><td class="num">${batch.rejected === 0 ? '0' : request.may('operations.rejects') ? html`<a href="/operations/batches/${batch.id}">${n(batch.rejected)}</a>` : n(batch.rejected)}</td></tr>`)}</tbody></table></div>`
}

function reasonText(request: WebRequest, reason: string): string {
  return wordOr(request, `import.reason.${reason}`, TEXTS, reason)
}

export async function showRejects(request: WebRequest): Promise<Response> {
  const { text } = request
  const id = request.param('id')
  const { batch, counts, rows } = await request.withActor(async (client) => {
    const found = await readBatchSource(client, id)
    return { batch: found, counts: found ? await countRejects(client, id) : [], rows: found ? await readRejects(client, id, -1, SHOWN_REJECTS) : [] }
  })
  if (!batch) throw new BadInputError('no_such_batch', `no batch has the id ${id}`, { id: id.slice(0, 20) })
  const total = counts.reduce((sum, { rows: n }) => sum + n, 0)
  return page(request, {
    title: text('operations.rejects_of', { file: batch.fileName }), section: 'operations', wide: true,
    body: html`<div class="head"><h1>${text('operations.rejects_of', { file: batch.fileName })}</h1>${total === 0 ? '' : html`<span class="actions"><a class="button second" href="/operations/batches/${id}/rejects.csv">${text('operations.download_csv')}</a></span>`}</div>${tabs(request, '/operations/sources')}
<p><a href="/operations/sources/${batch.sourceId}">${text('operations.back_to_source')}</a></p>
${total === 0 ? empty(text('operations.no_rejects')) : html`<div class="scroll" tabindex="0" role="region" aria-label="${text('operations.by_reason')}"><table><caption>${text('operations.by_reason')}</caption><thead><tr><th scope="col">${text('operations.reason')}</th><th scope="col" class="num">${text('operations.rows')}</th></tr></thead><tbody>${counts.map(({ reason, rows: n }) => html`<tr><th scope="row">${reasonText(request, reason)}</th><td class="num">${n}</td></tr>`)}</tbody></table></div>
<h2>${text('operations.reject_rows')}</h2>${total > rows.length ? html`<p class="soft">${text('operations.first_of', { shown: rows.length, total })}</p>` : ''}
<div class="scroll" tabindex="0" role="region" aria-label="${text('operations.reject_rows')}"><table><thead><tr><th scope="col" class="num">${text('operations.line')}</th><th scope="col">${text('operations.reason')}</th><th scope="col">${text('operations.detail')}</th></tr></thead><tbody>${rows.map((row) => html`<tr><td class="num">${row.line}</td><td>${reasonText(request, row.reason)}</td><td>${row.detail ?? ''}</td></tr>`)}</tbody></table></div>
<p class="soft small">${text('operations.csv_note', { most: MOST_REJECTS })}</p>`}`,
  })
}

export async function downloadRejects(request: WebRequest): Promise<Response> {
  const id = request.param('id')
  const { text } = request
  const csv = await request.withActor(async (client) => {
    if (!await readBatchSource(client, id)) throw new BadInputError('no_such_batch', `no batch has the id ${id}`, { id: id.slice(0, 20) })
    return writeRejectsCsv(client, id, [text('operations.line'), text('operations.reason'), text('operations.detail')], (reason) => reasonText(request, reason))
  })
  return download(csv, `rejects-${id}.csv`, 'text/csv; charset=utf-8')
}
