/**
 * The judging of one night shared by processes and machines: parts of the series as children of a BullMQ flow, their parent wakes
 * whoever asked. The parts and their results stand in PostgreSQL; the flow only carries the word that they are there. Who asked takes
 * part in the work, so a night ends without any worker, and without a queue.
 */
import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import type { Config } from '../core/config.ts'
import { formatDay } from '../core/days.ts'
import type { Day } from '../core/days.ts'
import { PipelineError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import { createJudge, saveJudgement } from '../pipelines/detect.ts'
import type { Detector, DetectSettings, Judge, JudgedPart } from '../pipelines/detect.ts'
import type { Db } from '../sql/db.ts'
import { readStoreId } from '../sql/schedule.ts'
import { forgetShards, handInShard, planShards, readShardResults, readShardStates, takeShard } from '../sql/shards.ts'
import { createQueues, jobKey } from './queues.ts'
import type { Queues } from './queues.ts'
import { shardId } from './shards.ts'

export interface FanOutDeps {
  db: Db
  config: Config
  log: Log
  /** Parts a night is cut into. */
  parts: number
  signal?: AbortSignal
}

export interface FanOut {
  /** In place of createDetector of pipelines/detect.ts. */
  detector: (db: Db, settings: DetectSettings) => Detector
  close(): Promise<void>
}

/** Without a word from the queue the table is looked at this often. */
const LOOK_MS = 250
/** The own part blocks this thread, so its lease cannot be renewed. */
const OWN_LEASE_MS = 300_000
/** A part that went wrong so often fails the night. */
const MOST_TRIES = 3

export async function createFanOut({ db: store, config, log, parts, signal }: FanOutDeps): Promise<FanOut> {
  let queues: Queues | undefined
  let wake = (): void => {}
  try {
    queues = await createQueues({ databaseUrl: store.url, redisUrl: config.redisUrl, namespace: await readStoreId(store), log })
    await queues.work('gathers', async () => wake())
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error
    log.warn('fan_out_alone', { error: error.message })
  }

  const share = async (judge: Judge, settings: DetectSettings, night: Day, own: { db: Db, attempt: number }): Promise<JudgedPart[]> => {
    const date = formatDay(night)
    const { attempt } = own
    await planShards(own.db, date, attempt, parts, settings)
    const children = Array.from({ length: parts }, (_, shard) => ({ queue: 'shards' as const, key: jobKey('shard', date, String(attempt), String(shard)), id: shardId(date, attempt, shard) }))
    await queues?.addFlow({ queue: 'gathers', key: jobKey('gather', date, String(attempt)), id: shardId(date, attempt, parts) }, children)
      .catch((error: Error) => log.warn('fan_out_alone', { night: date, error: error.message }))
    await judge.asOf(night) // while the workers do the same
    for (;;) {
      signal?.throwIfAborted()
      const word = new Promise<void>((resolve) => { wake = resolve })
      const taken = await takeShard(store, date, attempt, null, `${process.pid} on ${hostname()}, asked`, OWN_LEASE_MS)
      if (taken) {
        const cpu = process.threadCpuUsage()
        const found = await judge.part(night, taken.shard, parts)
        const used = process.threadCpuUsage(cpu)
        await handInShard(store, taken, found, (used.user + used.system) / 1000)
        continue
      }
      const states = await readShardStates(store, date, attempt)
      if (states.length < parts) throw new PipelineError('fenced', `attempt ${attempt} of the night of ${date} has been overtaken`, { night: date, attempt })
      const bad = states.find((state) => !state.done && state.error !== null && state.tries >= MOST_TRIES)
      if (bad) throw new PipelineError('shard_failed', `part ${bad.shard} failed: ${bad.error}`, { shard: bad.shard, reason: bad.error })
      if (states.every((state) => state.done)) break
      await Promise.race([word, delay(LOOK_MS)])
    }
    const results = await readShardResults<JudgedPart>(store, date, attempt)
    const by = Map.groupBy(results, (row) => row.worker)
    log.info('night_shared', { night: date, parts, workers: [...by].map(([worker, rows]) => ({ worker, parts: rows.length, cpuMs: Math.round(rows.reduce((sum, row) => sum + row.cpuMs, 0)) })) })
    await forgetShards(own.db, date)
    return results.map((row) => row.result)
  }

  return {
    detector: (db, settings) => {
      const judge = createJudge(db, settings)
      return {
        asOf: judge.asOf,
        run: async (night, own) => {
          const found = own ? await judge.conclude(night, await share(judge, settings, night, own)) : await judge(night)
          return saveJudgement(own?.db ?? db, night, found)
        },
      }
    },
    close: async () => { await queues?.close() },
  }
}
