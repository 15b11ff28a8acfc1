/**
 * What all report pages share: which night is asked for, the tabs, the caveats, and where a number's tickets are.
 */
import { html, raw } from 'hono/html'
import { listReportNights } from '../../pipelines/reports/compute.ts'
import type { ReportDocument } from '../../pipelines/reports/document.ts'
import { PERIODS } from '../../pipelines/reports/period.ts'
import { DocumentShelf } from '../../pipelines/reports/shelf.ts'
import { limitsOf } from '../../pipelines/reports/wording.ts'
import type { Behind } from '../../pipelines/reports/tables.ts'
import type { Period } from '../../sql/reports.ts'
import type { Route } from '../route.ts'
import type { WebRequest } from '../request.ts'
import type { Html } from '../shell.ts'

/** Who sees the whole city in aggregate (DOMAIN §1.10). */
export const REPORT_READERS: Route['allow'] = ['analyst', 'supervisor', 'policy_reader', 'admin']

export const PART_PAGES = ['calendar', 'outcome', 'coverage', 'quality'] as const
export type PartPage = (typeof PART_PAGES)[number]

export interface ShownReport { document: ReportDocument, /** Nights with a report, latest first. */ nights: string[] }

const shelves = new WeakMap<object, DocumentShelf>()

/** The documents that this web's readers asked for lately. */
export function shelfOf({ config }: WebRequest): DocumentShelf {
  let shelf = shelves.get(config)
  if (!shelf) shelves.set(config, shelf = new DocumentShelf())
  return shelf
}

const drawn = new WeakMap<ReportDocument, Map<string, string>>()

/** A part of a page that says the same to all its readers, drawn once a document, part and language. */
export async function drawOnce(request: WebRequest, document: ReportDocument, part: string, draw: () => Html): Promise<Html> {
  let parts = drawn.get(document)
  if (!parts) drawn.set(document, parts = new Map())
  const key = `${request.locale} ${part}`
  let text = parts.get(key)
  if (text === undefined) parts.set(key, text = String(await draw()))
  return raw(text)
}

/** The report that the address asks for, else the newest; undefined where no night has written one. @throws {PipelineError} `no_such_night` */
export async function shownReport(request: WebRequest, period: Period): Promise<ShownReport | undefined> {
  const asked = request.query('night')
  return await request.withActor(async (client) => {
    const nights = await listReportNights(client, period)
    const night = asked === '' ? nights[0] : asked
    if (night === undefined) return undefined
    return { document: await shelfOf(request).find(client, night, period), nights }
  })
}

export function tabs(request: WebRequest, current: Period | PartPage): Html {
  const night = request.query('night')
  const query = night === '' ? '' : `?night=${encodeURIComponent(night)}`
  return html`<nav class="tabs" aria-label="${request.text('reports.nav')}">${[...PERIODS, ...PART_PAGES].map((name) =>
    html`<a href="/reports/${name}${query}"${name === current ? html` aria-current="page"` : ''}>${request.text(`reports.nav.${name}`)}</a>`)}</nav>`
}

export function nightChoice(request: WebRequest, { document, nights }: ShownReport, path: string): Html {
  return html`<form class="inline reports-night" method="get" action="${path}"><div class="field"><label for="night">${request.text('reports.night')}</label><select id="night" name="night">${nights.map((night) =>
    html`<option value="${night}"${night === document.night ? html` selected` : ''}>${night}</option>`)}</select></div><button class="second">${request.text('reports.show')}</button></form>`
}

export function limitsBox(request: WebRequest): Html {
  return html`<section class="card"><h2>${request.text('reports.method')}</h2><ul>${limitsOf(request.locale).map((line) => html`<li>${line}</li>`)}</ul></section>`
}

/** Address of the tickets behind a number. */
export function behindPath({ night, period }: ReportDocument, { area, topic }: Behind, window: 'now' | 'before' | 'year'): string {
  return `/reports/${period}/tickets?${new URLSearchParams({ night, area: String(area), topic: String(topic), window }).toString()}`
}
