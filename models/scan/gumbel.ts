/**
 * The Gumbel distribution of a scan's maximum: p values far below 1 / replicates.
 * Abrams, Kulldorff, Kleinman (2010), Int J Health Geogr 9:61.
 */

const EULER = 0.5772156649015329

/** Location and scale. */
export interface Gumbel { mu: number, beta: number }

/** Fitted by moments, as in the source; NaN for fewer than two maxima, or where they do not vary. */
export function fitGumbel(maxima: Float64Array): Gumbel {
  const n = maxima.length
  let mean = 0
  for (let i = 0; i < n; i++) mean += maxima[i]
  mean /= n
  let squares = 0
  for (let i = 0; i < n; i++) squares += (maxima[i] - mean) * (maxima[i] - mean)
  const beta = squares > 0 ? (Math.sqrt(squares / (n - 1)) * Math.sqrt(6)) / Math.PI : NaN
  return { mu: mean - EULER * beta, beta }
}

/** Probability of a maximum of at least x: 1 − exp(−exp(−(x − μ)/β)), exact in the far tail. */
export function gumbelTail({ mu, beta }: Gumbel, x: number): number {
  return -Math.expm1(-Math.exp(-(x - mu) / beta))
}
