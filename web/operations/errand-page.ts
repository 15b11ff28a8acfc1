/**
 * What was asked of the service: the list, one errand with its progress and result, the form of a backfill.
 */
import { html } from 'hono/html'
import { PipelineError } from '../../core/errors.ts'
import { warningWord } from '../../core/wording.ts'
import { askBackfill, cancelAsked, findErrand, MOST_NIGHTS } from '../../pipelines/operations/ask.ts'
import { readStanding } from '../../pipelines/operations/standing.ts'
import { ERRAND_KINDS, listErrands } from '../../sql/errands.ts'
import type { Errand, ErrandKind } from '../../sql/errands.ts'
import { readSpan } from '../../sql/run-ledger.ts'
import { badge, empty, errorText, field, textArea } from '../components.ts'
import { json, redirect } from '../reply.ts'
import type { WebRequest } from '../request.ts'
import { page } from '../shell.ts'
import type { Html } from '../shell.ts'
import { audited } from './audited.ts'
import { neededDate } from './dates.ts'
import { formatDuration, formatTime, tabs } from './parts.ts'

const TONES = { waiting: 'warn', running: 'info', done: 'good', failed: 'bad', cancelled: 'plain' } as const
const NIGHT_KINDS: readonly ErrandKind[] = ['rerun', 'backfill']

/** Where the errand's own page is. */
export function errandPath({ id, kind, request }: Pick<Errand, 'id' | 'kind' | 'request'>): string {
  if (kind === 'rules_trial') return `/admin/rules/trials/${id}`
  if (kind === 'deadlines_trial') return `/admin/deadlines/trials/${id}`
  return kind === 'test_message' ? `/admin/subscriptions/${encodeURIComponent(String(request.subscription))}` : `/operations/errands/${id}`
}

export function errandBadge(request: WebRequest, status: Errand['status']): Html {
  return badge(request.text(`operations.errand.${status}`), TONES[status])
}

export function errandTable(request: WebRequest, errands: readonly Errand[], zone: string): Html {
  const { text } = request
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${text('operations.errands')}"><table><thead><tr><th scope="col">${text('operations.errand')}</th><th scope="col">${text('operations.status')}</th><th scope="col" class="num">${text('operations.progress')}</th><th scope="col">${text('operations.asked_by')}</th><th scope="col">${text('operations.asked_at')}</th><th scope="col">${text('operations.reason')}</th></tr></thead><tbody>${errands.map((errand) =>
    html`<tr><th scope="row"><a href="${errandPath(errand)}">${titleOf(request, errand)}</a></th><td>${errandBadge(request, errand.status)}</td><td class="num">${errand.total === null ? '–' : `${errand.done} / ${errand.total}`}</td><td>${errand.askedBy}</td><td class="nowrap">${formatTime(errand.askedAt, zone)}</td><td>${errand.reason}</td></tr>`)}</tbody></table></div>`
}

export function titleOf(request: WebRequest, { kind, request: asked }: Pick<Errand, 'kind' | 'request'>): string {
  const { from = '', until = '', subscription = '' } = asked as { from?: string, until?: string, subscription?: string }
  return request.text(`operations.kind.${kind}`, { from, until, subscription })
}

export async function showErrands(request: WebRequest): Promise<Response> {
  const { text } = request
  const { errands, standing } = await request.withActor(async (client) => ({ errands: await listErrands(client, ERRAND_KINDS, 100), standing: await readStanding(client) }))
  return page(request, {
    title: text('operations.errands'), section: 'operations',
    body: html`<div class="head"><h1>${text('operations.errands')}</h1>${request.may('operations.backfill.form') ? html`<span class="actions"><a class="button second" href="/operations/backfill">${text('operations.backfill')}</a></span>` : ''}</div>
${tabs(request, '/operations/errands')}${standing.served ? '' : html`<p class="message warn">${text('operations.not_served')}</p>`}
${errands.length === 0 ? empty(text('operations.no_errands'), text('operations.errands_about')) : errandTable(request, errands, standing.timeZone)}`,
  })
}

/** Words for where an errand is. */
export function whereIs(request: WebRequest, { status, at }: Pick<Errand, 'status' | 'at'>): string {
  if (status === 'waiting') return request.text('operations.at.waiting')
  if (status !== 'running' || at === null) return ''
  const [what, night = ''] = at.split(':')
  if (what === 'night') return request.text('operations.at.night', { night })
  if (what === 'due') return request.text('operations.at.due', { night })
  return request.text(what === 'judging' ? 'operations.at.judging' : 'operations.at.nights')
}

/** Filled in by web/static/operations/progress.js while it runs; without script the page says where it was. */
export function progressPart(request: WebRequest, errand: Errand): Html {
  const { text } = request
  const isOpen = errand.status === 'waiting' || errand.status === 'running'
  return html`<div class="card progress" ${isOpen ? html`data-progress="/operations/errands/${errand.id}/state"` : ''}><p>${errandBadge(request, errand.status)} <span data-where>${whereIs(request, errand)}</span></p>
${errand.total === null ? '' : html`<progress max="${errand.total}" value="${errand.done}" aria-label="${text('operations.progress')}"></progress> <span data-count>${errand.done} / ${errand.total}</span>`}
${isOpen ? html`<p class="soft small">${text('operations.progress_about')} <a href="${errandPath(errand)}">${text('operations.reload')}</a></p>` : ''}</div>`
}

export async function errandState(request: WebRequest): Promise<Response> {
  const errand = await request.withActor((client) => findErrand(client, request.param('id')))
  return json({ status: errand.status, done: errand.done, total: errand.total, where: whereIs(request, errand) })
}

/** Code and words of why it failed. */
export function failureOf(request: WebRequest, errand: Errand): Html | '' {
  if (errand.status !== 'failed') return ''
  return html`<div class="message bad"><p>${errand.errorCode === null ? errand.error ?? '' : errorText(request, errand.errorCode, errand.errorDetails ?? {})}</p></div>`
}

export function errandFacts(request: WebRequest, errand: Errand, zone: string): Html {
  const { text } = request
  const seconds = errand.startedAt && errand.finishedAt ? (errand.finishedAt.getTime() - errand.startedAt.getTime()) / 1000 : null
  return html`<dl class="facts card"><dt>${text('operations.asked_by')}</dt><dd>${errand.askedBy}</dd><dt>${text('operations.asked_at')}</dt><dd>${formatTime(errand.askedAt, zone)}</dd>
${errand.reason === '' ? '' : html`<dt>${text('operations.reason')}</dt><dd>${errand.reason}</dd>`}
${errand.finishedAt === null ? '' : html`<dt>${text('operations.finished')}</dt><dd>${formatTime(errand.finishedAt, zone)} (${formatDuration(request, seconds)})</dd>`}
${errand.worker === null ? '' : html`<dt>${text('operations.worker')}</dt><dd><code>${errand.worker}</code></dd>`}${errand.cancelledBy === null ? '' : html`<dt>${text('operations.cancelled_by')}</dt><dd>${errand.cancelledBy}</dd>`}</dl>`
}

export function cancelForm(request: WebRequest, errand: Errand): Html | '' {
  if (errand.status !== 'waiting' && errand.status !== 'running') return ''
  return html`<form method="post" action="/operations/errands/${errand.id}/cancel"><button class="danger">${request.text('operations.cancel')}</button></form>`
}

export async function showErrand(request: WebRequest): Promise<Response> {
  const { text } = request
  const { errand, standing } = await request.withActor(async (client) => ({ errand: await findErrand(client, request.param('id')), standing: await readStanding(client) }))
  if (!NIGHT_KINDS.includes(errand.kind)) return redirect(errandPath(errand))
  const nights = (errand.result as { nights?: { date: string, reused: boolean, warnings: string[] }[] } | null)?.nights ?? []
  return page(request, {
    title: titleOf(request, errand), section: 'operations', scripts: ['operations/progress.js'], styles: ['operations/operations.css'],
    body: html`<div class="head"><h1>${titleOf(request, errand)}</h1></div>${tabs(request, '/operations/errands')}
${standing.served || errand.status !== 'waiting' ? '' : html`<p class="message warn">${text('operations.not_served')}</p>`}
${failureOf(request, errand)}${progressPart(request, errand)}${request.may('operations.cancel') ? cancelForm(request, errand) : ''}${errandFacts(request, errand, standing.timeZone)}
${nights.length === 0 ? '' : html`<h2>${text('operations.nights_run')}</h2><ul>${nights.map((night) => html`<li><a href="/operations/runs/${night.date}">${night.date}</a> ${night.reused ? text('operations.reused') : ''} ${night.warnings.map((warning) => warningWord(request.locale, warning)).join('; ')}</li>`)}</ul>`}`,
  })
}

export async function cancel(request: WebRequest): Promise<Response> {
  const id = request.param('id')
  const errand = await request.withActor((client) => findErrand(client, id))
  try {
    await request.withActor(async (client) => {
      await cancelAsked(client, id, request.actor.name)
      await audited(request, client, 'operations.cancel', `errand:${id}`, { kind: errand.kind })
    })
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'errand_ended') return redirect(errandPath(errand), { key: 'error.errand_ended', params: { id }, tone: 'warn' })
    throw error
  }
  return redirect(errandPath(errand), { key: 'operations.cancel_asked' })
}

interface BackfillForm { from: string, until: string, reason: string, force: boolean, errors: Partial<Record<'from' | 'until' | 'reason', string>> }

export async function showBackfill(request: WebRequest): Promise<Response> {
  return renderBackfill(request, { from: '', until: '', reason: '', force: false, errors: {} }, 200)
}

export async function backfill(request: WebRequest): Promise<Response> {
  const form = await request.form()
  const typed: BackfillForm = { from: form.text('from'), until: form.text('until'), reason: form.text('reason'), force: form.has('force'), errors: {} }
  for (const name of ['from', 'until'] as const) {
    const { error } = neededDate(request, typed[name])
    if (error) typed.errors[name] = error
  }
  if (typed.reason === '') typed.errors.reason = request.text('operations.reason_missing')
  if (Object.keys(typed.errors).length > 0) return renderBackfill(request, typed, 422)
  try {
    const id = await request.withActor(async (client) => {
      const errand = await askBackfill(client, typed, { by: request.actor.name, reason: typed.reason })
      await audited(request, client, 'operations.backfill', `${typed.from}/${typed.until}`, { errand, force: typed.force, reason: typed.reason })
      return errand
    })
    return redirect(`/operations/errands/${id}`, { key: 'operations.asked' })
  } catch (error) {
    if (!(error instanceof PipelineError) || !/^(range_|store_empty)/.test(error.code)) throw error
    return renderBackfill(request, { ...typed, errors: { until: errorText(request, error.code, error.details) } }, 422)
  }
}

async function renderBackfill(request: WebRequest, { from, until, reason, force, errors }: BackfillForm, status: number): Promise<Response> {
  const { text } = request
  const facts = await request.withActor((client) => readSpan(client))
  return page(request, {
    title: text('operations.backfill'), section: 'operations', status,
    body: html`<div class="head"><h1>${text('operations.backfill')}</h1></div>${tabs(request, '/operations/errands')}
<p class="lead">${text('operations.backfill_about', { most: MOST_NIGHTS, first: facts.firstDay ?? '–', last: facts.lastDay ?? '–' })}</p>
<form method="post" action="/operations/backfill" class="card">
${field({ name: 'from', label: text('operations.from'), type: 'date', value: from, required: true, ...(errors.from ? { error: errors.from } : {}) })}
${field({ name: 'until', label: text('operations.until'), type: 'date', value: until, required: true, ...(errors.until ? { error: errors.until } : {}) })}
${textArea({ name: 'reason', label: text('operations.reason'), value: reason, required: true, maxlength: 500, ...(errors.reason ? { error: errors.reason } : {}) })}
<label class="check"><input type="checkbox" name="force" value="1"${force ? html` checked` : ''}>${text('operations.force')}</label>
<p><button>${text('operations.backfill_ask')}</button></p></form>`,
  })
}
