/**
 * Takes what people asked for (sql/errands.ts) while the service runs: nights in one lane, trials and test messages in another, so that a
 * trial does not wait for a backfill. Each lane is worked by one process at a time; what a dead one left is taken up again.
 */
import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { PipelineError } from '../core/errors.ts'
import { failErrand, finishErrand, hasErrands, isCancelled, noteProgress, releaseErrand, takeErrand } from '../sql/errands.ts'
import type { Errand, ErrandKind } from '../sql/errands.ts'
import { withLease } from '../sql/lease.ts'
import { LOCKS } from '../sql/lock-keys.ts'
import { testSubscription } from './delivery/subscribe.ts'
import type { TrialRequest, TrialWord, TrialWork } from './errand-thread.ts'
import { ErrandCancelled, runErrandNights } from './handlers/errand-nights.ts'
import type { ErrandNightsDeps } from './handlers/errand-nights.ts'
import { mayRetry } from './handlers/nightly.ts'
import { revived } from './thread-failure.ts'

export interface ErrandOptions {
  /** Between two looks for something to do, and for a cancellation. */
  pollMs: number
  /** Attempts after which an errand whose workers die is given up. */
  attempts: number
}

export const ERRAND_DEFAULTS: Readonly<ErrandOptions> = { pollMs: 2000, attempts: 3 }

interface Lane { name: string, lock: number, kinds: readonly ErrandKind[] }

const LANES: readonly Lane[] = [
  { name: 'nights', lock: LOCKS.errandNights, kinds: ['rerun', 'backfill'] },
  { name: 'trials', lock: LOCKS.errandTrials, kinds: ['rules_trial', 'deadlines_trial', 'test_message'] },
]
/** A thread that was asked to stop has so long until it is ended. */
const STOP_MS = 10_000

/** Works both lanes until the signal comes. Never rejects. */
export async function workErrands(deps: ErrandNightsDeps, stop: AbortSignal, options: Partial<ErrandOptions> = {}): Promise<void> {
  const rules = { ...ERRAND_DEFAULTS, ...options }
  await Promise.all(LANES.map(async (lane) => {
    while (!stop.aborted) {
      try {
        if (await hasErrands(deps.db, lane.kinds)) await withLease(deps.db, lane.lock, (lost) => workLane(deps, lane, stop, lost, rules), deps.lease)
      } catch (error) {
        deps.log.warn('errands_stopped', { lane: lane.name, error: (error as Error).message })
      }
      await delay(rules.pollMs, undefined, { signal: stop }).catch(() => {})
    }
  }))
}

async function workLane(deps: ErrandNightsDeps, { kinds }: Lane, stop: AbortSignal, lost: AbortSignal, rules: ErrandOptions): Promise<void> {
  const worker = `${process.pid} on ${hostname()}`
  while (!stop.aborted && !lost.aborted) {
    const errand = await takeErrand(deps.db, kinds, worker)
    if (!errand) return
    const goesOn = await workOne(deps, errand, AbortSignal.any([stop, lost]), rules)
    if (!goesOn) return
  }
}

/** @returns false where the lane should pause */
async function workOne(deps: ErrandNightsDeps, errand: Errand, signal: AbortSignal, { pollMs, attempts }: ErrandOptions): Promise<boolean> {
  const { db, log } = deps
  const about = { errand: errand.id, kind: errand.kind }
  if (errand.attempts > attempts) {
    await failErrand(db, errand.id, 'failed', 'errand_died', `${attempts} attempts ended with their process`, { attempts })
    return true
  }
  log.info('errand_starts', { ...about, attempt: errand.attempts })
  const cancelled = new AbortController()
  const watching = watchCancellation(db, errand.id, cancelled, signal, pollMs)
  try {
    await finishErrand(db, errand.id, await work(deps, errand, AbortSignal.any([signal, cancelled.signal])))
    log.info('errand_done', about)
    return true
  } catch (error) {
    if (cancelled.signal.aborted || error instanceof ErrandCancelled) {
      await failErrand(db, errand.id, 'cancelled', null, null, null)
      log.info('errand_cancelled', about)
      return true
    }
    if (signal.aborted || mayRetry(error)) {
      await releaseErrand(db, errand.id).catch(() => {})
      log.info('errand_waits', { ...about, error: (error as Error).message })
      return false
    }
    const { code, details, message } = error as PipelineError
    await failErrand(db, errand.id, 'failed', error instanceof PipelineError ? code : null, message, error instanceof PipelineError ? details : null)
    log.error('errand_failed', { ...about, error: message })
    return true
  } finally {
    cancelled.abort()
    await watching
  }
}

async function work(deps: ErrandNightsDeps, errand: Errand, signal: AbortSignal): Promise<unknown> {
  switch (errand.kind) {
    case 'rerun':
    case 'backfill': return runErrandNights(deps, errand, signal)
    case 'test_message': return testSubscription(deps.db, deps.config, String(errand.request.subscription))
    case 'rules_trial':
    case 'deadlines_trial': return tryApart(deps, errand.kind, errand, signal)
  }
}

async function tryApart({ db, config, relay = () => {} }: ErrandNightsDeps, kind: TrialWork['kind'], errand: Errand, signal: AbortSignal): Promise<unknown> {
  signal.throwIfAborted()
  const data: TrialWork = { store: { url: db.url, serverVersion: db.serverVersion, embedded: db.embedded }, config, kind, request: errand.request as unknown as TrialRequest }
  const thread = new Worker(new URL('errand-thread.ts', import.meta.url), { workerData: data })
  let ending: NodeJS.Timeout | undefined
  const end = (): void => {
    thread.postMessage('stop')
    ending = setTimeout(() => void thread.terminate(), STOP_MS)
  }
  signal.addEventListener('abort', end, { once: true })
  try {
    return await new Promise((resolve, reject) => {
      thread.on('message', (word: TrialWord) => {
        if ('log' in word) relay(word.log)
        else if ('progress' in word) void noteProgress(db, errand.id, word.progress).catch(() => {})
        else if ('done' in word) resolve(word.done)
        else reject(revived(word.failed))
      })
      thread.on('error', reject)
      thread.on('exit', (code) => reject(signal.aborted ? signal.reason as Error : new PipelineError('night_thread_ended', `the thread of the trial ended with ${code}`, { code })))
    })
  } finally {
    clearTimeout(ending)
    signal.removeEventListener('abort', end)
    await thread.terminate()
  }
}

/** Tells the controller once somebody has cancelled the errand; ends with either signal. */
async function watchCancellation(db: ErrandNightsDeps['db'], id: string, cancelled: AbortController, stop: AbortSignal, pollMs: number): Promise<void> {
  const end = AbortSignal.any([stop, cancelled.signal])
  while (!end.aborted) {
    await delay(pollMs, undefined, { signal: end }).catch(() => {})
    if (!end.aborted && await isCancelled(db, id).catch(() => false)) cancelled.abort(new ErrandCancelled())
  }
}
