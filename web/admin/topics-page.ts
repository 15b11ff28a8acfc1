/**
 * Topics: which stand for a cause, which seem to have one in common; two that are one; and what was said of them.
 */
import { html } from 'hono/html'
import { readZone } from '../../pipelines/operations/standing.ts'
import { listFamilies, makeFamilyIn, suggestFamilies } from '../../pipelines/topics/families.ts'
import { listTreeEvents, mergeWithin } from '../../pipelines/trees/merge.ts'
import { findTopic } from '../../pipelines/trees/topics.ts'
import { readKnownNights } from '../../sql/issues.ts'
import { empty, field } from '../components.ts'
import { audited } from '../operations/audited.ts'
import { redirect } from '../reply.ts'
import type { WebRequest } from '../request.ts'
import { page } from '../shell.ts'
import type { Html } from '../shell.ts'
import { tabs } from './parts.ts'
import { changeRegistry, eventTable, isRegistrar, registryFault } from './registry-change.ts'

const SUGGESTIONS = 30
const EVENTS = 200

interface Typed { values: Readonly<Record<string, string>>, errors: Readonly<Record<string, string>>, status: number }

export async function showTopics(request: WebRequest): Promise<Response> {
  return renderTopics(request, { values: {}, errors: {}, status: 200 })
}

async function renderTopics(request: WebRequest, { values, errors, status }: Typed): Promise<Response> {
  const { text } = request
  const { families, pairs, events, zone } = await request.withActor(async (client) => {
    const { last } = await readKnownNights(client)
    return { families: await listFamilies(client), pairs: last === null ? [] : await suggestFamilies(client, last), events: await listTreeEvents(client, 'topic'), zone: await readZone(client) }
  })
  const shown = (path: string): string => path.replaceAll('›', ' › ')
  const number = (n: number, digits: number): string => n.toLocaleString('en-US', { maximumFractionDigits: digits })
  const wrong = (name: string): { error?: string } => (errors[name] === undefined ? {} : { error: errors[name] })
  const line = (name: string, label: string, hint?: string): Html => field({ name, label, value: values[name] ?? '', required: true, maxlength: 300, ...(hint ? { hint } : {}), ...wrong(name) })
  return page(request, {
    title: text('admin.tab.topics'), section: 'admin', wide: true, status,
    body: html`<div class="head"><h1>${text('admin.tab.topics')}</h1></div>${tabs(request, '/admin/topics')}<p class="lead">${text('admin.topics.lead')}</p>
${errors.base ? html`<div class="message bad" role="alert"><p>${errors.base}</p></div>` : ''}
${isRegistrar(request) ? html`<div class="grid"><section class="card"><h2>${text('admin.topics.family')}</h2><p class="soft">${text('admin.topics.family_about')}</p><form method="post" action="/admin/topics/family">${line('topic', text('cli.column.topic'), text('admin.path_hint'))}${line('family_why', text('admin.why'))}<p><button>${text('admin.save')}</button></p></form></section>
<section class="card"><h2>${text('admin.topics.merge')}</h2><p class="soft">${text('admin.topics.merge_about')}</p><form method="post" action="/admin/topics/merge">${line('from', text('admin.registry.from'), text('admin.path_hint'))}${line('into', text('admin.registry.into'))}${line('merge_why', text('admin.why'))}<p><button class="danger">${text('admin.topics.merge')}</button></p></form></section></div>` : ''}
<h2>${text('admin.topics.families')}</h2>${families.length === 0 ? empty(text('admin.topics.none')) : html`<div class="scroll" tabindex="0" role="region" aria-label="${text('admin.topics.families')}"><table><thead><tr><th scope="col">${text('admin.topics.one')}</th><th scope="col" class="num">${text('topics.column.topics')}</th></tr></thead><tbody>${families.map((row) => html`<tr><th scope="row">${shown(row.path)}</th><td class="num">${row.topics}</td></tr>`)}</tbody></table></div>`}
<h2>${text('admin.topics.suggested')}</h2><p class="soft">${text('admin.topics.suggested_about')}</p>${pairs.length === 0 ? html`<p>${text('topics.no_suggestions')}</p>` : html`<div class="scroll" tabindex="0" role="region" aria-label="${text('admin.topics.suggested')}"><table><thead><tr><th scope="col">${text('admin.topics.one')}</th><th scope="col">${text('admin.topics.other')}</th><th scope="col" class="num">${text('topics.column.together')}</th><th scope="col" class="num">${text('topics.column.expected')}</th><th scope="col" class="num">${text('topics.column.lift')}</th></tr></thead><tbody>${pairs.slice(0, SUGGESTIONS).map((pair) =>
      html`<tr><th scope="row">${shown(pair.a)}</th><td>${shown(pair.b)}</td><td class="num">${pair.together}</td><td class="num">${number(pair.expected, 1)}</td><td class="num">${number(pair.lift, 1)}</td></tr>`)}</tbody></table></div>`}
<h2>${text('admin.history')}</h2>${eventTable(request, 'topic', events.slice(0, EVENTS), zone)}`,
  })
}

async function refused(request: WebRequest, values: Readonly<Record<string, string>>, error: unknown, fieldName: string): Promise<Response> {
  const fault = registryFault(request, error)
  if (!fault) throw error
  return renderTopics(request, { values, errors: { [fault.code === 'locked' ? 'base' : fieldName]: fault.words }, status: fault.code === 'locked' ? 503 : 422 })
}

function missing(request: WebRequest, values: Readonly<Record<string, string>>): Promise<Response> | undefined {
  const absent = Object.keys(values).filter((name) => values[name] === '')
  return absent.length === 0 ? undefined : renderTopics(request, { values, errors: Object.fromEntries(absent.map((name) => [name, request.text('admin.missing')])), status: 422 })
}

export async function saveFamily(request: WebRequest): Promise<Response> {
  const form = await request.form()
  const values = { topic: form.text('topic'), family_why: form.text('family_why') }
  const unfit = missing(request, values)
  if (unfit) return unfit
  try {
    const made = await changeRegistry(request, async (client) => {
      const done = await makeFamilyIn(client, values.topic)
      await audited(request, client, 'admin.topic.family', `topic:${done.path}`, { topics: done.topics, reason: values.family_why })
      return done
    })
    return redirect('/admin/topics', { key: 'topics.family_made', params: { path: made.path.replaceAll('›', ' › '), topics: made.topics } })
  } catch (error) {
    return refused(request, values, error, 'topic')
  }
}

export async function mergeTypedTopics(request: WebRequest): Promise<Response> {
  const form = await request.form()
  const values = { from: form.text('from'), into: form.text('into'), merge_why: form.text('merge_why') }
  const unfit = missing(request, values)
  if (unfit) return unfit
  let at = 'from'
  try {
    const done = await changeRegistry(request, async (client) => {
      const from = await findTopic(client, values.from)
      at = 'into'
      const into = await findTopic(client, values.into)
      const merged = await mergeWithin(client, { tree: 'topic', from: from.id, into: into.id, by: request.actor.name, why: values.merge_why })
      await audited(request, client, 'admin.topic.merge', `topic:${merged.from.path}`, { into: merged.into.path, event: merged.event.id, reason: values.merge_why })
      return merged
    })
    return redirect('/admin/topics', { key: 'admin.registry.merged', params: { id: done.event.id, days: done.daysToCount } })
  } catch (error) {
    return refused(request, values, error, at)
  }
}
