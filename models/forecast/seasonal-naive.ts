/**
 * Next Monday as the last one: the reference every forecast must beat. Hyndman & Athanasopoulos (2021), Forecasting:
 * Principles and Practice, 3rd ed., §5.2, with quantiles from its own past errors (§5.5, residuals taken as they were);
 * and its quieter form, the quantiles of the same weekday over the last weeks.
 */
import { resolveOptions } from '../../core/options.ts'
import { quantileOfSorted } from './peer.ts'
import type { PeerForecast } from './peer.ts'

export interface SeasonalNaiveOptions {
  /** Days after which the pattern returns. */
  season: number
  /** Seasons of the past whose errors, or counts, give the quantiles. */
  seasons: number
  /** 'last': the last season and the errors that this made; 'climatology': the counts of the same weekday. */
  form: 'last' | 'climatology'
}

export const SEASONAL_NAIVE_DEFAULTS: Readonly<SeasonalNaiveOptions> = { season: 7, seasons: 26, form: 'last' }
const RANGES = { season: [1, 366, 'whole'], seasons: [2, 520, 'whole'] } as const

/**
 * @param counts  n daily counts, oldest first; NaN is a gap
 * @param horizon days ahead
 * @throws {InvalidOptionError} an unknown option, or one out of range
 */
export function seasonalNaive(counts: Float64Array, horizon: number, options: Partial<SeasonalNaiveOptions> = {}): PeerForecast {
  const { season, seasons, form } = resolveOptions('seasonalNaive', SEASONAL_NAIVE_DEFAULTS, RANGES, options)
  const n = counts.length
  const mean = new Float64Array(horizon)
  for (let h = 0; h < horizon; h++) mean[h] = form === 'last' ? lastAt(counts, n + h, season, n) : averageAt(counts, n + h, season, seasons)
  /** Sums over [from, until) as they would have been forecast on an earlier day, and what came. */
  const past = (from: number, until: number): number[] => {
    const length = until - from
    const whole = Math.ceil(until / season) * season
    const found: number[] = []
    for (let back = season; back <= season * seasons; back += season) {
      const origin = n - whole - back + season
      let came = 0
      let said = 0
      for (let d = 0; d < length; d++) {
        came += counts[origin + from + d] ?? NaN
        said += form === 'last' ? lastAt(counts, origin + from + d, season, origin) : 0
      }
      if (came - said === came - said) found.push(came - said)
    }
    return found.sort((a, b) => a - b)
  }
  return {
    mean,
    quantiles: (from, until, levels, out) => {
      const sorted = past(from, until)
      let centre = 0
      if (form === 'last') for (let h = from; h < until; h++) centre += mean[h]
      for (let i = 0; i < levels.length; i++) out[i] = Math.max(0, centre + quantileOfSorted(sorted, levels[i]))
      return out
    },
  }
}

/** The count one season, or as many as needed, before day i that was known at the origin; earlier ones for gaps. */
function lastAt(counts: Float64Array, i: number, season: number, origin: number): number {
  let at = i - season
  while (at >= origin) at -= season
  while (at >= 0 && !(counts[at] >= 0)) at -= season
  return at >= 0 ? counts[at] : NaN
}

function averageAt(counts: Float64Array, i: number, season: number, seasons: number): number {
  const n = counts.length
  let at = i - season
  while (at >= n) at -= season
  let sum = 0
  let used = 0
  for (let k = 0; k < seasons && at >= 0; k++, at -= season) {
    if (!(counts[at] >= 0)) continue
    sum += counts[at]
    used++
  }
  return used > 0 ? sum / used : NaN
}
