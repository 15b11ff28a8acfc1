/**
 * A trial of changed rules: what would have fired under them and not under those in force, and the form that brings them into force.
 */
import { html } from 'hono/html'
import { BadInputError, PipelineError } from '../../core/errors.ts'
import { findErrand } from '../../pipelines/operations/ask.ts'
import { readStanding } from '../../pipelines/operations/standing.ts'
import { activateRules, listVersions, readRulesOf } from '../../pipelines/rules-activate.ts'
import type { Change, Side, WeekChange } from '../../pipelines/rules-compare.ts'
import { diffRules } from '../../pipelines/rules-diff.ts'
import type { TryResult } from '../../pipelines/rules-try.ts'
import type { Rules } from '../../pipelines/rules.ts'
import type { Errand } from '../../sql/errands.ts'
import { errorText, field, textArea } from '../components.ts'
import { redirect } from '../reply.ts'
import type { WebRequest } from '../request.ts'
import { page } from '../shell.ts'
import type { Html } from '../shell.ts'
import { audited } from '../operations/audited.ts'
import { neededDate } from '../operations/dates.ts'
import { cancelForm, errandFacts, failureOf, progressPart } from '../operations/errand-page.ts'
import { differenceTable, earliestNight, levelText, tabs } from './parts.ts'

/** What jobs/errand-thread.ts keeps of a trial. */
type KeptTrial = TryResult & { counts: Record<string, number>, more: number }

const LEVELS = ['red', 'orange', 'yellow', 'blue'] as const
const SHOWN_WEEKS = 40
const SHOWN_CHANGES = 200

interface ActivateForm { from: string, note: string, errors: Readonly<Record<string, string>> }

async function findTrial(request: WebRequest): Promise<{ errand: Errand, rules: Rules, base: number }> {
  const errand = await request.withActor((client) => findErrand(client, request.param('id')))
  if (errand.kind !== 'rules_trial') throw new BadInputError('no_such_errand', 'no such trial', { id: request.param('id') })
  const { rules, base } = errand.request as { rules: Rules, base: number }
  return { errand, rules, base }
}

export async function showTrial(request: WebRequest): Promise<Response> {
  return renderTrial(request, { from: '', note: '', errors: {} }, 200)
}

/** A version is made of exactly the rules that were tried, if nobody made one meanwhile. */
export async function activateTrial(request: WebRequest): Promise<Response> {
  const { text } = request
  const form = await request.form()
  const typed = { from: form.text('from'), note: form.text('note') }
  const { errand, rules, base } = await findTrial(request)
  const errors: Record<string, string> = {}
  const { error } = neededDate(request, typed.from)
  if (error) errors.from = error
  if (typed.note === '') errors.note = text('admin.missing')
  if (errand.status !== 'done') errors.trial = text('admin.rules.not_tried')
  if (Object.keys(errors).length > 0) return renderTrial(request, { ...typed, errors }, 422)
  try {
    const version = await request.withActor(async (client) => {
      const latest = (await listVersions(client)).at(-1)?.version ?? 0
      if (latest !== base) throw new BadInputError('version_conflict', `version ${latest} came in between`, { version: String(latest), base: String(base) })
      const earliest = await earliestNight(client)
      if (typed.from < earliest) throw new BadInputError('rules_too_early', `choose ${earliest} or later`, { earliest })
      const made = await activateRules(client, rules, { from: typed.from, author: request.actor.name, note: typed.note })
      await audited(request, client, 'admin.rules.activate', `rules:${made.version}`, { hash: made.hash, from: made.from, note: typed.note, trial: errand.id, before: base })
      return made
    })
    return redirect(`/admin/rules/versions/${version.version}`, { key: 'admin.activated', params: { version: String(version.version), from: version.from } })
  } catch (cause) {
    if (!(cause instanceof PipelineError) || !['version_conflict', 'rules_too_early', 'rules_in_past', 'rules_untried', 'invalid_option'].includes(cause.code)) throw cause
    const words = errorText(request, cause.code, cause.details)
    const isConflict = cause.code === 'version_conflict'
    return renderTrial(request, { ...typed, errors: isConflict || cause.code === 'rules_untried' ? { trial: words } : { from: words } }, isConflict ? 409 : 422)
  }
}

async function renderTrial(request: WebRequest, typed: ActivateForm, status: number): Promise<Response> {
  const { text } = request
  const { errand, rules, base } = await findTrial(request)
  const { before, standing, earliest, latest } = await request.withActor(async (client) => ({
    before: (await readRulesOf(client, request.config.settings, base)).rules, standing: await readStanding(client), earliest: await earliestNight(client), latest: (await listVersions(client)).at(-1)?.version ?? 0,
  }))
  const result = errand.result as KeptTrial | null
  return page(request, {
    title: text('admin.rules.trial_title', { name: rules.name }), section: 'admin', status, wide: true, scripts: ['operations/progress.js'], styles: ['operations/operations.css'],
    body: html`<div class="head"><h1>${text('admin.rules.trial_title', { name: rules.name })}</h1></div>${tabs(request, '/admin/rules')}
${typed.errors.trial ? html`<div class="message bad" role="alert"><p>${typed.errors.trial}</p></div>` : ''}
${standing.served || errand.status !== 'waiting' ? '' : html`<p class="message warn">${text('operations.not_served')}</p>`}
${failureOf(request, errand)}${progressPart(request, errand)}${request.may('operations.cancel') ? cancelForm(request, errand) : ''}
<div class="two"><div>${result ? resultPart(request, result) : ''}
<h2>${text('admin.rules.what_changes', { version: String(base) })}</h2>${differenceTable(request, diffRules(before, rules))}</div>
<div>${errandFacts(request, errand, standing.timeZone)}${errand.status === 'done' && request.may('admin.rules.activate') ? activateForm(request, errand.id, typed, earliest, latest === base) : ''}</div></div>`,
  })
}

function activateForm(request: WebRequest, id: string, { from, note, errors }: ActivateForm, earliest: string, isCurrent: boolean): Html {
  const { text } = request
  if (!isCurrent) return html`<div class="message warn"><p>${text('admin.rules.outdated')} <a href="/admin/rules/change">${text('admin.start_anew')}</a></p></div>`
  return html`<section class="card"><h2>${text('admin.activate')}</h2><form method="post" action="/admin/rules/trials/${id}/activate">
${field({ name: 'from', label: text('admin.first_night'), hint: text('admin.earliest', { earliest }), type: 'date', value: from || earliest, required: true, ...(errors.from ? { error: errors.from } : {}) })}
${textArea({ name: 'note', label: text('admin.why'), value: note, required: true, maxlength: 500, ...(errors.note ? { error: errors.note } : {}) })}
<p class="soft">${text('admin.as_author', { name: request.actor.name })}</p><p><button>${text('admin.activate')}</button></p></form></section>`
}

function resultPart(request: WebRequest, result: KeptTrial): Html {
  const { text } = request
  const number = (n: number): string => n.toLocaleString(request.locale === 'zh' ? 'zh-CN' : 'en', { maximumFractionDigits: 1 })
  const rows: [string, (side: Side) => number][] = [
    ...LEVELS.map((level): [string, (side: Side) => number] => [text('cli.rules.row.level', { level: levelText(request, level) }), ({ alerts }) => alerts[level]]),
    [text('cli.rules.row.above'), ({ units: { above_blue: burden } }) => burden.mean * burden.units], [text('cli.rules.row.p95'), ({ units }) => units.above_blue.p95],
    [text('cli.rules.row.max'), ({ units }) => units.above_blue.max], [text('cli.rules.row.sent'), ({ sent }) => sent],
  ]
  return html`<h2>${text('admin.rules.would_have')}</h2>
<p>${result.how === 'kept' ? text('cli.rules.how.kept', { nights: result.nights, from: result.from, until: result.until, share: `${Math.round((result.reproduced ?? 1) * 100)}%` }) : text('cli.rules.how.replay', { nights: result.nights, from: result.from, until: result.until, because: result.because.join(', ') })}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${text('admin.rules.would_have')}"><table><thead><tr><th scope="col">${text('admin.rules.figure')}</th><th scope="col" class="num">${text('admin.rules.in_force')}</th><th scope="col" class="num">${text('admin.rules.changed')}</th></tr></thead><tbody>${rows.map(([title, of]) => html`<tr><th scope="row">${title}</th><td class="num">${number(of(result.before))}</td><td class="num">${number(of(result.after))}</td></tr>`)}</tbody></table></div>
${Object.keys(result.counts).length === 0 ? html`<p>${text('admin.rules.no_changes')}</p>` : html`<h3>${text('admin.rules.changes')}</h3>
<p>${Object.entries(result.counts).map(([change, n]) => html`<span class="pair"><b>${n}</b> ${text(`cli.rules.change.${change}` as 'cli.rules.change.higher')}</span> `)}</p>${changeTable(request, result.changes)}${result.changes.length + result.more > SHOWN_CHANGES ? html`<p class="soft">${text('admin.rules.first_changes', { n: SHOWN_CHANGES })}</p>` : ''}`}
${result.weeks.length === 0 ? '' : html`<h3>${text('admin.rules.weeks')}</h3>${weekTable(request, result.weeks)}`}`
}

function changeTable(request: WebRequest, changes: readonly Change[]): Html {
  const { text } = request
  const told = (firing: Change['before']): string => (firing ? `${firing.night} ${levelText(request, firing.level)} ${firing.rule}` : '–')
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${text('admin.rules.changes')}"><table><thead><tr><th scope="col">${text('cli.rules.column.change')}</th><th scope="col">${text('cli.column.topic')}</th><th scope="col">${text('cli.column.place')}</th><th scope="col">${text('cli.column.unit')}</th><th scope="col">${text('admin.rules.in_force')}</th><th scope="col">${text('admin.rules.changed')}</th></tr></thead><tbody>${changes.slice(0, SHOWN_CHANGES).map((change) =>
    html`<tr><td>${text(`cli.rules.change.${change.change}`)}</td><td>${change.topic.at(-1) ?? text('alert.all_topics')}</td><td>${change.place.slice(-2).join(' › ')}</td><td>${change.unit ?? '–'}</td><td>${told(change.before)}</td><td>${told(change.after)}</td></tr>`)}</tbody></table></div>`
}

function weekTable(request: WebRequest, weeks: readonly WeekChange[]): Html {
  const { text } = request
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${text('admin.rules.weeks')}"><table><thead><tr><th scope="col">${text('cli.rules.column.week')}</th><th scope="col">${text('cli.rules.column.unit')}</th><th scope="col" class="num">${text('admin.rules.in_force')}</th><th scope="col" class="num">${text('admin.rules.changed')}</th></tr></thead><tbody>${weeks.slice(-SHOWN_WEEKS).toReversed().map((row) => html`<tr><td>${row.week}</td><td>${row.unit}</td><td class="num">${row.before}</td><td class="num">${row.after}</td></tr>`)}</tbody></table></div>`
}
