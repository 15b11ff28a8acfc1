/**
 * The one threshold on a method's score at which all series together give so many false alarms, or so many false episodes.
 * An alarm is a score above the threshold. docs/methods/evaluation.md
 */

/**
 * The smallest score whose exceedances are at most `rate` of all. Tied scores stay together, so that the share reached is the
 * target or less and nothing is interpolated: a score of few values may reach far less. NaN is no alarm, but it counts.
 *
 * @param statistic scores of periods without an outbreak
 * @param quiet     the same length: only entries of 1 count; absent: all
 */
export function thresholdAtRate(statistic: Float64Array, rate: number, quiet?: Uint8Array): number {
  let all = 0
  const known: number[] = []
  for (let i = 0; i < statistic.length; i++) {
    if (quiet && quiet[i] === 0) continue
    all++
    if (!Number.isNaN(statistic[i])) known.push(statistic[i])
  }
  const allowed = Math.floor(rate * all + 1e-9)
  if (known.length <= allowed) return -Infinity
  // Sorted down, entry k has at most k entries above it, fewer where it is tied with its neighbours.
  return Float64Array.from(known).sort()[known.length - 1 - allowed]
}

/**
 * Lowers the threshold from above for as long as the episodes stay at or below `perYear`: runs of alarms in one row count
 * once. Far below that threshold runs grow together and there are few of them again; that is not looked at.
 *
 * @param statistic n * periods scores of series without an outbreak, series by series
 * @param perYear   false episodes per series-year
 */
export function thresholdAtEpisodes(statistic: Float64Array, periods: number, periodsPerYear: number, perYear: number): number {
  const allowed = (perYear * statistic.length) / periodsPerYear + 1e-9
  const order = Int32Array.from(statistic.keys()).filter((i) => !Number.isNaN(statistic[i]))
  order.sort((a, b) => statistic[b] - statistic[a] || a - b) // Infinity − Infinity is NaN, which leaves the order to a − b
  const above = new Uint8Array(statistic.length)
  let episodes = 0
  for (let from = 0, until = 0; from < order.length; from = until) {
    const score = statistic[order[from]]
    for (; until < order.length && statistic[order[until]] === score; until++) {
      const i = order[until]
      const before = i % periods > 0 ? above[i - 1] : 0
      const after = i % periods < periods - 1 ? above[i + 1] : 0
      above[i] = 1
      episodes += 1 - before - after
    }
    if (episodes > allowed) return score
  }
  return -Infinity
}

/** Runs of alarms, each counted once. @param alarm n * periods, series by series */
export function countEpisodes(alarm: Uint8Array, periods: number): number {
  let episodes = 0
  for (let i = 0; i < alarm.length; i++) if (alarm[i] === 1 && (i % periods === 0 || alarm[i - 1] === 0)) episodes++
  return episodes
}

/** 1 where a score is above the threshold; NaN is not. */
export function alarmsAbove(statistic: Float64Array, threshold: number): Uint8Array {
  const alarm = new Uint8Array(statistic.length)
  for (let i = 0; i < alarm.length; i++) alarm[i] = statistic[i] > threshold ? 1 : 0
  return alarm
}
