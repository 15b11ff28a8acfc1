/**
 * An alert of the inbox in a line and in a sentence.
 */
import type { Locale } from '../../core/config.ts'
import { t } from '../../core/texts.ts'
import { alertSentence, alertTitle, factsOfWhy, placeWords } from '../alert-text.ts'
import type { AlertTextFacts } from '../alert-text.ts'
import { seasonReason, seasonTitle } from '../season/wording.ts'
import type { SeasonalWhy } from '../seasonal-alerts.ts'

export interface AlertNumbers {
  kind: string
  /** Names from the city down, and from the top of the topics; none for all topics. */
  place: readonly string[]
  topic: readonly string[]
  firstNight: string
  lastNight: string
  windowDays: number
  observed: number
  expected: number
  callers: number
  recurrenceDays: number
  why: Record<string, unknown>
}

export function titleOf(locale: Locale, alert: AlertNumbers): string {
  if (alert.kind === 'seasonal') return seasonTitle(locale, alert.why as unknown as SeasonalWhy, placeWords(locale, alert.place), topicOf(locale, alert.topic))
  return alertTitle(locale, factsOf(alert))
}

export function sentenceOf(locale: Locale, alert: AlertNumbers): string {
  return alert.kind === 'seasonal' ? seasonReason(locale, alert.why as unknown as SeasonalWhy) : alertSentence(locale, factsOf(alert))
}

function factsOf({ place, topic, firstNight, lastNight, windowDays, observed, expected, callers, recurrenceDays, why }: AlertNumbers): AlertTextFacts {
  return { place, topic, night: lastNight, firstNight, windowDays, observed, expected, callers, recurrenceDays, ...factsOfWhy(why) }
}

/** The place with the next larger one. */
export function placeOf(locale: Locale, names: readonly string[]): string {
  return placeWords(locale, names)
}

export function topicOf(locale: Locale, names: readonly string[]): string {
  return names.at(-1) ?? t(locale, 'alert.all_topics')
}

/** Names of a path; none of the top of the topics. */
export function namesOf(path: string): string[] {
  return path.split('›').filter((name) => name !== '')
}
