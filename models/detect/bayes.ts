/**
 * Bayes 1 to 3: is this count beyond the predictive distribution that its reference counts leave?
 * Riebler (2004) and Höhle (2007), Computational Statistics 22:571-582, §2.2. docs/methods/bayes.md
 */
import { resolveOptions } from '../../core/options.ts'
import { logTail, quantile } from '../math/distributions.ts'
import type { Judgements, SeriesInput } from './method.ts'
import { judgeByReferences, REFERENCE_RANGES, REFERENCE_WINDOWS } from './reference-counts.ts'
import type { ReferenceWindow } from './reference-counts.ts'

export interface BayesOptions extends ReferenceWindow {
  /** Probability of a count above the bound while nothing has changed. */
  alpha: number
}

export const BAYES_DEFAULTS: Readonly<BayesOptions> = { ...REFERENCE_WINDOWS[3], alpha: 0.05 }
const RANGES = { ...REFERENCE_RANGES, alpha: [1e-12, 0.5] } as const

/**
 * Bounds each count by the 1 − alpha quantile of the negative binomial that Poisson counts and Jeffreys' prior of their mean
 * predict. statistic is −log10 of the probability of the count or more.
 *
 * @throws {InvalidOptionError} an unknown option, or one out of range
 */
export function bayes(input: SeriesInput, options: Partial<BayesOptions> = {}): Judgements {
  const { alpha, ...window } = resolveOptions('bayes', BAYES_DEFAULTS, RANGES, options)
  return judgeByReferences(input, window, (out, i, count, references) => {
    // The mean given n counts is Gamma(sum + ½, n); a Poisson count of it has size sum + ½ and mean (sum + ½) / n.
    let size = 0.5
    for (let j = 0; j < references.length; j++) size += references[j]
    const mean = size / references.length
    out.expected[i] = mean
    out.upper[i] = quantile(1 - alpha, mean, size)
    out.logP[i] = logTail(count, mean, size)
    out.statistic[i] = -out.logP[i] / Math.LN10
    out.alarm[i] = count > out.upper[i] ? 1 : 0
  })
}
