/**
 * Rates of many places, each leaning on what all have in common: counts are Poisson around an expected number times a factor, and the
 * factors come from a gamma distribution with mean 1. Clayton & Kaldor (1987), Biometrics 43:671-681; the moments are those of their §3.
 */
import { gammaP } from '../math/gamma.ts'
import { findRoot } from '../math/root.ts'

/** Shape of the factors' gamma distribution with mean 1: large where all places are alike. */
export const SHAPE_RANGE = [0.2, 1000] as const

/** Method of moments, weighted by expectation. @param expected same length as counts; places with 0 say nothing */
export function gammaShape(counts: ArrayLike<number>, expected: ArrayLike<number>): number {
  let total = 0
  let squares = 0
  let spread = 0
  let places = 0
  for (let i = 0; i < counts.length; i++) {
    const e = expected[i]!
    if (!(e > 0)) continue
    places++
    total += e
    squares += e * e
    spread += e * (counts[i]! / e - 1) ** 2
  }
  if (places < 2) return SHAPE_RANGE[1]
  // E[sum e (o/e - 1)²] = places + variance of the factors * sum e.
  const variance = (spread - places) / total
  return variance > 0 ? Math.min(SHAPE_RANGE[1], Math.max(SHAPE_RANGE[0], 1 / variance)) : SHAPE_RANGE[1]
}

export interface Factor { mean: number, low: number, high: number }

/** Posterior mean of a place's factor and its central interval. */
export function posteriorFactor(count: number, expected: number, shape: number, confidence = 0.95): Factor {
  const a = count + shape
  const b = expected + shape
  return { mean: a / b, low: gammaQuantile((1 - confidence) / 2, a) / b, high: gammaQuantile((1 + confidence) / 2, a) / b }
}

/** Quantile of the gamma distribution with the given shape and scale 1. */
export function gammaQuantile(q: number, shape: number): number {
  let high = shape + 1
  while (gammaP(shape, high) < q) high *= 2
  return findRoot((x) => gammaP(shape, x) - q, 0, high, 1e-9 * (1 + shape))
}
