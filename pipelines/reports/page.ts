/**
 * The report as one HTML file in the layout of an official bulletin: for the screen, for paper, and as what the PDF is printed from. No script, no
 * request to any host.
 */
import type { Locale } from '../../core/config.ts'
import { t } from '../../core/texts.ts'
import { describeExpected } from '../alert-text.ts'
import { html } from '../report/html.ts'
import type { Content, Markup } from '../report/html.ts'
import { pageHead } from '../report/page-head.ts'
import { formatDate, named } from '../report/words.ts'
import { HOT_CLASSES } from '../../models/hotspot/emerging.ts'
import { shown } from './document.ts'
import type { ReportDocument } from './document.ts'
import { shadesOf } from './heat.ts'
import { mapOf } from './map.ts'
import { BULLETIN_STYLE } from './style.ts'
import { changeOf, tablesOf } from './tables.ts'
import type { ReportTable } from './tables.ts'
import { answerText, changeText, CLASS_MARKS, columnTitle, comparedText, hiddenText, isNumeric, limitsOf, rangeText, reportTitle, tableNote, tableTitle, valueText } from './wording.ts'

/** Lists that a paper cuts short; files have them whole. */
const SHORT: readonly string[] = ['places', 'subtopics', 'hotspots']
const MOST_ROWS = 30

/** The same document gives the same bytes. */
export function renderBulletin(locale: Locale, document: ReportDocument): string {
  const title = reportTitle(locale, document)
  return html`${pageHead(locale, { title: `${title} · ${document.city}`, style: BULLETIN_STYLE, schemes: false })}
<body>
<header class="head"><p class="office">${t(locale, 'reports.official.head', { city: document.city })}</p><h1>${title}</h1>
<p class="issue">${t(locale, 'reports.official.issue', { name: document.name, date: formatDate(locale, document.cutoff.date, 'full') })}</p></header>
<main>
<p class="answer">${answerText(locale, document)}</p>
<p>${rangeText(locale, document)}</p><p class="note">${comparedText(locale, document)}${!document.whole && html`<br>${t(locale, 'reports.partial')}`}</p>
${totals(locale, document)}
${sentences(locale, document)}
${mapSection(locale, document)}
${tablesOf(document).map((table) => tableSection(locale, document, table))}
<section class="box"><h2>${t(locale, 'reports.method')}</h2><ul>${limitsOf(locale).map((line) => html`<li>${line}</li>`)}</ul></section>
</main>
<footer><p>${t(locale, 'reports.footer', { city: document.city, night: document.night, version: document.codeVersion ?? '' })}</p></footer>
</body>
</html>
`.text
}

function totals(locale: Locale, { total }: ReportDocument): Markup {
  const words = (change: number | null): string => (change === null ? t(locale, 'reports.unknown') : changeText(locale, change))
  const number = (count: number | null): string => (count === null ? '–' : String(count))
  return html`<p class="totals"><strong>${t(locale, 'reports.total', { callers: shown(total.now.callers) ?? number(null), tickets: shown(total.now.tickets) ?? number(null) })}</strong>
<span>${t(locale, 'reports.total.before', { change: words(changeOf(total.now, total.before)) })}</span> <span>${t(locale, 'reports.total.year', { change: words(changeOf(total.now, total.year)) })}</span></p>`
}

function sentences(locale: Locale, { attention }: ReportDocument): Markup | false {
  if (attention.length === 0) return false
  return html`<ol class="first">${attention.slice(0, 8).map((entry) => html`<li>${t(locale, 'reports.sentence', {
    place: entry.path.at(-1) ?? '', topic: entry.topicPath.at(-1) ?? t(locale, 'reports.all_topics'), days: entry.windowDays, observed: entry.observed, expected: describeExpected(locale, entry.expected),
  })} <span class="note">${t(locale, `reports.level.${entry.level}`)} · ${t(locale, `reports.change.${entry.change}`)}${entry.leadUnit !== null && html` · ${t(locale, 'reports.owner', { unit: entry.leadUnit })}`}</span></li>`)}</ol>`
}

function mapSection(locale: Locale, document: ReportDocument): Markup {
  const map = mapOf(document)
  if (!map) return html`<section><h2>${t(locale, 'reports.map')}</h2><p class="note">${t(locale, 'reports.map.none')}</p></section>`
  return html`<section class="keep"><h2>${t(locale, 'reports.map')}</h2><p class="note">${t(locale, 'reports.map.about')}</p>
<svg class="map" viewBox="0 0 ${map.width} ${map.height}" role="img" aria-label="${t(locale, 'reports.map.label', { city: document.city, n: map.spots.length, hot: map.hot })}">${map.spots.map((spot) => html`<g class="spot ${spot.hot ? 'hot' : ''} ${(shown(spot.callers) ?? 0) === 0 ? 'zero' : ''}"><circle cx="${spot.x}" cy="${spot.y}" r="${spot.r}"/>${CLASS_MARKS[spot.class] && html`<text x="${spot.x}" y="${spot.y}" dy="4" text-anchor="middle">${CLASS_MARKS[spot.class]}</text>`}</g>`)}</svg>
<p class="legend">${HOT_CLASSES.map((name) => html`<span><b>${CLASS_MARKS[name]}</b> ${t(locale, `reports.class.${name}`)}</span> `)}</p></section>`
}

function tableSection(locale: Locale, document: ReportDocument, table: ReportTable): Markup {
  const rows = SHORT.includes(table.name) ? table.rows.slice(0, MOST_ROWS) : table.rows
  const shades = table.name === 'pivot' ? shadesOf(document.pivot) : undefined
  return html`<section><h2>${tableTitle(locale, table)}</h2><p class="note">${tableNote(locale, table)}</p>
${table.name === 'coverage' && html`<p>${t(locale, 'reports.coverage.summary', signals(document))} <strong>${t(locale, 'reports.coverage.quiet')}</strong></p>`}${table.name === 'outcome' && html`<p>${t(locale, 'reports.outcome.summary', { alerts: document.outcome.alerts, ended: document.outcome.ended, returned: document.outcome.returned })}</p>`}
${table.rows.length === 0 ? html`<p>${t(locale, 'reports.empty')}</p>` : html`<div class="scroll" tabindex="0" role="region" aria-label="${tableTitle(locale, table)}"><table class="${table.name}"><thead><tr>${table.columns.map((column) => html`<th scope="col"${isNumeric(column) && html` class="num"`}>${columnTitle(locale, column)}</th>`)}</tr></thead><tbody>
${rows.map((row, i) => html`<tr${row.total === true && html` class="total"`}>${table.columns.map((column, j): Content => {
    const value = row.values[j]!
    const hidden = column.kind === 'count' ? hiddenText(locale, value) : undefined
    const text = valueText(locale, table, row, column, value)
    const shade = shades && j > 0 ? shades[i]![j - 1] : null
    const kind = `${isNumeric(column) ? 'num' : ''}${shade === null || shade === undefined ? '' : ` heat-${shade}`}`
    const content = hidden === undefined ? (isNumeric(column) ? text : named(locale, text)) : html`<abbr title="${hidden}">${text}</abbr>`
    return j === 0 ? html`<th scope="row">${content}</th>` : html`<td${kind && html` class="${kind}"`}>${content}</td>`
  })}</tr>
`)}</tbody></table></div>${rows.length < table.rows.length && html`<p class="note">${t(locale, 'reports.more_in_files', { n: table.rows.length - rows.length })}</p>`}`}</section>`
}

/** Places by how they report, for the sentence above the table. */
export function signals({ coverage: { signals: of } }: Pick<ReportDocument, 'coverage'>): { usual: number, calm: number, low: number, unknown: number } {
  return { usual: of.usual, calm: of.calm, low: of.low_signal, unknown: of.cannot_tell }
}
