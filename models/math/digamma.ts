/**
 * The digamma function. Recurrence and asymptotic series: Abramowitz & Stegun 6.3.5, 6.3.18.
 */

/** From here on seven terms of the series are exact to 1e-16. */
const SHIFT = 10

/** ψ(x) = d ln Γ(x) / dx for x > 0, absolute error about 1e-15 max(1, |value|, 1/x); NaN for x <= 0. */
export function digamma(x: number): number {
  if (!(x > 0)) return NaN
  let below = 0
  while (x < SHIFT) below += 1 / x++
  const s = 1 / (x * x)
  const series = (1 / 12 - (1 / 120 - (1 / 252 - (1 / 240 - (1 / 132 - (691 / 32760 - s / 12) * s) * s) * s) * s) * s) * s
  return Math.log(x) - 0.5 / x - series - below
}
