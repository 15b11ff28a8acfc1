/**
 * Numbers, dates and names as a reader of the report's language writes them.
 */
import type { Locale } from '../../core/config.ts'
import { parseDay } from '../../core/days.ts'
import { t } from '../../core/texts.ts'
import type { TextKey } from '../../core/texts.ts'
import { html } from './html.ts'
import type { Markup } from './html.ts'

type CountKey = TextKey extends infer Key ? Key extends `${infer Stem}.other` ? Stem : never : never

/** The singular or plural text of a count, which the text names `{n}`. */
export function countText(locale: Locale, key: CountKey, n: number, params: Readonly<Record<string, string | number>> = {}): string {
  return t(locale, `${key}.${n === 1 ? 'one' : 'other'}` as TextKey, { ...params, n })
}

const TAGS = { zh: 'zh-CN', en: 'en-GB' } as const

/** BCP 47 tag for `lang` and Intl. */
export function languageTag(locale: Locale): string {
  return locale === 'zh' ? 'zh-CN' : 'en'
}

/** Making a formatter costs a thousand times its use. */
const dates = new Map<string, Intl.DateTimeFormat>()
const numbers = new Map<string, Intl.NumberFormat>()

function dateFormat(locale: Locale, part: 'day' | 'full' | 'weekday'): Intl.DateTimeFormat {
  const key = `${locale} ${part}`
  let format = dates.get(key)
  if (!format) {
    format = new Intl.DateTimeFormat(TAGS[locale], {
      timeZone: 'UTC',
      ...(part === 'weekday' ? { weekday: 'short' } : { day: 'numeric', month: locale === 'zh' ? 'long' : 'short', ...(part === 'full' ? { year: 'numeric' } : {}) }),
    })
    dates.set(key, format)
  }
  return format
}

function numberFormat(locale: Locale, style: 'decimal' | 'percent', digits: number): Intl.NumberFormat {
  const key = `${locale} ${style} ${digits}`
  let format = numbers.get(key)
  if (!format) {
    format = new Intl.NumberFormat(TAGS[locale], { style, maximumFractionDigits: digits })
    numbers.set(key, format)
  }
  return format
}

/** 2026-11-22 → 11月22日（周日） or Sun 22 Nov; `full` with the year. */
export function formatDate(locale: Locale, date: string, style: 'short' | 'weekday' | 'full'): string {
  const instant = parseDay(date) * 86400000
  const text = dateFormat(locale, style === 'full' ? 'full' : 'day').format(instant)
  if (style === 'short') return text
  const weekday = dateFormat(locale, 'weekday').format(instant)
  return locale === 'zh' ? `${text}（${weekday}）` : `${weekday} ${text}`
}

/** A model's number: whole from 10 on, one decimal below. */
export function formatAmount(locale: Locale, value: number): string {
  if (!Number.isFinite(value)) return '–'
  return numberFormat(locale, 'decimal', Math.abs(value) < 9.95 ? 1 : 0).format(value)
}

export function formatShare(locale: Locale, share: number): string {
  return numberFormat(locale, 'percent', share > 0 && share < 0.01 ? 1 : 0).format(share)
}

export function formatWhole(locale: Locale, value: number): string {
  return numberFormat(locale, 'decimal', 0).format(value)
}

/** A stretch of time as people say it: 45 days, 7 months, 12 years. */
export function formatSpan(locale: Locale, days: number): string {
  if (days < 90) return t(locale, 'report.span.days', { n: Math.max(1, Math.round(days)) })
  if (days < 730) return t(locale, 'report.span.months', { n: Math.round(days / 30.44) })
  return t(locale, 'report.span.years', { n: Math.round(days / 365.25) })
}

/** A name from the data, marked with its language where that is not the page's. */
export function named(locale: Locale, text: string): Markup {
  const foreign = locale === 'en' ? /\p{Script=Han}/u.test(text) : /\p{Script=Latin}{2}/u.test(text) && !/\p{Script=Han}/u.test(text)
  if (!foreign) return html`<bdi>${text}</bdi>`
  return html`<bdi lang="${locale === 'en' ? 'zh-CN' : 'en'}">${text}</bdi>`
}

/** Names joined as the language joins them. */
export function joined(locale: Locale, names: readonly string[]): Markup {
  return html`${names.map((name, i) => html`${i > 0 && t(locale, 'report.list_separator')}${named(locale, name)}`)}`
}

/** 全市 › 区 › 街道, each name marked with its language. */
export function pathOf(locale: Locale, names: readonly string[]): Markup {
  return html`${names.map((name, i) => html`${i > 0 && html`<span class="sep" aria-hidden="true"> › </span>`}${named(locale, name)}`)}`
}
