/**
 * Periodic regressions: is this count beyond what weekday, holiday, season and trend of the history predict?
 * Serfling (1963), Public Health Reports 78:494-506, with Poisson or negative-binomial counts: Pelat, Boëlle, Cowling, Carrat,
 * Flahault, Ansart & Valleron (2007), BMC Med Inform Decis Mak 7:29; Bédubourg & Le Strat (2017), PLOS ONE 12:e0181227.
 * docs/methods/periodic-glm.md
 */
import { resolveOptions } from '../../core/options.ts'
import { logTail, quantile } from '../math/distributions.ts'
import { createJudgements, withoutVerdict } from './method.ts'
import type { Judgements, SeriesInput } from './method.ts'
import type { RegressionFit } from './negbin-regression.ts'
import { fitSeasonal, seasonalDesign, seasonalLogMean } from './seasonal-regression.ts'

export interface PeriodicGlmOptions {
  /** Probability of a count above the bound while nothing has changed. */
  alpha: number
  family: 'poisson' | 'negbin'
  trend: boolean
  /** Pairs of sine and cosine of the year. */
  harmonics: number
  /** Effects of the weekday and of holidays, where the series has a calendar. */
  weekdays: boolean
  /** Periods between two fits. */
  refit: number
  /** Last periods left out of a fit. */
  guard: number
  /** Years of history that a fit needs. */
  minYears: number
}

export const PERIODIC_GLM_DEFAULTS: Readonly<PeriodicGlmOptions> = {
  alpha: 0.01, family: 'negbin', trend: true, harmonics: 1, weekdays: false, refit: 1, guard: 0, minYears: 2,
}
const RANGES = {
  alpha: [1e-12, 0.5], harmonics: [0, 10, 'whole'], refit: [1, 1e6, 'whole'], guard: [0, 1e6, 'whole'], minYears: [0.1, 100],
} as const

/**
 * Bounds each count by the 1 − alpha quantile about the mean predicted from all counts before it. statistic is −log10 of the
 * probability of the count or more; that the coefficients are estimates is not counted in.
 *
 * @throws {InvalidOptionError} an unknown option, or one out of range
 */
export function periodicGlm(input: SeriesInput, options: Partial<PeriodicGlmOptions> = {}): Judgements {
  const { alpha, family, trend, harmonics, weekdays, refit, guard, minYears } = resolveOptions('periodicGlm', PERIODIC_GLM_DEFAULTS, RANGES, options)
  const { counts, periodsPerYear, from, until } = input
  const out = createJudgements(until - from)
  const design = seasonalDesign(input, { trend, harmonics, weekdays })
  const needed = Math.ceil(minYears * periodsPerYear) + guard
  let fit: RegressionFit | undefined
  let fitted = -Infinity
  for (let t = from; t < until; t++) {
    const i = t - from
    if (t < needed) {
      withoutVerdict(out, i, t === 0 ? 'no_history' : 'too_short')
      continue
    }
    if (t - fitted >= refit) {
      fit = fitSeasonal(counts, design, t - guard, family === 'poisson' ? Infinity : 'likelihood', fit?.converged ? fit : undefined)
      fitted = t
    }
    const { reason, coefficients, size } = fit!
    if (reason !== '' || Number.isNaN(counts[t])) {
      withoutVerdict(out, i, Number.isNaN(counts[t]) ? 'gap' : reason)
      continue
    }
    const mean = Math.exp(seasonalLogMean(design, coefficients, t))
    out.expected[i] = mean
    out.upper[i] = quantile(1 - alpha, mean, size)
    out.logP[i] = logTail(counts[t], mean, size)
    out.statistic[i] = -out.logP[i] / Math.LN10
    out.alarm[i] = counts[t] > out.upper[i] ? 1 : 0
  }
  return out
}
