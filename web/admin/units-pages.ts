/**
 * The register of units: who there is, for which territory and which topics.
 */
import { html } from 'hono/html'
import { PipelineError } from '../../core/errors.ts'
import type { TextKey } from '../../core/texts.ts'
import { findUnit, listUnits, saveUnit, UNIT_KINDS } from '../../pipelines/units.ts'
import { choice, empty, errorText, field, textArea } from '../components.ts'
import { linesOf } from '../form.ts'
import { redirect } from '../reply.ts'
import type { WebRequest } from '../request.ts'
import { page } from '../shell.ts'
import { audited } from '../operations/audited.ts'
import { tabs } from './parts.ts'

const SHOWN = 200

interface UnitForm { name: string, kind: string, territory: string, topics: string, seen: string | null, errors: Readonly<Record<string, string>> }

export async function showUnits(request: WebRequest): Promise<Response> {
  const { text } = request
  const wanted = request.query('q').trim()
  const all = await request.withActor((client) => listUnits(client))
  const found = all.filter((unit) => wanted === '' || [unit.name, unit.territory ?? '', ...unit.topics].some((word) => word.toLowerCase().includes(wanted.toLowerCase())))
  return page(request, {
    title: text('admin.tab.units'), section: 'admin', wide: true,
    body: html`<div class="head"><h1>${text('admin.tab.units')}</h1><span class="actions"><a class="button" href="/admin/units/add">${text('admin.units.add')}</a></span></div>${tabs(request, '/admin/units')}
<form class="inline card" method="get" action="/admin/units">${field({ name: 'q', label: text('admin.search'), type: 'search', value: wanted })}<button>${text('admin.search')}</button></form>
${found.length === 0 ? empty(text('admin.units.none')) : html`<div class="scroll" tabindex="0" role="region" aria-label="${text('admin.tab.units')}"><table><thead><tr><th scope="col">${text('cli.column.unit')}</th><th scope="col">${text('admin.units.kind')}</th><th scope="col">${text('admin.units.territory')}</th><th scope="col">${text('admin.units.topics')}</th></tr></thead><tbody>${found.slice(0, SHOWN).map((unit) =>
      html`<tr><th scope="row"><a href="/admin/units/${unit.id}">${unit.name}</a></th><td>${text(`admin.units.kind.${unit.kind}` as TextKey)}</td><td>${unit.territory?.replaceAll('›', ' › ') ?? '–'}</td><td class="long">${unit.topics.map((topic) => topic.replaceAll('›', ' › ')).join(request.locale === 'zh' ? '；' : '; ') || '–'}</td></tr>`)}</tbody></table></div>${found.length > SHOWN ? html`<p class="soft">${text('operations.first_of', { shown: SHOWN, total: found.length })}</p>` : ''}`}
<p class="soft small">${text('admin.units.note')}</p>`,
  })
}

export async function showUnit(request: WebRequest): Promise<Response> {
  const unit = await request.withActor((client) => findUnit(client, request.param('id')))
  return renderUnit(request, { name: unit.name, kind: unit.kind, territory: unit.territory ?? '', topics: unit.topics.join('\n'), seen: unit.seen, errors: {} }, 200)
}

export function showUnitAdd(request: WebRequest): Promise<Response> {
  return renderUnit(request, { name: '', kind: 'bureau', territory: '', topics: '', seen: null, errors: {} }, 200)
}

export async function saveTypedUnit(request: WebRequest): Promise<Response> {
  const { text } = request
  const form = await request.form()
  const seen = form.text('seen') || null
  const typed: UnitForm = { name: form.text('name'), kind: form.text('kind'), territory: form.text('territory'), topics: form.text('topics'), seen, errors: {} }
  const reason = form.text('reason')
  if (typed.name === '' || reason === '') return renderUnit(request, { ...typed, errors: { ...(typed.name === '' ? { name: text('admin.missing') } : {}), ...(reason === '' ? { reason: text('admin.missing') } : {}) } }, 422, reason)
  try {
    const id = await request.withActor(async (client) => {
      const { before, after } = await saveUnit(client, { ...typed, topics: linesOf(typed.topics) }, seen)
      await audited(request, client, 'admin.units.save', `unit:${after.name}`, { before, after, reason })
      return after.id
    })
    return redirect(`/admin/units/${id}`, { key: 'admin.saved' })
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error
    const place = { unit_conflict: 'base', unit_exists: 'name', unit_name: 'name', unit_kind: 'kind', no_such_place: 'territory', no_such_topic: 'topics' }[error.code]
    if (place === undefined) throw error
    return renderUnit(request, { ...typed, errors: { [place]: errorText(request, error.code, error.details) } }, error.code === 'unit_conflict' ? 409 : 422, reason)
  }
}

function renderUnit(request: WebRequest, { name, kind, territory, topics, seen, errors }: UnitForm, status: number, reason = ''): Promise<Response> {
  const { text } = request
  const wrong = (key: string): { error?: string } => (errors[key] === undefined ? {} : { error: errors[key] })
  return page(request, {
    title: seen === null ? text('admin.units.add') : name, section: 'admin', status,
    body: html`<div class="head"><h1>${seen === null ? text('admin.units.add') : name}</h1></div>${tabs(request, '/admin/units')}
${errors.base ? html`<div class="message bad" role="alert"><p>${errors.base}</p></div>` : ''}
<form method="post" action="/admin/units" class="card">${seen === null ? field({ name: 'name', label: text('admin.units.name'), value: name, required: true, maxlength: 100, ...wrong('name') }) : html`<input type="hidden" name="name" value="${name}"><input type="hidden" name="seen" value="${seen}">`}
${choice({ name: 'kind', label: text('admin.units.kind'), value: kind, options: UNIT_KINDS.map((value) => ({ value, text: text(`admin.units.kind.${value}`) })) })}
${field({ name: 'territory', label: text('admin.units.territory'), hint: text('admin.path_hint'), value: territory, ...wrong('territory') })}${textArea({ name: 'topics', label: text('admin.units.topics'), hint: text('admin.one_a_line'), value: topics, rows: 6, ...wrong('topics') })}
${textArea({ name: 'reason', label: text('admin.why'), value: reason, required: true, maxlength: 300, ...wrong('reason') })}<p><button>${text('admin.save')}</button></p></form><p class="soft small">${text('admin.units.note')}</p>`,
  })
}
