/**
 * Tonight, week and month: the answer first, then what stands behind it.
 */
import type { Period } from '../../sql/reports.ts'
import { PERIODS } from '../../pipelines/reports/period.ts'
import { html } from 'hono/html'
import { PipelineError } from '../../core/errors.ts'
import { describeExpected } from '../../pipelines/alert-text.ts'
import { formatWhole } from '../../pipelines/report/words.ts'
import { shown } from '../../pipelines/reports/document.ts'
import type { ReportDocument } from '../../pipelines/reports/document.ts'
import { tableNamed } from '../../pipelines/reports/files.ts'
import { shadesOf } from '../../pipelines/reports/heat.ts'
import { changeOf, EVERYTHING, isShown, tableOf } from '../../pipelines/reports/tables.ts'
import type { TableName } from '../../pipelines/reports/tables.ts'
import { answerText, changeText, CLASS_MARKS, comparedText, rangeText, reportTitle } from '../../pipelines/reports/wording.ts'
import { badge, empty, levelBadge } from '../components.ts'
import type { WebRequest } from '../request.ts'
import { page } from '../shell.ts'
import type { Html } from '../shell.ts'
import { behindPath, drawOnce, limitsBox, nightChoice, shownReport, tabs } from './frame.ts'
import type { ShownReport } from './frame.ts'
import { mapCard } from './map.ts'
import { exportPath, nameIn, tableCard } from './table.ts'

/** Places named before everything else. */
const MOST_FIRST = 8
/** Rows of a table's own page. */
const MOST_ROWS = 2000

export async function periodPage(request: WebRequest, period: Period): Promise<Response> {
  const report = await shownReport(request, period)
  if (!report) return nothingYet(request, period)
  const { document } = report
  const card = (name: TableName, most?: number): Html => tableCard(request, { document, table: tableOf(document, name), ...(most === undefined ? {} : { most }), ...(name === 'pivot' ? { shades: shadesOf(document.pivot) } : {}) })
  return await page(request, {
    title: reportTitle(request.locale, document), section: 'reports', styles: ['reports.css'], wide: true,
    body: html`${tabs(request, period)}${head(request, report, period)}
${await drawOnce(request, document, 'page', () => html`<div class="two">${answer(request, document)}${figures(request, document)}</div>
<div class="stack reports-stack">${mapCard(request, document)}
${card('hotspots')}${card('words')}${card('districts')}${card('streets')}${card('places')}${card('topics')}${card('subtopics')}${card('pivot', 20)}${card('candidates')}${card('attention', 20)}${card('taidi', 10)}${limitsBox(request)}</div>`)}`,
  })
}

/** One table with all its rows. */
export async function tablePage(request: WebRequest): Promise<Response> {
  const period = PERIODS.find((name) => name === request.param('period'))
  if (!period) throw new PipelineError('no_such_page', 'no such page', {})
  const name = tableNamed(request.query('name'))
  const report = await shownReport(request, period)
  if (!report) return nothingYet(request, period)
  const { document } = report
  return await page(request, {
    title: request.text(`reports.table.${name}`), section: 'reports', styles: ['reports.css'], wide: true,
    body: html`${tabs(request, period)}<h1><a href="/reports/${period}?night=${document.night}">${reportTitle(request.locale, document)}</a></h1><p class="soft">${rangeText(request.locale, document)}</p>
${await drawOnce(request, document, `table ${name}`, () => html`<div class="stack reports-stack">${tableCard(request, { document, table: tableOf(document, name), most: MOST_ROWS, ...(name === 'pivot' ? { shades: shadesOf(document.pivot) } : {}) })}</div>`)}`,
  })
}

export async function nothingYet(request: WebRequest, current: Parameters<typeof tabs>[1]): Promise<Response> {
  return await page(request, {
    title: request.text('reports.nav'), section: 'reports', styles: ['reports.css'], body: html`${tabs(request, current)}<h1>${request.text('reports.nav')}</h1>${empty(request.text('reports.never'), request.text('reports.never.about'))}`,
  })
}

function head(request: WebRequest, report: ShownReport, period: Period): Html {
  const { document } = report
  return html`<div class="head"><h1>${reportTitle(request.locale, document)}</h1><div class="actions noprint">${nightChoice(request, report, `/reports/${period}`)}</div></div>
<p class="soft">${rangeText(request.locale, document)}<br>${comparedText(request.locale, document)}${document.whole ? '' : html`<br>${request.text('reports.partial')}`}</p>
<p class="row noprint">${request.text('reports.export')} ${['pdf', 'xlsx', 'html', 'geojson'].map((format) => html`<a class="button second small" href="${exportPath(document, format)}">${format.toUpperCase()}</a>`)}${['arrow', 'parquet'].map((format) =>
    html`<a class="button second small" href="${exportPath(document, format, 'streets')}">${format === 'arrow' ? 'Arrow' : 'Parquet'}</a>`)}</p>`
}

function answer(request: WebRequest, document: ReportDocument): Html {
  const { attention } = document
  return html`<section class="card report-answer"><h2>${answerText(request.locale, document)}</h2>${attention.length === 0 ? '' : html`<ol>${attention.slice(0, MOST_FIRST).map((entry) => html`<li><a href="/alerts/${encodeURIComponent(entry.alert)}">${nameIn(request, request.text('reports.sentence', {
    place: entry.path.at(-1) ?? '', topic: entry.topicPath.at(-1) ?? request.text('reports.all_topics'), days: entry.windowDays, observed: entry.observed, expected: describeExpected(request.locale, entry.expected),
  }))}</a> <span class="report-marks">${levelBadge(request, entry.level)} ${badge(request.text(`reports.change.${entry.change}`), entry.change === 'new' ? 'info' : 'plain')}${entry.class && CLASS_MARKS[entry.class] ? html` ${badge(`${CLASS_MARKS[entry.class]} ${request.text(`reports.class.${entry.class}`)}`)}` : ''}${entry.leadUnit === null ? '' : html` <span class="soft">${nameIn(request, request.text('reports.owner', { unit: entry.leadUnit }))}</span>`}</span></li>`)}</ol>`}</section>`
}

function figures(request: WebRequest, document: ReportDocument): Html {
  const { total } = document
  const number = (count: number | null): string => (count === null ? '–' : formatWhole(request.locale, count))
  const linked = (text: string): Html | string => (isShown(document, EVERYTHING, 'now') ? html`<a href="${behindPath(document, EVERYTHING, 'now')}">${text}</a>` : text)
  const words = (change: number | null): string => (change === null ? request.text('reports.unknown') : changeText(request.locale, change))
  return html`<section class="card"><div class="figures">
<div class="figure"><b>${linked(number(shown(total.now.callers)))}</b><span>${request.text('reports.col.callers')}</span></div>
<div class="figure"><b>${linked(number(shown(total.now.tickets)))}</b><span>${request.text('reports.col.tickets')}</span></div>
<div class="figure"><b>${words(changeOf(total.now, total.before))}</b><span>${request.text('reports.col.change_before')}</span></div>
<div class="figure"><b>${words(changeOf(total.now, total.year))}</b><span>${request.text('reports.col.change_year')}</span></div></div></section>`
}
