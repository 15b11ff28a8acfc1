/**
 * CUSUM: has the sum of the counts' excesses over what was usual before grown too large?
 * Rossi, Lampugnani & Marchi (1999), Stat Med 18:2111-2122. docs/methods/cusum.md
 */
import { resolveOptions } from '../../core/options.ts'
import { createJudgements, withoutVerdict } from './method.ts'
import type { Judgements, SeriesInput } from './method.ts'
import { baselineEnd, withoutVerdicts } from './monitoring.ts'
import { fitSeasonal, seasonalDesign, seasonalLogMean } from './seasonal-regression.ts'

export interface CusumOptions {
  /** Excess, in standard deviations, that each period is allowed. */
  k: number
  /** Sum from which on there is an alarm. */
  h: number
  /** How a count becomes a standardised one. */
  transform: 'standard' | 'rossi' | 'anscombe'
  /** What is usual: the mean of the baseline, or a Poisson regression on it with one harmonic of the year. */
  reference: 'mean' | 'glm'
  /**
   * 'surveillance-1.20' gives Rossi's bound as that package does: once the sum is far above h, the square of a negative root,
   * a positive number although no count at all is needed.
   */
  bound: 'smallest' | 'surveillance-1.20'
}

/** k and h are those of Rossi et al. for an in-control run of 500 periods. */
export const CUSUM_DEFAULTS: Readonly<CusumOptions> = { k: 1.04, h: 2.26, transform: 'standard', reference: 'mean', bound: 'smallest' }
const RANGES = { k: [0, 99], h: [0, 1e6] } as const

/**
 * Sums from `from` on, or from where the baseline before it is long enough; the sum goes on after an alarm. upper is the smallest
 * count that is an alarm, given the sum before it; statistic is the sum.
 *
 * @throws {InvalidOptionError} an unknown option, or one out of range
 */
export function cusum(input: SeriesInput, options: Partial<CusumOptions> = {}): Judgements {
  const { k, h, transform, reference, bound } = resolveOptions('cusum', CUSUM_DEFAULTS, RANGES, options)
  const { counts, from, until } = input
  const out = createJudgements(until - from)
  const start = Math.min(until, baselineEnd(input, reference === 'glm'))
  withoutVerdicts(out, input, from, start, 'too_short')
  const means = meansFrom(input, start, reference)
  if (!means) {
    withoutVerdicts(out, input, start, until, 'no_convergence')
    return out
  }
  const { standardise, invert } = CUSUM_TRANSFORMS[transform]
  const leastRoot = bound === 'smallest' ? 0 : -Infinity
  let sum = 0
  let run = 0
  for (let t = start; t < until; t++) {
    const i = t - from
    const y = counts[t]
    const mean = means[t - start]
    out.expected[i] = mean
    if (Number.isNaN(y)) {
      withoutVerdict(out, i, 'gap')
      continue
    }
    out.upper[i] = invert(h - sum + k, mean, leastRoot)
    sum = Math.max(0, sum + standardise(y, mean) - k)
    run = sum > 0 ? run + 1 : 0
    out.statistic[i] = sum
    out.alarm[i] = sum >= h ? 1 : 0
    out.window[i] = Math.max(1, run)
  }
  return out
}

/** In-control mean of each index from `start` on; null where the regression does not converge or there is nothing to average. */
function meansFrom(input: SeriesInput, start: number, reference: CusumOptions['reference']): Float64Array | null {
  const { counts, until } = input
  const means = new Float64Array(until - start)
  if (reference === 'mean') {
    let n = 0
    let sum = 0
    for (let t = 0; t < start; t++) {
      if (!(counts[t] >= 0)) continue
      n++
      sum += counts[t]
    }
    return sum > 0 ? means.fill(sum / n) : null
  }
  const design = seasonalDesign(input, { trend: false, harmonics: 1, weekdays: false })
  const fit = fitSeasonal(counts, design, start, Infinity)
  if (!fit.converged) return null
  for (let t = start; t < until; t++) means[t - start] = Math.exp(seasonalLogMean(design, fit.coefficients, t))
  return means
}

/**
 * standardise: about a standard normal of a Poisson count; invert: the count, not below 0, whose standardised value is z. The
 * standard one is rounded up to a whole count.
 */
export const CUSUM_TRANSFORMS = {
  standard: {
    standardise: (y: number, m: number) => (y - m) / Math.sqrt(m),
    invert: (z: number, m: number) => Math.max(0, Math.ceil(m + z * Math.sqrt(m))),
  },
  /** Rossi et al. (1999) eq. 3. */
  rossi: {
    standardise: (y: number, m: number) => (y - 3 * m + 2 * Math.sqrt(y * m)) / (2 * Math.sqrt(m)),
    invert: (z: number, m: number, leastRoot: number) => {
      const square = 4 * m + 2 * z * Math.sqrt(m)
      return square > 0 ? Math.max(leastRoot, Math.sqrt(square) - Math.sqrt(m)) ** 2 : 0
    },
  },
  /** Anscombe's (1953) residual, McCullagh & Nelder (1989) §2.4.2. */
  anscombe: {
    standardise: (y: number, m: number) => (1.5 * (Math.cbrt(y) ** 2 - Math.cbrt(m) ** 2)) / Math.pow(m, 1 / 6),
    invert: (z: number, m: number) => Math.pow(Math.max(0, Math.cbrt(m) ** 2 + (z * Math.pow(m, 1 / 6)) / 1.5), 1.5),
  },
} as const
