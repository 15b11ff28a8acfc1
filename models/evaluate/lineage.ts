/**
 * Does one episode stay one alert? The share of its nights on which the alert that speaks of it is the one that does so on most of
 * them. docs/methods/score-card.md
 */

export interface Lineage {
  /** Nights on which an alert is about the episode. */
  nights: number
  /** Those among them on which the foremost alert is the episode's own: the one that is foremost on most nights, the earlier one of equals. */
  agreeing: number
  /** Alerts that were ever about it; more than one is a split. */
  alerts: number
}

/**
 * @param nights   n pairs of a night and an alert about the episode, by night
 * @param alerts   which alert; the foremost of a night comes first
 */
export function measureLineage(nights: ArrayLike<number>, alerts: ArrayLike<number>): Lineage {
  const foremost = new Map<number, number>()
  const all = new Set<number>()
  let count = 0
  for (let i = 0; i < nights.length; i++) {
    all.add(alerts[i])
    if (i > 0 && nights[i] === nights[i - 1]) continue
    count++
    foremost.set(alerts[i], (foremost.get(alerts[i]) ?? 0) + 1)
  }
  return { nights: count, agreeing: Math.max(0, ...foremost.values()), alerts: all.size }
}
