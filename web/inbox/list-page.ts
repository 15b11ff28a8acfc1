/**
 * /inbox: filters, list and, where there is room, the main points of the chosen alert. Filters are links and a form with GET: the address is the view.
 */
import { html } from 'hono/html'
import type { TextKey } from '../../core/texts.ts'
import { KeptAnswers } from '../../pipelines/inbox/kept.ts'
import { KEPT_COUNTS, readInboxPage } from '../../pipelines/inbox/list.ts'
import type { InboxPage } from '../../pipelines/inbox/list.ts'
import { readCursor, readQuery, writeCursor, writeQuery } from '../../pipelines/inbox/query.ts'
import type { InboxQuery } from '../../pipelines/inbox/query.ts'
import type { InboxCounts } from '../../sql/inbox-list.ts'
import { readViews } from '../../sql/inbox-people.ts'
import { empty } from '../components.ts'
import type { WebRequest } from '../request.ts'
import { page } from '../shell.ts'
import type { Html } from '../shell.ts'
import { bulkBar } from './bulk-bar.ts'
import { filterPane } from './filters.ts'
import { formatInstant } from './format.ts'
import { keyHelp } from './key-help.ts'
import { listRow } from './list-row.ts'

const counts = new KeptAnswers<InboxCounts>(KEPT_COUNTS)

export async function showInbox(request: WebRequest): Promise<Response> {
  const query = readQuery(request.url.searchParams)
  const after = readCursor(request.query('after'))
  const { inbox, views } = await request.withActor(async (client) => ({
    inbox: await readInboxPage(client, { query, actor: request.actor, locale: request.locale, after, counts }), views: await readViews(client, String(request.actor.id)),
  }))
  return page(request, {
    title: request.text('inbox.title'), section: 'inbox', wide: true, styles: ['inbox/inbox.css'], scripts: ['inbox/list.js'],
    body: html`<div class="inbox" id="inbox" data-live="/inbox/live?${writeQuery(query)}" data-since="${inbox.now}" data-live-text="${request.text('inbox.live', { n: '{n}' })}">
<aside class="filters" aria-label="${request.text('inbox.filters')}"><details class="fold" open><summary><h2>${request.text('inbox.filters')}</h2></summary>${filterPane(request, query, inbox, views)}</details></aside>
<section class="list" aria-labelledby="inbox-title">
<div class="head"><h1 id="inbox-title">${request.text('inbox.title')}</h1>${summary(request, query, inbox)}</div>
${searchForm(request, query)}
${healthLine(request, inbox)}
<p class="live" id="live" role="status" hidden><a href="/inbox?${writeQuery(query)}"></a></p>
${inbox.rows.length === 0 ? nothing(request, query, inbox) : list(request, query, inbox)}
</section>
<aside class="peek" id="peek" aria-live="polite" aria-label="${request.text('inbox.alert.numbers')}"><p class="soft">${request.text('inbox.pick')}</p></aside>
</div>${keyHelp(request)}`,
  })
}

function summary(request: WebRequest, query: InboxQuery, { counts, rows }: InboxPage): Html {
  const link = (due: InboxQuery['due'], key: TextKey, n: number): Html | string => (n === 0 ? '' : html` · <a href="/inbox?${writeQuery({ ...query, due })}">${request.text(key, { n })}</a>`)
  const filtered = query.levels.length + query.states.length + query.kinds.length > 0 || query.due !== null
  return html`<p class="soft">${filtered ? html`<a href="/inbox?${writeQuery({ ...query, levels: [], states: [], kinds: [], due: null })}">${countText(request, counts.all)}</a>` : countText(request, Math.max(counts.all, rows.length))}${link('overdue', 'inbox.count.overdue', counts.overdue)}${link('today', 'inbox.count.today', counts.today - counts.overdue)}</p>`
}

function countText(request: WebRequest, n: number): string {
  return request.text(n === 1 ? 'inbox.count.one' : 'inbox.count', { n })
}

function searchForm(request: WebRequest, query: InboxQuery): Html {
  const rest = new URLSearchParams(writeQuery({ ...query, words: '' }))
  return html`<form class="search" role="search" action="/inbox" method="get">${[...rest].map(([key, value]) => html`<input type="hidden" name="${key}" value="${value}">`)}
<label class="unseen" for="q">${request.text('inbox.search')}</label><input id="q" name="q" type="search" value="${query.words}" maxlength="80" placeholder="${request.text('inbox.search')}"><button class="second">${request.text('inbox.search.go')}</button></form>`
}

/** How fresh the list is; that nights are late or failed is said above every page. */
function healthLine(request: WebRequest, { health, now }: Pick<InboxPage, 'health' | 'now'>): Html {
  const { night, finishedAt, timeZone } = health
  if (night === null) return html`<p class="message warn">${request.text('inbox.health.never')}</p>`
  return html`<p class="fresh soft small">${request.text('inbox.health', { night, at: finishedAt === null ? '' : formatInstant(request, Math.min(now, finishedAt.getTime()), timeZone) })}</p>`
}

function nothing(request: WebRequest, query: InboxQuery, { health }: InboxPage): Html {
  const plain = writeQuery({ ...query, sort: 'due' }) === ''
  const about = health.night === null ? request.text('inbox.health.never') : request.text('inbox.empty.night', {
    night: health.night, at: health.finishedAt === null ? '' : formatInstant(request, health.finishedAt, health.timeZone), judged: health.judged, unknown: health.unknown,
  })
  return html`${empty(request.text(plain ? 'inbox.empty' : 'inbox.empty.filter'), about)}${plain ? '' : html`<p class="centre"><a class="button second" href="/inbox">${request.text('inbox.clear')}</a></p>`}`
}

function list(request: WebRequest, query: InboxQuery, inbox: InboxPage): Html {
  return html`<form method="post" action="/inbox/bulk" id="bulk"><input type="hidden" name="back" value="/inbox?${writeQuery(query)}">
<ol class="rows" aria-label="${request.text('inbox.list')}">${inbox.rows.map((row) => listRow(request, row, inbox.now))}</ol>
${bulkBar(request, inbox.health.today)}</form>
<nav class="pages" aria-label="${request.text('inbox.list')}">${request.query('after') === '' ? '' : html`<a class="button second" href="/inbox?${writeQuery(query)}">${request.text('inbox.first')}</a>`}${inbox.next === null ? '' : html`<a class="button second" rel="next" id="next-page" href="/inbox?${joinQuery(writeQuery(query), `after=${writeCursor(inbox.next)}`)}">${request.text('inbox.next')}</a>`}</nav>`
}

function joinQuery(...parts: string[]): string {
  return parts.filter((part) => part !== '').join('&')
}
