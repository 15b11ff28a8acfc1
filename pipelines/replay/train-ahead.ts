/**
 * Before a replay judges its nights: the forecast models that they will be served by, on all threads.
 */
import type { Day } from '../../core/days.ts'
import type { Db } from '../../sql/db.ts'
import { createForecaster } from '../forecast/forecaster.ts'
import { trainingNight, TRAIN_EVERY_DAYS } from '../forecast/view.ts'
import { eachShard } from '../parallel.ts'
import type { JudgeWork } from './judge-shard.ts'
import type { TrainShard } from './train-shard.ts'

/**
 * Trains what the nights [from, until) need and is not there yet.
 *
 * @returns milliseconds of processor on all threads
 */
export async function trainAhead(
  db: Db, { name, codeVersion }: { name: string, codeVersion: string }, from: Day, until: Day, threads: number, signal?: AbortSignal,
): Promise<number> {
  if (from >= until) return 0
  const cpu = process.cpuUsage()
  if (threads === 1) {
    await createForecaster(db, codeVersion).trainFor(from, until, signal)
    const used = process.cpuUsage(cpu)
    return (used.user + used.system) / 1000
  }
  const shards: TrainShard[] = []
  for (let night = trainingNight(from); night <= trainingNight(until - 1); night += TRAIN_EVERY_DAYS) shards.push({ night })
  const work: JudgeWork = { store: { url: db.url, serverVersion: db.serverVersion, embedded: db.embedded }, replay: name, codeVersion }
  let cpuMs = 0
  for await (const used of eachShard<TrainShard, number>(new URL('train-shard.ts', import.meta.url), shards, Math.min(threads, shards.length), work)) {
    signal?.throwIfAborted()
    cpuMs += used
  }
  return cpuMs
}
