/**
 * The chart of an alert, drawn on the server: 90 days, what is usual, the alert line, what is to come, and what was told and done when. The same as a table beside it.
 */
import { html } from 'hono/html'
import type { AlertPage } from '../../pipelines/inbox/alert-page.ts'
import { formatAmount, formatDate } from '../../pipelines/report/words.ts'
import type { WebRequest } from '../request.ts'
import type { Html } from '../shell.ts'
import { actWord } from './format.ts'

/** Two drawings, of which style shows one: text scaled down to a phone could not be read. */
const SIZES = [
  { width: 760, height: 280, className: 'wide-only', font: 13, everyMonth: 2 },
  { width: 340, height: 220, className: 'narrow-only', font: 12, everyMonth: 1 },
] as const
const SPACE = { left: 40, right: 12, top: 22, bottom: 40 } as const

interface Mark { day: string, kind: 'notice' | 'act', text: string }

export function chartSection(request: WebRequest, page: AlertPage): Html {
  const { text } = request
  if (page.days.length === 0) return html`<section class="card"><h2>${text('inbox.alert.chart')}</h2><p class="soft">${text('inbox.alert.chart.none')}</p></section>`
  const marks = marksOf(request, page)
  const key = (name: string, label: string): Html => html`<li><svg viewBox="0 0 22 12" width="22" height="12" aria-hidden="true">${KEYS[name]}</svg>${label}</li>`
  return html`<section class="card"><h2>${text('inbox.alert.chart')}</h2>
<figure class="chart">${SIZES.map((size) => drawing(request, page, marks, size))}
<figcaption><ul class="legend">${key('bar', text('inbox.alert.chart.observed'))}${key('now', text('inbox.alert.chart.window'))}${key('expected', text('inbox.alert.chart.expected'))}${key('upper', text('inbox.alert.chart.upper'))}${page.coming.length === 0 ? '' : html`${key('forecast', text('inbox.alert.chart.forecast'))}${key('half', text('inbox.alert.chart.fan_half'))}${key('fan', text('inbox.alert.chart.fan'))}`}${marks.some(({ kind }) => kind === 'notice') ? key('notice', text('inbox.alert.chart.notice')) : ''}${marks.some(({ kind }) => kind === 'act') ? key('act', text('inbox.alert.chart.act')) : ''}${page.events.length > 0 ? key('event', text('inbox.alert.chart.event')) : ''}${page.days.some(({ observed }) => observed === null) ? key('gap', text('inbox.alert.chart.gap')) : ''}</ul></figcaption></figure>
${page.events.length === 0 ? '' : html`<p class="small soft">${page.events.map((event) => html`${formatDate(request.locale, event.from, 'short')} ${event.note} `)}</p>`}
${table(request, page, marks)}</section>`
}

const KEYS: Readonly<Record<string, Html>> = {
  bar: html`<rect class="c-bar" x="6" y="1" width="10" height="11"/>`, now: html`<rect class="c-now" x="6" y="1" width="10" height="11"/>`,
  expected: html`<path class="c-expected" d="M0 6h22"/>`, upper: html`<path class="c-upper" d="M0 6h22"/>`, forecast: html`<path class="c-forecast" d="M0 6h22"/>`,
  half: html`<rect class="c-half" width="22" height="12"/>`, fan: html`<rect class="c-fan" width="22" height="12"/>`, notice: html`<path class="c-notice" d="M6 2h10l-5 8z"/>`,
  act: html`<path class="c-act" d="M11 1l5 5-5 5-5-5z"/>`, event: html`<rect class="c-event" width="22" height="12"/>`, gap: html`<rect class="c-gap" width="22" height="12"/>`,
}

/** Notices that reached somebody, and acts of people: one mark a day and kind. */
function marksOf(request: WebRequest, { notices, view, days }: AlertPage): Mark[] {
  const first = days[0]!.day
  const marks = new Map<string, Mark>()
  const add = (mark: Mark): void => {
    const known = marks.get(mark.kind + mark.day)
    if (mark.day >= first) marks.set(mark.kind + mark.day, known ? { ...known, text: known.text.includes(mark.text) ? known.text : `${known.text}; ${mark.text}` } : mark)
  }
  for (const notice of notices) if (notice.status !== 'withheld') add({ day: notice.night, kind: 'notice', text: request.text('inbox.alert.chart.notice') })
  for (const entry of view.timeline) if (entry.kind === 'act') add({ day: entry.known_on, kind: 'act', text: actWord(request, entry.act) })
  return [...marks.values()]
}

function drawing(request: WebRequest, page: AlertPage, marks: readonly Mark[], { width, height, className, font, everyMonth }: (typeof SIZES)[number]): Html {
  const { days, coming, events, head } = page
  const all = [...days.map(({ day }) => day), ...coming.map(({ day }) => day)]
  const step = (width - SPACE.left - SPACE.right) / all.length
  const tall = height - SPACE.top - SPACE.bottom
  const top = niceTop(Math.max(1, ...days.map((day) => Math.max(day.observed ?? 0, day.upper ?? 0)), ...coming.map((day) => day.q90)))
  const x = (i: number): string => (SPACE.left + i * step).toFixed(1)
  const y = (value: number): string => (SPACE.top + tall * (1 - Math.min(top, value) / top)).toFixed(1)
  const ground = SPACE.top + tall
  const bars = (from: number, until: number): string => days.map((day, i) => (day.observed && i >= from && i < until ? `M${x(i + 0.1)} ${ground}V${y(day.observed)}h${(step * 0.8).toFixed(1)}V${ground}z` : '')).join('')
  const line = (values: readonly (number | null)[], at = 0): string => values.map((value, i) => (value === null ? '' : `${i === 0 || values[i - 1] === null ? 'M' : 'L'}${x(at + i)} ${y(value)}H${x(at + i + 1)}`)).join('')
  const band = (low: (day: AlertPage['coming'][number]) => number, high: (day: AlertPage['coming'][number]) => number): string =>
    coming.map((day, i) => `${i === 0 ? 'M' : 'L'}${x(days.length + i)} ${y(high(day))}H${x(days.length + i + 1)}`).join('') + coming.toReversed().map((day, i) => `L${x(all.length - i)} ${y(low(day))}H${x(all.length - i - 1)}`).join('') + 'z'
  const span = (from: number, until: number): string => `M${x(Math.max(0, from))} ${SPACE.top}H${x(until)}V${ground}H${x(Math.max(0, from))}z`
  const window = days.length - Math.min(days.length, head.windowDays)
  const peak = days.reduce((best, day) => ((day.observed ?? 0) > (best.observed ?? 0) ? day : best))
  const ticks = [0, top / 2, top].filter((value) => Number.isInteger(value))
  // The last days have no room for a label of their own; one too near the edge would be cut.
  const labels = all.map((day, i) => ({ day, i })).filter(({ day, i }) => (day.endsWith('-01') || everyMonth === 2 && day.endsWith('-15')) && i * step > 16 && (all.length - i) * step > 30)
  return html`<svg class="plot ${className}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${request.text('inbox.alert.chart.label', { title: page.title, most: peak.observed ?? 0, day: formatDate(request.locale, peak.day, 'short'), last: days.at(-1)!.observed ?? 0 })}" font-size="${font}">
<path class="c-gap" d="${days.map((day, i) => (day.observed === null ? span(i, i + 1) : '')).join('')}"/>
<path class="c-event" d="${events.map((event) => span(all.findIndex((day) => day >= event.from), all.findLastIndex((day) => day < event.until) + 1)).join('')}"/>
<path class="c-window" d="${span(window, days.length)}"/>
${ticks.map((value) => html`<path class="c-grid" d="M${SPACE.left} ${y(value)}H${width - SPACE.right}"/><text class="c-text" x="${SPACE.left - 6}" y="${y(value)}" dy=".35em" text-anchor="end">${value}</text>`)}
${coming.length === 0 ? '' : html`<path class="c-fan" d="${band((day) => day.q10, (day) => day.q90)}"/><path class="c-half" d="${band((day) => day.q25, (day) => day.q75)}"/>`}
<path class="c-bar" d="${bars(0, window)}"/><path class="c-now" d="${bars(window, days.length)}"/>
<path class="c-expected" d="${line(days.map((day) => day.expected))}"/><path class="c-upper" d="${line(days.map((day) => day.upper))}"/>
${coming.length === 0 ? '' : html`<path class="c-forecast" d="${line(coming.map((day) => day.q50), days.length)}"/>`}
${marks.map((mark) => {
    const i = all.indexOf(mark.day)
    const at = SPACE.left + ((i < 0 ? all.length : i) + 0.5) * step
    return i < 0 ? '' : mark.kind === 'notice'
      ? html`<path class="c-notice" d="M${(at - 5).toFixed(1)} ${SPACE.top - 16}h10l-5 9z"><title>${mark.day} ${mark.text}</title></path>`
      : html`<path class="c-act" d="M${at.toFixed(1)} ${ground + 2}l5 5-5 5-5-5z"><title>${mark.day} ${mark.text}</title></path>`
  })}
<path class="c-axis" d="M${SPACE.left} ${ground}H${width - SPACE.right}"/>
${labels.map(({ day, i }) => html`<text class="c-text" x="${x(i + 0.5)}" y="${height - 8}" text-anchor="middle">${formatDate(request.locale, day, 'short')}</text>`)}
</svg>`
}

/** A round top with a whole half. */
function niceTop(value: number): number {
  for (let unit = 1; ; unit *= 10) for (const factor of [2, 4, 6, 8, 10, 12, 16]) if (factor * unit >= value * 1.05) return factor * unit
}

function table(request: WebRequest, { days, coming }: AlertPage, marks: readonly Mark[]): Html {
  const { text, locale } = request
  const amount = (value: number | null): string => (value === null ? '–' : formatAmount(locale, value))
  const said = (day: string): string => marks.filter((mark) => mark.day === day).map((mark) => mark.text).join('; ')
  return html`<details class="table"><summary>${text('inbox.alert.chart.table')}</summary><div class="scroll tall" tabindex="0" role="region" aria-label="${text('inbox.alert.chart.table')}"><table><thead><tr><th scope="col">${text('inbox.alert.day')}</th><th scope="col" class="num">${text('inbox.alert.chart.observed')}</th><th scope="col" class="num">${text('inbox.alert.chart.expected')}</th><th scope="col" class="num">${text('inbox.alert.chart.upper')}</th><th scope="col">${text('inbox.alert.marks')}</th></tr></thead><tbody>
${coming.toReversed().map((day) => html`<tr><th scope="row">${day.day}</th><td class="num">–</td><td class="num">${amount(day.q50)} (${amount(day.q10)}–${amount(day.q90)})</td><td class="num">–</td><td>${text('inbox.alert.chart.forecast')}</td></tr>`)}
${days.toReversed().map((day) => html`<tr><th scope="row">${day.day}</th><td class="num">${day.observed ?? text('inbox.alert.chart.gap')}</td><td class="num">${amount(day.expected)}</td><td class="num">${amount(day.upper)}</td><td>${said(day.day)}</td></tr>`)}
</tbody></table></div></details>`
}
