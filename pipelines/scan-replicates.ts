/**
 * The replicates of a scan on as many threads as are asked for, with the same result for any number of them: each thread, the
 * caller's own among them, takes the next few until none are left.
 */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { PipelineError } from '../core/errors.ts'
import type { Cluster } from '../models/scan/clusters.ts'
import { replicateNumbers, stopMaxima } from '../models/scan/monte-carlo.ts'
import type { NullMaxima, Stop } from '../models/scan/monte-carlo.ts'
import type { ReplicateSearch } from '../models/scan/permutation-maxima.ts'

/** What a task module exports as `createSearch`: each thread asks it, with a copy of the task. */
export type CreateSearch<Task> = (task: Task) => ReplicateSearch | Promise<ReplicateSearch>

export interface ReplicateRun {
  seed: number
  replicates: number
  /** Replicates that a thread takes at once. */
  step: number
  stop?: Stop | undefined
}

/** What all threads see. */
export interface Share {
  task: unknown
  seed: number
  step: number
  /** A level above this would not tell when to stop. */
  ceiling: number
  /** Steps taken; on shared memory. */
  taken: Int32Array
  /** Largest statistics; NaN is not known yet, −Infinity below a level. On shared memory. */
  maxima: Float64Array
}

/** Where a run ends early that asks for so many replicates that reach the most likely cluster; 0: nowhere. */
export function stopOf(clusters: readonly Cluster[], exceedances: number): Stop | undefined {
  return exceedances > 0 && clusters.length > 0 ? { statistic: clusters[0].statistic, exceedances } : undefined
}

/** Threads that load their code while the caller still finds out what to ask them. */
export class ReplicateThreads {
  readonly #workers: Worker[]

  /** @param threads the caller's own among them */
  constructor(module: URL, threads: number) {
    this.#workers = Array.from({ length: threads - 1 }, () => new Worker(new URL('scan-thread.ts', import.meta.url), { workerData: module.href }))
    for (const worker of this.#workers) worker.unref() // should the caller fail, nobody waits for them
  }

  /**
   * Runs the replicates and ends the threads.
   *
   * @param task    from which each other thread makes itself a search
   * @param search  the caller's own
   * @throws {PipelineError} `shard_failed`, with what a thread threw as its cause
   */
  async run(task: unknown, search: ReplicateSearch, { seed, replicates, step, stop }: ReplicateRun): Promise<NullMaxima> {
    const share: Share = {
      task, seed, step, ceiling: stop ? stop.statistic * (1 - 1e-6) : Infinity,
      taken: new Int32Array(new SharedArrayBuffer(4)), maxima: new Float64Array(new SharedArrayBuffer(8 * replicates)).fill(NaN),
    }
    const threads = Promise.all(this.#workers.map((worker) => start(worker, share)))
    threads.catch(() => {}) // told when they are waited for
    takeSteps(search, share, () => { if (stop && kept(share, stop).stoppedAt > 0) Atomics.store(share.taken, 0, replicates) })
    await threads
    const result = kept(share, stop)
    const below = Array.from(result.maxima.keys()).filter((r) => result.maxima[r] === -Infinity)
    if (below.length > 0) search.exactly(seed, below).forEach((maximum, i) => { result.maxima[below[i]] = maximum })
    return result
  }
}

/** One thread's part of the work. @param afterStep told after each step */
export function takeSteps(search: ReplicateSearch, { seed, step, ceiling, taken, maxima }: Share, afterStep: () => void = () => {}): void {
  for (;;) {
    const from = step * Atomics.add(taken, 0, 1)
    if (from >= maxima.length) return
    maxima.set(search.mostly(seed, replicateNumbers(from, Math.min(maxima.length, from + step)), ceiling), from)
    afterStep()
  }
}

/** The replicates that are known without a gap, up to where a sequential run stops. A copy. */
function kept({ maxima }: Share, stop: Stop | undefined): NullMaxima {
  const gap = maxima.findIndex(Number.isNaN)
  const known = Float64Array.from(gap < 0 ? maxima : maxima.subarray(0, gap))
  return stop ? stopMaxima(known, stop) : { maxima: known, stoppedAt: 0 }
}

async function start(worker: Worker, share: Share): Promise<void> {
  worker.ref()
  worker.postMessage(share)
  try {
    await once(worker, 'exit')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new PipelineError('shard_failed', `a thread failed: ${reason}`, { reason }, { cause })
  }
}
