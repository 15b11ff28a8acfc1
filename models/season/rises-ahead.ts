/**
 * What rose in the coming weeks of past years? For each series the counts of three weeks around a coming week, a year or more
 * ago, over those of the four weeks that were as far before it as the present is: a ratio a year. Ratios are weighed by their
 * scatter (counts, and the drift that series have anyway), pooled over years, shrunk towards what the other series do, and tested
 * against drift alone, with the share of false ones bounded. Random-effects pooling: DerSimonian & Laird (1986), Control Clin
 * Trials 7:177-188; a null taken from the data: Efron (2004), JASA 99:96-104. docs/methods/seasonal-calendar.md
 */
import type { Day } from '../../core/days.ts'
import { resolveOptions } from '../../core/options.ts'
import { adjustFalseDiscovery } from '../math/false-discovery.ts'
import { logNormalTail } from '../math/normal.ts'
import { describeYears } from './past-years.ts'
import type { PastYear } from './past-years.ts'
import { dispersionOf, driftOf, logRatio, median, PRESENT_WEEKS, sumWeeks, TARGET_WEEKS } from './week-ratios.ts'
import { yearShift } from './year-shift.ts'

export interface RisesOptions {
  /** First and last week looked at, counted from the last known one. */
  from: number
  until: number
  /** Least expected level over the present one, and over the median week of its year. */
  factor: number
  height: number
  /** Share of false ones among what is found. */
  falseShare: number
  /** Whether weeks around 春节 follow it. */
  lunar: boolean
  /** Fewest callers of a past year's weeks. */
  leastCallers: number
}

export const RISES_DEFAULTS: Readonly<RisesOptions> = { from: 2, until: 8, factor: 1.3, height: 1.2, falseShare: 0.1, lunar: false, leastCallers: 20 }
const RANGES = { from: [1, 26, 'whole'], until: [1, 26, 'whole'], factor: [1, 100], height: [0, 100], falseShare: [0, 1], leastCallers: [1, 1e9] } as const

/** Weekly counts, all of the same weeks, oldest first; the last week is the last known. */
export interface WeeklySeries {
  /** Monday of the first week. */
  monday: Day
  counts: readonly Float64Array[]
}

export interface Rise {
  /** Position of the series. */
  series: number
  /** Mondays of the week in which it reaches the factor and of the highest one among those looked at. */
  begins: Day
  peak: Day
  /** It had reached the factor a week before those looked at. */
  begun: boolean
  /** Expected level at the peak over the present one, and its 90 % interval for the coming year. */
  factor: number
  low: number
  high: number
  /** Counts a week: present level, and mean of the last year. */
  present: number
  year: number
  p: number
  q: number
  /** The latest first; one is a thing once seen. */
  years: PastYear[]
}

export interface RisesAhead { rises: Rise[], tested: number, drift: number }

interface Guess { mean: number, variance: number, z: number, years: number, above: number }

/**
 * O(series · weeks). Series too short or too sparse are not tested.
 *
 * @returns rises in order of their p
 */
export function risesAhead({ monday, counts }: WeeklySeries, options: Partial<RisesOptions> = {}): RisesAhead {
  const given = resolveOptions('rises ahead', RISES_DEFAULTS, RANGES, options)
  const { from, until, factor, height, falseShare, lunar, leastCallers } = given
  const weeks = counts[0]?.length ?? 0
  const now = weeks - 1
  const dispersions = counts.map(dispersionOf)
  const horizons = Array.from({ length: until - from + 2 }, (_, i) => from - 1 + i)
  const drift = driftOf(counts, dispersions, Math.round((from + until) / 2))
  const shift = (horizon: number, k: number): number => yearShift(monday + (now + horizon) * 7, k, lunar)

  const guesses = counts.map((row, s) => horizons.map((horizon) => {
    let weight = 0
    let sum = 0
    let years = 0
    let above = 0
    for (let k = 1; ; k++) {
      const target = now + horizon - shift(horizon, k)
      if (target - horizon - PRESENT_WEEKS + 1 < 0) break
      const ratio = logRatio(row, target - horizon, target)
      if (sumWeeks(row, target - 1, target + 2) < leastCallers) continue
      const variance = dispersions[s]! * ratio.noise + Math.max(drift.common, drift.own[s]!)
      weight += 1 / variance
      sum += ratio.log / variance
      years++
      if (ratio.log > 0) above++
    }
    return years > 0 ? { mean: sum / weight, variance: 1 / weight, z: sum / Math.sqrt(weight), years, above } : undefined
  }))

  const spread = horizons.map((_, h) => spreadOf(guesses.flatMap((of) => of[h] ?? [])))
  const looks = until - from + 1
  const p = Float64Array.from(guesses, (of) => {
    const best = Math.max(...of.slice(1).map((guess) => guess?.z ?? -Infinity))
    return best === -Infinity ? NaN : Math.min(1, looks * Math.exp(logNormalTail(best)))
  })
  const q = adjustFalseDiscovery(p)
  const tested = p.reduce((n, value) => n + (Number.isNaN(value) ? 0 : 1), 0)

  const rises: Rise[] = []
  counts.forEach((row, s) => {
    if (!(q[s]! <= falseShare)) return
    const present = sumWeeks(row, now - PRESENT_WEEKS + 1, now + 1) / PRESENT_WEEKS
    const year = sumWeeks(row, Math.max(0, weeks - 52), weeks) / Math.min(52, weeks)
    const shrunk = guesses[s]!.map((guess, h) => guess && shrink(guess, spread[h]!))
    // What rises from a lull back to its usual level is no season.
    const reaches = (h: number): boolean => {
      const of = shrunk[h]
      if (!of || Math.exp(of.mean) < factor || guesses[s]![h]!.above * 2 <= guesses[s]![h]!.years) return false
      const target = now + horizons[h]! - shift(horizons[h]!, 1)
      return sumWeeks(row, target - 1, target + 2) / TARGET_WEEKS >= height * median(row.subarray(Math.max(0, target - 26), target + 26))
    }
    const first = horizons.findIndex((horizon, h) => horizon >= from && reaches(h))
    if (first < 0) return
    let top = first
    for (let h = first; h < horizons.length; h++) if (reaches(h) && shrunk[h]!.mean > shrunk[top]!.mean) top = h
    const { mean, variance } = shrunk[top]!
    // The coming year drifts as past ones did, and the present level is counted, not known.
    const noise = dispersions[s]! / Math.max(1, present * PRESENT_WEEKS)
    const half = 1.645 * Math.sqrt(variance + Math.max(drift.common, drift.own[s]!) + noise)
    const horizon = horizons[top]!
    rises.push({
      series: s, begins: monday + (now + horizons[first]!) * 7, peak: monday + (now + horizon) * 7, begun: reaches(0),
      factor: Math.exp(mean), low: Math.exp(mean - half), high: Math.exp(mean + half), present, year, p: p[s]!, q: q[s]!,
      years: describeYears(row, monday, now, horizon, (k) => shift(horizon, k), factor),
    })
  })
  rises.sort((a, b) => a.p - b.p || a.series - b.series)
  return { rises, tested, drift: Math.sqrt(drift.common) }
}

/** Variance of the true log ratios over all series: what their scatter does not explain. */
function spreadOf(guesses: readonly Guess[]): number {
  if (guesses.length < 2) return Infinity
  const excess = guesses.reduce((sum, { mean, variance }) => sum + mean * mean - variance, 0) / guesses.length
  return Math.max(1e-4, excess)
}

/**
 * Towards the other series, and by no more than a standard error: most have no season, which says little of the few that have one.
 * Limited translation: Efron & Morris (1972), JASA 67:130-139.
 */
function shrink({ mean, variance }: Guess, spread: number): { mean: number, variance: number } {
  const keep = spread === Infinity ? 1 : spread / (spread + variance)
  const least = Math.sign(mean) * Math.max(0, Math.abs(mean) - Math.sqrt(variance))
  return { mean: mean > 0 ? Math.max(keep * mean, least) : Math.min(keep * mean, least), variance }
}
