/**
 * One place of the register: what is known of it, its spellings, its name and what it lies in, merges, and their history.
 */
import { html } from 'hono/html'
import { BadInputError } from '../../core/errors.ts'
import { ALIAS_KINDS, PLACE_KINDS } from '../../core/place-kinds.ts'
import type { AliasKind } from '../../core/place-kinds.ts'
import type { TextKey } from '../../core/texts.ts'
import { readZone } from '../../pipelines/operations/standing.ts'
import { centreOf, changePlace, factsOf, markOfFacts, renamePlace } from '../../pipelines/places/edit.ts'
import { addAlias, dropAlias, findPlace, readForEdit } from '../../pipelines/places/entities.ts'
import type { EntityForEdit } from '../../pipelines/places/entities.ts'
import { mergeWithin } from '../../pipelines/trees/merge.ts'
import { badge, choice, field } from '../components.ts'
import { audited } from '../operations/audited.ts'
import { redirect } from '../reply.ts'
import type { WebRequest } from '../request.ts'
import { page } from '../shell.ts'
import type { Html } from '../shell.ts'
import { placeTabs, pointText } from './places-list.ts'
import { changeRegistry, eventTable, isRegistrar, registryFault } from './registry-change.ts'

/** What was typed into the forms of the page, by the fields' names, and what is wrong with it. */
interface Typed { values: Readonly<Record<string, string>>, errors: Readonly<Record<string, string>>, status: number }
const NOTHING: Typed = { values: {}, errors: {}, status: 200 }

const idOf = (request: WebRequest): number => {
  const id = request.param('id')
  if (!/^\d{1,9}$/.test(id)) throw new BadInputError('no_such_place', `there is no place ${id}`, { typed: id, near: [] })
  return Number(id)
}

export async function showPlace(request: WebRequest): Promise<Response> {
  return renderPlace(request, idOf(request), NOTHING)
}

async function renderPlace(request: WebRequest, id: number, { values, errors, status }: Typed): Promise<Response> {
  const { text } = request
  const { known, zone } = await request.withActor(async (client) => ({ known: await readForEdit(client, id), zone: await readZone(client) }))
  const { entity, parent, below, datum, events } = known
  const shown = (path: string): string => path.replaceAll('›', ' › ')
  const edits = isRegistrar(request) && entity.mergedInto === null
  const forms = { request, known, value: (name: string, now: string): string => values[name] ?? now, wrong: (name: string): { error?: string } => (errors[name] === undefined ? {} : { error: errors[name] }) }
  return page(request, {
    title: entity.name, section: 'admin', wide: true, status,
    body: html`<div class="head"><h1>${entity.name}</h1>${badge(text(`place.kind.${entity.kind}` as TextKey), 'info')}${entity.registered ? '' : badge(text('admin.places.unregistered'))}</div>${placeTabs(request, '')}
${errors.base ? html`<div class="message bad after" role="alert"><p>${errors.base}</p></div>` : ''}
${entity.mergedInto === null ? '' : html`<div class="message info after"><p>${text('admin.places.merged_into', { path: shown(entity.mergedInto) })}</p></div>`}
<dl class="facts card after"><dt>${text('admin.places.path')}</dt><dd>${shown(entity.path)}</dd>${parent ? html`<dt>${text('admin.places.parent')}</dt><dd><a href="/admin/places/${parent.id}">${parent.name}</a></dd>` : ''}<dt>${text('admin.places.below')}</dt><dd>${below === 0 ? '0' : html`<a href="/admin/places?under=${id}">${below}</a>`}</dd><dt>${text('cli.places.column.tickets')}</dt><dd>${entity.tickets.toLocaleString('en-US')}</dd>
<dt>${text('admin.places.households')}</dt><dd>${entity.households?.toLocaleString('en-US') ?? '–'}</dd><dt>${text('admin.places.point')}</dt><dd>${pointText(entity)}${entity.lng === null ? '' : ` (${datum})`}</dd><dt>${text('cli.places.column.code')}</dt><dd>${entity.code ?? '–'}</dd>${entity.developer === null ? '' : html`<dt>${text('admin.places.developer')}</dt><dd>${entity.developer}</dd>`}
${entity.leads.length === 0 ? '' : html`<dt>${text('admin.places.leads')}</dt><dd>${entity.leads.map((path) => html`<div>${shown(path)}</div>`)}</dd>`}</dl>
<div class="grid">${spellingsCard(forms, edits)}${edits ? html`${factsCard(forms)}${parent === null ? '' : html`${renameCard(forms)}${mergeCard(forms)}`}` : ''}</div>
<h2>${text('admin.history')}</h2>${eventTable(request, 'place', events, zone)}`,
  })
}

interface Forms { request: WebRequest, known: EntityForEdit, value: (name: string, now: string) => string, wrong: (name: string) => { error?: string } }

function spellingsCard({ request, known: { entity, spellings }, value, wrong }: Forms, edits: boolean): Html {
  const { text } = request
  const kindText = (kind: AliasKind): string => text(`admin.places.spelling.${kind}`)
  return html`<section class="card"><h2>${text('cli.places.column.aliases')}</h2><p class="soft">${text('admin.places.spellings_about')}</p>
${spellings.length === 0 ? html`<p>${text('admin.places.no_spellings')}</p>` : html`<ul class="plain-list">${spellings.map((one) => html`<li class="row"><span>${one.name} <span class="soft small">${kindText(one.kind)} · ${one.by}</span></span>${edits ? html`<form method="post" action="/admin/places/${entity.id}/spellings/remove"><input type="hidden" name="spelling" value="${one.name}"><button class="second small" aria-label="${text('admin.calendar.remove_one', { what: one.name })}">${text('admin.calendar.remove')}</button></form>` : ''}</li>`)}</ul>`}
${edits ? html`<form method="post" action="/admin/places/${entity.id}/spellings">${field({ name: 'spelling', label: text('admin.places.spelling'), value: value('spelling', ''), required: true, maxlength: 100, ...wrong('spelling') })}${choice({ name: 'spelling_kind', label: text('admin.units.kind'), value: value('spelling_kind', 'spelling'), options: ALIAS_KINDS.map((kind) => ({ value: kind, text: kindText(kind) })) })}<p><button>${text('admin.places.add_spelling')}</button></p></form>` : ''}</section>`
}

function factsCard({ request, known: { entity, datum }, value, wrong }: Forms): Html {
  const { text } = request
  const kinds = PLACE_KINDS.filter((kind) => (kind === 'city') === (entity.kind === 'city'))
  return html`<section class="card"><h2>${text('admin.places.facts')}</h2><form method="post" action="/admin/places/${entity.id}/facts"><input type="hidden" name="seen" value="${markOfFacts(entity)}">
${choice({ name: 'kind', label: text('admin.units.kind'), value: value('kind', entity.kind), options: kinds.map((kind) => ({ value: kind, text: text(`place.kind.${kind}`) })), ...wrong('kind') })}
${field({ name: 'households', label: text('admin.places.households'), value: value('households', entity.households === null ? '' : String(entity.households)), inputmode: 'numeric', maxlength: 9, ...wrong('households') })}
${field({ name: 'centre', label: text('admin.places.centre'), hint: text('admin.places.centre_hint', { datum }), value: value('centre', entity.lng === null || entity.lat === null ? '' : `${entity.lng}, ${entity.lat}`), maxlength: 60, ...wrong('centre') })}
${field({ name: 'code', label: text('cli.places.column.code'), hint: text('admin.places.code_hint'), value: value('code', entity.code ?? ''), maxlength: 32, ...wrong('code') })}
${field({ name: 'developer', label: text('admin.places.developer'), value: value('developer', entity.developer ?? ''), maxlength: 100, ...wrong('developer') })}
${field({ name: 'facts_why', label: text('admin.why'), value: value('facts_why', ''), required: true, maxlength: 300, ...wrong('facts_why') })}<p><button>${text('admin.save')}</button></p></form><p class="soft small">${text('admin.places.facts_note')}</p></section>`
}

function renameCard({ request, known: { entity, parent, version }, value, wrong }: Forms): Html {
  const { text } = request
  return html`<section class="card"><h2>${text('admin.places.rename')}</h2><p class="soft">${text('admin.places.rename_about')}</p><form method="post" action="/admin/places/${entity.id}/rename"><input type="hidden" name="version" value="${version}">
${field({ name: 'name', label: text('admin.name'), value: value('name', entity.name), required: true, maxlength: 100, ...wrong('name') })}
${field({ name: 'parent', label: text('admin.places.parent'), hint: text('admin.path_hint'), value: value('parent', parent!.path), required: true, ...wrong('parent') })}
${field({ name: 'rename_why', label: text('admin.why'), value: value('rename_why', ''), required: true, maxlength: 300, ...wrong('rename_why') })}<p><button class="second">${text('admin.places.rename')}</button></p></form></section>`
}

function mergeCard({ request, known: { entity, version }, value, wrong }: Forms): Html {
  const { text } = request
  return html`<section class="card"><h2>${text('admin.places.merge')}</h2><p class="soft">${text('admin.places.merge_about')}</p><form method="post" action="/admin/places/${entity.id}/merge"><input type="hidden" name="version" value="${version}">
${field({ name: 'into', label: text('admin.places.into'), hint: text('admin.path_hint'), value: value('into', ''), required: true, ...wrong('into') })}
${field({ name: 'merge_why', label: text('admin.why'), value: value('merge_why', ''), required: true, maxlength: 300, ...wrong('merge_why') })}<p><button class="danger">${text('admin.places.merge')}</button></p></form></section>`
}

/** Fields that the codes of errors belong to. */
const FIELD_OF: Readonly<Record<string, string>> = {
  place_kind: 'kind', place_households: 'households', place_centre: 'centre', place_code_length: 'code', place_code_province: 'code', place_code_level: 'code', place_code_parent: 'code', empty_name: 'name', place_exists: 'name', place_unchanged: 'name', area_renamed: 'name',
}

/** Says beside a field what is wrong; what was typed stays. */
async function refused(request: WebRequest, id: number, values: Readonly<Record<string, string>>, error: unknown, own: Readonly<Record<string, string>> = {}): Promise<Response> {
  const fault = registryFault(request, error)
  if (!fault) throw error
  const status = /conflict$/.test(fault.code) ? 409 : fault.code === 'locked' ? 503 : 422
  return renderPlace(request, id, { values, errors: { [own[fault.code] ?? FIELD_OF[fault.code] ?? 'base']: fault.words }, status })
}

function missing(request: WebRequest, id: number, values: Readonly<Record<string, string>>, names: readonly string[]): Promise<Response> | undefined {
  const absent = names.filter((name) => values[name] === '')
  return absent.length === 0 ? undefined : renderPlace(request, id, { values, errors: Object.fromEntries(absent.map((name) => [name, request.text('admin.missing')])), status: 422 })
}

const placePath = (id: number): string => `/admin/places/${id}`

export async function savePlaceFacts(request: WebRequest): Promise<Response> {
  const id = idOf(request)
  const form = await request.form()
  const values = Object.fromEntries(['kind', 'households', 'centre', 'code', 'developer', 'facts_why'].map((name) => [name, form.text(name)]))
  const unfit = missing(request, id, values, ['facts_why'])
  if (unfit) return unfit
  const households = values.households === '' ? null : /^\d{1,9}$/.test(values.households!) ? Number(values.households) : NaN
  const [lng, lat] = centreOf(values.centre!)
  try {
    await changeRegistry(request, async (client) => {
      const { before, after } = await changePlace(client, id, { kind: values.kind!, code: values.code || null, households, lng, lat, developer: values.developer || null }, form.text('seen'))
      await audited(request, client, 'admin.place.facts', `place:${after.path}`, { before: factsOf(before), after: factsOf(after), reason: values.facts_why })
    })
  } catch (error) {
    return refused(request, id, values, error)
  }
  return redirect(placePath(id), { key: 'admin.saved' })
}

export async function addSpelling(request: WebRequest): Promise<Response> {
  const id = idOf(request)
  const form = await request.form()
  const values = { spelling: form.text('spelling'), spelling_kind: form.text('spelling_kind') }
  const unfit = missing(request, id, values, ['spelling'])
  if (unfit) return unfit
  const kind = ALIAS_KINDS.find((one) => one === values.spelling_kind) ?? 'spelling'
  try {
    const added = await changeRegistry(request, async (client) => {
      const { entity } = await readForEdit(client, id)
      const done = await addAlias(client, entity.path, values.spelling, kind, request.actor.name)
      await audited(request, client, 'admin.place.spelling.add', `place:${done.path}`, { spelling: values.spelling, kind, added: done.added })
      return done.added
    })
    return redirect(placePath(id), added ? { key: 'admin.saved' } : { key: 'admin.places.spelling_known', tone: 'info' })
  } catch (error) {
    return refused(request, id, values, error, { empty_name: 'spelling' })
  }
}

export async function removeSpelling(request: WebRequest): Promise<Response> {
  const id = idOf(request)
  const name = (await request.form()).text('spelling')
  try {
    const removed = await changeRegistry(request, async (client) => {
      const { entity } = await readForEdit(client, id)
      const done = await dropAlias(client, entity.path, name)
      if (done.removed) await audited(request, client, 'admin.place.spelling.remove', `place:${done.path}`, { spelling: name })
      return done.removed
    })
    return redirect(placePath(id), removed ? { key: 'admin.removed' } : { key: 'admin.changed_meanwhile', tone: 'warn' })
  } catch (error) {
    return refused(request, id, {}, error)
  }
}

export async function renameTyped(request: WebRequest): Promise<Response> {
  const id = idOf(request)
  const form = await request.form()
  const values = { name: form.text('name'), parent: form.text('parent'), rename_why: form.text('rename_why') }
  const unfit = missing(request, id, values, ['name', 'parent', 'rename_why'])
  if (unfit) return unfit
  try {
    const { event, into, daysToCount } = await changeRegistry(request, async (client) => {
      const done = await renamePlace(client, { from: id, name: values.name, parent: values.parent, by: request.actor.name, why: values.rename_why, version: form.whole('version') ?? -1 })
      await audited(request, client, 'admin.place.rename', `place:${done.from.path}`, { into: done.into.path, event: done.event.id, reason: values.rename_why })
      return done
    })
    return redirect(placePath(into.id), { key: 'admin.registry.merged', params: { id: event.id, days: daysToCount } })
  } catch (error) {
    return refused(request, id, values, error, { no_such_place: 'parent', bad_merge: 'parent' })
  }
}

export async function mergeTyped(request: WebRequest): Promise<Response> {
  const id = idOf(request)
  const form = await request.form()
  const values = { into: form.text('into'), merge_why: form.text('merge_why') }
  const unfit = missing(request, id, values, ['into', 'merge_why'])
  if (unfit) return unfit
  try {
    const { event, into, daysToCount } = await changeRegistry(request, async (client) => {
      const done = await mergeWithin(client, { tree: 'place', from: id, into: (await findPlace(client, values.into)).id, by: request.actor.name, why: values.merge_why, version: form.whole('version') ?? -1 })
      await audited(request, client, 'admin.place.merge', `place:${done.from.path}`, { into: done.into.path, event: done.event.id, reason: values.merge_why })
      return done
    })
    return redirect(placePath(into.id), { key: 'admin.registry.merged', params: { id: event.id, days: daysToCount } })
  } catch (error) {
    return refused(request, id, values, error, { no_such_place: 'into', bad_merge: 'into' })
  }
}
