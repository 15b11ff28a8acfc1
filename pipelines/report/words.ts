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

/** 2026-11-22 → 11月22日（周日） or Sun, 22 Nov; with `year` where the year may be in doubt. */
export function formatDate(locale: Locale, date: string, style: 'short' | 'weekday' | 'full'): string {
  const instant = parseDay(date) * 86400000
  const options: Intl.DateTimeFormatOptions = { timeZone: 'UTC', day: 'numeric', month: locale === 'zh' ? 'long' : 'short' }
  if (style === 'full') options.year = 'numeric'
  const text = new Intl.DateTimeFormat(TAGS[locale], options).format(instant)
  if (style === 'short') return text
  const weekday = new Intl.DateTimeFormat(TAGS[locale], { timeZone: 'UTC', weekday: 'short' }).format(instant)
  return locale === 'zh' ? `${text}（${weekday}）` : `${weekday} ${text}`
}

/** A model's number: whole from 10 on, one decimal below. */
export function formatAmount(locale: Locale, value: number): string {
  if (!Number.isFinite(value)) return '–'
  return new Intl.NumberFormat(TAGS[locale], { maximumFractionDigits: Math.abs(value) < 9.95 ? 1 : 0 }).format(value)
}

export function formatShare(locale: Locale, share: number): string {
  return new Intl.NumberFormat(TAGS[locale], { style: 'percent', maximumFractionDigits: share > 0 && share < 0.01 ? 1 : 0 }).format(share)
}

export function formatWhole(locale: Locale, value: number): string {
  return new Intl.NumberFormat(TAGS[locale]).format(Math.round(value))
}

/** A recurrence interval as people say it: 45 days, 7 months, 12 years. */
export function formatSpan(locale: Locale, days: number): string {
  if (!(days < 36525)) return t(locale, 'report.span.century')
  if (days < 90) return t(locale, 'report.span.days', { n: Math.max(1, Math.round(days)) })
  if (days < 730) return t(locale, 'report.span.months', { n: Math.round(days / 30.44) })
  return t(locale, 'report.span.years', { n: Math.round(days / 365.25) })
}

/** Whole counts up to which an upper bound is not exceeded. */
export function wholeUpper(upper: number): number {
  return Math.max(0, Math.floor(upper + 1e-9))
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
