/**
 * The replicates of a scan on as many threads as are asked for, with the same result for any number of them.
 */
import { stopMaxima } from '../models/scan/monte-carlo.ts'
import type { NullMaxima, Stop } from '../models/scan/monte-carlo.ts'
import { eachShard, ranges } from './parallel.ts'

/** Replicates between two looks at whether a sequential run may stop. */
const STEP = 96

/** Replicates, half-open: what a shard module is asked for. It answers with the largest statistic of each. */
export interface ReplicateRange { from: number, until: number }

/**
 * @param module  shard module, see parallel.ts
 * @param task    what it needs to know, the same for all shards
 */
export async function runReplicates(module: URL, task: unknown, replicates: number, threads: number, stop?: Stop): Promise<NullMaxima> {
  const shards = ranges(replicates, stop ? Math.ceil(replicates / STEP) : threads)
  const maxima = new Float64Array(replicates)
  let done = 0
  for await (const part of eachShard<ReplicateRange, Float64Array>(module, shards, threads, task)) {
    maxima.set(part, done)
    done += part.length
    if (!stop) continue
    const stopped = stopMaxima(maxima.subarray(0, done), stop)
    if (stopped.stoppedAt > 0) return stopped
  }
  return { maxima, stoppedAt: 0 }
}
