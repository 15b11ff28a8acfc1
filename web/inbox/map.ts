/**
 * Where the tickets of an alert lie and how they spread: cells on a grid, darker the later they began; the list beside it says the same.
 */
import { html } from 'hono/html'
import { FEWEST_CALLERS, frameOf } from '../../pipelines/inbox/alert-page.ts'
import type { AlertPage } from '../../pipelines/inbox/alert-page.ts'
import { describeExpected } from '../../pipelines/alert-text.ts'
import type { WebRequest } from '../request.ts'
import type { Html } from '../shell.ts'
import { alertPath, formatDay, name } from './format.ts'

const WIDTH = 480
const TALLEST = 420
const SHORTEST = 260
/** Steps of the ramp from early to late. */
const STEPS = 5
const MOST_NAMES = 7

export function mapSection(request: WebRequest, page: AlertPage): Html {
  const { text } = request
  return html`<section class="card"><h2>${text('inbox.alert.map')}</h2><div class="side">
<div>${page.cells.length === 0 ? html`<p class="soft">${text('inbox.alert.map.none')}</p>` : drawing(request, page)}</div>
<div>${placeTable(request, page)}</div></div></section>`
}

function drawing(request: WebRequest, { cells, landmarks, head }: AlertPage): Html {
  const { text } = request
  const frame = frameOf(cells)
  const shrink = Math.cos((frame.south + frame.north) / 2 * Math.PI / 180)
  const across = (frame.east - frame.west) * shrink
  const down = frame.north - frame.south
  const height = Math.round(Math.min(TALLEST, Math.max(SHORTEST, WIDTH * down / across)))
  const scale = Math.min(WIDTH / across, height / down)
  const x0 = (WIDTH - across * scale) / 2
  const y0 = (height - down * scale) / 2
  const x = (lng: number): number => x0 + (lng - frame.west) * shrink * scale
  const y = (lat: number): number => y0 + (frame.north - lat) * scale
  const nights = [...new Set(cells.map(({ first }) => first))].sort()
  const most = Math.max(...cells.map(({ callers }) => callers))
  const radius = (callers: number): number => Math.max(4, Math.min(22, Math.max(6, 0.0024 * scale * 0.5)) * Math.sqrt(callers / most))
  const names = spread(landmarks.filter(({ lng, lat }) => x(lng) > 30 && x(lng) < WIDTH - 30 && y(lat) > 14 && y(lat) < height - 14).map((place) => ({ name: place.name, x: x(place.lng), y: y(place.lat) })))
  return html`<figure class="map"><svg id="map" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${text('inbox.alert.map.label', { n: cells.length })}">
<rect class="m-ground" width="${WIDTH}" height="${height}"/>
${landmarks.map((place) => html`<circle class="m-dot" cx="${x(place.lng).toFixed(1)}" cy="${y(place.lat).toFixed(1)}" r="2"/>`)}
${cells.map((cell) => html`<circle class="m-cell s${stepOf(nights, cell.first)}" data-first="${cell.first}" cx="${x(cell.lng).toFixed(1)}" cy="${y(cell.lat).toFixed(1)}" r="${radius(cell.callers).toFixed(1)}"><title>${cell.first}: ${cell.callers}</title></circle>`)}
${names.map((place) => html`<text class="m-name" x="${place.x.toFixed(1)}" y="${(place.y - 5).toFixed(1)}" text-anchor="middle">${place.name}</text>`)}
${head.lng === null || head.lat === null || head.centreFromTickets || x(head.lng) < 0 || x(head.lng) > WIDTH || y(head.lat) < 0 || y(head.lat) > height ? '' : html`<path class="m-centre" d="M${(x(head.lng) - 6).toFixed(1)} ${y(head.lat).toFixed(1)}h12m-6-6v12"/>`}
</svg><figcaption class="small soft"><span class="ramp" aria-hidden="true">${nights[0]} ${text('inbox.alert.map.early')} <svg viewBox="0 0 80 10" width="80" height="10">${Array.from({ length: STEPS }, (_, i) => html`<rect class="m-cell s${i}" x="${i * 16}" width="16" height="10"/>`)}</svg> ${text('inbox.alert.map.late')} ${nights.at(-1)}</span>
<span>${text('inbox.alert.map.note', { fewest: FEWEST_CALLERS })}</span>${nights.length < 2 ? '' : html`<span class="until" id="map-until" data-nights="${nights.join(',')}" hidden><label for="map-night">${text('inbox.alert.map.until')}</label><input id="map-night" type="range" min="0" max="${nights.length - 1}" value="${nights.length - 1}"><output for="map-night">${nights.at(-1)}</output></span>`}</figcaption></figure>`
}

function stepOf(nights: readonly string[], night: string): number {
  return nights.length < 2 ? STEPS - 1 : Math.round(nights.indexOf(night) / (nights.length - 1) * (STEPS - 1))
}

/** Names that do not lie over each other, the largest places first. */
function spread<T extends { name: string, x: number, y: number }>(names: readonly T[]): T[] {
  const kept: T[] = []
  for (const one of names) {
    if (kept.length < MOST_NAMES && kept.every((other) => Math.abs(other.y - one.y) > 16 || Math.abs(other.x - one.x) > 7 * (one.name.length + other.name.length))) kept.push(one)
  }
  return kept
}

/** The equal of the map: where, how many, since when; with what is usual and alerts of their own where the night noted them. */
function placeTable(request: WebRequest, { places, affected, view, head }: AlertPage): Html {
  const { text } = request
  const noted = new Map(affected.map((row) => [row.place.join('›'), row]))
  const parts = affected.filter(({ alert }) => alert !== null)
  if (places.length === 0) return html`<p class="soft">${text('inbox.alert.map.none')}</p>`
  return html`<div class="scroll"><table><caption>${text('inbox.alert.places')}</caption><thead><tr><th scope="col">${text('inbox.alert.place')}</th><th scope="col" class="num">${text('inbox.alert.callers')}</th>${noted.size === 0 ? '' : html`<th scope="col" class="num">${text('inbox.alert.usually')}</th>`}<th scope="col">${text('inbox.alert.first')}</th></tr></thead><tbody>
${places.slice(0, 12).map((row) => {
    const known = row.place === null ? undefined : noted.get(row.place)
    return html`<tr><th scope="row">${row.place === null ? text('inbox.alert.places.few', { fewest: FEWEST_CALLERS }) : name(request, row.place.split('›').slice(head.place.length - (row.place.split('›').length === head.place.length ? 1 : 0)).join(' › ') || head.place.at(-1)!)}${known?.alert ? html` <a href="${alertPath(known.alert)}">${text('inbox.alert.places.part')}</a>` : ''}</th><td class="num">${row.callers ?? '–'}</td>${noted.size === 0 ? '' : html`<td class="num">${known === undefined || known.usual === null ? '–' : describeExpected(request.locale, known.usual)}</td>`}<td class="nowrap">${formatDay(request, row.first, view.timeline.at(-1) ? head.lastNight : undefined)}</td></tr>`
  })}
</tbody></table></div>${parts.length > 0 && !places.some((row) => row.place !== null && noted.get(row.place)?.alert) ? html`<p class="small">${parts.map((part, i) => html`${i > 0 ? ' · ' : ''}<a href="${alertPath(part.alert!)}">${part.place.at(-1)}</a>`)}</p>` : ''}`
}
