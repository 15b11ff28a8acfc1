/**
 * The permutation scan of one topic.
 */
import { casesOfPlaces, findMargins } from '../models/scan/permutation.ts'
import type { Horizon } from '../models/scan/permutation.ts'
import { findPermutationClusters } from '../models/scan/permutation-scan.ts'
import { stopOf, weekdaysOf } from './scan.ts'
import type { Finding, ScanSettings } from './scan.ts'
import type { PermutationTask } from './scan-permutation-shard.ts'
import { runReplicates } from './scan-replicates.ts'
import type { ScanTable } from './scan-table.ts'
import { findZones } from './scan-zones.ts'

const SHARD = new URL('scan-permutation-shard.ts', import.meta.url)

export async function findByPermutation(table: ScanTable, settings: ScanSettings): Promise<Finding> {
  const { minDays, minCases, retrospective, analyses, replicates, threads, seed } = settings
  const cells = { places: table.ids.length, days: table.days, counts: table.topics[0] }
  const margins = findMargins(cells, settings.dayOfWeek ? weekdaysOf(table) : undefined)
  const zones = await findZones(table, casesOfPlaces(margins), settings)
  const horizon = (ends: number): Horizon => ({ minDays, minCases, maxDays: Math.min(settings.maxDays, table.days), ends: Math.min(ends, table.days) })
  const clusters = findPermutationClusters(cells, margins, zones, horizon(retrospective ? table.days : 1), settings.clusters)
  const task: PermutationTask = { margins, zones, seed, horizon: horizon(retrospective ? table.days : analyses) }
  return { clusters, zones, replicate: () => runReplicates(SHARD, task, replicates, threads, stopOf(clusters, settings)) }
}
