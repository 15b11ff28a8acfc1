/**
 * The rules of alerting: versions, what one says, what two have different; a changed set is typed here and goes to a trial.
 */
import { html } from 'hono/html'
import { BadInputError, PipelineError } from '../../core/errors.ts'
import { ask } from '../../pipelines/operations/ask.ts'
import { readZone } from '../../pipelines/operations/standing.ts'
import { ruleWords } from '../../pipelines/rule-source.ts'
import { listVersions, readBaseRules, readRulesOf } from '../../pipelines/rules-activate.ts'
import { diffRules } from '../../pipelines/rules-diff.ts'
import { formatRules, parseRules } from '../../pipelines/rules-file.ts'
import type { Rules } from '../../pipelines/rules.ts'
import { listErrands } from '../../sql/errands.ts'
import { choice, empty, errorText, field, levelBadge, textArea } from '../components.ts'
import { download, redirect } from '../reply.ts'
import type { WebRequest } from '../request.ts'
import { page } from '../shell.ts'
import type { Html } from '../shell.ts'
import { audited } from '../operations/audited.ts'
import { dateField } from '../operations/dates.ts'
import { errandTable } from '../operations/errand-page.ts'
import { differenceTable, tabs, valueText } from './parts.ts'

/** Numbers that have a field of their own: path in the file, and its text. */
const NUMBERS = [
  ['detection', 'recurrenceDays', 'admin.rules.recurrenceDays'], ['detection', 'watchDays', 'admin.rules.watchDays'], ['detection', 'minCallers', 'admin.rules.minCallers'],
  ['closing', 'quietNights', 'admin.rules.quietNights'], ['budget', 'perUnitWeek', 'admin.rules.perUnitWeek'],
] as const
type NumberName = (typeof NUMBERS)[number][1]

export async function showRules(request: WebRequest): Promise<Response> {
  const { text } = request
  const { versions, base, trials, zone } = await request.withActor(async (client) => ({
    versions: await listVersions(client), base: await readBaseRules(client, request.config.settings), trials: await listErrands(client, ['rules_trial'], 10), zone: await readZone(client),
  }))
  return page(request, {
    title: text('admin.tab.rules'), section: 'admin', wide: true,
    body: html`<div class="head"><h1>${text('admin.rules.title')}</h1><span class="actions"><a class="button" href="/admin/rules/change">${text('admin.rules.change')}</a></span></div>${tabs(request, '/admin/rules')}
<p class="lead">${text('admin.rules.lead')}</p>
${versions.length === 0 ? empty(text('admin.rules.initial'), text('admin.rules.initial_about')) : html`<div class="scroll" tabindex="0" role="region" aria-label="${text('admin.versions')}"><table><thead><tr><th scope="col" class="num">${text('admin.version')}</th><th scope="col">${text('admin.name')}</th><th scope="col">${text('admin.from')}</th><th scope="col">${text('admin.until')}</th><th scope="col">${text('admin.author')}</th><th scope="col">${text('admin.why')}</th><th scope="col">${text('admin.tried')}</th><th scope="col">${text('admin.differences')}</th></tr></thead><tbody>${versions.toReversed().map((one, i, all) =>
      html`<tr><th scope="row" class="num"><a href="/admin/rules/versions/${one.version}">${one.version}</a></th><td>${one.name}</td><td class="nowrap">${one.from}</td><td class="nowrap">${one.until ?? '–'}</td><td>${one.author}</td><td>${one.note}</td><td>${one.tried ? `${one.tried.from} – ${one.tried.until}` : one.untried_reason ?? ''}</td><td><a href="/admin/rules/diff?a=${all[i + 1]?.version ?? 0}&amp;b=${one.version}">${text('admin.against', { version: String(all[i + 1]?.version ?? 0) })}</a></td></tr>`)}</tbody></table></div>`}
<h2>${text('admin.rules.now')}</h2>${numbersPart(request, base)}
<p><a href="/admin/rules/versions/${versions.at(-1)?.version ?? 0}">${text('admin.rules.whole')}</a></p>
<h2>${text('admin.rules.trials')}</h2>${trials.length === 0 ? html`<p class="soft">${text('admin.rules.no_trials')}</p>` : errandTable(request, trials, zone)}`,
  })
}

function numbersPart(request: WebRequest, rules: Rules): Html {
  return html`<dl class="facts card">${NUMBERS.map(([section, name, label]) => html`<dt>${request.text(label)}</dt><dd>${(rules[section] as unknown as Record<string, number>)[name]}</dd>`)}
<dt>${request.text('admin.rules.ranker')}</dt><dd>${request.text(rules.learning.ranker ? 'admin.yes' : 'admin.no')}</dd><dt>${request.text('admin.rules.learned_thresholds')}</dt><dd>${request.text(rules.learning.thresholds ? 'admin.yes' : 'admin.no')}</dd></dl>`
}

export async function showVersion(request: WebRequest): Promise<Response> {
  const { text } = request
  const version = versionOf(request.param('version'))
  const { rules, about } = await request.withActor(async (client) => ({
    rules: (await readRulesOf(client, request.config.settings, version)).rules, about: (await listVersions(client)).find((one) => one.version === version),
  }))
  return page(request, {
    title: text('admin.rules.version_title', { version: String(version) }), section: 'admin', wide: true,
    body: html`<div class="head"><h1>${text('admin.rules.version_title', { version: String(version) })}</h1><span class="actions"><a class="button second" href="/admin/rules/versions/${version}/file">${text('admin.download_json')}</a></span></div>${tabs(request, '/admin/rules')}
<dl class="facts card"><dt>${text('admin.name')}</dt><dd>${rules.name}</dd><dt>${text('admin.author')}</dt><dd>${about?.author ?? rules.author}</dd><dt>${text('admin.source')}</dt><dd>${ruleWords(request.locale, rules.source)}</dd>${about ? html`<dt>${text('admin.from')}</dt><dd>${about.from}</dd><dt>${text('admin.why')}</dt><dd>${about.note}</dd>` : ''}</dl>
${numbersPart(request, rules)}
<h2>${text('admin.rules.levels')}</h2><div class="scroll" tabindex="0" role="region" aria-label="${text('admin.rules.levels')}"><table><thead><tr><th scope="col">${text('admin.rules.level')}</th><th scope="col">${text('admin.rules.rule')}</th><th scope="col">${text('admin.rules.scope')}</th><th scope="col">${text('admin.rules.when')}</th><th scope="col">${text('admin.source')}</th><th scope="col">${text('admin.note')}</th></tr></thead><tbody>${rules.levels.map((rule) =>
      html`<tr><td>${levelBadge(request, rule.level)}</td><th scope="row"><code>${rule.id}</code></th><td>${text(`admin.rules.scope.${rule.scope}`)}</td><td>${Object.entries(rule.when).map(([key, value]) => html`<code>${key} ${valueText(value)}</code> `)}</td><td>${ruleWords(request.locale, rule.source)}</td><td>${ruleWords(request.locale, rule.note)}</td></tr>`)}</tbody></table></div>
${rules.exceptions.length === 0 ? '' : html`<h2>${text('admin.rules.exceptions')}</h2><ul>${rules.exceptions.map(({ id, ...rest }) => html`<li><code>${id}</code> ${valueText(rest)}</li>`)}</ul>`}
<details><summary>${text('admin.rules.whole')}</summary><pre tabindex="0">${formatRules(rules)}</pre></details>`,
  })
}

/** @throws {BadInputError} `no_such_version` */
export function versionOf(typed: string): number {
  if (!/^\d{1,8}$/.test(typed)) throw new BadInputError('no_such_version', 'no such version', { version: typed.slice(0, 20) })
  return Number(typed)
}

export async function downloadVersion(request: WebRequest): Promise<Response> {
  const version = versionOf(request.param('version'))
  const { rules } = await request.withActor((client) => readRulesOf(client, request.config.settings, version))
  return download(formatRules(rules), `rules-${version}.json`, 'application/json; charset=utf-8')
}

export async function showDiff(request: WebRequest): Promise<Response> {
  const { text } = request
  const [a, b] = [versionOf(request.query('a') || '0'), versionOf(request.query('b') || '0')]
  const { before, after, versions } = await request.withActor(async (client) => ({
    before: (await readRulesOf(client, request.config.settings, a)).rules, after: (await readRulesOf(client, request.config.settings, b)).rules, versions: await listVersions(client),
  }))
  const options = [{ value: '0', text: text('admin.rules.version_zero') }, ...versions.map((one) => ({ value: String(one.version), text: `${one.version} ${one.name}` }))]
  return page(request, {
    title: text('admin.diff_title', { a: String(a), b: String(b) }), section: 'admin', wide: true,
    body: html`<div class="head"><h1>${text('admin.diff_title', { a: String(a), b: String(b) })}</h1></div>${tabs(request, '/admin/rules')}
<form class="inline card" method="get" action="/admin/rules/diff">${choice({ name: 'a', label: text('admin.before'), options, value: String(a) })}${choice({ name: 'b', label: text('admin.after'), options, value: String(b) })}<button>${text('admin.compare')}</button></form>
${differenceTable(request, diffRules(before, after))}`,
  })
}

interface ChangeForm { name: string, source: string, reason: string, from: string, until: string, file: string, numbers: Partial<Record<NumberName, string>>, ranker: boolean, thresholds: boolean, base: string, errors: Readonly<Record<string, string>> }

export async function showChange(request: WebRequest): Promise<Response> {
  const { base, version } = await request.withActor(async (client) => ({ base: await readBaseRules(client, request.config.settings), version: (await listVersions(client)).at(-1)?.version ?? 0 }))
  return renderChange(request, {
    name: '', source: '', reason: '', from: '', until: '', file: '', base: String(version), ranker: base.learning.ranker, thresholds: base.learning.thresholds, errors: {},
    numbers: Object.fromEntries(NUMBERS.map(([section, name]) => [name, String((base[section] as unknown as Record<string, number>)[name])])),
  }, 200)
}

/** Reads what was typed; what does not fit comes back beside its field. What fits is asked to be tried. */
export async function tryChange(request: WebRequest): Promise<Response> {
  const { text } = request
  const form = await request.form()
  const typed: ChangeForm = {
    name: form.text('name'), source: form.text('source'), reason: form.text('reason'), from: form.text('from'), until: form.text('until'), file: form.text('file'), base: form.text('base'),
    ranker: form.has('ranker'), thresholds: form.has('thresholds'), numbers: Object.fromEntries(NUMBERS.map(([, name]) => [name, form.text(name)])), errors: {},
  }
  const errors: Record<string, string> = {}
  for (const name of ['name', 'source', 'reason'] as const) if (typed[name] === '') errors[name] = text('admin.missing')
  const [from, until] = [dateField(request, typed.from), dateField(request, typed.until)]
  if (from.error) errors.from = from.error
  if (until.error) errors.until = until.error
  if (from.value && until.value && until.value < from.value) errors.until = text('error.range_backwards', { from: from.value, until: until.value })
  const asked = await request.withActor(async (client) => {
    const latest = (await listVersions(client)).at(-1)?.version ?? 0
    if (String(latest) !== typed.base) {
      errors.base = text('admin.base_changed', { version: String(latest), seen: typed.base || '–' })
      return undefined
    }
    const base = await readBaseRules(client, request.config.settings)
    const rules = readTyped(request, typed, base, errors)
    if (!rules || Object.keys(errors).length > 0) return undefined
    if (diffRules(base, rules).every(({ path }) => ['name', 'author', 'source', 'note'].includes(path))) {
      errors.file = text('admin.rules.nothing_changed')
      return undefined
    }
    const id = await ask(client, 'rules_trial', { rules, base: latest, ...(from.value ? { from: from.value } : {}), ...(until.value ? { until: until.value } : {}) }, { by: request.actor.name, reason: typed.reason })
    await audited(request, client, 'admin.rules.try', `errand:${id}`, { name: rules.name, base: latest, reason: typed.reason })
    return id
  })
  return asked === undefined ? renderChange(request, { ...typed, errors }, errors.base ? 409 : 422) : redirect(`/admin/rules/trials/${asked}`, { key: 'operations.asked' })
}

/** The numbers are laid over the rules in force, the file over these. */
function readTyped(request: WebRequest, typed: ChangeForm, base: Rules, errors: Record<string, string>): Rules | undefined {
  const head = { name: typed.name || 'x', author: request.actor.name, source: typed.source || 'x' }
  const sections: Record<string, Record<string, unknown>> = { learning: { ranker: typed.ranker, thresholds: typed.thresholds } }
  for (const [section, name] of NUMBERS) {
    const value = typed.numbers[name] ?? ''
    ;(sections[section] ??= {})[name] = /^\d+(\.\d+)?$/.test(value) ? Number(value) : value
  }
  try {
    let rules = parseRules(JSON.stringify({ ...head, ...sections }), base)
    if (typed.file !== '') {
      const over = JSON.parse(typed.file) as unknown
      rules = parseRules(typeof over === 'object' && over !== null && !Array.isArray(over) ? JSON.stringify({ ...over, ...head }) : typed.file, rules)
    }
    return rules
  } catch (error) {
    if (error instanceof SyntaxError) errors.file = request.text('admin.no_json', { error: error.message })
    else if (error instanceof PipelineError && error.code === 'bad_rules') {
      const name = NUMBERS.find(([section, key]) => error.details.path === `${section}.${key}`)?.[1]
      // The same path may stand in the file: then the number was read before it.
      errors[name !== undefined && !/^\d+(\.\d+)?$/.test(typed.numbers[name] ?? '') ? name : name !== undefined && typed.file === '' ? name : 'file'] = errorText(request, error.code, error.details)
    } else throw error
    return undefined
  }
}

function renderChange(request: WebRequest, typed: ChangeForm, status: number): Promise<Response> {
  const { text } = request
  const { errors } = typed
  const wrong = (name: string): { error?: string } => (errors[name] === undefined ? {} : { error: errors[name] })
  return page(request, {
    title: text('admin.rules.change'), section: 'admin', status,
    body: html`<div class="head"><h1>${text('admin.rules.change')}</h1></div>${tabs(request, '/admin/rules')}
<p class="lead">${text('admin.rules.change_about')}</p>
${errors.base ? html`<div class="message bad" role="alert"><p>${errors.base} <a href="/admin/rules/change">${text('admin.start_anew')}</a></p></div>` : ''}
<form method="post" action="/admin/rules/try"><input type="hidden" name="base" value="${typed.base}">
<section class="card"><h2>${text('admin.rules.numbers')}</h2>${NUMBERS.map(([, name, label]) => field({ name, label: text(label), hint: text(`admin.rules.${name}_hint`), value: typed.numbers[name] ?? '', inputmode: 'numeric', required: true, maxlength: 12, ...wrong(name) }))}
<label class="check"><input type="checkbox" name="ranker" value="1"${typed.ranker ? html` checked` : ''}>${text('admin.rules.ranker')}</label>
<label class="check"><input type="checkbox" name="thresholds" value="1"${typed.thresholds ? html` checked` : ''}>${text('admin.rules.learned_thresholds')}</label></section>
<section class="card"><h2>${text('admin.rules.other')}</h2>${textArea({ name: 'file', label: text('admin.rules.file'), hint: text('admin.rules.file_hint'), value: typed.file, rows: 10, maxlength: 400_000, ...wrong('file') })}</section>
<section class="card"><h2>${text('admin.rules.of_the_version')}</h2>${field({ name: 'name', label: text('admin.name'), value: typed.name, required: true, maxlength: 100, ...wrong('name') })}
${field({ name: 'source', label: text('admin.source'), hint: text('admin.source_hint'), value: typed.source, required: true, ...wrong('source') })}
${textArea({ name: 'reason', label: text('admin.why'), value: typed.reason, required: true, maxlength: 500, ...wrong('reason') })}</section>
<section class="card"><h2>${text('admin.rules.range')}</h2><p class="soft">${text('admin.rules.range_about')}</p>
${field({ name: 'from', label: text('operations.from'), type: 'date', value: typed.from, ...wrong('from') })}${field({ name: 'until', label: text('operations.until'), type: 'date', value: typed.until, ...wrong('until') })}</section>
<p><button>${text('admin.try')}</button></p></form>`,
  })
}
