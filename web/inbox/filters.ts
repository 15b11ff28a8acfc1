/**
 * The pane of filters: links that keep everything else as it is, how many there are behind each, and kept views.
 */
import { html } from 'hono/html'
import type { TextKey } from '../../core/texts.ts'
import type { InboxPage } from '../../pipelines/inbox/list.ts'
import { SCOPES, writeQuery } from '../../pipelines/inbox/query.ts'
import type { InboxQuery } from '../../pipelines/inbox/query.ts'
import { ALERT_STATES, LIVE_STATES } from '../../pipelines/alert-state.ts'
import { KINDS } from '../../pipelines/rules.ts'
import { INBOX_DUE, INBOX_GROUPS } from '../../sql/inbox-filter.ts'
import { INBOX_SORTS } from '../../sql/inbox-list.ts'
import type { ViewRow } from '../../sql/inbox-people.ts'
import type { WebRequest } from '../request.ts'
import type { Html } from '../shell.ts'
import { codeText } from './format.ts'

const LEVELS = ['red', 'orange', 'yellow', 'blue'] as const

interface Entry { query: Partial<InboxQuery>, label: string, on: boolean, n?: number }

export function filterPane(request: WebRequest, query: InboxQuery, { counts }: InboxPage, views: readonly ViewRow[]): Html {
  const { text } = request
  const toggle = (values: readonly string[], value: string): string[] => (values.includes(value) ? values.filter((one) => one !== value) : [...values, value])
  const states = query.group === 'open' ? LIVE_STATES : ALERT_STATES
  const hasUnits = request.actor.units.length > 0
  return html`${group(request, query, 'inbox.scope', SCOPES.filter((scope) => scope === 'all' || scope === 'mine' || (scope === 'territory' ? request.actor.territories.length > 0 || hasUnits : hasUnits)).map((scope) => ({
    query: { scope }, label: text(`inbox.scope.${scope}`), on: query.scope === scope,
  })))}
${group(request, query, 'inbox.group', INBOX_GROUPS.map((one) => ({ query: { group: one, states: [] }, label: text(`inbox.group.${one}`), on: query.group === one })))}
${group(request, query, 'inbox.due', [{ query: { due: null }, label: text('inbox.due.any'), on: query.due === null }, ...INBOX_DUE.map((due): Entry => ({ query: { due }, label: text(`inbox.due.${due}`), on: query.due === due, n: counts[due] }))])}
${group(request, query, 'inbox.level', LEVELS.map((level) => ({ query: { levels: toggle(query.levels, level) }, label: text(`cli.level.${level}`), on: query.levels.includes(level), n: counts.levels[level] ?? 0 })), true)}
${group(request, query, 'inbox.state', states.filter((state) => counts.states[state] || query.states.includes(state)).map((state) => ({ query: { states: toggle(query.states, state) }, label: codeText(request, 'alert_state', state), on: query.states.includes(state), n: counts.states[state] ?? 0 })), true)}
${group(request, query, 'inbox.kind', KINDS.map((kind) => ({ query: { kinds: toggle(query.kinds, kind) }, label: text(`alert.kind.${kind}`), on: query.kinds.includes(kind), n: counts.kinds[kind] ?? 0 })), true)}
${group(request, query, 'inbox.sort', INBOX_SORTS.map((sort) => ({ query: { sort }, label: text(`inbox.sort.${sort}`), on: query.sort === sort })))}
${group(request, query, 'inbox.more', (['unread', 'snoozed', 'withheld'] as const).map((flag) => ({ query: { [flag]: !query[flag] }, label: text(flag === 'unread' ? 'inbox.unread_only' : `inbox.${flag}`), on: query[flag] })), true)}
${writeQuery(query) === '' ? '' : html`<p><a class="button second small" href="/inbox">${text('inbox.clear')}</a></p>`}
${viewPane(request, query, views)}`
}

function group(request: WebRequest, query: InboxQuery, title: TextKey, entries: readonly Entry[], several = false): Html {
  if (entries.length === 0) return html``
  return html`<nav class="filter" aria-label="${request.text(title)}"><h3>${request.text(title)}</h3><ul>${entries.map((entry) => html`<li><a href="/inbox?${writeQuery({ ...query, ...entry.query })}"${entry.on ? html` aria-current="true"` : ''}>${several ? html`<span class="tick" aria-hidden="true">${entry.on ? '✓' : ''}</span>` : ''}<span>${entry.label}</span>${entry.n === undefined ? '' : html` <span class="n num">${entry.n}</span>`}</a></li>`)}</ul></nav>`
}

function viewPane(request: WebRequest, query: InboxQuery, views: readonly ViewRow[]): Html {
  const { text } = request
  return html`<section class="filter views"><h3>${text('inbox.views')}</h3>${views.length === 0 ? html`<p class="soft small">${text('inbox.views.none')}</p>` : html`<ul>${views.map((view) => html`<li class="view"><a href="/inbox?${view.query}"${view.query === writeQuery(query) ? html` aria-current="true"` : ''}><span>${view.name}${view.own ? '' : text('inbox.views.from_others')}</span></a>${view.own ? html`<form method="post" action="/inbox/views/delete"><input type="hidden" name="id" value="${view.id}"><button class="plain cross" aria-label="${text('inbox.views.delete', { name: view.name })}">×</button></form>` : ''}</li>`)}</ul>`}
<details><summary>${text('inbox.views.save')}</summary><form method="post" action="/inbox/views"><input type="hidden" name="query" value="${writeQuery(query)}"><div class="field"><label for="view-name">${text('inbox.views.name')}</label><input id="view-name" name="name" maxlength="60" required></div><label class="check"><input type="checkbox" name="shared" value="1"> ${text('inbox.views.shared')}</label><button class="second small">${text('inbox.views.save')}</button></form></details></section>`
}
