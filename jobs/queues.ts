/**
 * The only file that knows BullMQ: queues on PostgreSQL (default) or on Redis, with one behaviour.
 *
 * A job is a wake-up that carries an id; what is to be done, and whether it still is, stands in PostgreSQL. So jobs are
 * removed when they end, well or badly, a queue may be emptied at any moment, and a sweep over the tables refills it.
 */
import { FlowProducer, Queue, Worker, createPostgresBackend, createRedisBackend } from 'bullmq'
import type { BackendFactory, QueueOptions as BullQueueOptions, RedisQueueBackend } from 'bullmq'
import type { Log } from '../core/log.ts'
import { UnavailableError } from '../core/errors.ts'
import { checkRedis, PRODUCER_OPTIONS, reconnectPause, WORKER_OPTIONS } from './redis.ts'
import { guardWorker } from './worker-guard.ts'
import type { GuardOptions } from './worker-guard.ts'

export type QueueName = 'notices' | 'nights' | 'shards' | 'gathers'

export interface QueuesOptions {
  /** The store; its schema `bullmq` holds the queues where there is no Redis. */
  databaseUrl: string
  redisUrl?: string | undefined
  /** Tells the stores that share one Redis apart; see readStoreId of sql/schedule.ts. */
  namespace: string
  log: Log
  /** A dead worker's job is given out again after once to twice this, default 30 s. */
  lockMs?: number
}

/** @property key  identity of the work: while a job of this key waits, another one changes nothing */
export interface Job { key: string, id: string }

export interface FlowPart extends Job { queue: QueueName }

export interface WorkOptions { concurrency?: number, guard?: Partial<GuardOptions>, onGiveUp?: (error: Error) => void }

export interface QueueWorker {
  /** Why the worker has given up, if it has. */
  problem(): Error | undefined
  /** Finishes the jobs at hand; after `timeoutMs` leaves them to another worker. */
  close(timeoutMs?: number): Promise<void>
}

export interface Queues {
  readonly backend: 'postgres' | 'redis'
  /** @throws {UnavailableError} the jobs could not be added */
  add(queue: QueueName, jobs: readonly Job[]): Promise<void>
  /**
   * Adds the children and, to be given out once all of them have ended, well or badly, their parent: all or nothing.
   *
   * @throws {UnavailableError} the jobs could not be added
   */
  addFlow(parent: FlowPart, children: readonly FlowPart[]): Promise<void>
  /** Starts a worker. A handler that throws ends its job; repeating is up to the next sweep. */
  work(queue: QueueName, handler: (id: string) => Promise<void>, options?: WorkOptions): Promise<QueueWorker>
  /** Jobs that wait or are being worked on. */
  count(queue: QueueName): Promise<number>
  /** Empties a queue; nothing is lost, see above. */
  clear(queue: QueueName): Promise<void>
  /** Closes workers and queues, each within `timeoutMs`, whether the server answers or not. */
  close(timeoutMs?: number): Promise<void>
}

const CLOSE_TIMEOUT_MS = 5000
const BATCH = 500
const LOCK_MS = 30_000
const JOB_OPTIONS = { removeOnComplete: true, removeOnFail: true, attempts: 1 } as const

/** Job ids of BullMQ hold no colon and are not whole numbers. */
export function jobKey(...parts: readonly string[]): string {
  return parts.map((part) => encodeURIComponent(part)).join('_')
}

/**
 * Opens the queues; on PostgreSQL creates their schema. Close what it returns, or the process stays alive.
 *
 * @throws {UnavailableError} no server, or a Redis that would drop jobs
 */
export async function createQueues(given: QueuesOptions): Promise<Queues> {
  const { redisUrl, log } = given
  const options: OpenOptions = { ...given, life: { over: false } }
  if (redisUrl) await checkRedis(redisUrl, log)
  const opened = new Map<QueueName, Promise<Queue>>()
  const workers = new Set<QueueWorker>()

  const open = (name: QueueName): Promise<Queue> => {
    let queue = opened.get(name)
    if (!queue) {
      queue = openQueue(name, options)
      opened.set(name, queue)
      queue.catch(() => opened.delete(name)) // the next caller tries again
    }
    return queue
  }
  let flows: FlowProducer<RedisQueueBackend> | undefined
  const take = async (queue: string, work: Promise<unknown>): Promise<void> => {
    await bounded(work).catch((cause: Error) => {
      throw new UnavailableError('queue_refused', `the queue took no job: ${cause.message}`, { queue }, { cause })
    })
  }
  await open('notices') // one queue now, so that a server that is not there is known here

  return {
    backend: redisUrl ? 'redis' : 'postgres',
    add: async (name, jobs) => {
      const queue = await open(name)
      for (let i = 0; i < jobs.length; i += BATCH) {
        const batch = jobs.slice(i, i + BATCH).map(({ key, id }) => ({ name, data: { id }, opts: { jobId: key } }))
        await take(name, queue.addBulk(batch))
      }
    },
    addFlow: async (parent, children) => {
      for (const name of new Set([parent, ...children].map((part) => part.queue))) await open(name)
      flows ??= openFlows(options)
      const jobOf = ({ queue, key, id }: FlowPart, opts: object = {}) => ({ name: queue, queueName: queue, data: { id }, opts: { ...JOB_OPTIONS, ...opts, jobId: key } })
      // A child that failed must not leave its parent waiting for ever.
      const below = children.map((child) => jobOf(child, { ignoreDependencyOnFailure: true }))
      await take(parent.queue, flows.add({ ...jobOf(parent), children: below }))
    },
    work: async (name, handler, work = {}) => {
      await open(name) // makes the schema
      const worker = await startWorker(name, handler, options, work, () => workers.delete(worker))
      workers.add(worker)
      return worker
    },
    count: async (name) => (await open(name)).count().then(async (waiting) => waiting + await (await open(name)).getActiveCount()),
    clear: async (name) => (await open(name)).obliterate({ force: true }),
    close: async (timeoutMs = CLOSE_TIMEOUT_MS) => {
      options.life.over = true
      await Promise.all([...workers].map((worker) => worker.close(timeoutMs)))
      await bounded(flows?.close() ?? Promise.resolve(), timeoutMs).catch(() => {})
      await Promise.all([...opened.values()].map((queue) => queue.then((it) => bounded(it.close(), timeoutMs)).catch(() => {})))
    },
  }
}

/** Once it is over no connection is made again: a Redis that stays away must not keep the process. */
interface OpenOptions extends QueuesOptions { life: { over: boolean } }

async function openQueue(name: QueueName, options: OpenOptions): Promise<Queue> {
  const queue = new Queue(name, {
    ...connectionOf(options, false), skipMetasUpdate: true,
    defaultJobOptions: JOB_OPTIONS,
  }, backendOf(options))
  queue.on('error', (error) => options.log.warn('queue_error', { queue: name, error: error.message }))
  try {
    await bounded(queue.waitUntilReady())
  } catch (cause) {
    await bounded(queue.close()).catch(() => {})
    throw new UnavailableError('no_queue', `cannot open the queue: ${(cause as Error).message}`, { queue: name }, { cause })
  }
  return queue
}

function openFlows(options: OpenOptions): FlowProducer<RedisQueueBackend> {
  const flows = new FlowProducer(connectionOf(options, false), backendOf(options))
  flows.on('error', (error) => options.log.warn('queue_error', { queue: 'flows', error: error.message }))
  return flows
}

async function startWorker(name: QueueName, handler: (id: string) => Promise<void>, options: OpenOptions, given: WorkOptions, onClose: () => void): Promise<QueueWorker> {
  const { log } = options
  const worker = new Worker(name, async (job) => handler((job.data as { id: string }).id), {
    ...connectionOf(options, true), concurrency: given.concurrency ?? 1, runRetryDelay: 1000,
    // A dead worker's lock lapses after the first, is found by the second; the handler must leave the event loop alone.
    lockDuration: options.lockMs ?? LOCK_MS, stalledInterval: (options.lockMs ?? LOCK_MS) / 2, maxStalledCount: 10,
  }, backendOf(options))
  const guard = guardWorker(worker, log, given.guard, given.onGiveUp)
  worker.on('failed', (job, error) => log.warn('job_failed', { queue: name, job: job?.id, error: error.message }))
  worker.on('stalled', (job) => log.warn('job_stalled', { queue: name, job }))
  worker.on('lockRenewalFailed', (jobs) => log.warn('job_lock_lost', { queue: name, jobs }))
  await bounded(worker.waitUntilReady()).catch(async (cause: Error) => {
    guard.stop()
    await bounded(worker.close(true)).catch(() => {})
    throw new UnavailableError('no_queue', `cannot start a worker: ${cause.message}`, { queue: name }, { cause })
  })
  let closing: Promise<void> | undefined
  return {
    problem: guard.problem,
    close: (timeoutMs = CLOSE_TIMEOUT_MS) => {
      guard.stop()
      onClose()
      closing ??= bounded(worker.close(), timeoutMs).catch(async () => {
        // A Redis client that is told to disconnect between two attempts hangs for ever; left alone it ends by itself.
        if (!options.redisUrl) await bounded(worker.disconnect(), 1000).catch(() => {})
        // BullMQ stops renewing locks only after the last job has ended, and its timer keeps the process alive.
        await (worker as unknown as { lockManager: { close(): Promise<void> } }).lockManager.close()
      })
      return closing
    },
  }
}

type Connection = Pick<BullQueueOptions, 'connection' | 'prefix'>

function connectionOf({ databaseUrl, redisUrl, namespace, life }: OpenOptions, forWorker: boolean): Connection {
  if (redisUrl) {
    const retryStrategy = (attempt: number): number | null => (life.over ? null : reconnectPause(attempt))
    return { connection: { url: redisUrl, ...(forWorker ? WORKER_OPTIONS : PRODUCER_OPTIONS), retryStrategy }, prefix: `weisu-${namespace}` }
  }
  const connection = {
    connectionString: databaseUrl, migrate: true, max: forWorker ? 4 : 2, connectionTimeoutMillis: 15_000,
    application_name: `weisu queue (pid ${process.pid})`,
    options: '-c synchronous_commit=off', // a power cut may take wake-ups: the next sweep makes them again
  }
  return { connection: connection as BullQueueOptions['connection'] }
}

/** The cast drops a type parameter that differs by backend; nothing here reaches behind the common interface. */
function backendOf({ redisUrl }: QueuesOptions): BackendFactory<RedisQueueBackend> {
  return redisUrl ? createRedisBackend : createPostgresBackend as unknown as BackendFactory<RedisQueueBackend>
}

async function bounded<T>(work: Promise<T>, timeoutMs = CLOSE_TIMEOUT_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
    work.catch(() => {}) // it may still fail after the deadline, unheard
  }
}
