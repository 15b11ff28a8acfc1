/**
 * Student's t distribution. Tail through the incomplete beta function: Abramowitz & Stegun 26.7.1.
 */
import { logIncompleteBeta } from './beta.ts'
import { normalQuantile } from './normal.ts'
import { findRoot } from './root.ts'

/** ln P(T >= t), for any t; relative error of P about 1e-13. */
export function logStudentTail(t: number, freedom: number): number {
  if (!(freedom > 0) || Number.isNaN(t)) return NaN
  const square = t * t
  // ½ I_x(ν/2, ½) = P(T >= |t|), x = ν / (ν + t²)
  const log = logIncompleteBeta(freedom / 2, 0.5, freedom / (freedom + square), square / (freedom + square)) - Math.LN2
  return t >= 0 ? log : Math.log1p(-Math.exp(log))
}

/** The t with P(T >= t) = p, 0 < p < 1, else NaN. */
export function studentUpperQuantile(p: number, freedom: number): number {
  if (!(p > 0 && p < 1) || !(freedom > 0)) return NaN
  if (p > 0.5) return -studentUpperQuantile(1 - p, freedom)
  if (p === 0.5) return 0
  const logP = Math.log(p)
  const low = -normalQuantile(p) // t has the heavier tail
  let high = low + 1
  while (logStudentTail(high, freedom) > logP) high *= 2
  return findRoot((t) => logStudentTail(t, freedom) - logP, low * (1 - 1e-9), high, 1e-13 * high)
}
