/**
 * One thread's part of a permutation scan's replicates; see parallel.ts.
 */
import type { Horizon, Margins } from '../models/scan/permutation.ts'
import { createMaximaFinder } from '../models/scan/permutation-maxima.ts'
import type { FindMaxima } from '../models/scan/permutation-maxima.ts'
import type { Zones } from '../models/scan/zones.ts'

/** The same for all shards. */
export interface ScanTask { margins: Margins, zones: Zones, horizon: Horizon, seed: number }

/** Replicates, half-open. */
export interface ReplicateRange { from: number, until: number }

let prepared: { task: ScanTask, find: FindMaxima } | undefined

/** Largest statistic of each replicate. */
export function runShard({ from, until }: ReplicateRange, task: ScanTask): Float64Array {
  if (prepared?.task !== task) prepared = { task, find: createMaximaFinder(task.margins, task.zones, task.horizon) }
  return prepared.find(task.seed, from, until)
}
