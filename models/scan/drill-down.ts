/**
 * Who carries a cluster? Each of its topics and each of its places for itself, in the window in which it stands out most.
 */
import type { Cluster } from './clusters.ts'
import { sumCells, sumCluster } from './model-scan.ts'
import type { CellSums } from './model-scan.ts'
import type { ScanModel, Spans } from './scan-model.ts'

/** What one topic or one place has in it. */
export interface Share {
  /** Number of the topic or of the place. */
  index: number
  /** In the cluster's own days. */
  observed: number
  expected: number
  statistic: number
  /** Days in which it stands out most, with its statistic there; the cluster's own where nothing does. */
  from: number
  until: number
  bestStatistic: number
}

/** Topics of a cluster by falling statistic; each is looked at in the cluster's places. O(topics * places * spans). */
export function shareOfTopics(topics: readonly ScanModel[], cluster: Cluster, spans: Spans): Share[] {
  return sorted(topics.map((topic, index) => share(index, [topic], cluster, spans)))
}

/** Places of a cluster by falling statistic; all topics are summed. O(topics * places * spans). */
export function shareOfPlaces(topics: readonly ScanModel[], cluster: Cluster, spans: Spans): Share[] {
  return sorted(Array.from(cluster.places, (place) => share(place, topics, { ...cluster, places: Int32Array.of(place) }, spans)))
}

function share(index: number, topics: readonly ScanModel[], cluster: Cluster, { from, until }: Spans): Share {
  const own = judge(topics, cluster)
  const best = { from: cluster.from, until: cluster.until, bestStatistic: own.statistic }
  for (let w = 0; w < from.length; w++) {
    const { statistic } = judge(topics, { ...cluster, from: from[w], until: until[w] })
    if (statistic > best.bestStatistic) Object.assign(best, { from: from[w], until: until[w], bestStatistic: statistic })
  }
  return { index, ...own, ...best }
}

/** The statistic compares what the model compares; the sums are those to tell. */
function judge(topics: readonly ScanModel[], window: Cluster): CellSums & { statistic: number } {
  const all = { observed: 0, expected: 0, statistic: 0 }
  for (const topic of topics) {
    const { observed, expected } = sumCluster(topic, window)
    const compared = sumCells(topic, topic.days, window)
    all.observed += observed
    all.expected += expected
    all.statistic += topic.ratio(compared.observed, compared.expected)
  }
  return all
}

function sorted(shares: Share[]): Share[] {
  return shares.sort((a, b) => b.statistic - a.statistic || b.observed - b.expected - (a.observed - a.expected))
}
