/**
 * The permutation scan of one topic, its replicates on as many threads as are asked for.
 */
import { stopMaxima } from '../models/scan/monte-carlo.ts'
import type { NullMaxima, Stop } from '../models/scan/monte-carlo.ts'
import { casesOfPlaces, findMargins } from '../models/scan/permutation.ts'
import type { Horizon } from '../models/scan/permutation.ts'
import { findPermutationClusters } from '../models/scan/permutation-scan.ts'
import { circularZones } from '../models/scan/zones.ts'
import { eachShard, ranges } from './parallel.ts'
import { weekdaysOf } from './scan.ts'
import type { Finding, ScanSettings } from './scan.ts'
import type { ReplicateRange, ScanTask } from './scan-shard.ts'
import type { ScanTable } from './scan-table.ts'

/** Replicates between two looks at whether a sequential run may stop. */
const STEP = 96

export function findByPermutation(table: ScanTable, settings: ScanSettings): Finding {
  const { minDays, minCases, retrospective, analyses, seed, stopAfter } = settings
  const cells = { places: table.ids.length, days: table.days, counts: table.topics[0] }
  const margins = findMargins(cells, settings.dayOfWeek ? weekdaysOf(table) : undefined)
  const zones = circularZones(table.points, casesOfPlaces(margins), settings.zones)
  const horizon = (ends: number): Horizon => ({ minDays, maxDays: Math.min(settings.maxDays, table.days), minCases, ends: Math.min(ends, table.days) })
  const clusters = findPermutationClusters(cells, margins, zones, horizon(retrospective ? table.days : 1), settings.clusters)
  const task: ScanTask = { margins, zones, horizon: horizon(retrospective ? table.days : analyses), seed }
  const stop = stopAfter > 0 && clusters.length > 0 ? { statistic: clusters[0].statistic, exceedances: stopAfter } : undefined
  return {
    clusters, replicate: () => replicate(task, settings, stop),
    zones: zones.candidate.reduce((sum, candidate) => sum + candidate, 0),
  }
}

async function replicate(task: ScanTask, { replicates, threads }: ScanSettings, stop: Stop | undefined): Promise<NullMaxima> {
  const shards = ranges(replicates, stop ? Math.ceil(replicates / STEP) : threads)
  const maxima = new Float64Array(replicates)
  let done = 0
  for await (const part of eachShard<ReplicateRange, Float64Array>(new URL('scan-shard.ts', import.meta.url), shards, threads, task)) {
    maxima.set(part, done)
    done += part.length
    if (!stop) continue
    const stopped = stopMaxima(maxima.subarray(0, done), stop)
    if (stopped.stoppedAt > 0) return stopped
  }
  return { maxima, stoppedAt: 0 }
}
