/**
 * The worker's side of a shared night: takes a part when a job wakes it, judges it on a thread, hands the result in. The thread leaves
 * the event loop free to renew the part's lease and the job's lock; a result whose lease was lost is not kept.
 */
import { hostname } from 'node:os'
import type { Log } from '../core/log.ts'
import type { DetectSettings, JudgedPart } from '../pipelines/detect.ts'
import type { NightPart, PartWork } from '../pipelines/judge-part.ts'
import { openThreads } from '../pipelines/parallel.ts'
import type { Pool } from '../pipelines/parallel.ts'
import type { Db } from '../sql/db.ts'
import { giveBackShard, handInShard, renewShard, SHARD_LEASE_MS, takeShard } from '../sql/shards.ts'
import type { ShardRow } from '../sql/shards.ts'
import type { Queues, QueueWorker } from './queues.ts'

export interface ShardDeps {
  db: Db
  log: Log
  /** Judges one part; default: on a thread. */
  judge?: (part: NightPart) => Promise<JudgedPart & { cpuMs: number }>
}

export interface ShardOptions { threads: number, leaseMs?: number }

/** A part of a night as a job's id. */
export function shardId(night: string, attempt: number, shard: number): string {
  return `${night}/${attempt}/${shard}`
}

/** Starts a worker that judges parts of nights, one a thread. */
export async function workShards(queues: Queues, deps: ShardDeps, options: ShardOptions): Promise<QueueWorker> {
  const { db } = deps
  let pool: Pool | undefined
  const onThread = async (part: NightPart): Promise<JudgedPart & { cpuMs: number }> => {
    const work: PartWork = { store: { url: db.url, serverVersion: db.serverVersion, embedded: db.embedded } }
    const mine = pool ??= openThreads(new URL('../pipelines/judge-part.ts', import.meta.url), options.threads, work)
    try {
      return await mine.run(part) as JudgedPart & { cpuMs: number }
    } catch (error) {
      // A thread that ran out of memory takes its fellows along: the next part gets new ones.
      if (pool === mine) pool = undefined
      await mine.close()
      throw error
    }
  }
  const judge = deps.judge ?? onThread
  const worker = await queues.work('shards', async (id) => { await judgeShard({ ...deps, judge }, id, options.leaseMs ?? SHARD_LEASE_MS) }, { concurrency: options.threads })
  return {
    problem: worker.problem,
    close: async (timeoutMs) => {
      await worker.close(timeoutMs)
      await pool?.close()
    },
  }
}

/** @returns whether a result was handed in and kept */
export async function judgeShard({ db, log, judge }: Required<ShardDeps>, id: string, leaseMs = SHARD_LEASE_MS): Promise<boolean> {
  const [night, attempt, shard] = id.split('/') as [string, string, string]
  const taken = await takeShard(db, night, Number(attempt), Number(shard), `${process.pid} on ${hostname()}`, leaseMs)
  if (!taken) return false
  return workOn({ db, log, judge }, taken, leaseMs)
}

async function workOn({ db, log, judge }: Required<ShardDeps>, taken: ShardRow, leaseMs: number): Promise<boolean> {
  const { night, attempt, shard, parts, limits } = taken
  const renewing = setInterval(() => void renewShard(db, taken, leaseMs).catch(() => {}), leaseMs / 3)
  try {
    const { cpuMs, ...result } = await judge({ night, attempt, part: shard, parts, limits: limits as unknown as DetectSettings })
    const kept = await handInShard(db, taken, result, cpuMs)
    if (!kept) log.warn('fenced', { night, attempt, shard })
    return kept
  } catch (error) {
    log.warn('shard_failed', { night, attempt, shard, error: (error as Error).message })
    await giveBackShard(db, taken, (error as Error).message)
    return false
  } finally {
    clearInterval(renewing)
  }
}
