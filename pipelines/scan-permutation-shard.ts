/**
 * One thread's part of a permutation scan's replicates; see parallel.ts.
 */
import type { Horizon, Margins } from '../models/scan/permutation.ts'
import { createMaximaFinder } from '../models/scan/permutation-maxima.ts'
import type { FindMaxima } from '../models/scan/permutation-maxima.ts'
import type { Zones } from '../models/scan/zones.ts'
import type { ReplicateRange } from './scan-replicates.ts'

export interface PermutationTask { margins: Margins, zones: Zones, horizon: Horizon, seed: number }

let prepared: { task: PermutationTask, find: FindMaxima } | undefined

export function runShard({ from, until }: ReplicateRange, task: PermutationTask): Float64Array {
  if (prepared?.task !== task) prepared = { task, find: createMaximaFinder(task.margins, task.zones, task.horizon) }
  return prepared.find(task.seed, from, until)
}
