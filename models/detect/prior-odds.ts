/**
 * What is known beforehand, as odds: how much likelier than usual a series is to rise. Ratios learnt from few cases are drawn towards
 * a stated one (gamma-Poisson: Clayton & Kaldor 1987, Biometrics 43:671-681). They enter the tests as weights of mean 1, which keep the
 * number of false alarms: Genovese, Roeder & Wasserman (2006), Biometrika 93:509-524. docs/methods/promised-dates.md
 */

/** However much points to it, a rise is at most this much likelier. */
export const MOST_ODDS = 20

/** A ratio of rates that is believed where nothing was seen, and how many expected cases outweigh it. */
export interface StatedRatio { ratio: number, weight: number, most: number }

/** Observed over expected, drawn towards the stated ratio; at least 1 and at most `most`. */
export function shrunkRatio(observed: number, expected: number, { ratio, weight, most }: StatedRatio): number {
  return Math.min(most, Math.max(1, (observed + weight * ratio) / (expected + weight)))
}

/** Log odds of independent hints together, bounded. @param hints natural logarithms of ratios */
export function priorLogOdds(hints: readonly number[]): number {
  return Math.min(Math.log(MOST_ODDS), Math.max(0, hints.reduce((sum, hint) => sum + hint, 0)))
}

/** Mean weight of a class of series. @param logOdds of those about which something is known; the others weigh 1 */
export function meanWeight(logOdds: readonly number[], series: number): number {
  return 1 + logOdds.reduce((sum, value) => sum + Math.expm1(value), 0) / series
}

/**
 * Tests that a series must stand in for: the class's own number, times the mean weight over the series' own. Over a class the
 * reciprocals sum to what they were without weights.
 */
export function weightedTests(tests: number, logOdds: number, mean: number): number {
  return (tests * mean) / Math.exp(logOdds)
}
