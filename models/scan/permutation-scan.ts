/**
 * The clusters of a space-time permutation scan, without saying yet how rare they are: that is asked of permutation-maxima.ts.
 */
import { selectClusters } from './clusters.ts'
import type { Cluster, OverlapRule } from './clusters.ts'
import type { ClusterOptions } from './model-scan.ts'
import { countsUnderTest, daysUnderTest } from './permutation.ts'
import type { Horizon, Margins } from './permutation.ts'
import { searchPermutation } from './permutation-search.ts'
import type { CellCounts } from './scan-model.ts'
import type { Zones } from './zones.ts'

/**
 * The most likely cluster and the secondary ones, by falling statistic. O(entries of the zones * windows), for each cluster where
 * all windows are asked again.
 */
export function findPermutationClusters(cells: CellCounts, margins: Margins, zones: Zones, horizon: Horizon, { secondary, overlap, most }: Readonly<ClusterOptions>): Cluster[] {
  const counts = countsUnderTest(cells, daysUnderTest(margins, horizon))
  const search = (): Cluster[] => {
    return selectClusters(searchPermutation(margins, zones, horizon, counts), zones, overlap, secondary === 'all-windows' ? 1 : most)
  }
  if (secondary === 'best-of-centre') return search()
  const clusters: Cluster[] = []
  while (clusters.length < most) {
    const [best] = search()
    if (!best) break
    clusters.push(best)
    close(counts, margins, horizon, best, overlap)
  }
  return clusters
}

/** Takes a cluster's places out of the days under test, altogether or on its days. */
function close(counts: Float64Array, margins: Margins, horizon: Horizon, { places, from, until }: Cluster, overlap: OverlapRule): void {
  const keep = daysUnderTest(margins, horizon)
  const first = overlap === 'place' ? 0 : from - (margins.days - keep)
  const end = overlap === 'place' ? keep : until - (margins.days - keep)
  for (const place of places) counts.fill(-Infinity, place * keep + first, place * keep + end)
}
