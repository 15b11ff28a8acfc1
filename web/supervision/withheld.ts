/**
 * /supervision/withheld: alerts of the last night that no unit was told of, and what stayed just below a limit.
 */
import { html } from 'hono/html'
import { describeExpected } from '../../pipelines/alert-text.ts'
import { placeOf, topicOf } from '../../pipelines/inbox/words.ts'
import { listNear, listWithheld, readTreeNames } from '../../pipelines/routing/withheld.ts'
import type { NearMiss } from '../../pipelines/routing/withheld.ts'
import { readHealth } from '../../sql/inbox-health.ts'
import { badge, empty, levelBadge } from '../components.ts'
import { alertPath, codeText, name } from '../inbox/format.ts'
import type { WebRequest } from '../request.ts'
import { page } from '../shell.ts'
import type { Html } from '../shell.ts'
import { supervisionTabs } from './home.ts'

const MOST = 200

export async function showWithheld(request: WebRequest): Promise<Response> {
  const { text, locale } = request
  const facts = await request.withActor(async (client) => {
    const { night } = await readHealth(client)
    if (night === null) return undefined
    const names = await readTreeNames(client)
    return { night, withheld: await listWithheld(client, night, undefined, names), near: await listNear(client, request.config.settings, night, undefined, names) }
  })
  const counts = (row: { observed: number, expected: number, window_days: number }): string => text('inbox.row.counts', { days: row.window_days, observed: row.observed, expected: describeExpected(locale, row.expected) })
  return page(request, {
    title: text('supervision.withheld'), section: 'supervision', styles: ['inbox/inbox.css'],
    body: html`<h1>${text('supervision.withheld')}</h1>${supervisionTabs(request, '/supervision/withheld')}
${facts === undefined ? empty(text('supervision.no_night')) : html`<p class="soft">${text(facts.withheld.length === 0 ? 'supervision.withheld.none' : 'supervision.withheld.about', { night: facts.night })}</p>
${facts.withheld.length === 0 ? '' : html`<section class="card"><ul class="plain">${facts.withheld.slice(0, MOST).map((row) => html`<li><p class="marks">${levelBadge(request, row.level)} <a href="${alertPath(row.id)}">${placeOf(locale, row.place)} · ${topicOf(locale, row.topic)}</a> ${badge(codeText(request, 'inbox.held', row.reason), 'warn')}${row.reason === 'inhibited' && row.by !== null ? html` <a class="small" href="${alertPath(row.by)}">${row.by}</a>` : ''}</p><p class="soft small">${counts(row)}${row.lead_unit === null ? '' : html` · ${name(request, row.lead_unit)}`}</p></li>`)}</ul></section>`}
<h2>${text('supervision.near')}</h2><p class="soft">${text(facts.near.length === 0 ? 'supervision.near.none' : 'supervision.near.about')}</p>
${facts.near.length === 0 ? '' : html`<section class="card"><ul class="plain">${facts.near.slice(0, MOST).map((row) => html`<li><p class="marks">${row.level === null ? '' : levelBadge(request, row.level)} ${row.alert === null ? html`${placeOf(locale, row.place)} · ${topicOf(locale, row.topic)}` : html`<a href="${alertPath(row.alert)}">${placeOf(locale, row.place)} · ${topicOf(locale, row.topic)}</a>`}</p><p class="soft small">${counts(row)} · ${nearText(request, row)}</p></li>`)}</ul></section>`}`}`,
  })
}

function nearText(request: WebRequest, row: NearMiss): Html | string {
  return request.text(`near.${row.reason}`, {
    level: row.next_level === null ? '' : codeText(request, 'cli.level', row.next_level), rule: row.rule === null ? '' : codeText(request, 'report.rule', row.rule), days: Math.round(row.recurrence_days), limit: row.limit ?? 0,
  })
}
