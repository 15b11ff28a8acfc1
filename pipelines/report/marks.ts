/**
 * The level of an alert as a word with a shape, so that it never hangs on colour: circle, triangle, diamond, octagon.
 */
import type { Locale } from '../../core/config.ts'
import { t } from '../../core/texts.ts'
import { alertTitle as titleText, factsOfWhy, placeWords } from '../alert-text.ts'
import type { AlertTextFacts } from '../alert-text.ts'
import type { AlertFacts, Level } from './facts.ts'
import { html, trusted } from './html.ts'
import type { Markup } from './html.ts'
import { named } from './words.ts'

/** Paths in a box of 16 by 16. */
export const LEVEL_SHAPES: Readonly<Record<Level, string>> = {
  blue: 'M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13z',
  yellow: 'M8 1.3L15.2 14.2H.8z',
  orange: 'M8 .8L15.2 8L8 15.2L.8 8z',
  red: 'M5 1h6l4 4v6l-4 4H5l-4-4V5z',
}

export function levelIcon(level: Level): Markup {
  return trusted(`<svg class="shape ${level}" viewBox="0 0 16 16" aria-hidden="true"><path d="${LEVEL_SHAPES[level]}"/></svg>`)
}

export function levelChip(locale: Locale, level: Level): Markup {
  return html`<span class="level ${level}">${levelIcon(level)}${t(locale, `alert.level.${level}`)}</span>`
}

/** The alert in one line. */
export function alertTitle(locale: Locale, alert: AlertFacts): string {
  return titleText(locale, textFacts(alert, alert.first_night))
}

/** The same line with its names marked in their language. */
export function alertHeadline(locale: Locale, alert: AlertFacts): Markup {
  const place = named(locale, placeWords(locale, alert.place))
  const names: Readonly<Record<string, Markup>> = { '\uE000': place, '\uE001': named(locale, topicName(locale, alert.topic)) }
  return html`${titleText(locale, { ...textFacts(alert, alert.first_night), place: ['\uE000'], topic: ['\uE001'] }).split(/([\uE000\uE001])/).map((part) => names[part] ?? part)}`
}

/** What the alert says as in notices and lists; names are those of the data. */
export function textFacts(alert: AlertFacts, night: string): AlertTextFacts {
  return {
    place: alert.place, topic: alert.topic ?? [], night, firstNight: alert.first_night, windowDays: alert.window_days, observed: alert.observed, expected: alert.expected,
    callers: alert.callers, recurrenceDays: alert.recurrence_days, ...factsOfWhy(alert.why),
  }
}

/** Whether so few are expected that a number would mislead. */
export function isRare(alert: AlertFacts): boolean {
  return alert.expected < 0.1
}

/** The place's own name, with the next larger one below the district where it needs one to be found. */
export function placeName(locale: Locale, path: readonly string[]): string {
  const place = path.at(-1) ?? ''
  return path.length > 2 ? t(locale, 'report.alert.place_in', { place, parent: path.at(-2)! }) : place
}

export function topicName(locale: Locale, path: readonly string[] | null): string {
  return path?.at(-1) ?? t(locale, 'report.alert.all_topics')
}
