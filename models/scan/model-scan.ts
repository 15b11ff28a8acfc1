/**
 * From a model to reported clusters, in the two steps whose cost differs by orders of magnitude: the clusters, and how rare each
 * is among replicates drawn under the null.
 */
import { resolveOptions } from '../../core/options.ts'
import { assessStatistics, selectClusters } from './clusters.ts'
import type { Cluster, OverlapRule, Significance } from './clusters.ts'
import type { NullMaxima } from './monte-carlo.ts'
import { findNullMaxima } from './null-maxima.ts'
import type { ScanModel } from './scan-model.ts'
import { createScreen } from './screen-kernel.ts'
import { searchWindows, spanSums } from './window-search.ts'
import type { Search } from './window-search.ts'

export interface RatingOptions {
  /** Replicates drawn under the null. */
  replicates: number
  seed: number
  /** Stop after so many replicates that reach the first cluster; 0: never. */
  stopAfter: number
  /** Days from one analysis to the next. */
  everyDays: number
}

export const RATING_DEFAULTS: Readonly<RatingOptions> = { replicates: 999, seed: 1, stopAfter: 0, everyDays: 1 }
const RANGES = { replicates: [0, 1e6, 'whole'], seed: [-Infinity, Infinity], stopAfter: [0, 1e6, 'whole'], everyDays: [0, 1e6] } as const

/**
 * Where secondary clusters are looked for. 'best-of-centre': among the best windows of all centres, as in SaTScan, which misses
 * one whose centres all have something better that overlaps. 'all-windows': anew among all windows that do not overlap, as in
 * R scanstatistics, at the cost of a search for each.
 */
export type SecondaryRule = 'best-of-centre' | 'all-windows'

export interface ClusterOptions {
  secondary: SecondaryRule
  /** When two windows are one cause. */
  overlap: OverlapRule
  /** Most clusters to find. */
  most: number
}

export const CLUSTER_DEFAULTS: Readonly<ClusterOptions> = { secondary: 'best-of-centre', overlap: 'place', most: Infinity }

/**
 * The most likely cluster and the secondary ones, by falling statistic. O(entries of the zones * spans).
 *
 * @throws {InvalidOptionError} an unknown option
 */
export function findClusters(search: Search, options: Partial<ClusterOptions> = {}): Cluster[] {
  const { secondary, overlap, most } = resolveOptions('findClusters', CLUSTER_DEFAULTS, { most: [0, Infinity] }, options)
  const clusters = secondary === 'all-windows' ? searchAgain(search, overlap, most) : selectClusters(searchWindows(search), search.zones, overlap, most)
  return clusters.map((cluster) => {
    const sums = search.topics.map((topic) => sumCluster(topic, cluster))
    return { ...cluster, observed: sums.reduce((sum, s) => sum + s.observed, 0), expected: sums.reduce((sum, s) => sum + s.expected, 0) }
  })
}

/** Takes the best window, closes what it overlaps, and so on. */
function searchAgain(search: Search, overlap: OverlapRule, most: number): Cluster[] {
  const { topics, zones, spans } = search
  const { from, until } = spans
  const columns = from.length * topics.length
  const cells = spanSums(topics, spans, 'observed')
  const clusters: Cluster[] = []
  while (clusters.length < most) {
    const [best] = selectClusters(searchWindows(search, cells), zones, overlap, 1)
    if (!best) break
    clusters.push(best)
    for (const place of best.places) {
      for (let w = 0; w < from.length; w++) {
        if (overlap === 'place' || (from[w] < best.until && best.from < until[w])) {
          cells.fill(-Infinity, place * columns + w * topics.length, place * columns + (w + 1) * topics.length)
        }
      }
    }
  }
  return clusters
}

/**
 * How rare they are. Replicates times the cost of findClusters, about.
 *
 * @throws {InvalidOptionError} an unknown option, or one out of range
 */
export function rateClusters<T extends Cluster>(search: Search, clusters: readonly T[], options: Partial<RatingOptions> = {}): { clusters: (T & Significance)[], replicates: NullMaxima } {
  const { replicates: count, seed, stopAfter, everyDays } = resolveOptions('rateClusters', RATING_DEFAULTS, RANGES, options)
  const statistics = clusters.map((cluster) => cluster.statistic)
  const best = statistics[0] ?? 0
  const stop = stopAfter > 0 ? { stop: { statistic: best, exceedances: stopAfter } } : {}
  const replicates = findNullMaxima(search, { replicates: count, seed, guess: best, ...stop }, createScreen)
  const significance = assessStatistics(statistics, replicates, { everyDays, analyses: 1 })
  return { clusters: clusters.map((cluster, i) => ({ ...cluster, ...significance[i] })), replicates }
}

/** What a topic has in a cluster, unweighted. */
export function sumCluster(topic: ScanModel, cluster: Cluster): CellSums {
  return sumCells(topic.told ?? topic, topic.days, cluster)
}

export interface CellSums { observed: number, expected: number }

/** Sums of a table's cells over the places and days of a cluster. */
export function sumCells({ observed, expected }: { observed: Float64Array, expected: Float64Array }, days: number, { places, from, until }: Cluster): CellSums {
  const sums = { observed: 0, expected: 0 }
  for (const place of places) {
    for (let i = place * days + from; i < place * days + until; i++) {
      sums.observed += observed[i]
      sums.expected += expected[i]
    }
  }
  return sums
}
