/**
 * The register of places: walked down, searched; and everything that was said of its places.
 */
import { html } from 'hono/html'
import type { TextKey } from '../../core/texts.ts'
import { listTreeEvents } from '../../pipelines/trees/merge.ts'
import { searchPlaces } from '../../sql/places.ts'
import { readPlaces } from '../../sql/trees.ts'
import { empty, field } from '../components.ts'
import type { WebRequest } from '../request.ts'
import { page } from '../shell.ts'
import type { Html } from '../shell.ts'
import { readZone } from '../../pipelines/operations/standing.ts'
import { tabs } from './parts.ts'
import { eventTable } from './registry-change.ts'

const SHOWN = 200
/** Events shown on one page. */
const EVENTS = 300

/** The pages about places. */
export function placeTabs(request: WebRequest, current: '/admin/places' | '/admin/places/review' | '/admin/places/history' | ''): Html {
  const links = [['/admin/places', 'admin.places.list'], ['/admin/places/review', 'admin.places.review'], ['/admin/places/history', 'admin.history']] as const
  return html`${tabs(request, '/admin/places')}<nav class="row" aria-label="${request.text('admin.tab.places')}">${links.map(([path, label]) => html`<a class="button second small" href="${path}"${path === current ? html` aria-current="page"` : ''}>${request.text(label)}</a>`)}</nav>`
}

interface Row { id: number, shown: string, name: string, kind: string, households: number | null, lng: number | null, lat: number | null, spellings: readonly string[] }

export async function showPlaces(request: WebRequest): Promise<Response> {
  const { text } = request
  const wanted = request.query('q').trim()
  const under = request.query('under')
  const { places, found } = await request.withActor(async (client) => ({ places: await readPlaces(client), found: wanted === '' ? null : await searchPlaces(client, wanted, SHOWN + 1) }))
  const children = Map.groupBy(places.values(), (place) => place.parentId)
  const root = under === '' ? undefined : places.get(Number(under))
  const rows: Row[] = found
    ? found.map((row) => ({ ...row, shown: row.path.replaceAll('›', ' › '), spellings: row.aliases }))
    : (children.get(root?.id ?? null) ?? []).map((row) => ({ ...row, shown: row.name, spellings: [] })).sort((a, b) => (a.shown < b.shown ? -1 : 1))
  return page(request, {
    title: text('admin.tab.places'), section: 'admin', wide: true,
    body: html`<div class="head"><h1>${text('admin.tab.places')}</h1></div>${placeTabs(request, '/admin/places')}
<form class="inline card after" method="get" action="/admin/places">${field({ name: 'q', label: text('admin.places.search'), type: 'search', value: request.query('q') })}<button>${text('admin.search')}</button></form>
<p>${found ? html`<a href="/admin/places">${text('admin.places.top')}</a>` : root ? html`<a href="/admin/places">${text('admin.places.top')}</a> ${root.rollup.slice(0, -1).map((id) => html`› <a href="/admin/places?under=${id}">${places.get(id)!.name}</a> `)}› <b><a href="/admin/places/${root.id}">${root.name}</a></b>` : text('admin.places.count', { n: places.size })}</p>
${rows.length === 0 ? empty(text('admin.places.none')) : html`<div class="scroll" tabindex="0" role="region" aria-label="${text('admin.tab.places')}"><table><thead><tr><th scope="col">${text('cli.column.place')}</th><th scope="col">${text('admin.units.kind')}</th><th scope="col" class="num">${text('admin.places.households')}</th><th scope="col">${text('admin.places.point')}</th>${found ? html`<th scope="col">${text('cli.places.column.aliases')}</th>` : ''}<th scope="col" class="num">${text('admin.places.below')}</th></tr></thead><tbody>${rows.slice(0, SHOWN).map((place) =>
      html`<tr><th scope="row"><a href="/admin/places/${place.id}">${place.shown}</a></th><td>${text(`place.kind.${place.kind}` as TextKey)}</td><td class="num">${place.households?.toLocaleString('en-US') ?? '–'}</td><td class="nowrap">${pointText(place)}</td>${found ? html`<td>${place.spellings.join(request.locale === 'zh' ? '；' : '; ') || '–'}</td>` : ''}<td class="num">${children.has(place.id) ? html`<a href="/admin/places?under=${place.id}">${children.get(place.id)!.length}<span class="unseen"> ${text('admin.places.below_of', { place: place.name })}</span></a>` : '0'}</td></tr>`)}</tbody></table></div>${rows.length > SHOWN ? html`<p class="soft">${found ? text('admin.places.first', { shown: SHOWN }) : text('operations.first_of', { shown: SHOWN, total: rows.length })}</p>` : ''}`}`,
  })
}

export function pointText({ lng, lat }: { lng: number | null, lat: number | null }): string {
  return lng === null || lat === null ? '–' : `${lng.toFixed(4)}, ${lat.toFixed(4)}`
}

export async function showPlaceHistory(request: WebRequest): Promise<Response> {
  const { text } = request
  const { events, zone } = await request.withActor(async (client) => ({ events: await listTreeEvents(client, 'place'), zone: await readZone(client) }))
  return page(request, {
    title: text('admin.places.history'), section: 'admin', wide: true,
    body: html`<div class="head"><h1>${text('admin.places.history')}</h1></div>${placeTabs(request, '/admin/places/history')}<p class="lead after">${text('admin.places.history_about')}</p>
${eventTable(request, 'place', events.slice(0, EVENTS), zone)}${events.length > EVENTS ? html`<p class="soft">${text('operations.first_of', { shown: EVENTS, total: events.length })}</p>` : ''}`,
  })
}
