/**
 * An alert of a season in words: what is expected, since when it rose in past years, and where.
 */
import type { Locale } from '../../core/config.ts'
import { formatNumber, t } from '../../core/texts.ts'
import type { SeasonalWhy } from '../seasonal-alerts.ts'

/** Places named in a sentence. */
const MOST_AREAS = 3

export function seasonTitle(locale: Locale, why: SeasonalWhy, place: string, topic: string): string {
  return t(locale, 'season.title', { place, topic, begins: why.begins_on, factor: factorText(locale, why.factor) })
}

export function seasonReason(locale: Locale, why: SeasonalWhy): string {
  const comma = t(locale, 'season.comma')
  const years = why.years.filter((year) => year.callers > 0).map((year) => t(locale, 'season.year', { from: year.from, factor: factorText(locale, year.factor), callers: year.callers }))
  const areas = why.areas.slice(0, MOST_AREAS).map((area) => t(locale, 'season.area', { place: area.place.at(-1)!, share: `${Math.round(area.share * 100)}%` }))
  return [
    t(locale, 'season.expected', { present: Math.round(why.present), expected: Math.round(why.expected), low: factorText(locale, why.low), high: factorText(locale, why.high) }),
    t(locale, 'season.years', { years: years.join(comma) }),
    ...(why.once ? [t(locale, 'season.once')] : []),
    ...(areas.length > 0 ? [t(locale, 'season.areas', { areas: areas.join(comma) })] : []),
  ].join(t(locale, 'season.stop'))
}

export function factorText(locale: Locale, factor: number): string {
  return formatNumber(locale, factor >= 10 ? Math.round(factor) : Math.round(factor * 10) / 10)
}
