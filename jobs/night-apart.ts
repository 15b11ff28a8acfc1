/**
 * Runs a night on a thread of its own and hands its words on.
 */
import { Worker } from 'node:worker_threads'
import { PipelineError } from '../core/errors.ts'
import type { StepEvent } from '../pipelines/nightly.ts'
import type { NightRequest, NightlyDeps } from './handlers/nightly.ts'
import type { NightWord, NightWork } from './night-thread.ts'
import { revived } from './thread-failure.ts'

/** A thread that was asked to stop and is in the middle of a step has so long until it is ended; what it had not committed is rolled back. */
const STOP_MS = 15_000

export interface ApartOptions {
  parts?: number
  onStep?: (night: string, step: StepEvent) => void
}

/**
 * @returns what jobs/handlers/nightly.ts calls for each night
 * @throws what stopped the night: a PipelineError as such, others with their code
 */
export function nightApart({ parts = 1, onStep = () => {} }: ApartOptions = {}) {
  return async ({ db, config, log, relay }: NightlyDeps, { date, notices, newest, force, signal }: NightRequest): Promise<unknown> => {
    signal.throwIfAborted()
    const work: NightWork = { store: { url: db.url, serverVersion: db.serverVersion, embedded: db.embedded }, config, date, notices, report: newest, parts, ...(force ? { force } : {}) }
    const thread = new Worker(new URL('night-thread.ts', import.meta.url), { workerData: work })
    let ending: NodeJS.Timeout | undefined
    const stop = (): void => {
      thread.postMessage('stop')
      ending = setTimeout(() => void thread.terminate(), STOP_MS)
    }
    signal.addEventListener('abort', stop, { once: true })
    try {
      return await new Promise((resolve, reject) => {
        thread.on('message', (word: NightWord) => {
          if ('log' in word) (relay ?? (() => {}))(word.log)
          else if ('step' in word) {
            log.info('night_step', { night: date, ...word.step })
            onStep(date, word.step)
          } else if ('done' in word) resolve(word.done)
          else reject(revived(word.failed))
        })
        thread.on('error', reject)
        thread.on('exit', (code) => reject(signal.aborted ? signal.reason as Error : new PipelineError('night_thread_ended', `the thread of the night ended with ${code}`, { code })))
      })
    } finally {
      clearTimeout(ending)
      signal.removeEventListener('abort', stop)
      await thread.terminate()
    }
  }
}
