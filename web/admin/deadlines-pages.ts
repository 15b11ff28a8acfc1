/**
 * The rules of deadlines: versions, the clocks they make run, a changed set that is tried on the clocks of the past and then brought into force.
 */
import { html } from 'hono/html'
import { BadInputError, PipelineError } from '../../core/errors.ts'
import type { TextKey } from '../../core/texts.ts'
import { activateDeadlines, listDeadlineVersions, parseDeadlinesOver, readDeadlines } from '../../pipelines/clocks/activate.ts'
import type { DeadlineTrial } from '../../pipelines/clocks/activate.ts'
import { formatDeadlines } from '../../pipelines/clocks/rules-file.ts'
import type { ClockRule, DeadlineRules } from '../../pipelines/clocks/rules.ts'
import { ask, findErrand } from '../../pipelines/operations/ask.ts'
import { readStanding, readZone } from '../../pipelines/operations/standing.ts'
import { ruleWords } from '../../pipelines/rule-source.ts'
import { diffById } from '../../pipelines/rules-diff.ts'
import { readToday } from '../../sql/alert-life.ts'
import { listErrands } from '../../sql/errands.ts'
import { empty, errorText, field, textArea } from '../components.ts'
import { download, redirect } from '../reply.ts'
import type { WebRequest } from '../request.ts'
import { page } from '../shell.ts'
import type { Html } from '../shell.ts'
import { audited } from '../operations/audited.ts'
import { neededDate } from '../operations/dates.ts'
import { cancelForm, errandFacts, errandTable, failureOf, progressPart } from '../operations/errand-page.ts'
import { differenceTable, levelText, tabs } from './parts.ts'
import { versionOf } from './rules-pages.ts'

interface ChangeForm { file: string, name: string, source: string, reason: string, base: string, errors: Readonly<Record<string, string>> }

export async function showDeadlines(request: WebRequest): Promise<Response> {
  const { text } = request
  const { versions, now, trials, zone } = await request.withActor(async (client) => ({
    versions: await listDeadlineVersions(client), now: await readDeadlines(client), trials: await listErrands(client, ['deadlines_trial'], 10), zone: await readZone(client),
  }))
  return page(request, {
    title: text('admin.tab.deadlines'), section: 'admin', wide: true,
    body: html`<div class="head"><h1>${text('admin.deadlines.title')}</h1><span class="actions"><a class="button" href="/admin/deadlines/change">${text('admin.rules.change')}</a></span></div>${tabs(request, '/admin/deadlines')}
<p class="lead">${text('admin.deadlines.lead')}</p>
${versions.length === 0 ? empty(text('admin.rules.initial')) : html`<div class="scroll" tabindex="0" role="region" aria-label="${text('admin.versions')}"><table><thead><tr><th scope="col" class="num">${text('admin.version')}</th><th scope="col">${text('admin.name')}</th><th scope="col">${text('admin.from')}</th><th scope="col">${text('admin.until')}</th><th scope="col">${text('admin.author')}</th><th scope="col">${text('admin.why')}</th><th scope="col">${text('admin.tried')}</th></tr></thead><tbody>${versions.toReversed().map((one) =>
      html`<tr><th scope="row" class="num"><a href="/admin/deadlines/versions/${one.version}/file">${one.version}</a></th><td>${one.name}</td><td class="nowrap">${one.from}</td><td class="nowrap">${one.until ?? '–'}</td><td>${one.author}</td><td>${one.note}</td><td>${one.tried ? text('admin.deadlines.tried', { clocks: one.tried.clocks, from: one.tried.from, until: one.tried.until }) : one.untried_reason ?? ''}</td></tr>`)}</tbody></table></div>`}
<h2>${text('admin.deadlines.now', { version: String(now.version) })}</h2>${clockTable(request, now.rules)}
<h2>${text('admin.rules.trials')}</h2>${trials.length === 0 ? html`<p class="soft">${text('admin.rules.no_trials')}</p>` : errandTable(request, trials, zone)}`,
  })
}

function clockTable(request: WebRequest, rules: DeadlineRules): Html {
  const { text } = request
  const limit = ({ basis, limit: { unit, amount } }: ClockRule): string => (basis === 'rule' ? text(`admin.deadlines.unit.${unit}`, { n: amount }) : text(`admin.deadlines.basis.${basis}`))
  const card = (offset: { unit: string, amount: number } | null): string => (offset ? text(`admin.deadlines.unit.${offset.unit}` as TextKey, { n: offset.amount }) : '–')
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${text('admin.deadlines.title')}"><table><thead><tr><th scope="col">${text('admin.rules.rule')}</th><th scope="col">${text('admin.deadlines.clock')}</th><th scope="col">${text('admin.deadlines.levels')}</th><th scope="col">${text('admin.deadlines.limit')}</th><th scope="col">${text('admin.deadlines.yellow')}</th><th scope="col">${text('admin.deadlines.red')}</th><th scope="col" class="num">${text('admin.deadlines.extensions')}</th><th scope="col">${text('admin.source')}</th></tr></thead><tbody>${rules.clocks.map((rule) =>
    html`<tr><th scope="row"><code>${rule.id}</code></th><td>${text(`clock.${rule.clock}` as TextKey)}</td><td>${rule.levels.map((level) => levelText(request, level)).join(request.locale === 'zh' ? '、' : ', ')}</td><td>${limit(rule)}</td><td>${card(rule.cards.yellow)}</td><td>${card(rule.cards.red)}</td><td class="num">${rule.extensions.count}</td><td>${ruleWords(request.locale, rule.source)}</td></tr>`)}</tbody></table></div>
<p class="soft">${text('admin.deadlines.opens', { opens: rules.opens })}</p>`
}

export async function downloadDeadlines(request: WebRequest): Promise<Response> {
  const version = versionOf(request.param('version'))
  const { rules } = await request.withActor((client) => readDeadlines(client, version))
  return download(formatDeadlines(rules), `deadlines-${version}.json`, 'application/json; charset=utf-8')
}

export async function showDeadlineChange(request: WebRequest): Promise<Response> {
  const now = await request.withActor((client) => readDeadlines(client))
  return renderChange(request, { file: formatDeadlines(now.rules), name: '', source: '', reason: '', base: String(now.version), errors: {} }, 200)
}

export async function tryDeadlineChange(request: WebRequest): Promise<Response> {
  const { text } = request
  const form = await request.form()
  const typed = { file: form.text('file'), name: form.text('name'), source: form.text('source'), reason: form.text('reason'), base: form.text('base') }
  const errors: Record<string, string> = {}
  for (const name of ['file', 'name', 'source', 'reason'] as const) if (typed[name] === '') errors[name] = text('admin.missing')
  const asked = await request.withActor(async (client) => {
    const now = await readDeadlines(client)
    if (String(now.version) !== typed.base) errors.base = text('admin.base_changed', { version: String(now.version), seen: typed.base || '–' })
    if (Object.keys(errors).length > 0) return undefined
    try {
      const file = JSON.parse(typed.file) as unknown
      const isObject = typeof file === 'object' && file !== null && !Array.isArray(file)
      const rules = await parseDeadlinesOver(client, isObject ? JSON.stringify({ ...file, name: typed.name, author: request.actor.name, source: typed.source }) : typed.file)
      if (diffById(now.rules, rules, ['clocks']).every(({ path }) => ['name', 'author', 'source', 'note'].includes(path))) errors.file = text('admin.rules.nothing_changed')
      else {
        const id = await ask(client, 'deadlines_trial', { rules, base: now.version }, { by: request.actor.name, reason: typed.reason })
        await audited(request, client, 'admin.deadlines.try', `errand:${id}`, { name: rules.name, base: now.version, reason: typed.reason })
        return id
      }
    } catch (error) {
      if (error instanceof SyntaxError) errors.file = text('admin.no_json', { error: error.message })
      else if (error instanceof PipelineError && error.code === 'bad_rules') errors.file = errorText(request, error.code, error.details)
      else throw error
    }
    return undefined
  })
  return asked === undefined ? renderChange(request, { ...typed, errors }, errors.base ? 409 : 422) : redirect(`/admin/deadlines/trials/${asked}`, { key: 'operations.asked' })
}

function renderChange(request: WebRequest, { file, name, source, reason, base, errors }: ChangeForm, status: number): Promise<Response> {
  const { text } = request
  const wrong = (key: string): { error?: string } => (errors[key] === undefined ? {} : { error: errors[key] })
  return page(request, {
    title: text('admin.deadlines.change'), section: 'admin', status,
    body: html`<div class="head"><h1>${text('admin.deadlines.change')}</h1></div>${tabs(request, '/admin/deadlines')}
${errors.base ? html`<div class="message bad" role="alert"><p>${errors.base} <a href="/admin/deadlines/change">${text('admin.start_anew')}</a></p></div>` : ''}
<form method="post" action="/admin/deadlines/try" class="card"><input type="hidden" name="base" value="${base}">
${textArea({ name: 'file', label: text('admin.deadlines.file'), hint: text('admin.deadlines.file_hint'), value: file, rows: 18, maxlength: 400_000, required: true, ...wrong('file') })}
${field({ name: 'name', label: text('admin.name'), value: name, required: true, maxlength: 100, ...wrong('name') })}${field({ name: 'source', label: text('admin.source'), hint: text('admin.source_hint'), value: source, required: true, ...wrong('source') })}
${textArea({ name: 'reason', label: text('admin.why'), value: reason, required: true, maxlength: 500, ...wrong('reason') })}<p><button>${text('admin.try')}</button></p></form>`,
  })
}

interface ActivateForm { from: string, note: string, errors: Readonly<Record<string, string>> }

export async function showDeadlineTrial(request: WebRequest): Promise<Response> {
  return renderTrial(request, { from: '', note: '', errors: {} }, 200)
}

export async function activateDeadlineTrial(request: WebRequest): Promise<Response> {
  const form = await request.form()
  const typed = { from: form.text('from'), note: form.text('note') }
  const errors: Record<string, string> = {}
  const { error } = neededDate(request, typed.from)
  if (error) errors.from = error
  if (typed.note === '') errors.note = request.text('admin.missing')
  if (Object.keys(errors).length > 0) return renderTrial(request, { ...typed, errors }, 422)
  try {
    const version = await request.withActor(async (client) => {
      const { request: asked, status, id } = await findErrand(client, request.param('id'))
      const { rules, base } = asked as unknown as { rules: DeadlineRules, base: number }
      if (status !== 'done') throw new BadInputError('deadlines_untried', 'the trial has not ended', {})
      const latest = (await listDeadlineVersions(client)).at(-1)?.version ?? 0
      if (latest !== base) throw new BadInputError('version_conflict', `version ${latest} came in between`, { version: String(latest), base: String(base) })
      const made = await activateDeadlines(client, rules, { from: typed.from, author: request.actor.name, note: typed.note })
      await audited(request, client, 'admin.deadlines.activate', `deadlines:${made.version}`, { hash: made.hash, from: made.from, note: typed.note, trial: id, before: base })
      return made
    })
    return redirect('/admin/deadlines', { key: 'admin.activated', params: { version: String(version.version), from: version.from } })
  } catch (cause) {
    if (!(cause instanceof PipelineError) || !['version_conflict', 'deadlines_in_past', 'deadlines_untried'].includes(cause.code)) throw cause
    const words = errorText(request, cause.code, cause.details)
    return renderTrial(request, { ...typed, errors: cause.code === 'deadlines_in_past' ? { from: words } : { trial: words } }, cause.code === 'version_conflict' ? 409 : 422)
  }
}

async function renderTrial(request: WebRequest, typed: ActivateForm, status: number): Promise<Response> {
  const { text } = request
  const { errand, before, today, standing } = await request.withActor(async (client) => {
    const found = await findErrand(client, request.param('id'))
    if (found.kind !== 'deadlines_trial') throw new BadInputError('no_such_errand', 'no such trial', { id: request.param('id') })
    return { errand: found, before: (await readDeadlines(client, (found.request as { base: number }).base)).rules, today: await readToday(client), standing: await readStanding(client) }
  })
  const { rules, base } = errand.request as unknown as { rules: DeadlineRules, base: number }
  const result = errand.result as DeadlineTrial | null
  return page(request, {
    title: text('admin.rules.trial_title', { name: rules.name }), section: 'admin', status, wide: true, scripts: ['operations/progress.js'], styles: ['operations/operations.css'],
    body: html`<div class="head"><h1>${text('admin.rules.trial_title', { name: rules.name })}</h1></div>${tabs(request, '/admin/deadlines')}
${typed.errors.trial ? html`<div class="message bad" role="alert"><p>${typed.errors.trial}</p></div>` : ''}
${standing.served || errand.status !== 'waiting' ? '' : html`<p class="message warn">${text('operations.not_served')}</p>`}
${failureOf(request, errand)}${progressPart(request, errand)}${request.may('operations.cancel') ? cancelForm(request, errand) : ''}
${result ? html`<h2>${text('admin.deadlines.would_have')}</h2><p>${text('admin.deadlines.result', { clocks: result.clocks, from: result.from, until: result.until, earlier: result.earlier, later: result.later, without: result.without, before: result.late.before, after: result.late.after })}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${text('admin.deadlines.would_have')}"><table><thead><tr><th scope="col">${text('admin.deadlines.clock')}</th><th scope="col" class="num">${text('admin.deadlines.clocks')}</th><th scope="col" class="num">${text('admin.deadlines.earlier')}</th><th scope="col" class="num">${text('admin.deadlines.later')}</th><th scope="col" class="num">${text('admin.deadlines.without')}</th><th scope="col" class="num">${text('admin.deadlines.late_before')}</th><th scope="col" class="num">${text('admin.deadlines.late_after')}</th></tr></thead><tbody>${result.by_clock.map((row) => html`<tr><th scope="row">${text(`clock.${row.clock}` as TextKey)}</th><td class="num">${row.clocks}</td><td class="num">${row.earlier}</td><td class="num">${row.later}</td><td class="num">${row.without}</td><td class="num">${row.late_before}</td><td class="num">${row.late_after}</td></tr>`)}</tbody></table></div>` : ''}
<h2>${text('admin.rules.what_changes', { version: String(base) })}</h2>${differenceTable(request, diffById(before, rules, ['clocks']))}
${errandFacts(request, errand, standing.timeZone)}
${errand.status === 'done' && request.may('admin.deadlines.activate') ? html`<section class="card"><h2>${text('admin.activate')}</h2><form method="post" action="/admin/deadlines/trials/${errand.id}/activate">${field({ name: 'from', label: text('admin.first_day'), hint: text('admin.earliest', { earliest: today }), type: 'date', value: typed.from || today, required: true, ...(typed.errors.from ? { error: typed.errors.from } : {}) })}
${textArea({ name: 'note', label: text('admin.why'), value: typed.note, required: true, maxlength: 500, ...(typed.errors.note ? { error: typed.errors.note } : {}) })}<p class="soft">${text('admin.as_author', { name: request.actor.name })}</p><p><button>${text('admin.activate')}</button></p></form></section>` : ''}`,
  })
}
