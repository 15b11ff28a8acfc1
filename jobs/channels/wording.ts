/**
 * The words of a message, one alert after the other, in the subscriber's language; each channel marks them up in its own way.
 */
import type { Locale } from '../../core/config.ts'
import { t, TEXTS } from '../../core/texts.ts'
import type { TextKey } from '../../core/texts.ts'
import { LEVELS } from '../../pipelines/levels.ts'
import type { AlertNews } from '../../pipelines/alert-news.ts'
import type { Message } from './message.ts'

/** What was written of one alert. */
export interface ItemWords {
  level: string
  /** What happened and to which alert, in one line. */
  title: string
  /** Name and value. */
  fields: readonly (readonly [name: string, value: string])[]
  url: string | null
}

/** Gravest first, then in the order of the notices. */
export function inOrder(items: readonly AlertNews[]): AlertNews[] {
  return [...items].sort((a, b) => rank(b) - rank(a))
}

function rank({ level }: AlertNews): number {
  return (LEVELS as readonly string[]).indexOf(level)
}

/** The line that carries the decision: how many, how grave, or that nothing happened. */
export function subjectOf({ kind, items, night, isFresh }: Message, locale: Locale): string {
  const mark = t(locale, kind === 'test' ? 'delivery.mark_test' : 'delivery.mark')
  if (items.length === 0) return `${mark} ${t(locale, isFresh ? 'delivery.subject_none' : 'delivery.subject_silent', { night: night ?? '–' })}`
  const ordered = inOrder(items)
  if (items.length === 1) return `${mark} ${levelWord(locale, ordered[0]!.level)} ${`${eventWord(locale, ordered[0]!.event)} ${ordered[0]!.title}`.trim()}`
  const counts = [...LEVELS].reverse().map((level) => ({ level, n: items.filter((item) => item.level === level).length })).filter(({ n }) => n > 0)
  return `${mark} ${t(locale, 'delivery.subject_many', { n: items.length, levels: counts.map(({ level, n }) => `${t(locale, `delivery.level.${level}`)} ${n}`).join(locale === 'zh' ? '、' : ', '), night: night ?? '–' })}`
}

/** What stands where there is no alert. */
export function emptyLine({ night, isFresh }: Message, locale: Locale): string {
  return t(locale, isFresh ? 'delivery.none' : 'delivery.silent', { night: night ?? '–' })
}

export function itemWords(item: AlertNews, locale: Locale): ItemWords {
  const join = locale === 'zh' ? '、' : ', '
  const fields: [string, string][] = []
  const add = (key: TextKey, value: string | null): void => { if (value !== null && value !== '') fields.push([t(locale, key), value]) }
  add('delivery.note', item.note)
  add('delivery.place', item.place.join(' › '))
  add('delivery.topic', item.topic.join(' › ') || t(locale, 'alert.all_topics'))
  add('delivery.why', item.why)
  add('delivery.since', item.since)
  add('delivery.so_far', item.callers_so_far === null ? null : t(locale, 'delivery.callers', { n: item.callers_so_far }))
  add('delivery.lead', item.lead_unit)
  add('delivery.others', [...new Set([item.territory_unit, ...item.co_units].filter((name) => name !== null && name !== item.lead_unit))].join(join))
  add('delivery.due', item.due_on === null ? null : item.due_on + (item.due_certain === false ? ` ${t(locale, 'delivery.due_uncertain')}` : ''))
  add('delivery.unreached', item.unreached.join(join))
  return { level: levelWord(locale, item.level), title: `${eventWord(locale, item.event)} ${item.title}`.trim(), fields, url: item.url }
}

/** Of a digest: what its units are not asked to do this week, a line each, and a line that says so before them; none where there is nothing. */
export function beyondWords({ beyond = [] }: Message, locale: Locale): { head: string, lines: string[] } | null {
  if (beyond.length === 0) return null
  const lines = beyond.slice(0, MOST_BEYOND).map(({ level, place, topic, observed, lead_unit: unit }) => t(locale, 'delivery.beyond_line', {
    level: levelWord(locale, level), place: place.slice(-2).join(' › '), topic: topic.at(-1) ?? t(locale, 'alert.all_topics'), n: observed, unit: unit ?? '–',
  }))
  return { head: t(locale, 'delivery.beyond', { n: beyond.length }), lines }
}

/** More are a matter for the inbox. */
const MOST_BEYOND = 20

export function levelWord(locale: Locale, level: string): string {
  return t(locale, `alert.level.${level}` as TextKey)
}

/** Of events that have no word here it is told that something happened. */
function eventWord(locale: Locale, event: string): string {
  if (event === '') return ''
  const key = `delivery.event.${event}`
  return t(locale, key in TEXTS ? key as TextKey : 'delivery.event.other')
}
