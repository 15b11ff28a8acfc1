/**
 * The original Farrington method: is this count above what the same weeks of earlier years lead one to expect?
 * Farrington, Andrews, Beale, Catchpole (1996), J R Stat Soc A 159:547-563. docs/methods/farrington.md
 */
import { resolveOptions } from '../../core/options.ts'
import { farringtonFlexible } from './farrington-flexible.ts'
import type { FarringtonBounds, FarringtonFlexibleOptions } from './farrington-flexible.ts'
import type { FarringtonSeries } from './farrington-weeks.ts'

export interface FarringtonOptions extends Pick<FarringtonFlexibleOptions, 'b' | 'minYears' | 'w' | 'reweight' | 'trend' | 'limit54' | 'powertrans'> {
  /** Level of the two-sided interval whose upper end is the bound: a count is above it with alpha / 2. */
  alpha: number
}

export const FARRINGTON_DEFAULTS: Readonly<FarringtonOptions> = {
  b: 5, minYears: 3, w: 3, reweight: true, trend: true, limit54: [5, 4], powertrans: '2/3', alpha: 0.05,
}
const RANGES = { alpha: [1e-300, 1] } as const

/**
 * Bounds the counts of the periods from `from` until `until`: Farrington flexible at the settings of 1996. No seasonal levels,
 * residuals above 1 weighed down, the trend kept at 5 %.
 *
 * @throws {InvalidOptionError} an unknown option, or one out of range
 */
export function farrington(series: FarringtonSeries, from: number, until: number, given: Partial<FarringtonOptions> = {}): FarringtonBounds {
  const { alpha, ...options } = resolveOptions('farrington', FARRINGTON_DEFAULTS, RANGES, given)
  return farringtonFlexible(series, from, until, {
    ...options, alpha: alpha / 2, noPeriods: 1, pastWeeksNotIncluded: options.w, weightsThreshold: 1, pThresholdTrend: 0.05,
    thresholdMethod: 'delta', standardError: 'correct',
  })
}
