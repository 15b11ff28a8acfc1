/**
 * Are the counts around a place and week higher or lower than over the whole cube? The local statistic Gi* over space and time.
 * Getis, Ord (1992), Geogr Anal 24:189-206; the standardised form with the place itself in its neighbourhood is equation 14 of
 * Ord, Getis (1995), Geogr Anal 27:286-306.
 */
import type { Adjacency } from '../scan/adjacency.ts'

/**
 * Binary weights: a bin's neighbourhood is its place and the places that touch it, at its step and the `lag` steps before. At the
 * first steps the neighbourhood is shorter. Mean and deviation are those of the whole cube. O(bins * neighbourhood).
 *
 * @param counts  places x steps, step s of place p at [p * steps + s]
 * @param lag     earlier steps within the neighbourhood
 * @returns       one z a bin, in the same order; NaN where all counts are equal or the neighbourhood is the whole cube
 */
export function getisOrd(counts: Float64Array, steps: number, touching: Adjacency, lag = 1): Float64Array {
  const n = counts.length
  const places = n / steps
  let sum = 0
  for (let i = 0; i < n; i++) sum += counts[i]!
  const mean = sum / n
  let squares = 0
  for (let i = 0; i < n; i++) squares += (counts[i]! - mean) ** 2
  const deviation = Math.sqrt(squares / n)
  const z = new Float64Array(n).fill(NaN)
  // Rounding leaves a little of a constant's deviation.
  if (!(deviation > 1e-9 * Math.max(1, Math.abs(mean)))) return z
  // Sum over a place and those that touch it, per step.
  const around = new Float64Array(n)
  for (let p = 0; p < places; p++) {
    for (let s = 0; s < steps; s++) around[p * steps + s] = counts[p * steps + s]!
    for (let j = touching.starts[p]!; j < touching.starts[p + 1]!; j++) {
      const other = touching.others[j]! * steps
      for (let s = 0; s < steps; s++) around[p * steps + s]! += counts[other + s]!
    }
  }
  for (let p = 0; p < places; p++) {
    const size = 1 + touching.starts[p + 1]! - touching.starts[p]!
    for (let s = 0; s < steps; s++) {
      const from = Math.max(0, s - lag)
      let local = 0
      for (let k = from; k <= s; k++) local += around[p * steps + k]!
      // With weights of 1 both sums of weights are the number of bins in the neighbourhood.
      const weights = size * (s - from + 1)
      const spread = deviation * Math.sqrt((n * weights - weights * weights) / (n - 1))
      if (spread > 0) z[p * steps + s] = (local - mean * weights) / spread
    }
  }
  return z
}
