/**
 * One piece of work in shards, on worker threads: the counts of half a million series, the replicates of a scan, a city's
 * fits. A shard module is plain code that knows nothing of threads; it exports `runShard(shard, shared)`, a pure function
 * whose state between calls may be a cache only, since nobody knows which thread takes which shard. A thread has one shard
 * at a time.
 */
import { Worker } from 'node:worker_threads'
import { PipelineError } from '../core/errors.ts'

/** What a shard module exports as `runShard`. Typed arrays of the result are moved to the caller, not copied: keep none of them. */
export type RunShard<Shard, Shared, Result> = (shard: Shard, shared: Shared) => Result | Promise<Result>

/** Shards given out or done per thread before the caller has taken the oldest result: bounds memory, keeps threads busy. */
const AHEAD = 3

/**
 * Results in the order of the shards, whatever order they were done in. Shards are drawn as they are needed; leaving the
 * loop early ends the threads. With one thread the caller's own is used.
 *
 * @param module   URL of the shard module
 * @param shared   the same for all shards, copied once a thread; put large arrays on a SharedArrayBuffer
 * @throws {PipelineError} `shard_failed`, with what the shard threw as its cause, or a thread that ended (memory, exit)
 */
export async function* eachShard<Shard, Result>(
  module: URL, shards: Iterable<Shard> | AsyncIterable<Shard>, threads: number, shared?: unknown,
): AsyncGenerator<Result> {
  const pool = threads > 1 ? openThreads(module, threads, shared) : await startHere(module, shared)
  try {
    const ahead: Promise<unknown>[] = []
    for await (const shard of shards) {
      const result = pool.run(shard)
      result.catch(() => {}) // reported when its turn comes
      ahead.push(result)
      if (ahead.length >= AHEAD * threads) yield await ahead.shift() as Result
    }
    for (const result of ahead) yield await result as Result
  } finally {
    await pool.close()
  }
}

/** All results of `eachShard` at once. */
export async function runShards<Shard, Result>(
  module: URL, shards: Iterable<Shard> | AsyncIterable<Shard>, threads: number, shared?: unknown,
): Promise<Result[]> {
  const results: Result[] = []
  for await (const result of eachShard<Shard, Result>(module, shards, threads, shared)) results.push(result)
  return results
}

/** 0 until `total` cut into at most `parts` ranges, as even as they can be; none is empty. */
export function ranges(total: number, parts: number): { from: number, until: number }[] {
  const n = Math.min(parts, total)
  return Array.from({ length: n }, (_, i) => ({ from: Math.floor((i * total) / n), until: Math.floor(((i + 1) * total) / n) }))
}

/** Threads that take shards one by one until they are closed. One that fails fails all: open others then. */
export interface Pool {
  run(shard: unknown): Promise<unknown>
  close(): Promise<void>
}

async function startHere(module: URL, shared: unknown): Promise<Pool> {
  const { runShard } = await import(module.href) as { runShard: RunShard<unknown, unknown, unknown> }
  let count = 0
  let before: Promise<unknown> = Promise.resolve()
  return {
    run: (shard) => {
      const index = count++
      const result = before.then(() => runShard(shard, shared)).catch((cause: unknown) => { throw shardFailed(index, cause) })
      before = result.catch(() => {})
      return result
    },
    close: async () => {},
  }
}

interface Task { index: number, shard: unknown, resolve(result: unknown): void, reject(error: unknown): void }

/** What a thread answers of the shard it was given. */
export type Answer = { result: unknown } | { error: unknown }

/** @param shared  the same for all shards, copied once a thread @param mostMb  heap of a thread; one that needs more ends, and the process goes on */
export function openThreads(module: URL, threads: number, shared: unknown, mostMb?: number): Pool {
  const waiting: Task[] = []
  const idle: Worker[] = []
  const busy = new Map<Worker, Task>()
  let count = 0
  let failure: PipelineError | undefined

  const fail = (error: PipelineError): void => {
    failure ??= error
    for (const task of [...busy.values(), ...waiting]) task.reject(failure)
    busy.clear()
    waiting.length = 0
  }
  const next = (worker: Worker): void => {
    const task = waiting.shift()
    if (!task) {
      idle.push(worker)
      return
    }
    busy.set(worker, task)
    worker.postMessage(task.shard)
  }
  const workers = Array.from({ length: threads }, () => {
    const worker = new Worker(new URL('parallel-thread.ts', import.meta.url), {
      workerData: { module: module.href, shared }, ...(mostMb === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: mostMb } }),
    })
    worker.on('message', (answer: Answer) => {
      const task = busy.get(worker)
      if (!task) return // another shard has failed meanwhile
      if ('error' in answer) return fail(shardFailed(task.index, answer.error))
      busy.delete(worker)
      task.resolve(answer.result)
      next(worker)
    })
    worker.on('error', (cause) => fail(shardFailed(busy.get(worker)?.index, cause)))
    worker.on('exit', (code) => fail(shardFailed(busy.get(worker)?.index, new Error(`the thread ended with ${code}`))))
    idle.push(worker)
    return worker
  })
  return {
    run: (shard) => new Promise((resolve, reject) => {
      if (failure) return reject(failure)
      waiting.push({ index: count++, shard, resolve, reject })
      const worker = idle.shift()
      if (worker) next(worker)
    }),
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}

function shardFailed(index: number | undefined, cause: unknown): PipelineError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new PipelineError('shard_failed', `${index === undefined ? 'a thread' : `shard ${index}`} failed: ${reason}`, { shard: index, reason }, { cause })
}
