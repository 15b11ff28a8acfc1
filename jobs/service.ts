/**
 * Everything that runs by itself, in one process: the schedule and its nights, clocks, deliveries, parts of nights, health. `weisu start` runs
 * all of it, `weisu worker` the parts of nights alone; any number of either share one store and one queue.
 */
import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import type { Config } from '../core/config.ts'
import type { Log } from '../core/log.ts'
import { tickClocks } from '../pipelines/clocks/tick.ts'
import type { Db } from '../sql/db.ts'
import type { LeaseOptions } from '../sql/lease.ts'
import { readStoreId } from '../sql/schedule.ts'
import { dropBeat, noteBeat } from '../sql/service-beats.ts'
import { readServiceFacts } from '../sql/service-facts.ts'
import { closeWays, openWays, sweepNotices, workNotices } from './deliver.ts'
import { workErrands } from './errands.ts'
import { pollWhenDue } from './feeds.ts'
import { createHealthApp, serveHealth } from './health.ts'
import type { Readiness } from './health.ts'
import { nightApart } from './night-apart.ts'
import { pingWhenDone } from './ping.ts'
import { startSchedule } from './schedule.ts'
import type { Schedule } from './schedule.ts'
import { workShards } from './shards.ts'
import type { Queues, QueueWorker } from './queues.ts'
import { createSteadyQueues } from './steady-queues.ts'

export interface ServiceOptions {
  /** Runs nights and what follows them; false for a worker that judges parts of nights only. */
  schedule: boolean
  /** Local hour from which the night before is run. */
  hour: number
  /** Threads that judge parts of nights; none where there is one processor. */
  threads: number
  /** Parts a night is cut into. */
  parts: number
  host: string
  /** 0 lets the system choose; undefined serves nothing. */
  port?: number
  /** Of locks and jobs, where the usual ones are too patient. */
  lease?: Partial<LeaseOptions>
}

export interface ServiceDeps {
  db: Db
  config: Config
  log: Log
  /** Takes the log lines of threads as they are. */
  relay?: (line: string) => void
}

export interface Service {
  port: number | undefined
  backend: 'postgres' | 'redis'
  /** Takes no new work, brings the work at hand to its next step, lets go of everything. */
  stop(): Promise<void>
}

/** Between two looks at the outbox and the dead-man's switch; deadlines count in hours and days. */
const ROUND_MS = 5000
const CLOCKS_MS = 30_000
const POLLS_MS = 30_000
const BEAT_MS = 30_000
/** A schedule that has not ticked for so long is not ready. */
const TICK_LATE_MS = 180_000
/** A night owed for so long means that something is wrong. */
const NIGHT_LATE_SECONDS = 6 * 3600
const ANSWER_MS = 3000
const STOP_MS = 20_000
const QUEUES = ['nights', 'notices', 'shards', 'gathers'] as const

/** @throws {UnavailableError} a Redis that drops jobs, or an address that is taken */
export async function startService({ db, config, log, relay = () => {} }: ServiceDeps, options: ServiceOptions): Promise<Service> {
  const counters: Record<string, number> = {}
  const count = (event: string): void => { counters[event] = (counters[event] ?? 0) + 1 }
  const counting: Log = {
    info: (event, fields) => { count(event); log.info(event, fields) },
    warn: (event, fields) => { count(event); log.warn(event, fields) },
    error: (event, fields) => { count(event); log.error(event, fields) },
  }
  const queues = await createSteadyQueues({ databaseUrl: db.url, redisUrl: config.redisUrl, namespace: await readStoreId(db), log: counting })
  const stopping = new AbortController()
  let schedule: Schedule | undefined
  let server: Awaited<ReturnType<typeof serveHealth>> | undefined

  const countJobs = async (): Promise<Record<string, number> | undefined> => {
    const counts = await within(ANSWER_MS, Promise.all(QUEUES.map(async (name) => [name, await queues.count(name)] as const)))
    return counts && Object.fromEntries(counts)
  }
  const beat = {
    worker: `${process.pid} on ${hostname()}`, version: config.version, startedAt: new Date(), hour: options.schedule ? options.hour : null,
    state: async () => ({ backend: queues.backend, queueProblem: queues.problem() ?? null, jobs: await countJobs() ?? null, events: counters }),
  }
  const app = createHealthApp({
    readiness: () => readinessOf(db, queues.problem(), options.schedule ? schedule : undefined),
    facts: () => within(ANSWER_MS, readServiceFacts(db)),
    queues: countJobs,
    counters,
  })
  try {
    if (options.port !== undefined) server = await serveHealth(app, options.host, options.port)
    const shards = options.threads > 0 ? await workShards(queues, { db, log: counting }, { threads: options.threads }) : undefined
    let rounds: Promise<void> = Promise.resolve()
    let polls: Promise<void> = Promise.resolve()
    let errands: Promise<void> = Promise.resolve()
    const beating = keepBeating(async () => noteBeat(db, { ...beat, state: await beat.state() }), counting, stopping.signal)
    let couriers: QueueWorker | undefined
    const ways = openWays({ config })
    if (options.schedule) {
      schedule = await startSchedule({
        db, config, log: counting, queues, relay, ...(options.lease ? { lease: options.lease } : {}),
        runNight: nightApart({ parts: options.parts }),
        deliver: async () => {}, // the rounds do
      }, { hour: options.hour })
      const { tick, run } = schedule
      tick().then(run).catch((error: Error) => counting.warn('tick_failed', { error: error.message }))
      couriers = await workNotices(queues, { db, config, log: counting, ...ways })
      rounds = goRound({ db, config, log: counting, queues }, stopping.signal)
      polls = goPolling({ db, config, log: counting }, stopping.signal)
      errands = workErrands({ db, config, log: counting, relay, runNight: nightApart({ parts: options.parts }), ...(options.lease ? { lease: options.lease } : {}) }, stopping.signal)
    }
    counting.info('service_started', { pid: process.pid, backend: queues.backend, schedule: options.schedule, threads: options.threads, port: server?.port })
    return {
      port: server?.port,
      backend: queues.backend,
      stop: async () => {
        stopping.abort(new Error('the process is stopping'))
        counting.info('service_stopping')
        // All at once: what is slow is left behind, undone and known to be.
        await within(STOP_MS, Promise.allSettled([schedule?.stop(), shards?.close(STOP_MS / 2), couriers?.close(STOP_MS / 2), rounds, polls, errands, beating]))
        await within(ANSWER_MS, dropBeat(db, beat.worker))
        await within(STOP_MS / 4, closeWays(ways))
        await server?.close()
        await queues.close()
        counting.info('service_stopped')
      },
    }
  } catch (error) {
    stopping.abort()
    await schedule?.stop()
    await server?.close()
    await queues.close()
    throw error
  }
}

/** Clocks, the outbox and the dead-man's switch, until the process stops. What goes wrong is tried again in the next round. */
async function goRound({ db, config, log, queues }: Pick<ServiceDeps, 'db' | 'config' | 'log'> & { queues: Queues }, stop: AbortSignal): Promise<void> {
  let clocksAt = -Infinity
  const steps: Record<string, () => Promise<unknown>> = {
    clocks: async () => {
      if (performance.now() - clocksAt < CLOCKS_MS) return
      clocksAt = performance.now()
      await tickClocks({ db, config, log, signal: stop })
    },
    deliveries: () => sweepNotices({ db, config }, queues, null),
    ping: () => pingWhenDone(db, config, log),
  }
  while (!stop.aborted) {
    for (const [step, work] of Object.entries(steps)) {
      if (!stop.aborted) await work().catch((error: Error) => log.warn('round_failed', { step, error: error.message }))
    }
    await delay(ROUND_MS, undefined, { signal: stop }).catch(() => {})
  }
}

/** Open311 servers, beside the rounds: a slow one delays no notice. */
async function goPolling(deps: Pick<ServiceDeps, 'db' | 'config' | 'log'>, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    await pollWhenDue({ ...deps, signal: stop }).catch((error: Error) => { if (!stop.aborted) deps.log.warn('round_failed', { step: 'feeds', error: error.message }) })
    await delay(POLLS_MS, undefined, { signal: stop }).catch(() => {})
  }
}

/** Pages show what runs here and how it is, also where the queue cannot be asked from there. */
async function keepBeating(beat: () => Promise<void>, log: Log, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    await beat().catch((error: Error) => log.warn('round_failed', { step: 'beat', error: error.message }))
    await delay(BEAT_MS, undefined, { signal: stop }).catch(() => {})
  }
}

async function readinessOf(db: Db, queueProblem: string | undefined, schedule: Schedule | undefined): Promise<Readiness> {
  const checks: Record<string, string> = {}
  const facts = await within(ANSWER_MS, readServiceFacts(db))
  checks.store = facts ? 'ok' : 'no answer'
  checks.queue = queueProblem ?? 'ok'
  if (schedule) {
    const last = schedule.lastTick()
    checks.schedule = last !== undefined && performance.now() - last < TICK_LATE_MS ? 'ok' : 'has not ticked'
    checks.nights = facts?.failedNight ? `the night of ${facts.failedNight} failed`
      : (facts?.oldestDueSeconds ?? 0) > NIGHT_LATE_SECONDS ? `${facts!.nightsDue} nights are late` : 'ok'
  }
  return { ok: Object.values(checks).every((found) => found === 'ok'), checks }
}

/** Undefined where the work fails or takes too long. */
async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T | undefined> {
  const timer = new AbortController()
  try {
    return await Promise.race([work, delay(timeoutMs, undefined, { signal: timer.signal })])
  } catch {
    return undefined
  } finally {
    timer.abort()
  }
}
