/**
 * The regularised incomplete beta function, plain and in logs.
 * Continued fraction: Abramowitz & Stegun 26.5.8 by Lentz's method; prefactor in Loader's (2000) form.
 */
import { deviance, logGamma, stirlingError } from './gamma.ts'

const EPSILON = 2.3e-16
const TINY = 1e-300
const LOG_TWO_PI = 1.8378770664093454836

/** ln B(a, b). */
export function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b)
}

/** I_x(a, b), a, b > 0, 0 <= x <= 1, else NaN. @param complement 1 − x, where the caller knows it better */
export function incompleteBeta(a: number, b: number, x: number, complement = 1 - x): number {
  return Math.exp(logIncompleteBeta(a, b, x, complement))
}

/** ln I_x(a, b), exact far below the smallest number a double holds. */
export function logIncompleteBeta(a: number, b: number, x: number, complement = 1 - x): number {
  if (!(a > 0) || !(b > 0) || !(x >= 0 && x <= 1)) return NaN
  if (x === 0) return -Infinity
  if (complement <= 0) return 0
  if (x <= (a + 1) / (a + b + 2)) return logFront(a, b, x, complement) - Math.log(a) + Math.log(betaFraction(a, b, x))
  return Math.log1p((-Math.exp(logFront(a, b, x, complement)) * betaFraction(b, a, complement)) / b)
}

/** ln of x^a (1 − x)^b / B(a, b). */
function logFront(a: number, b: number, x: number, y: number): number {
  const n = a + b
  const errors = stirlingError(n) - stirlingError(a) - stirlingError(b)
  return errors - deviance(a, n * x) - deviance(b, n * y) + 0.5 * (Math.log(a) + Math.log(b / n) - LOG_TWO_PI)
}

/**
 * I_x(a, b) divided by x^a (1 − x)^b / (a B(a, b)). Quick for x up to (a + 1) / (a + b + 2); beyond, use the other side.
 * Takes about the square root of max(a, b) steps.
 */
export function betaFraction(a: number, b: number, x: number): number {
  const sum = a + b
  let c = 1
  let d = 1 - (sum * x) / (a + 1)
  if (Math.abs(d) < TINY) d = TINY
  d = 1 / d
  let h = d
  for (let m = 1; m < 100000; m++) {
    const even = a + 2 * m
    let numerator = (m * (b - m) * x) / ((even - 1) * even)
    d = 1 + numerator * d
    if (Math.abs(d) < TINY) d = TINY
    c = 1 + numerator / c
    if (Math.abs(c) < TINY) c = TINY
    d = 1 / d
    h *= d * c
    numerator = (-(a + m) * (sum + m) * x) / (even * (even + 1))
    d = 1 + numerator * d
    if (Math.abs(d) < TINY) d = TINY
    c = 1 + numerator / c
    if (Math.abs(c) < TINY) c = TINY
    d = 1 / d
    const delta = d * c
    h *= delta
    if (Math.abs(delta - 1) < EPSILON) break
  }
  return h
}
