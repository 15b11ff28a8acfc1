/**
 * From the best window of every centre to what is reported: the most likely cluster, the secondary ones that do not overlap
 * it, and how rare each is.
 */
import { fitGumbel, gumbelTail } from './gumbel.ts'
import { monteCarloP } from './monte-carlo.ts'
import type { NullMaxima } from './monte-carlo.ts'
import { recurrenceOf } from './recurrence.ts'
import type { Zones } from './zones.ts'

/** A table of windows; days are numbers of the study's day axis, half-open. */
export interface Windows {
  length: number
  /** Centre of row i. */
  centre: Int32Array
  /** Entry of zones.neighbours that the zone ends with. */
  last: Int32Array
  from: Int32Array
  until: Int32Array
  observed: Float64Array
  expected: Float64Array
  /** 0 where there was nothing above expectation: such a row is never reported. */
  statistic: Float64Array
}

/** One reported cluster. */
export interface Cluster {
  centre: number
  /** Places in order of their distance from the centre. */
  places: Int32Array
  from: number
  until: number
  observed: number
  expected: number
  statistic: number
}

/**
 * When two windows are one cause. 'place': they share a place, whatever the time, which hides a second episode at the same place.
 * 'place-and-day': they share a place on a day, which is how SaTScan's clusters of New Mexico are apart.
 */
export type OverlapRule = 'place' | 'place-and-day'

/** How rare a cluster is among all windows looked at. */
export interface Significance {
  /** Monte Carlo: rank / (replicates + 1). */
  p: number
  /** From a Gumbel distribution fitted to the replicates' maxima; NaN where they do not vary. */
  gumbelP: number
  /** From p, which no number of replicates makes smaller than 1 / (replicates + 1). */
  recurrenceDays: number
}

/** n rows that speak of centre 0 … n − 1 and hold nothing yet. */
export function createWindows(n: number): Windows {
  return {
    length: n,
    centre: Int32Array.from({ length: n }, (_, i) => i),
    last: new Int32Array(n),
    from: new Int32Array(n),
    until: new Int32Array(n),
    observed: new Float64Array(n),
    expected: new Float64Array(n),
    statistic: new Float64Array(n),
  }
}

/**
 * Takes windows by falling statistic, each one that does not overlap what was taken; equal ones by fewer places, then by row.
 *
 * @param most at most so many
 */
export function selectClusters(windows: Windows, zones: Zones, overlap: OverlapRule = 'place', most = Infinity): Cluster[] {
  const { centre, last, from, until, statistic } = windows
  const size = (i: number): number => last[i] - zones.starts[centre[i]]
  const rows = Array.from({ length: windows.length }, (_, i) => i).filter((i) => statistic[i] > 0)
  rows.sort((a, b) => statistic[b] - statistic[a] || size(a) - size(b) || a - b)
  const taken: Cluster[][] = Array.from({ length: zones.places }, () => [])
  const clusters: Cluster[] = []
  for (const i of rows) {
    if (clusters.length >= most) break
    const places = zones.neighbours.subarray(zones.starts[centre[i]], last[i] + 1)
    const meets = (other: Cluster): boolean => overlap === 'place' || (other.from < until[i] && from[i] < other.until)
    if (places.some((place) => taken[place].some(meets))) continue
    const cluster: Cluster = {
      centre: centre[i], places: places.slice(), from: from[i], until: until[i],
      observed: windows.observed[i], expected: windows.expected[i], statistic: statistic[i],
    }
    for (const place of places) taken[place].push(cluster)
    clusters.push(cluster)
  }
  return clusters
}

export interface Repetition {
  /** Days from one analysis to the next. */
  everyDays: number
  /** Analyses that the replicates answer for: 1, or more with the adjustment for earlier ones. */
  analyses: number
}

/** How rare each statistic is among the replicates' maxima. */
export function assessStatistics(statistics: readonly number[], replicates: NullMaxima, { everyDays, analyses }: Repetition = { everyDays: 1, analyses: 1 }): Significance[] {
  const gumbel = fitGumbel(replicates.maxima)
  return statistics.map((statistic) => {
    const p = monteCarloP(statistic, replicates)
    return { p, gumbelP: gumbelTail(gumbel, statistic), recurrenceDays: recurrenceOf(p, everyDays, analyses) }
  })
}
