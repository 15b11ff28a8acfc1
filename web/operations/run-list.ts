/**
 * Nights that ran: filter, state, steps as a bar, time against the usual.
 */
import { html } from 'hono/html'
import { readZone } from '../../pipelines/operations/standing.ts'
import { readLedger, readUsualSeconds } from '../../sql/run-ledger.ts'
import type { LedgerRun, RunStatus } from '../../sql/run-ledger.ts'
import { badge, choice, empty, field } from '../components.ts'
import type { WebRequest } from '../request.ts'
import { page } from '../shell.ts'
import type { Html } from '../shell.ts'
import { dateField } from './dates.ts'
import { formatDuration, formatTime, runBadge, secondsOf, SLOW, stepBar, tabs } from './parts.ts'

const STATES: readonly RunStatus[] = ['succeeded', 'failed', 'running']
const PAGE = 31

export async function showRuns(request: WebRequest): Promise<Response> {
  const { text } = request
  const from = dateField(request, request.query('from'))
  const until = dateField(request, request.query('until'))
  const status = STATES.find((one) => one === request.query('status'))
  const backwards = from.value !== undefined && until.value !== undefined && until.value < from.value
  const { runs, usual, zone } = await request.withActor(async (client) => ({
    runs: await readLedger(client, { status, from: from.value, until: until.value, limit: PAGE + 1 }),
    usual: await readUsualSeconds(client, 28), zone: await readZone(client),
  }))
  const shown = runs.slice(0, PAGE)
  const older = new URLSearchParams(request.url.search)
  if (shown.length > 0) older.set('until', previous(shown.at(-1)!.night))
  return page(request, {
    title: text('operations.tab.runs'), section: 'operations', styles: ['operations/operations.css'], wide: true,
    body: html`<div class="head"><h1>${text('operations.runs')}</h1>${request.may('operations.backfill.form') ? html`<span class="actions"><a class="button second" href="/operations/backfill">${text('operations.backfill')}</a></span>` : ''}</div>
${tabs(request, '/operations/runs')}
<form class="inline card" method="get" action="/operations/runs">
${choice({ name: 'status', label: text('operations.status'), value: status ?? '', options: [{ value: '', text: text('operations.any') }, ...STATES.map((value) => ({ value, text: text(value === 'running' ? 'operations.status.running' : `cli.status.${value}`) }))] })}
${field({ name: 'from', label: text('operations.from'), type: 'date', value: request.query('from'), ...(from.error ? { error: from.error } : {}) })}
${field({ name: 'until', label: text('operations.until'), type: 'date', value: request.query('until'), ...(until.error ? { error: until.error } : backwards ? { error: text('error.range_backwards', { from: from.value!, until: until.value! }) } : {}) })}
<button>${text('operations.filter')}</button></form>
${shown.length === 0 ? empty(text('operations.no_runs')) : html`${runTable(request, shown, usual, zone)}
${runs.length > PAGE ? html`<p class="pages"><a class="button second" href="/operations/runs?${older.toString()}">${text('operations.older')}</a></p>` : ''}`}
<p class="soft small">${text('operations.usual_note')}</p>`,
  })
}

function previous(night: string): string {
  return Temporal.PlainDate.from(night).subtract({ days: 1 }).toString()
}

export function runTable(request: WebRequest, runs: readonly LedgerRun[], usual: ReadonlyMap<string, number>, zone: string): Html {
  const { text } = request
  const common = usual.get('') ?? null
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${text('operations.runs')}"><table><thead><tr><th scope="col">${text('operations.night')}</th><th scope="col">${text('operations.status')}</th><th scope="col">${text('operations.steps')}</th>
<th scope="col" class="num">${text('operations.time')}</th><th scope="col" class="num">${text('operations.against')}</th><th scope="col" class="num">${text('operations.alerts')}</th><th scope="col" class="num">${text('operations.new')}</th><th scope="col" class="num">${text('operations.attempt')}</th><th scope="col">${text('operations.finished')}</th></tr></thead><tbody>${runs.map((run) => {
    const seconds = secondsOf(run)
    return html`<tr><th scope="row"><a href="/operations/runs/${run.night}">${run.night}</a></th><td>${runBadge(request, run.status)}</td><td>${stepBar(request, run)}</td>
<td class="num">${formatDuration(request, seconds)}</td><td class="num">${against(request, seconds, common)}</td><td class="num">${run.active}</td><td class="num">${run.opened}</td><td class="num">${run.attempt}</td><td class="nowrap">${formatTime(run.finishedAt, zone)}</td></tr>`
  })}</tbody></table></div>`
}

/** '1.2 ×', marked where it took far longer than usual. */
export function against(request: WebRequest, seconds: number | null, usual: number | null): Html | string {
  if (seconds === null || usual === null || usual < 0.01) return '–'
  const times = request.text('operations.times', { n: (seconds / usual).toFixed(1) })
  return seconds > usual * SLOW && seconds > usual + 5 ? badge(times, 'warn') : times
}
