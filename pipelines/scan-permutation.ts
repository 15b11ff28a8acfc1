/**
 * The permutation scan of one topic.
 */
import { casesOfPlaces, findMargins } from '../models/scan/permutation.ts'
import type { Horizon } from '../models/scan/permutation.ts'
import { createReplicateSearch } from '../models/scan/permutation-maxima.ts'
import { findPermutationClusters } from '../models/scan/permutation-scan.ts'
import type { Finding, ScanSettings } from './scan.ts'
import type { PermutationTask } from './scan-permutation-task.ts'
import { ReplicateThreads, stopOf } from './scan-replicates.ts'
import { weekdaysOf } from './scan-table.ts'
import type { ScanTable } from './scan-table.ts'
import { findZones } from './scan-zones.ts'

/** Replicates that a thread takes at once: a few passes of the kernel. */
const STEP = 48

export async function findByPermutation(table: ScanTable, settings: ScanSettings): Promise<Finding> {
  const threads = new ReplicateThreads(new URL('scan-permutation-task.ts', import.meta.url), settings.threads)
  const { minDays, minCases, retrospective, analyses, replicates, seed } = settings
  const cells = { places: table.ids.length, days: table.days, counts: table.topics[0] }
  const margins = findMargins(cells, settings.dayOfWeek ? weekdaysOf(table) : undefined)
  const zones = await findZones(table, casesOfPlaces(margins), settings)
  const horizon = (ends: number): Horizon => ({ minDays, minCases, maxDays: Math.min(settings.maxDays, table.days), ends: Math.min(ends, table.days) })
  const clusters = findPermutationClusters(cells, margins, zones, horizon(retrospective ? table.days : 1), settings.clusters)
  const task: PermutationTask = { margins, zones, horizon: horizon(retrospective ? table.days : analyses) }
  return { clusters, zones, replicate: () => threads.run(task, createReplicateSearch(margins, zones, task.horizon), { seed, replicates, step: STEP, stop: stopOf(clusters, settings.stopAfter) }) }
}
