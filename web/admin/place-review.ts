/**
 * "Same place?": pairs with what speaks for and against, and the decision on each; taking a merge back.
 */
import { html } from 'hono/html'
import { listPlacePairs } from '../../pipelines/places/review.ts'
import type { PlacePair } from '../../pipelines/places/review.ts'
import { decideApart, mergeWithin, undoWithin } from '../../pipelines/trees/merge.ts'
import type { Tree } from '../../pipelines/trees/merge.ts'
import { badge, empty } from '../components.ts'
import { audited } from '../operations/audited.ts'
import { redirect } from '../reply.ts'
import type { WebRequest } from '../request.ts'
import { page } from '../shell.ts'
import type { Html } from '../shell.ts'
import { placeTabs } from './places-list.ts'
import { changeRegistry, isRegistrar, registryFault } from './registry-change.ts'

const SHOWN = 25

export async function showReview(request: WebRequest): Promise<Response> {
  const { text } = request
  const pairs = await request.withActor((client) => listPlacePairs(client, SHOWN))
  return page(request, {
    title: text('admin.places.review'), section: 'admin',
    body: html`<div class="head"><h1>${text('admin.places.review')}</h1></div>${placeTabs(request, '/admin/places/review')}<p class="lead after">${text('admin.places.review_about')}</p>
${pairs.length === 0 ? empty(text('cli.places.no_pairs')) : html`<div class="stack">${pairs.map((pair) => pairCard(request, pair))}</div>`}`,
  })
}

function pairCard(request: WebRequest, { from, into, ids, versions, score, evidence }: PlacePair): Html {
  const { text } = request
  const key = ids.join('-')
  const shown = (path: string): string => path.split('›').slice(1).join(' › ') || path
  const names = [from, into].map((path) => path.split('›').at(-1)!)
  return html`<section class="card"><h2><a href="/admin/places/${ids[0]}">${shown(from)}</a> · <a href="/admin/places/${ids[1]}">${shown(into)}</a></h2>
<p>${badge(text('admin.places.score', { score: score.toFixed(2) }), score >= 0.8 ? 'good' : 'plain')} ${evidence.phases ? badge(text('admin.places.phases'), 'warn') : ''}</p>
<dl class="facts"><dt>${text('admin.places.names_alike')}</dt><dd>${Math.round(evidence.name * 100)}%</dd><dt>${text('admin.places.distance')}</dt><dd>${evidence.metres === null ? text('admin.places.unknown') : text('admin.places.metres', { n: evidence.metres })}</dd><dt>${text('cli.places.column.area')}</dt><dd>${text(`admin.places.area.${evidence.area}`)}</dd>
<dt>${text('admin.places.both_callers')}</dt><dd>${evidence.callers}</dd><dt>${text('admin.places.both_names')}</dt><dd>${evidence.together}${evidence.together > 0 ? html` <span class="soft small">${text('admin.places.against')}</span>` : ''}</dd><dt>${text('cli.places.column.tickets')}</dt><dd>${evidence.tickets[0]} · ${evidence.tickets[1]}</dd></dl>
${isRegistrar(request) ? html`<form method="post" action="/admin/places/review"><input type="hidden" name="a" value="${ids[0]}"><input type="hidden" name="b" value="${ids[1]}"><input type="hidden" name="version_a" value="${versions[0]}"><input type="hidden" name="version_b" value="${versions[1]}">
<div class="inline"><div class="field"><label for="stays-${key}">${text('admin.places.stays')}</label><select id="stays-${key}" name="stays"><option value="b">${names[1]}</option><option value="a">${names[0]}</option></select></div>
<div class="field"><label for="why-${key}">${text('admin.why')}</label><input id="why-${key}" name="why" type="text" required maxlength="300"></div>
<button name="answer" value="same">${text('admin.places.same')}<span class="unseen"> ${names.join(' · ')}</span></button><button name="answer" value="apart" class="second">${text('admin.places.apart')}<span class="unseen"> ${names.join(' · ')}</span></button></div></form>` : ''}</section>`
}

export async function decidePair(request: WebRequest): Promise<Response> {
  const form = await request.form()
  const why = form.text('why')
  const [a, b] = [form.whole('a') ?? 0, form.whole('b') ?? 0]
  const [versionA, versionB] = [form.whole('version_a') ?? -1, form.whole('version_b') ?? -1]
  if (why === '') return redirect('/admin/places/review', { key: 'operations.reason_missing', tone: 'bad' })
  const person = { by: request.actor.name, why }
  try {
    if (form.text('answer') === 'apart') {
      await changeRegistry(request, async (client) => {
        const event = await decideApart(client, { tree: 'place', from: a, into: b, ...person, versions: [versionA, versionB] })
        await audited(request, client, 'admin.place.apart', `place:${a}/${b}`, { event: event.id, reason: why })
      })
      return redirect('/admin/places/review', { key: 'admin.places.told_apart' })
    }
    const [from, into, version] = form.text('stays') === 'a' ? [b, a, versionB] : [a, b, versionA]
    const done = await changeRegistry(request, async (client) => {
      const merged = await mergeWithin(client, { tree: 'place', from, into, version, ...person })
      await audited(request, client, 'admin.place.merge', `place:${merged.from.path}`, { into: merged.into.path, event: merged.event.id, reason: why })
      return merged
    })
    return redirect('/admin/places/review', { key: 'admin.registry.merged', params: { id: done.event.id, days: done.daysToCount } })
  } catch (error) {
    const fault = registryFault(request, error)
    if (!fault) throw error
    return redirect('/admin/places/review', fault.code === 'locked' ? { key: 'admin.registry.busy', tone: 'warn' } : { key: 'admin.registry.refused', params: { why: fault.words }, tone: 'bad' })
  }
}

export const undoPlaceEvent = (request: WebRequest): Promise<Response> => undoEvent(request, 'place', '/admin/places/history')
export const undoTopicEvent = (request: WebRequest): Promise<Response> => undoEvent(request, 'topic', '/admin/topics')

async function undoEvent(request: WebRequest, tree: Tree, back: string): Promise<Response> {
  const why = (await request.form()).text('why')
  if (why === '') return redirect(back, { key: 'operations.reason_missing', tone: 'bad' })
  try {
    const done = await changeRegistry(request, async (client) => {
      const undone = await undoWithin(client, { tree, event: request.param('event'), by: request.actor.name, why })
      await audited(request, client, `admin.${tree}.undo`, `${tree}:${undone.from.path}`, { from: undone.into.path, undoes: request.param('event'), event: undone.event.id, reason: why })
      return undone
    })
    return redirect(back, { key: 'admin.registry.taken_back', params: { id: done.event.id, days: done.daysToCount } })
  } catch (error) {
    const fault = registryFault(request, error)
    if (!fault) throw error
    return redirect(back, fault.code === 'locked' ? { key: 'admin.registry.busy', tone: 'warn' } : { key: 'admin.registry.refused', params: { why: fault.words }, tone: 'bad' })
  }
}
