/**
 * One alert in the list: level, what and where, the last weeks, by when and by whom.
 */
import { html } from 'hono/html'
import type { InboxLine } from '../../pipelines/inbox/list.ts'
import { badge, levelBadge } from '../components.ts'
import type { WebRequest } from '../request.ts'
import type { Html } from '../shell.ts'
import { alertPath, codeText, dueMark, formatDay, name } from './format.ts'

export function listRow(request: WebRequest, row: InboxLine, now: number): Html {
  const { text } = request
  const title = `t-${row.id}`
  return html`<li class="alert-row level-edge-${row.level}${row.unread ? ' unread' : ''}" data-id="${row.id}" data-href="${alertPath(row.id)}" tabindex="-1">
<label class="pick"><input type="checkbox" name="id" value="${row.id}" aria-labelledby="${title}"><span class="unseen">${text('inbox.select', { title: row.title })}</span></label><input type="hidden" name="v.${row.id}" value="${row.version}">
<div class="what"><p class="marks">${levelBadge(request, row.level)} <span class="kind">${codeText(request, 'alert.kind', row.kind)}</span>${row.unread ? html` <span class="dot" role="img" aria-label="${text('inbox.unread')}"></span>` : ''}${row.withheld === null ? '' : html` ${badge(codeText(request, 'inbox.held', row.withheld))}`}</p>
<h2 class="row-title" id="${title}"><a href="${alertPath(row.id)}">${row.title}</a></h2>
<p class="where soft small">${row.place.length > 2 ? html`${name(request, row.place[row.place.length - 3]!)} · ` : ''}${row.kind === 'seasonal' ? '' : html`${text('inbox.alert.who.people', { callers: row.callers, tickets: row.tickets })} · `}${text('inbox.row.since', { date: formatDay(request, row.firstNight, row.lastNight) })}</p></div>
<div class="spark">${sparkline(request, row)}</div>
<div class="when"><p>${dueMark(request, row.dueAt, now, row.timeZone)}</p><p class="soft small">${row.dueAt === null ? '' : row.dueClock === null ? text('inbox.row.reply') : codeText(request, 'clock', row.dueClock)}</p></div>
<div class="whose"><p class="state">${codeText(request, 'alert_state', row.state)}</p><p class="soft small">${row.lead === null ? '–' : name(request, row.lead)}</p></div>
</li>`
}

const WIDTH = 112
const HEIGHT = 30

/** Bars of the last 28 days over the line of what is usual. Gaps are left empty. */
export function sparkline(request: WebRequest, { days, usual }: Pick<InboxLine, 'days' | 'usual'>): Html | string {
  if (days.length === 0) return ''
  const most = Math.max(1, ...days.map((n) => n ?? 0), ...usual.map((n) => n ?? 0))
  const step = WIDTH / days.length
  const y = (value: number): string => (HEIGHT - 1 - (HEIGHT - 3) * value / most).toFixed(1)
  const bars = days.map((n, i) => (n ? `M${(i * step + step * 0.15).toFixed(1)} ${HEIGHT - 1}V${y(n)}h${(step * 0.7).toFixed(1)}V${HEIGHT - 1}z` : '')).join('')
  const line = usual.map((n, i) => (n === null ? '' : `${i === 0 || usual[i - 1] === null ? 'M' : 'L'}${(i * step + step / 2).toFixed(1)} ${y(n)}`)).join('')
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${request.text('inbox.row.days', { most: Math.max(0, ...days.map((n) => n ?? 0)) })}"><path class="c-bar" d="${bars}"/><path class="c-usual" d="${line}"/></svg>`
}
