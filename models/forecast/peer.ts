/**
 * What the peers of the pooled model answer with: the distribution of a day, or of a sum of days, by its quantiles.
 */

/** A series' coming days. Ranges are half-open, 0 is the day after the night. */
export interface PeerForecast {
  /** Expected count of each of the coming days. */
  mean: Float64Array
  /** Quantiles of the sum over the days [from, until) at the levels given, never below 0; NaN where nothing is known. */
  quantiles(from: number, until: number, levels: ArrayLike<number>, out: Float64Array): Float64Array
}

/**
 * The q-quantile of sorted values, linear between order statistics (type 7 of Hyndman & Fan 1996, The American Statistician
 * 50:361-365).
 */
export function quantileOfSorted(sorted: ArrayLike<number>, q: number): number {
  const n = sorted.length
  if (n === 0) return NaN
  const at = q * (n - 1)
  const low = Math.floor(at)
  const high = Math.min(n - 1, low + 1)
  return sorted[low] + (at - low) * (sorted[high] - sorted[low])
}
