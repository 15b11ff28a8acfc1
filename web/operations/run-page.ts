/**
 * One night: its steps, what it was run on, how long each step took against the usual, why it failed and how to mend that, its log; and the form to run it again.
 */
import { html } from 'hono/html'
import { parseDay } from '../../core/days.ts'
import { BadInputError, PipelineError } from '../../core/errors.ts'
import type { TextKey } from '../../core/texts.ts'
import { askRerun, askRetry } from '../../pipelines/operations/ask.ts'
import { readNightLog } from '../../pipelines/operations/log-lines.ts'
import type { LogLines } from '../../pipelines/operations/log-lines.ts'
import { readZone } from '../../pipelines/operations/standing.ts'
import { readDueRows, readLedger, readUsualSeconds } from '../../sql/run-ledger.ts'
import type { DueRow, LedgerRun } from '../../sql/run-ledger.ts'
import { badge, empty, textArea } from '../components.ts'
import { redirect } from '../reply.ts'
import type { WebRequest } from '../request.ts'
import { page } from '../shell.ts'
import type { Html } from '../shell.ts'
import { audited } from './audited.ts'
import { formatDuration, formatTime, runBadge, secondsOf, stepBar, tabs } from './parts.ts'
import { against } from './run-list.ts'

const MOST_LINES = 300

interface RerunForm { reason: string, force: boolean, notify: boolean, error?: string }

export async function showRun(request: WebRequest): Promise<Response> {
  return renderRun(request, { reason: '', force: false, notify: false }, 200)
}

/** The night is asked for; the service runs it. */
export async function rerun(request: WebRequest): Promise<Response> {
  const form = await request.form()
  const typed = { reason: form.text('reason'), force: form.has('force'), notify: form.has('notify') }
  if (typed.reason === '') return renderRun(request, { ...typed, error: request.text('operations.reason_missing') }, 422)
  const night = nightOf(request)
  const id = await request.withActor(async (client) => {
    const errand = await askRerun(client, night, typed, { by: request.actor.name, reason: typed.reason })
    await audited(request, client, 'operations.rerun', night, { errand, force: typed.force, notify: typed.notify, reason: typed.reason })
    return errand
  })
  return redirect(`/operations/errands/${id}`, { key: 'operations.asked' })
}

export async function retry(request: WebRequest): Promise<Response> {
  const night = nightOf(request)
  try {
    await request.withActor(async (client) => {
      await askRetry(client, night)
      await audited(request, client, 'operations.retry', night, {})
    })
  } catch (error) {
    // Somebody was faster, or it has begun meanwhile.
    if (error instanceof PipelineError && error.code === 'night_not_owed') return redirect('/operations', { key: 'error.night_not_owed', params: { night }, tone: 'warn' })
    throw error
  }
  return redirect('/operations', { key: 'operations.retry_asked', params: { night } })
}

function nightOf(request: WebRequest): string {
  try {
    parseDay(request.param('night'))
  } catch {
    throw new BadInputError('no_such_night', 'no such night', { night: request.param('night').slice(0, 20) })
  }
  return request.param('night')
}

async function renderRun(request: WebRequest, typed: RerunForm, status: number): Promise<Response> {
  const { text } = request
  const night = nightOf(request)
  const { run, due, usual, zone } = await request.withActor(async (client) => ({
    run: (await readLedger(client, { from: night, until: night, limit: 1 }))[0], due: (await readDueRows(client, night))[0],
    usual: await readUsualSeconds(client, 28), zone: await readZone(client),
  }))
  if (!run && !due) throw new BadInputError('no_such_night', `night ${night} has not run`, { night })
  const log = await readNightLog(request.config.dataDir, night, MOST_LINES)
  return page(request, {
    title: text('operations.run_title', { night }), section: 'operations', styles: ['operations/operations.css'], status,
    body: html`<div class="head"><h1>${text('operations.run_title', { night })}</h1>${run ? runBadge(request, run.status) : badge(text('operations.status.due'), 'warn')}</div>
${tabs(request, '/operations/runs')}
${run ? ranPart(request, run, usual, zone) : html`<p>${text('operations.not_begun')}</p>`}
${due ? duePart(request, due, zone) : ''}
${request.may('operations.rerun') && run ? rerunForm(request, night, typed) : ''}
<h2>${text('operations.log')}</h2>${logPart(request, log, zone)}`,
  })
}

function ranPart(request: WebRequest, run: LedgerRun, usual: ReadonlyMap<string, number>, zone: string): Html {
  const { text } = request
  const seconds = secondsOf(run)
  return html`${run.error === null ? '' : html`<div class="message bad"><p><b>${text('operations.failed_at', { step: text(stepKey(run.steps.find(({ status }) => status === 'failed')?.name)) })}</b></p><p>${run.error}</p><p>${text(adviceFor(run.error))}</p></div>`}
${stepBar(request, run)}
<dl class="facts card"><dt>${text('operations.time')}</dt><dd>${formatDuration(request, seconds)} ${text('operations.usually', { time: formatDuration(request, usual.get('') ?? null) })}</dd>
<dt>${text('operations.begun')}</dt><dd>${formatTime(run.startedAt, zone)}</dd><dt>${text('operations.finished')}</dt><dd>${formatTime(run.finishedAt, zone)}</dd>
<dt>${text('operations.attempt')}</dt><dd>${run.attempt}</dd><dt>${text('operations.alerts')}</dt><dd>${text('operations.alerts_of', { active: run.active, opened: run.opened })}</dd>
<dt>${text('operations.version')}</dt><dd><code>${run.codeVersion}</code></dd><dt>${text('operations.config_hash')}</dt><dd><code>${run.configHash}</code></dd>
<dt>${text('operations.input_hash')}</dt><dd><code>${run.inputHash ?? '–'}</code></dd></dl>
<h2>${text('operations.steps')}</h2>
<div class="scroll" tabindex="0" role="region" aria-label="${text('operations.steps')}"><table><thead><tr><th scope="col">${text('operations.step')}</th><th scope="col">${text('operations.status')}</th><th scope="col" class="num">${text('operations.time')}</th><th scope="col" class="num">${text('operations.against')}</th><th scope="col" class="num">${text('operations.rows_in')}</th><th scope="col" class="num">${text('operations.rows_out')}</th><th scope="col">${text('operations.detail')}</th></tr></thead><tbody>${run.steps.map((step) =>
    html`<tr><th scope="row"><span class="swatch step-${step.name}" aria-hidden="true"></span>${text(stepKey(step.name))}</th><td>${runBadge(request, step.status)}</td><td class="num">${formatDuration(request, step.seconds)}</td><td class="num">${against(request, step.seconds, usual.get(step.name) ?? null)}</td>
<td class="num">${step.rowsIn.toLocaleString('en-US')}</td><td class="num">${step.rowsOut.toLocaleString('en-US')}</td><td class="small long">${Object.entries(step.detail).map(([key, value]) => html`<span class="pair"><code>${key}</code> ${typeof value === 'object' ? JSON.stringify(value) : String(value)}</span> `)}</td></tr>`)}</tbody></table></div>`
}

const STEP_NAMES = ['ingest', 'resolve', 'count', 'detect', 'forecast', 'alert', 'notify', 'report', 'review'] as const

function stepKey(name: string | undefined): TextKey {
  return STEP_NAMES.some((known) => known === name) ? `operations.step.${name}` as TextKey : 'operations.step.unknown'
}

/** What usually helps, by the words of the failure. */
function adviceFor(error: string): TextKey {
  if (/No space left|ENOSPC|could not (write|extend)/i.test(error)) return 'operations.advice.disk'
  if (/being written|lock/i.test(error)) return 'operations.advice.locked'
  if (/connect|terminat|ECONN|shutting down/i.test(error)) return 'operations.advice.server'
  if (/out of memory|heap|memory/i.test(error)) return 'operations.advice.memory'
  if (/before its day was over/i.test(error)) return 'operations.advice.clock'
  return 'operations.advice.other'
}

function duePart(request: WebRequest, due: DueRow, zone: string): Html | '' {
  const { text } = request
  if (due.finishedAt !== null) return ''
  return html`<div class="card"><h2>${text('operations.owed_heading')}</h2><dl class="facts"><dt>${text('operations.planned')}</dt><dd>${formatTime(due.plannedAt, zone)}</dd><dt>${text('operations.attempts_label')}</dt><dd>${due.attempts}</dd>
${due.worker === null ? '' : html`<dt>${text('operations.worker')}</dt><dd><code>${due.worker}</code></dd>`}${due.error === null ? '' : html`<dt>${text('operations.error')}</dt><dd>${due.error}</dd>`}
${due.retryAt === null ? '' : html`<dt>${text('operations.retry')}</dt><dd>${formatTime(due.retryAt, zone)}</dd>`}</dl>
${due.retryAt !== null && request.may('operations.retry') ? html`<form method="post" action="/operations/due/${due.date}/retry"><button class="second">${text('operations.retry_now')}</button></form>` : ''}</div>`
}

function rerunForm(request: WebRequest, night: string, { reason, force, notify, error }: RerunForm): Html {
  const { text } = request
  return html`<details class="card"${error === undefined ? '' : html` open`}><summary><b>${text('operations.rerun')}</b></summary><form method="post" action="/operations/runs/${night}/rerun">
<p class="soft">${text('operations.rerun_about')}</p>
${textArea({ name: 'reason', label: text('operations.reason'), value: reason, required: true, maxlength: 500, ...(error === undefined ? {} : { error }) })}
<label class="check"><input type="checkbox" name="force" value="1"${force ? html` checked` : ''}>${text('operations.force')}</label>
<label class="check"><input type="checkbox" name="notify" value="1"${notify ? html` checked` : ''}>${text('operations.notify')}</label>
<p><button>${text('operations.rerun')}</button></p></form></details>`
}

function logPart(request: WebRequest, { lines, more, missing }: LogLines, zone: string): Html {
  const { text } = request
  if (lines.length === 0) return empty(text(missing ? 'operations.log_missing' : 'operations.log_empty'))
  return html`${more > 0 ? html`<p class="soft">${text('operations.log_more', { n: more })}</p>` : ''}<div class="scroll" tabindex="0" role="region" aria-label="${text('operations.log')}"><table><thead><tr><th scope="col">${text('operations.at')}</th><th scope="col">${text('operations.level')}</th><th scope="col">${text('operations.event')}</th><th scope="col">${text('operations.detail')}</th></tr></thead><tbody>${lines.map((line) =>
    html`<tr><td class="nowrap">${formatTime(line.at, zone)}</td><td>${line.level === 'info' ? line.level : badge(line.level, line.level === 'error' ? 'bad' : 'warn')}</td><td><code>${line.event}</code></td><td class="small"><code>${line.fields}</code></td></tr>`)}</tbody></table></div>`
}

