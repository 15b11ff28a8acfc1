/**
 * A task for scan-replicates.test.ts: replicate r has the statistic (37 r) mod 100, and is below the level where that is under 20.
 */
import type { ReplicateSearch } from '../../models/scan/permutation-maxima.ts'

export const statisticOf = (replicate: number): number => (37 * replicate) % 100

/** @param task 'fail': the thread cannot begin */
export function createSearch(task: unknown): ReplicateSearch {
  if (task === 'fail') throw new Error('no memory')
  return {
    mostly: (_, replicates, ceiling = Infinity) => Float64Array.from(replicates, (r) => (statisticOf(r) > Math.min(20, ceiling) ? statisticOf(r) : -Infinity)),
    exactly: (_, replicates) => Float64Array.from(replicates, statisticOf),
  }
}
