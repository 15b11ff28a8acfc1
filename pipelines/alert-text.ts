/**
 * What an alert says: a title and a sentence put together from its facts, and nothing else. Notices, the command line, the report
 * and the inbox say it with these functions. docs/alert-texts.md
 */
import type { Locale } from '../core/config.ts'
import { parseDay } from '../core/days.ts'
import { formatNumber, t } from '../core/texts.ts'

export interface AlertTextFacts {
  /** Names from the city down, and from the top topic down; no topic is all topics together. */
  place: readonly string[]
  topic: readonly string[]
  /** Night of which it is told, and the alert's first; null where that is not known. */
  night: string
  firstNight: string | null
  /** Distinct callers in the window that decided, and how many are usual in it. */
  windowDays: number
  observed: number
  expected: number
  /** Distinct callers since the alert began; null where that is not known. */
  callers: number | null
  recurrenceDays: number
  /** What the callers mention beyond the usual, in their own words; most telling first. */
  phrases?: readonly string[]
  /** Distinct callers of the window whom other alerts tell of, so that `observed` does not count them. */
  apart?: number
  /** Times its usual that lies around, which `expected` takes into account. */
  surroundingRatio?: number
}

/** Fewer are told as "almost none": nobody counts hundredths of people. */
const ALMOST_NONE = 0.05
/** A rise below this factor is told by its numbers alone, as is one over so few that the factor means nothing. */
const LEAST_FACTOR = 1.2
const LEAST_USUAL = 0.5
const MOST_PHRASES = 3
/** From here on what is expected is no longer what is usual. */
const AMID_RISE = 1.5
/** Days of a century: beyond it the interval says nothing any more. */
export const CENTURY = 36525

/** Place, topic, callers of the window and the usual, in one line. */
export function alertTitle(locale: Locale, facts: AlertTextFacts): string {
  return t(locale, facts.windowDays === 1 ? 'alert.title_day' : 'alert.title', wordsOf(locale, facts))
}

/** Who called, how that differs from the usual, since when, what they mention, and how seldom chance does as much. */
export function alertSentence(locale: Locale, facts: AlertTextFacts): string {
  const words = wordsOf(locale, facts)
  const factor = facts.observed / facts.expected
  const phrases = (facts.phrases ?? []).slice(0, MOST_PHRASES)
  const parts = [
    t(locale, facts.windowDays === 1 ? 'alert.said.callers_day' : 'alert.said.callers', words)
      + (facts.expected >= LEAST_USUAL && factor >= LEAST_FACTOR ? t(locale, isAmidRise(facts) ? 'alert.said.factor_amid' : 'alert.said.factor', { factor: describeFactor(locale, factor) }) : ''),
    ...(isAmidRise(facts) ? [t(locale, 'alert.said.amid', { ratio: describeFactor(locale, facts.surroundingRatio!) })] : []),
    ...(facts.apart ? [t(locale, 'alert.said.apart', { n: facts.apart })] : []),
    ...(phrases.length > 0 ? [t(locale, 'alert.said.phrases', { phrases: phrases.map((phrase) => t(locale, 'alert.said.quoted', { phrase })).join(t(locale, 'alert.said.and')) })] : []),
    ...sinceOf(locale, facts),
    facts.recurrenceDays >= CENTURY ? t(locale, 'alert.said.never') : t(locale, 'alert.said.chance', { recurrence: describeRecurrence(locale, facts.recurrenceDays) }),
  ]
  return parts.join(t(locale, 'alert.said.stop'))
}

function sinceOf(locale: Locale, { night, firstNight, callers }: AlertTextFacts): string[] {
  if (firstNight === null) return []
  const nights = parseDay(night) - parseDay(firstNight) + 1
  if (nights <= 1) return [t(locale, 'alert.said.new', { night })]
  return [t(locale, callers === null ? 'alert.said.since' : 'alert.said.since_callers', { since: firstNight, n: nights, callers: callers ?? 0 })]
}

function wordsOf(locale: Locale, facts: AlertTextFacts): { place: string, topic: string, days: number, callers: number, apart: string, usual: string } {
  return {
    place: placeWords(locale, facts.place), topic: facts.topic.at(-1) ?? t(locale, 'alert.all_topics'),
    days: facts.windowDays, callers: facts.observed, apart: facts.apart ? t(locale, 'alert.apart') : '',
    usual: t(locale, isAmidRise(facts) ? 'alert.usual_amid' : 'alert.usual', { expected: describeExpected(locale, facts.expected) }),
  }
}

function isAmidRise({ surroundingRatio }: AlertTextFacts): boolean {
  return (surroundingRatio ?? 1) >= AMID_RISE
}

/** The place with what it lies in. Chinese names follow each other without a mark; others would run together. */
export function placeWords(locale: Locale, path: readonly string[]): string {
  const names = path.slice(-2)
  const together = locale === 'zh' && names.every((name) => /^\p{Script=Han}/u.test(name))
  return names.join(together ? '' : locale === 'zh' ? ' ' : ', ')
}

/** A usual number of callers in words. */
export function describeExpected(locale: Locale, expected: number): string {
  if (expected < ALMOST_NONE) return t(locale, 'alert.expected.none')
  return t(locale, 'alert.expected', { n: formatNumber(locale, expected < 10 ? Math.round(expected * 10) / 10 : Math.round(expected)) })
}

function describeFactor(locale: Locale, factor: number): string {
  return formatNumber(locale, factor < 10 ? Math.round(factor * 10) / 10 : Math.round(factor))
}

/** A recurrence interval in words. */
export function describeRecurrence(locale: Locale, days: number): string {
  if (days >= CENTURY) return t(locale, 'alert.recurrence.never')
  if (days >= 730) return t(locale, 'alert.recurrence.years', { n: Math.round(days / 365.25) })
  return t(locale, 'alert.recurrence.days', { n: Math.max(1, Math.round(days)) })
}

/** What a night wrote down with an alert and its text tells. */
export function factsOfWhy(why: Readonly<Record<string, unknown>> | null): { phrases: string[], apart: number, surroundingRatio: number } {
  return {
    phrases: Array.isArray(why?.phrases) ? why.phrases.filter((phrase): phrase is string => typeof phrase === 'string') : [],
    apart: typeof why?.callers_apart === 'number' ? why.callers_apart : 0,
    surroundingRatio: typeof why?.surrounding_ratio === 'number' ? why.surrounding_ratio : 1,
  }
}
