/**
 * Does one episode stay one alert? The share of its nights on which the lineage that speaks of it is the one that does so on most of
 * them; an alert and those that it came back as are one lineage. docs/methods/score-card.md
 */

export interface Lineage {
  /** Nights on which an alert is about the episode. */
  nights: number
  /** Those among them on which the foremost lineage is the episode's own: the one that is foremost on most nights, the earlier one of equals. */
  agreeing: number
  /** Lineages that were ever about it; more than one is a split. */
  alerts: number
}

/**
 * @param nights    n pairs of a night and an alert about the episode, by night
 * @param lineages  the alert's; the foremost of a night comes first
 */
export function measureLineage(nights: ArrayLike<number>, lineages: ArrayLike<number>): Lineage {
  const foremost = new Map<number, number>()
  const all = new Set<number>()
  let count = 0
  for (let i = 0; i < nights.length; i++) {
    all.add(lineages[i])
    if (i > 0 && nights[i] === nights[i - 1]) continue
    count++
    foremost.set(lineages[i], (foremost.get(lineages[i]) ?? 0) + 1)
  }
  return { nights: count, agreeing: Math.max(0, ...foremost.values()), alerts: all.size }
}
