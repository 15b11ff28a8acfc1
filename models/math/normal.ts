/**
 * The standard normal distribution where simple-statistics' errorFunction (1e-7) and probit are too coarse.
 * Tail through the incomplete gamma function, Q(½, z²/2) = P(|Z| > z): Abramowitz & Stegun 26.2.30, 6.5.17; quantile: one of
 * simple-statistics' probit, polished by Halley's method (Acklam).
 */
import { probit } from 'simple-statistics'
import { gammaP, gammaQ, upperGammaFraction } from './gamma.ts'

const HALF_LOG_TWO_PI = 0.9189385332046727418

/** P(Z <= z), relative error 1e-12. */
export function normalCdf(z: number): number {
  const square = 0.5 * z * z
  return z < 0 ? 0.5 * gammaQ(0.5, square) : 0.5 + 0.5 * gammaP(0.5, square)
}

/** ln P(Z >= z), for any z. */
export function logNormalTail(z: number): number {
  if (z < 2) return Math.log(normalCdf(-z))
  // Q(½, x) = x^½ e^−x / Γ(½) · fraction, with x = z²/2
  return -0.5 * z * z - HALF_LOG_TWO_PI + Math.log(z / 2) + Math.log(upperGammaFraction(0.5, 0.5 * z * z))
}

/** The z with P(Z <= z) = p; −Infinity at 0, Infinity at 1. */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return NaN
  if (p === 0 || p === 1) return p === 0 ? -Infinity : Infinity
  let z = probit(p)
  for (let round = 0; round < 3; round++) {
    const density = Math.exp(-0.5 * z * z - HALF_LOG_TWO_PI)
    const u = (normalCdf(z) - p) / density
    z -= u / (1 + 0.5 * z * u)
  }
  return z
}
