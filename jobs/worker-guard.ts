/**
 * Keeps a failing worker from spinning. BullMQ fetches again at once after most errors, so a PostgreSQL worker whose
 * server went away logged one in a tight loop for ever; here it rests after each error, longer each time, then gives up.
 */
import type { Worker } from 'bullmq'
import type { Log } from '../core/log.ts'
import { resolveOptions } from '../core/options.ts'

export interface GuardOptions {
  /** Rests in a row before the worker is closed. */
  limit: number
  /** First rest; each further one is twice as long. */
  firstRestMs: number
  longestRestMs: number
}

/** Rests for about a minute in all. */
export const GUARD_DEFAULTS: Readonly<GuardOptions> = { limit: 8, firstRestMs: 250, longestRestMs: 30_000 }
const RANGES = { limit: [1, 1e6, 'whole'], firstRestMs: [1, 1e6], longestRestMs: [1, 1e7] } as const

export interface Guard {
  /** Why the worker was given up; undefined while it works. */
  problem(): Error | undefined
  stop(): void
}

/** @param onGiveUp called once, when the worker is being closed after its last rest */
export function guardWorker(worker: Worker, log: Log, options: Partial<GuardOptions> = {}, onGiveUp: (error: Error) => void = () => {}): Guard {
  const { limit, firstRestMs, longestRestMs } = resolveOptions('guardWorker', GUARD_DEFAULTS, RANGES, options)
  let failures = 0
  let timer: NodeJS.Timeout | undefined
  let problem: Error | undefined
  let stopped = false

  worker.on('error', (error) => {
    if (stopped || timer || problem) return
    failures++
    if (failures > limit) {
      problem = error
      log.error('worker_given_up', { queue: worker.name, failures, error: error.message })
      void worker.close(true).catch(() => {})
      onGiveUp(error)
      return
    }
    const restMs = Math.min(firstRestMs * 2 ** (failures - 1), longestRestMs)
    log.warn('worker_rests', { queue: worker.name, failures, restMs, error: error.message })
    void worker.pause(true).catch(() => {})
    timer = setTimeout(() => {
      timer = undefined
      if (!stopped) void worker.resume().catch(() => {})
    }, restMs)
  })
  for (const event of ['active', 'drained'] as const) worker.on(event, () => { failures = 0 })

  return {
    problem: () => problem,
    stop: () => {
      stopped = true
      clearTimeout(timer)
    },
  }
}
