/**
 * Shares of few cases: an interval that keeps its word for small numbers, and an estimate that leans on the whole.
 * Interval: Wilson (1927), JASA 22:209-212. Shrinkage: posterior mean under a beta prior; its strength by the method of moments of
 * Kleinman (1973), JASA 68:46-54, bounded.
 */
import { normalQuantile } from '../math/normal.ts'

export interface Share { of: number, good: number }

/** Wilson's score interval of good / of; [0, 1] where nothing was seen. */
export function wilson({ good, of }: Share, confidence = 0.95): [low: number, high: number] {
  if (!(of > 0)) return [0, 1]
  const z = normalQuantile(0.5 + confidence / 2)
  const p = good / of
  const middle = p + (z * z) / (2 * of)
  const half = z * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of))
  const scale = 1 + (z * z) / of
  return [Math.max(0, (middle - half) / scale), Math.min(1, (middle + half) / scale)]
}

/** Beta prior: mean, and strength in cases. */
export interface BetaPrior { mean: number, strength: number }

export const STRENGTH_RANGE = [5, 50] as const

/**
 * A prior from all groups together: their common share, half a case of each kind added, and as many cases as the groups' spread
 * allows. Strength is the lower bound where groups differ more than chance, the upper where they do not.
 */
export function betaPrior(groups: readonly Share[]): BetaPrior {
  const seen = groups.filter((group) => group.of > 0)
  const of = seen.reduce((sum, group) => sum + group.of, 0)
  const good = seen.reduce((sum, group) => sum + group.good, 0)
  const mean = (good + 0.5) / (of + 1)
  const [least, most] = STRENGTH_RANGE
  if (seen.length < 2) return { mean, strength: least }
  // Weighted spread S of the shares; its expectation is p(1-p)[(k-1) + rho (n - sum n²/n - (k-1))], rho = 1/(strength + 1).
  const spread = seen.reduce((sum, group) => sum + group.of * (group.good / group.of - good / of) ** 2, 0)
  const freedom = seen.length - 1
  const effective = of - seen.reduce((sum, group) => sum + group.of ** 2, 0) / of - freedom
  const variance = mean * (1 - mean)
  const rho = effective > 0 ? (spread / variance - freedom) / effective : NaN
  const strength = rho > 0 ? 1 / rho - 1 : most
  return { mean, strength: Math.min(most, Math.max(least, strength)) }
}

/** Posterior mean of a share. */
export function shrink({ good, of }: Share, { mean, strength }: BetaPrior): number {
  return (good + mean * strength) / (of + strength)
}
