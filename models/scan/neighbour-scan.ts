/**
 * Is there more than expected around a place, counting its neighbours in? Negative-binomial sums over nested neighbour zones,
 * for thousands of places every night: no replicates, the caller calibrates the ratio on history.
 * docs/methods/expectation-scan.md, "Neighbours in the night"
 */
import { createWindows } from './clusters.ts'
import type { Windows } from './clusters.ts'
import { negativeBinomialRatio } from './ratios.ts'
import type { Zones } from './zones.ts'

/** n places × m windows, place-major: place p and window w are at p * m + w. Read, never written. */
export interface WindowTables {
  windows: number
  /** Counts of the whole window; NaN where the place cannot be judged: it then counts in no zone. */
  observed: Float64Array
  expected: Float64Array
  /** Sizes of the whole window's count (variance = mean + mean² / size); Infinity is Poisson. */
  size: Float64Array
}

/**
 * The best zone and window of every centre by log-likelihood ratio. A zone's count is one negative binomial with the mean and
 * the variance of the sum of its places' independent counts. O(entries * windows); allocates only its result.
 *
 * @param zones  nested neighbours, such as circularZones with maxPlaces
 * @returns one row a centre; `from` is the number of the window, `until` one more, so that selectClusters takes them as they are
 */
export function scanNeighbours({ windows: columns, observed, expected, size }: WindowTables, zones: Zones): Windows {
  const { starts, neighbours, candidate } = zones
  const rows = createWindows(starts.length - 1)
  const sums = new Float64Array(columns)
  const means = new Float64Array(columns)
  const extra = new Float64Array(columns)
  for (let c = 0; c < rows.length; c++) {
    sums.fill(0)
    means.fill(0)
    extra.fill(0)
    for (let k = starts[c]; k < starts[c + 1]; k++) {
      const cell = neighbours[k] * columns
      for (let w = 0; w < columns; w++) {
        const count = observed[cell + w]
        const mean = expected[cell + w]
        if (count >= 0 && mean >= 0) {
          sums[w] += count
          means[w] += mean
          extra[w] += (mean * mean) / size[cell + w]
        }
        const excess = sums[w] - means[w]
        // excess² / 2 mean is never less than the ratio, and needs no logarithm.
        if (candidate[k] === 0 || !(excess > 0) || excess * excess <= 2 * rows.statistic[c] * means[w]) continue
        const ratio = negativeBinomialRatio(sums[w], means[w], extra[w] > 0 ? (means[w] * means[w]) / extra[w] : Infinity)
        if (ratio <= rows.statistic[c]) continue
        rows.statistic[c] = ratio
        rows.last[c] = k
        rows.from[c] = w
        rows.until[c] = w + 1
        rows.observed[c] = sums[w]
        rows.expected[c] = means[w]
      }
    }
  }
  return rows
}
