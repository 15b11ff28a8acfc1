/**
 * Where the alerts are: a drawing, and the list of all areas as its equal.
 */
import type { Locale } from '../../core/config.ts'
import { t } from '../../core/texts.ts'
import type { ReportAreaRow } from '../../sql/report.ts'
import type { Boundaries } from './boundaries.ts'
import { draw } from './echarts.ts'
import { FEWEST_CALLERS } from './facts.ts'
import type { AlertFacts, Level, ReportFacts } from './facts.ts'
import { html } from './html.ts'
import type { Content, Markup } from './html.ts'
import { boundaryDrawing, pointDrawing, spotsOf } from './map-drawing.ts'
import { levelChip } from './marks.ts'
import { formatWhole, named } from './words.ts'

type Library = typeof import('echarts')

/** Two drawings, of which style shows one. */
const SIZES = [{ width: 640, className: 'wide' }, { width: 340, className: 'narrow' }] as const

/** Areas listed at most; those with an alert always are. */
const MOST_AREAS = 60

export interface AreaFacts { name: string, row: ReportAreaRow | undefined, alerts: AlertFacts[], level: Level | undefined }

/** Boundaries and what is known of each, in the same order. */
export interface Outlines { boundaries: Boundaries, areas: AreaFacts[] }

/** @param areas the areas to list, which are the districts where no boundary bears a place's name */
export function mapSection(echarts: Library, locale: Locale, facts: ReportFacts, areas: AreaFacts[], outlines?: Outlines): Markup {
  const spots = spotsOf(facts)
  const label = t(locale, 'report.map.summary', { city: facts.city, n: spots.length })
  const drawings = outlines
    ? SIZES.map((size) => draw(echarts, { ...boundaryDrawing(echarts, outlines.boundaries, outlines.areas, spots, size.width), className: size.className, label }))
    : facts.places.length + spots.length > 0 ? SIZES.map((size) => draw(echarts, { ...pointDrawing(facts.places, spots, size.width), className: size.className, label })) : []
  const city = facts.alerts.filter((alert) => alert.place.length === 1)
  const lost = facts.alerts.filter((alert) => alert.place.length > 1 && !spots.some((spot) => spot.alert === alert))
  return html`<section id="map"><h2>${t(locale, 'report.map')}</h2>
<div class="${drawings.length > 0 && areas.length > 0 ? 'beside' : ''}"><div>${drawings.length > 0
    ? html`<figure class="map">${drawings}<figcaption>${t(locale, outlines ? 'report.map.boundaries' : 'report.map.points')}</figcaption></figure>`
    : html`<p class="note">${t(locale, 'report.map.none')}</p>`}
${city.length > 0 && html`<p>${t(locale, 'report.map.citywide', { ranks: city.map((alert) => alert.rank).join(t(locale, 'report.list_separator')) })}</p>`}
${drawings.length > 0 && lost.length > 0 && html`<p>${t(locale, 'report.map.nowhere', { ranks: lost.map((alert) => alert.rank).join(t(locale, 'report.list_separator')) })}</p>`}
</div><div>${areaTable(locale, areas)}</div></div>
</section>`
}

function areaTable(locale: Locale, areas: AreaFacts[]): Markup | false {
  if (areas.length === 0) return false
  const shown = areas.length <= MOST_AREAS ? areas : [...areas.filter((area) => area.level), ...areas.filter((area) => !area.level)].slice(0, Math.max(MOST_AREAS, areas.filter((area) => area.level).length))
  const tickets = (row: ReportAreaRow | undefined): Content => {
    if (!row) return '–'
    return row.callers > 0 && row.callers < FEWEST_CALLERS ? `<${FEWEST_CALLERS}` : formatWhole(locale, row.tickets)
  }
  return html`<h3>${t(locale, 'report.map.areas')}</h3>
<div class="scroll" tabindex="0" role="region" aria-label="${t(locale, 'report.map.areas')}"><table class="numbers areas"><thead><tr><th scope="col">${t(locale, 'report.map.area')}</th><th scope="col">${t(locale, 'report.map.area_tickets')}</th><th scope="col" class="words">${t(locale, 'report.map.area_alerts')}</th></tr></thead><tbody>
${shown.map(({ name, row, alerts, level }) => html`<tr><th scope="row">${named(locale, name)}</th><td>${tickets(row)}</td><td class="words">${level
    ? html`${levelChip(locale, level)} ${alerts.map((alert, i) => html`${i > 0 && t(locale, 'report.list_separator')}<a href="#alert-${alert.rank}">${alert.rank}</a>`)}`
    : row ? t(locale, 'report.changes.none') : html`<span class="soft">${t(locale, 'report.map.area_unmatched')}</span>`}</td></tr>
`)}</tbody></table></div>${shown.length < areas.length && html`<p class="note">${t(locale, 'report.map.areas_more', { n: areas.length - shown.length })}</p>`}`
}
