/**
 * How much more likely are the counts inside a window if its rate is raised than if it is not? Logarithms of likelihood ratios,
 * 0 where the window holds no more than expected. Each is a sum of deviances x ln(x / m) + m − x, in which the terms that do not
 * depend on the window cancel.
 * Kulldorff (1997) Commun Stat Theory Methods 26:1481; Neill (2009) Int J Forecasting 25:498;
 * Tango, Takahashi, Kohriyama (2011) Biometrics 67:106.
 */
import { deviance } from '../math/gamma.ts'

/** Counts against known means: c ln(c / m) + m − c. Infinity where something was seen that could not be. */
export function poissonRatio(observed: number, expected: number): number {
  return observed > expected ? deviance(observed, expected) : 0
}

/**
 * The same with the total known, inside against outside: c ln(c / m) + (C − c) ln((C − c) / (C − m)). Also the ratio of the
 * space-time permutation, where m comes from the margins.
 *
 * @param total C, what is observed and expected everywhere
 */
export function conditionalRatio(observed: number, expected: number, total: number): number {
  return observed > expected ? deviance(observed, expected) + devianceOrMean(total - observed, total - expected) : 0
}

/**
 * Cases among people who are either case or control, Kulldorff (1997) eq. for the Bernoulli model.
 *
 * @param expected cases: people inside × all cases / all people
 * @param cases    all cases
 * @param people   all cases and controls
 */
export function bernoulliRatio(observed: number, expected: number, cases: number, people: number): number {
  if (!(observed > expected)) return 0
  const inside = expected * people / cases
  return conditionalRatio(observed, expected, cases)
    + devianceOrMean(inside - observed, inside - expected)
    + devianceOrMean(people - inside - cases + observed, people - inside - cases + expected)
}

/** Counts that vary more than Poisson's: variance m + m² / size. Tends to poissonRatio as size grows. */
export function negativeBinomialRatio(observed: number, expected: number, size: number): number {
  if (!(observed > expected)) return 0
  if (size === Infinity) return deviance(observed, expected)
  return deviance(observed, expected) - deviance(observed + size, expected + size)
}

/**
 * Tango's score: excess over its standard deviation, (x − m) / √m, for counts that were each divided by how much more than
 * Poisson's they vary, 1 + mean / size; m is then their mean and their variance.
 */
export function scoreRatio(observed: number, expected: number): number {
  return observed > expected ? (observed - expected) / Math.sqrt(expected) : 0
}

/** The deviance, and its limit m at x = 0. Rounding may leave an empty rest a hair below 0. */
function devianceOrMean(x: number, mean: number): number {
  return x > 1e-9 ? deviance(x, mean) : Math.max(0, mean)
}
