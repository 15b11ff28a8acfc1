/**
 * GLR and LR: have the counts risen by some factor since an unknown period not long ago?
 * Höhle & Paul (2008), Computational Statistics & Data Analysis 52:4357-4368. docs/methods/glr.md
 */
import { resolveOptions } from '../../core/options.ts'
import { createJudgements, withoutVerdict } from './method.ts'
import type { Judgements, SeriesInput } from './method.ts'
import { baselineEnd, withoutVerdicts } from './monitoring.ts'
import { GlrChart, LrChart } from './rise-charts.ts'
import { fitSeasonal, seasonalDesign, seasonalLogMean } from './seasonal-regression.ts'

export interface GlrOptions {
  /** Log likelihood ratio from which on there is an alarm, after which the search begins anew. */
  threshold: number
  /** Size of the counts' negative binomial: Infinity is Poisson, NaN is estimated on the baseline. */
  size: number
  /** ln of the factor looked for, 1.2 is 3.3-fold: then the LR chart. NaN estimates it for every window: the GLR chart. */
  rise: number
  /** Whether the in-control mean has a trend beside its harmonic of the year, and, for days with a calendar, weekdays and holidays. */
  trend: boolean
  /** Periods before the present one in which the rise may have begun. */
  maxWindow: number
}

export const GLR_DEFAULTS: Readonly<GlrOptions> = { threshold: 5, size: NaN, rise: NaN, trend: true, maxWindow: 366 }
const RANGES = { threshold: [0, 1e6], maxWindow: [0, 1e6, 'whole'] } as const

/**
 * Judges from `from` on, or from where the baseline before it is long enough. upper is the smallest count that is an alarm, given
 * the counts before it; statistic the log likelihood ratio, windows ending at the row. O(rows · window²) for the GLR chart.
 *
 * @throws {InvalidOptionError} an unknown option, or one out of range
 */
export function glr(input: SeriesInput, options: Partial<GlrOptions> = {}): Judgements {
  const { threshold, size, rise, trend, maxWindow } = resolveOptions('glr', GLR_DEFAULTS, RANGES, options)
  const { counts, from, until } = input
  const out = createJudgements(until - from)
  const start = Math.min(until, baselineEnd(input, true))
  withoutVerdicts(out, input, from, start, 'too_short')
  const design = seasonalDesign(input, { trend, harmonics: 1, weekdays: true })
  const fit = fitSeasonal(counts, design, start, Number.isNaN(size) ? 'likelihood' : size)
  if (!fit.converged) {
    withoutVerdicts(out, input, start, until, fit.reason)
    return out
  }
  const chart = Number.isNaN(rise) ? new GlrChart(until - start, maxWindow, 1 / fit.size) : new LrChart(rise, 1 / fit.size)
  for (let t = start; t < until; t++) {
    const i = t - from
    const mean = Math.exp(seasonalLogMean(design, fit.coefficients, t))
    out.expected[i] = mean
    if (Number.isNaN(counts[t])) {
      withoutVerdict(out, i, 'gap')
      continue
    }
    out.upper[i] = chart.smallestAlarm(mean, threshold)
    const { ratio, window } = chart.add(counts[t], mean)
    out.statistic[i] = ratio
    out.window[i] = window
    out.alarm[i] = ratio >= threshold ? 1 : 0
    if (ratio >= threshold) chart.restart()
  }
  return out
}
