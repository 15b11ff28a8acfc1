/**
 * What a list of counts or leads comes to. Quantiles are by nearest rank, so that a quantile of whole numbers is one of them.
 */

import { mean } from 'simple-statistics'

/** The smallest value that at least the share `q` of all does not exceed; NaN of nothing. Infinite values are values. */
export function nearestRank(values: ArrayLike<number>, q: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted.length === 0 ? NaN : sorted[Math.max(0, Math.ceil(q * sorted.length - 1e-9) - 1)]
}

/** The mean of the two in the middle where they are even in number; NaN of nothing, −Infinity where the lower middle is. */
export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort()
  const low = sorted[(sorted.length - 1) >> 1]
  const high = sorted[sorted.length >> 1]
  return sorted.length === 0 ? NaN : low === high ? low : (low + high) / 2 // the difference of infinities, as libraries take it, is none
}

/** NaN of nothing. */
export function meanOf(values: ArrayLike<number>): number {
  return values.length === 0 ? NaN : mean(Array.from(values))
}

export interface Burden {
  units: number
  weeks: number
  /** Over all units and weeks, those without an alert as zeros. */
  mean: number
  median: number
  p95: number
  max: number
  /** 95th percentile over the units of what each has in its mean week and in its fullest. */
  p95OfMeans: number
  p95OfFullest: number
  /** Units with at least one alert. */
  unitsWithAlerts: number
}

/** @param counts units * weeks, unit by unit */
export function describeBurden(counts: ArrayLike<number>, units: number, weeks: number): Burden {
  const means = new Float64Array(units)
  const fullest = new Float64Array(units)
  for (let u = 0; u < units; u++) {
    for (let w = 0; w < weeks; w++) {
      means[u] += counts[u * weeks + w] / weeks
      fullest[u] = Math.max(fullest[u], counts[u * weeks + w])
    }
  }
  return {
    units, weeks, mean: meanOf(counts), median: median(counts), p95: nearestRank(counts, 0.95), max: nearestRank(counts, 1),
    p95OfMeans: nearestRank(means, 0.95), p95OfFullest: nearestRank(fullest, 0.95), unitsWithAlerts: fullest.filter((n) => n > 0).length,
  }
}
