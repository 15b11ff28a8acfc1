/**
 * The scores of rules of thumb and of published rules, of one stream on one night, as the counts were known then: larger is more
 * alarming, NaN cannot tell. docs/methods/score-card.md
 */
import { farringtonFlexible } from '../detect/farrington-flexible.ts'
import { countLogTail } from '../detect/farrington-threshold.ts'

/** The counts of all streams as known on a night. */
export interface Watch {
  streams: number
  /** Days of a row; the night's own day is `today`. */
  days: number
  today: number
  /** streams * days callers, stream by stream. */
  counts: Uint16Array
  /** Callers of the last RECENT_DAYS and of the last YEAR_DAYS days, per stream. */
  recent: Int32Array
  year: Int32Array
  /** The stream of the same family at the root of the places. */
  root: Int32Array
}

export const RECENT_DAYS = 28
export const YEAR_DAYS = 365

export const REFERENCES = ['three_in_seven', 'weekday_mean_3sd', 'ears_c2', 'farrington_flexible', 'hotspot_list', 'permutation_scan'] as const
export type Reference = (typeof REFERENCES)[number]

export type Statistic = (watch: Watch, stream: number) => number

/** A fresh statistic, which may remember what it fitted: nights must not go backwards. */
export function createStatistic(reference: Reference): Statistic {
  switch (reference) {
    case 'three_in_seven': return (watch, s) => sumOfLast(watch, s, 7)
    case 'weekday_mean_3sd': return weekdayScore
    case 'ears_c2': return earsScore
    case 'farrington_flexible': return createFarrington()
    case 'hotspot_list': return hotspotScore
    case 'permutation_scan': return scanScore
  }
}

/** Below these a score is never worth looking at: they bound memory, not the rules. */
export const FLOOR: Readonly<Record<Reference, number>> = {
  three_in_seven: 3, weekday_mean_3sd: 1, ears_c2: 1, farrington_flexible: 1, hotspot_list: 1, permutation_scan: 1,
}

export function sumOfLast({ counts, days, today }: Watch, s: number, n: number): number {
  const end = s * days + today
  let sum = 0
  for (let i = Math.max(s * days, end - n + 1); i <= end; i++) sum += counts[i]
  return sum
}

/** Same weekdays looked back at, and the floor of every standard deviation, so that sparse streams can be ranked. */
const SAME_WEEKDAYS = 8
const LEAST_SIGMA = 0.5

/** Standard deviations above the mean of the same weekday of the last eight weeks. */
function weekdayScore({ counts, days, today }: Watch, s: number): number {
  if (today < 7 * SAME_WEEKDAYS) return NaN
  return scoreOf(counts, s * days + today, 7, SAME_WEEKDAYS, 7)
}

/** EARS C2: baseline of seven days, two days left out. Hutwagner et al. (2003). */
function earsScore({ counts, days, today }: Watch, s: number): number {
  if (today < 9) return NaN
  return scoreOf(counts, s * days + today, 3, 7, 1)
}

/** Standardised by `n` counts, the first `back` before the one at `at`, `step` apart. */
function scoreOf(counts: Uint16Array, at: number, back: number, n: number, step: number): number {
  let sum = 0
  for (let k = 0; k < n; k++) sum += counts[at - back - k * step]
  const mean = sum / n
  let squares = 0
  for (let k = 0; k < n; k++) squares += (counts[at - back - k * step] - mean) ** 2
  return (counts[at] - mean) / Math.max(LEAST_SIGMA, Math.sqrt(squares / (n - 1)))
}

/** Callers of the year before the last four weeks, on nights on which one comes. */
function hotspotScore({ counts, days, today, recent, year }: Watch, s: number): number {
  return counts[s * days + today] > 0 ? year[s] - recent[s] : NaN
}

/** A fit serves a week: its reference weeks move by days meanwhile. */
const FIT_NIGHTS = 7
const WEEKS_PER_YEAR = 365.2425 / 7
/** Of the method's years as many as there are; without a trend, which so few do not tell from the season. */
const FARRINGTON = { minYears: 1, trend: false } as const
const LEAST_WEEKS = 57

/** −log10 p of the last seven days by Farrington flexible on sums of seven days that end tonight. */
function createFarrington(): Statistic {
  const fits = new Map<number, { night: number, mean: number, phi: number }>()
  return (watch, s) => {
    const { counts, days, today, recent } = watch
    const weeks = Math.floor((today + 1) / 7)
    // Noufaily's limit: five cases in four weeks.
    if (weeks < LEAST_WEEKS || recent[s] < 5) return NaN
    const week = sumOfLast(watch, s, 7)
    if (week < 2) return NaN
    let fit = fits.get(s)
    if (fit === undefined || today - fit.night >= FIT_NIGHTS) {
      const sums = new Float64Array(weeks)
      for (let w = 0; w < weeks; w++) {
        const end = s * days + today - 7 * (weeks - 1 - w)
        for (let i = end - 6; i <= end; i++) sums[w] += counts[i]
      }
      const bounds = farringtonFlexible({ counts: sums, periodsPerYear: WEEKS_PER_YEAR }, weeks - 1, weeks, FARRINGTON)
      fit = bounds.reason[0] === 0 ? { night: today, mean: bounds.expected[0], phi: bounds.phi[0] } : { night: today, mean: NaN, phi: NaN }
      fits.set(s, fit)
    }
    return Number.isNaN(fit.mean) ? NaN : -countLogTail(week, fit.mean, fit.phi) / Math.LN10
  }
}

const SPANS = [1, 2, 3, 5, 7, 10, 14, 21, 28] as const
const LEAST_CASES = 3

/**
 * Space-time permutation scan of a year of the family over the city, the places of the tree as zones, the likelihood ratio of the best
 * span: Kulldorff et al. (2005), PLoS Med 2:e59. The whole city is never more than itself.
 */
function scanScore({ counts, days, today, year, root }: Watch, s: number): number {
  const r = root[s]
  const total = year[r]
  const place = year[s]
  if (r === s || total <= place) return NaN
  let best = 0
  let inside = 0
  let city = 0
  let back = 0
  for (const span of SPANS) {
    for (; back < span && back <= today; back++) {
      inside += counts[s * days + today - back]
      city += counts[r * days + today - back]
    }
    const mean = (place * city) / total
    if (inside < LEAST_CASES || inside <= mean) continue
    const ratio = inside * Math.log(inside / mean) + (total > inside ? (total - inside) * Math.log((total - inside) / (total - mean)) : 0)
    if (ratio > best) best = ratio
  }
  return best > 0 ? best : NaN
}
