/**
 * Times, names and small marks as the pages of alerts write them.
 */
import { html } from 'hono/html'
import { TEXTS } from '../../core/texts.ts'
import type { TextKey } from '../../core/texts.ts'
import { formatDate } from '../../pipelines/report/words.ts'
import type { WebRequest } from '../request.ts'
import type { Html } from '../shell.ts'

/** Instants are told in the zone of the place. */
export function formatInstant(request: WebRequest, instant: number | Date, zone: string): string {
  const at = Temporal.Instant.fromEpochMilliseconds(Number(instant)).toZonedDateTimeISO(zone)
  return `${formatDate(request.locale, at.toPlainDate().toString(), 'short')} ${at.toPlainTime().toString({ smallestUnit: 'minute' })}`
}

/** A day as people write it; with the year where it is not this one. */
export function formatDay(request: WebRequest, day: string, today?: string): string {
  return formatDate(request.locale, day, today !== undefined && day.slice(0, 4) !== today.slice(0, 4) ? 'full' : 'short')
}

const MINUTE = 60_000
const HOUR = 3_600_000
const DAY = 86_400_000

/** How long, in the largest unit that says enough. */
export function formatLength(request: WebRequest, ms: number): string {
  const length = Math.abs(ms)
  if (length < HOUR) return request.text('inbox.time.minutes', { n: Math.max(1, Math.round(length / MINUTE)) })
  if (length < 2 * DAY) return request.text('inbox.time.hours', { n: Math.round(length / HOUR) })
  return request.text('inbox.time.days', { n: Math.round(length / DAY) })
}

/** What is left, or how late it is, with the time itself for whoever needs it exactly. */
export function dueMark(request: WebRequest, dueAt: number | null, now: number, zone: string): Html {
  if (dueAt === null) return html`<span class="soft">${request.text('inbox.due.none')}</span>`
  const left = dueAt - now
  const tone = left < 0 ? 'late' : left < DAY ? 'soon' : 'calm'
  const words = request.text(left < 0 ? 'inbox.due.late' : 'inbox.due.left', { time: formatLength(request, left) })
  return html`<time class="due ${tone}" datetime="${new Date(dueAt).toISOString()}" title="${formatInstant(request, dueAt, zone)}">${words}</time>`
}

/** A name from the data, marked with its language where that is not the page's. */
export function name(request: WebRequest, text: string): Html {
  const foreign = request.locale === 'en' ? /\p{Script=Han}/u.test(text) : /\p{Script=Latin}{2}/u.test(text) && !/\p{Script=Han}/u.test(text)
  return foreign ? html`<bdi lang="${request.locale === 'en' ? 'zh-CN' : 'en'}">${text}</bdi>` : html`<bdi>${text}</bdi>`
}

/** Names from the city down. */
export function pathOf(request: WebRequest, names: readonly string[]): Html {
  return html`${names.map((one, i) => html`${i > 0 ? html`<span class="sep" aria-hidden="true"> › </span>` : ''}${name(request, one)}`)}`
}

/** The text of a code that another step wrote; a code without text stands for itself. */
export function codeText(request: WebRequest, prefix: string, code: string): string {
  const key = `${prefix}.${code}`
  return Object.hasOwn(TEXTS, key) ? request.text(key as TextKey) : code
}

export function actWord(request: WebRequest, act: string): string {
  return codeText(request, 'act', act)
}

/** The name of an act as a title or on a button. */
export function actTitle(request: WebRequest, act: string): string {
  const word = actWord(request, act)
  return word.charAt(0).toUpperCase() + word.slice(1)
}

/** Where an alert's page is. Ids come from the store; they are written so that none can lead elsewhere. */
export function alertPath(id: string): string {
  return `/alerts/${encodeURIComponent(id)}`
}
