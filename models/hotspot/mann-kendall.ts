/**
 * Do values rise or fall over time? The rank test of Mann (1945), Econometrica 13:245-259, and Kendall (1975), Rank Correlation
 * Methods, with the variance for ties and the correction for continuity of Hirsch, Slack, Smith (1982), Water Resour Res 18:107-121.
 */

export interface Trend {
  /** Pairs that rise less pairs that fall. */
  s: number
  /** Standardised s: above 0 rises, below 0 falls; NaN below 4 values or where all are equal. */
  z: number
}

/** O(n²). @param values oldest first; NaN is left out */
export function mannKendall(values: Float64Array): Trend {
  const known = values.filter((value) => !Number.isNaN(value))
  const n = known.length
  let s = 0
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) s += Math.sign(known[j]! - known[i]!)
  const ties = new Map<number, number>()
  for (const value of known) ties.set(value, (ties.get(value) ?? 0) + 1)
  let variance = n * (n - 1) * (2 * n + 5)
  for (const t of ties.values()) variance -= t * (t - 1) * (2 * t + 5)
  variance /= 18
  return { s, z: n < 4 || variance <= 0 ? NaN : (s - Math.sign(s)) / Math.sqrt(variance) }
}
