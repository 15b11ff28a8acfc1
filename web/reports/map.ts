/**
 * The map of a report: circles that lead to their tickets, with their class as a sign. The table of streets says the same.
 */
import { html } from 'hono/html'
import { shown } from '../../pipelines/reports/document.ts'
import type { ReportDocument } from '../../pipelines/reports/document.ts'
import { mapOf } from '../../pipelines/reports/map.ts'
import { ALL_TOPICS_ID, CLASSES, isShown } from '../../pipelines/reports/tables.ts'
import { CLASS_MARKS } from '../../pipelines/reports/wording.ts'
import type { WebRequest } from '../request.ts'
import type { Html } from '../shell.ts'
import { behindPath } from './frame.ts'

export function mapCard(request: WebRequest, document: ReportDocument): Html {
  const map = mapOf(document)
  const { text } = request
  if (!map) return html`<section class="card" id="map"><h2>${text('reports.map')}</h2><p>${text('reports.map.none')}</p></section>`
  return html`<section class="card" id="map"><h2>${text('reports.map')}</h2><p class="hint">${text('reports.map.about')}</p>
<svg class="report-map" viewBox="0 0 ${map.width} ${map.height}" role="group" aria-label="${text('reports.map.label', { city: document.city, n: map.spots.length, hot: map.hot })}">${map.spots.map((spot) => {
    const count = shown(spot.callers)
    const behind = { area: spot.id, topic: ALL_TOPICS_ID }
    const label = `${spot.path.slice(1).join(' › ')}: ${count === null ? text('reports.few') : text('reports.callers', { n: count })} · ${text(`reports.class.${spot.class}`)}`
    const drawn = html`<circle cx="${spot.x}" cy="${spot.y}" r="${spot.r}"><title>${label}</title></circle>${CLASS_MARKS[spot.class] ? html`<text x="${spot.x}" y="${spot.y}" dy="4" text-anchor="middle">${CLASS_MARKS[spot.class]}</text>` : ''}`
    const kind = `spot${spot.hot ? ' hot' : ''}${count === null || count === 0 ? ' zero' : ''}`
    return isShown(document, behind, 'now') ? html`<a class="${kind}" href="${behindPath(document, behind, 'now')}" aria-label="${label}" tabindex="-1">${drawn}</a>` : html`<g class="${kind}">${drawn}</g>`
  })}</svg>
<dl class="report-legend">${CLASSES.map((name) => html`<div><dt><b aria-hidden="true">${CLASS_MARKS[name]}</b> ${text(`reports.class.${name}`)}</dt><dd>${text(`reports.class.about.${name}`)}</dd></div>`)}</dl></section>`
}
