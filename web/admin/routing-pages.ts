/**
 * Who owns what: versions of the routing rules, the tester, what has no owner, and a new version from a file or a text.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { html } from 'hono/html'
import { BadInputError, PipelineError } from '../../core/errors.ts'
import type { TextKey } from '../../core/texts.ts'
import { explainRoute } from '../../pipelines/routing/explain.ts'
import type { RouteExplanation } from '../../pipelines/routing/explain.ts'
import { formatRulesCsv } from '../../pipelines/routing/rules-file.ts'
import type { RuleFault } from '../../pipelines/routing/rules-file.ts'
import { listUnmapped } from '../../pipelines/routing/unmapped.ts'
import { importRoutingIn, listRoutingVersions, readRoutingVersion } from '../../pipelines/routing/versions.ts'
import { lastNight } from '../../sql/runs.ts'
import { badge, empty, errorText, field, textArea } from '../components.ts'
import { download, redirect } from '../reply.ts'
import type { WebRequest } from '../request.ts'
import { page } from '../shell.ts'
import type { Html } from '../shell.ts'
import { audited } from '../operations/audited.ts'
import { neededDate } from '../operations/dates.ts'
import { earliestNight, tabs } from './parts.ts'
import { versionOf } from './rules-pages.ts'

const MOST_BYTES = 900_000

export async function showRouting(request: WebRequest): Promise<Response> {
  const { text } = request
  const place = request.query('place')
  const topic = request.query('topic')
  const errors: Record<string, string> = {}
  const { versions, unmapped, route } = await request.withActor(async (client) => {
    const night = await lastNight(client)
    let found: RouteExplanation | undefined
    if (place !== '' || topic !== '') {
      try {
        found = await explainRoute(client, request.config.settings.hotlineUnit, { place, topic })
      } catch (error) {
        if (!(error instanceof PipelineError) || !['no_such_place', 'no_such_topic', 'store_empty'].includes(error.code)) throw error
        errors[error.code === 'no_such_topic' ? 'topic' : 'place'] = errorText(request, error.code, error.details)
      }
    }
    return { versions: await listRoutingVersions(client), unmapped: night === null ? [] : await listUnmapped(client, night), route: found }
  })
  return page(request, {
    title: text('admin.tab.routing'), section: 'admin', wide: true,
    body: html`<div class="head"><h1>${text('admin.routing.title')}</h1><span class="actions">${request.may('admin.routing.import') ? html`<a class="button" href="/admin/routing/change">${text('admin.routing.change')}</a>` : ''}</span></div>${tabs(request, '/admin/routing')}
<section class="card"><h2>${text('admin.routing.tester')}</h2><form class="inline" method="get" action="/admin/routing">${field({ name: 'place', label: text('cli.column.place'), value: place, hint: text('admin.path_hint'), ...(errors.place ? { error: errors.place } : {}) })}${field({ name: 'topic', label: text('cli.column.topic'), value: topic, hint: text('admin.routing.topic_hint'), ...(errors.topic ? { error: errors.topic } : {}) })}<button>${text('admin.routing.test')}</button></form>${route ? routePart(request, route) : ''}</section>
<h2>${text('admin.versions')}</h2>${versions.length === 0 ? empty(text('admin.routing.none'), text('admin.routing.none_about')) : html`<div class="scroll" tabindex="0" role="region" aria-label="${text('admin.versions')}"><table><thead><tr><th scope="col" class="num">${text('admin.version')}</th><th scope="col">${text('admin.from')}</th><th scope="col" class="num">${text('admin.routing.rules')}</th><th scope="col">${text('admin.author')}</th><th scope="col">${text('admin.source')}</th><th scope="col">${text('admin.note')}</th></tr></thead><tbody>${versions.toReversed().map((one) => html`<tr><th scope="row" class="num"><a href="/admin/routing/versions/${one.version}/file">${one.version}</a></th><td class="nowrap">${one.from}</td><td class="num">${one.rules}</td><td>${one.author}</td><td>${one.source}</td><td>${one.note}</td></tr>`)}</tbody></table></div>`}
<h2>${text('admin.routing.unmapped')}</h2>${unmapped.length === 0 ? html`<p class="soft">${text('admin.routing.all_mapped')}</p>` : html`<div class="scroll" tabindex="0" role="region" aria-label="${text('admin.routing.unmapped')}"><table><thead><tr><th scope="col">${text('cli.column.place')}</th><th scope="col">${text('cli.column.topic')}</th><th scope="col" class="num">${text('operations.alerts')}</th><th scope="col">${text('admin.routing.suggestion')}</th></tr></thead><tbody>${unmapped.map((row) => html`<tr><th scope="row">${row.place.join(' › ')}</th><td>${row.family.join(' › ') || text('alert.all_topics')}</td><td class="num">${row.alerts.length}</td><td>${row.suggestion ? text('admin.routing.suggested', { unit: row.suggestion.unit, closed: row.suggestion.closed, of: row.suggestion.of }) : '–'}</td></tr>`)}</tbody></table></div>`}`,
  })
}

function routePart(request: WebRequest, route: RouteExplanation): Html {
  const { text } = request
  return html`<p><b>${route.place.join(' › ')} · ${route.topic.join(' › ') || text('alert.all_topics')}</b>: ${badge(route.unit, 'info')} ${text(`route.step.${route.step}`)}</p>
<p class="soft">${route.version === null ? text('admin.routing.no_version', { night: route.night }) : text('admin.routing.by_version', { version: String(route.version), night: route.night })} ${route.territory_unit === null ? '' : text('admin.routing.territory', { unit: route.territory_unit })} ${route.co_units.length === 0 ? '' : text('admin.routing.co', { units: route.co_units.join(request.locale === 'zh' ? '、' : ', ') })}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${text('admin.routing.tester')}"><table><thead><tr><th scope="col">${text('operations.step')}</th><th scope="col">${text('admin.routing.outcome')}</th><th scope="col">${text('cli.column.unit')}</th><th scope="col">${text('admin.rules.rule')}</th><th scope="col">${text('admin.source')}</th></tr></thead><tbody>${route.steps.map((step) => html`<tr><th scope="row">${text(`route.step.${step.step}`)}</th><td>${step.outcome === 'won' ? badge(text('route.outcome.won'), 'good') : text(`route.outcome.${step.outcome}` as TextKey)}</td><td>${step.unit ?? '–'}</td><td>${step.rule ?? ''}</td><td>${step.source ?? ''}</td></tr>`)}</tbody></table></div>`
}

export async function downloadRouting(request: WebRequest): Promise<Response> {
  const version = versionOf(request.param('version'))
  const rules = await request.withActor((client) => readRoutingVersion(client, version))
  return download(`\ufeff${formatRulesCsv(rules)}`, `routing-${version}.csv`, 'text/csv; charset=utf-8')
}

interface ImportForm { rules: string, from: string, source: string, note: string, addUnits: boolean, base: string, errors: Readonly<Record<string, string>>, faults: readonly RuleFault[] }

export async function showRoutingChange(request: WebRequest): Promise<Response> {
  const { rules, earliest, base } = await request.withActor(async (client) => ({
    rules: formatRulesCsv(await readRoutingVersion(client, null)), earliest: await earliestNight(client), base: (await listRoutingVersions(client)).at(-1)?.version ?? 0,
  }))
  return renderChange(request, { rules, from: earliest, source: '', note: '', addUnits: false, base: String(base), errors: {}, faults: [] }, 200)
}

export async function importRules(request: WebRequest): Promise<Response> {
  const { text } = request
  const form = await request.form()
  const file = form.file('file')
  const typed = { rules: form.text('rules'), from: form.text('from'), source: form.text('source'), note: form.text('note'), addUnits: form.has('addUnits'), base: form.text('base') }
  const errors: Record<string, string> = {}
  const { error } = neededDate(request, typed.from)
  if (error) errors.from = error
  if (typed.source === '') errors.source = text('admin.missing')
  if (file && file.size > MOST_BYTES) errors.file = text('error.body_too_large', { limit: Math.round(MOST_BYTES / 1000) })
  if (!file && typed.rules === '') errors.rules = text('admin.missing')
  if (Object.keys(errors).length > 0) return renderChange(request, { ...typed, errors, faults: [] }, 422)
  const directory = await mkdtemp(join(tmpdir(), 'weisu-routing-'))
  try {
    // The name is ours; of the sender's only whether it is JSON counts.
    const isJson = file ? /\.json$/i.test(file.name) : /^\s*[[{]/.test(typed.rules)
    const path = join(directory, isJson ? 'rules.json' : 'rules.csv')
    await writeFile(path, file ? new Uint8Array(await file.arrayBuffer()) : typed.rules)
    const version = await request.withActor(async (client) => {
      const latest = (await listRoutingVersions(client)).at(-1)?.version ?? 0
      if (String(latest) !== typed.base) throw new BadInputError('version_conflict', 'another version came in between', { version: String(latest), base: typed.base || '–' })
      const earliest = await earliestNight(client)
      if (typed.from < earliest) throw new BadInputError('rules_too_early', `choose ${earliest} or later`, { earliest })
      const made = await importRoutingIn(client, path, { from: typed.from, author: request.actor.name, source: typed.source, note: typed.note, addUnits: typed.addUnits })
      await audited(request, client, 'admin.routing.import', `routing:${made.version}`, { from: made.from, rules: made.rules, hash: made.hash, source: typed.source, units_added: made.units_added, before: latest })
      return made
    })
    return redirect('/admin/routing', { key: 'admin.routing.imported', params: { version: String(version.version), rules: version.rules, from: version.from } })
  } catch (cause) {
    if (!(cause instanceof PipelineError) || !/^(routing_|bad_routing|rules_in_past|rules_too_early|version_conflict|bad_csv|not_text|no_header|empty)/.test(cause.code)) throw cause
    const faults = cause.code === 'routing_faults' ? cause.details.faults as RuleFault[] : []
    const words = errorText(request, cause.code, { ...cause.details, path: file ? text('admin.routing.file') : text('admin.routing.text'), n: faults.length })
    return renderChange(request, { ...typed, errors: { [/rules_(in_past|too_early)/.test(cause.code) ? 'from' : cause.code === 'version_conflict' ? 'base' : file ? 'file' : 'rules']: words }, faults }, cause.code === 'version_conflict' ? 409 : 422)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function renderChange(request: WebRequest, { rules, from, source, note, addUnits, base, errors, faults }: ImportForm, status: number): Promise<Response> {
  const { text } = request
  const wrong = (key: string): { error?: string } => (errors[key] === undefined ? {} : { error: errors[key] })
  return page(request, {
    title: text('admin.routing.change'), section: 'admin', status, wide: true,
    body: html`<div class="head"><h1>${text('admin.routing.change')}</h1></div>${tabs(request, '/admin/routing')}<p class="lead">${text('admin.routing.change_about')}</p>
${errors.base ? html`<div class="message bad" role="alert"><p>${errors.base} <a href="/admin/routing/change">${text('admin.start_anew')}</a></p></div>` : ''}
${faults.length === 0 ? '' : html`<div class="scroll" tabindex="0" role="region" aria-label="${text('admin.routing.faults')}"><table><caption>${text('admin.routing.faults')}</caption><thead><tr><th scope="col" class="num">${text('operations.line')}</th><th scope="col">${text('admin.rules.rule')}</th><th scope="col">${text('admin.routing.column')}</th><th scope="col">${text('admin.routing.value')}</th><th scope="col">${text('operations.error')}</th></tr></thead><tbody>${faults.map((fault) => html`<tr><td class="num">${fault.line}</td><td>${fault.rule}</td><td><code>${fault.column}</code></td><td>${fault.value}</td><td>${text(`route.fault.${fault.reason}` as TextKey, { near: fault.near.join(', ') || '–' })}</td></tr>`)}</tbody></table></div>`}
<form method="post" action="/admin/routing/import" enctype="multipart/form-data" class="card"><input type="hidden" name="base" value="${base}">
${textArea({ name: 'rules', label: text('admin.routing.text'), hint: text('admin.routing.text_hint'), value: rules, rows: 12, maxlength: 400_000, ...wrong('rules') })}
<div class="field${errors.file ? ' wrong' : ''}"><label for="file">${text('admin.routing.file')}</label><p class="hint" id="file-hint">${text('admin.routing.file_hint')}</p>${errors.file ? html`<p class="wrong-text" id="file-error">${errors.file}</p>` : ''}<input id="file" name="file" type="file" accept=".csv,.json,text/csv,application/json" aria-describedby="file-hint"></div>
${field({ name: 'from', label: text('admin.first_night'), type: 'date', value: from, required: true, ...wrong('from') })}${field({ name: 'source', label: text('admin.source'), hint: text('admin.source_hint'), value: source, required: true, ...wrong('source') })}
${field({ name: 'note', label: text('admin.note'), value: note, ...wrong('note') })}<label class="check"><input type="checkbox" name="addUnits" value="1"${addUnits ? html` checked` : ''}>${text('admin.routing.add_units')}</label>
<p class="soft">${text('admin.as_author', { name: request.actor.name })}</p><p><button>${text('admin.routing.import')}</button></p></form>`,
  })
}
