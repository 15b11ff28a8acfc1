/**
 * Delivers the outbox: a sweep puts a waking job into the queue for each notice that is due, workers hand the notices to
 * their channels, the rows say what became of them. At least once, told apart by the notice's id; the file channel
 * makes it once.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Config } from '../core/config.ts'
import type { Log } from '../core/log.ts'
import { PipelineError } from '../core/errors.ts'
import { resolveOptions } from '../core/options.ts'
import type { Db } from '../sql/db.ts'
import { countNotices, countWaiting, lockChannel, lockNotice, markAttempted, markDelivered, readDueNotices } from '../sql/notices.ts'
import { readStoreId } from '../sql/schedule.ts'
import { createFileChannel } from './channels/file.ts'
import type { Channel } from './channels/file.ts'
import { createQueues, jobKey } from './queues.ts'
import type { QueueWorker, Queues } from './queues.ts'

export interface DeliverDeps {
  db: Db
  config: Config
  log: Log
  /** Channels by name; default: 'file' in the data directory. They are closed at the end. */
  channels?: Record<string, Channel>
}

export interface DeliverRequest { night?: string | undefined }

export interface DeliverOptions {
  /** How long to go on without any notice settled; what still waits then stays pending. */
  timeoutMs: number
  /** Attempts before a notice has failed. */
  maxAttempts: number
  /** Pause after the first failed attempt; doubles with each further one, up to an hour. */
  firstRetryMs: number
}

export const DELIVER_DEFAULTS: Readonly<DeliverOptions> = { timeoutMs: 30_000, maxAttempts: 6, firstRetryMs: 500 }
const RANGES = { timeoutMs: [0, 86_400_000], maxAttempts: [1, 100, 'whole'], firstRetryMs: [1, 3_600_000] } as const

export interface DeliverResult {
  /** Notices that became delivered, or failed for good, while this ran. */
  delivered: number
  failed: number
  /** Notices that still wait. */
  pending: number
  /** Why they wait, where it is the queue's fault. */
  problem?: string
}

const LONGEST_RETRY_MS = 3_600_000
/** For the notice at hand; what is cut short stays pending. */
const CLOSE_MS = 2000
const SWEEP = 10_000
/** Looked at often at first, since most nights have few notices. */
const QUICK_MS = 1000
/** Without progress for so long, doubled each time, a job may be stuck with a dead worker: its notice gets another job. */
const QUIET_MS = 1000

/**
 * Delivers what is due of a night, or of all nights, and waits for near retries. A queue that cannot be reached is no
 * error: the notices stay pending, the result says why.
 */
export async function deliverNotices(deps: DeliverDeps, { night }: DeliverRequest = {}, options: Partial<DeliverOptions> = {}): Promise<DeliverResult> {
  const resolved = resolveOptions('deliverNotices', DELIVER_DEFAULTS, RANGES, options)
  const { db, config, log } = deps
  const before = await countNotices(db, night ?? null)
  if (before.pending === 0) return { delivered: 0, failed: 0, pending: 0 }
  const channels = deps.channels ?? { file: createFileChannel(`${config.dataDir}/notices`) }
  let problem: string | undefined
  let queues: Queues | undefined
  try {
    queues = await createQueues({ databaseUrl: db.url, redisUrl: config.redisUrl, namespace: await readStoreId(db), log })
    const worker = await workNotices(queues, { db, log, channels }, resolved)
    problem = await drain(db, queues, worker, night ?? null, resolved)
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error
    problem = error.message
  } finally {
    await queues?.close(CLOSE_MS)
    for (const channel of Object.values(channels)) await channel.close()
  }
  if (problem) log.warn('notices_wait', { problem })
  const after = await countNotices(db, night ?? null)
  return {
    delivered: Math.max(0, after.delivered - before.delivered), failed: Math.max(0, after.failed - before.failed),
    pending: after.pending, ...(problem ? { problem } : {}),
  }
}

/** Starts a worker that delivers notices, one after the other so that they arrive in order. */
export function workNotices(queues: Queues, deps: { db: Db, log: Log, channels: Record<string, Channel> }, options: Partial<DeliverOptions> = {}): Promise<QueueWorker> {
  const resolved = resolveOptions('workNotices', DELIVER_DEFAULTS, RANGES, options)
  return queues.work('notices', (id) => deliverOne(deps, id, resolved))
}

/**
 * One sweep: a job for each notice that is due. The attempt is part of the job's key, so that a retry is a new job.
 *
 * @param round told apart from earlier rounds whose jobs may be stuck; 0 for the first
 */
export async function sweepNotices(db: Db, queues: Queues, night: string | null, round = 0): Promise<number> {
  const due = await readDueNotices(db, night, SWEEP)
  await queues.add('notices', due.map(({ id, attempts }) => ({ key: jobKey('deliver', id, String(attempts), String(round)), id })))
  return due.length
}

async function drain(db: Db, queues: Queues, worker: QueueWorker, night: string | null, { timeoutMs }: DeliverOptions): Promise<string | undefined> {
  const began = performance.now()
  let deadline = began + timeoutMs
  let round = 0
  await sweepNotices(db, queues, night)
  let last = await countWaiting(db, night)
  let lastChange = performance.now()
  while (last.pending > 0 && performance.now() < deadline) {
    const broken = worker.problem()
    if (broken) return broken.message
    // Nothing due and the next retry beyond the deadline: no use in waiting.
    if (last.due === 0 && (last.nextSeconds ?? 0) * 1000 > deadline - performance.now()) return undefined
    await delay(performance.now() - began < QUICK_MS ? 20 : 100)
    const now = await countWaiting(db, night)
    if (now.pending !== last.pending || now.due !== last.due) lastChange = performance.now()
    if (now.pending < last.pending) deadline = performance.now() + timeoutMs
    const retryDue = now.due > 0 && last.due === 0
    const quiet = now.due > 0 && performance.now() - lastChange > QUIET_MS * 2 ** round
    if (retryDue || quiet) {
      if (quiet) round++
      await sweepNotices(db, queues, night, round)
      lastChange = performance.now()
    }
    last = now
  }
  return undefined
}

/** The transaction holds the notice's row: whoever dies in it, or loses the race for it, leaves it pending. */
async function deliverOne({ db, log, channels }: { db: Db, log: Log, channels: Record<string, Channel> }, id: string, { maxAttempts, firstRetryMs }: DeliverOptions): Promise<void> {
  await db.transaction(async (client) => {
    const notice = await lockNotice(client, id)
    if (!notice) return
    try {
      const channel = channels[notice.channel]
      if (!channel) throw new PipelineError('unknown_channel', `no channel named ${notice.channel}`, { channel: notice.channel })
      await lockChannel(client, notice.night)
      await channel.deliver(notice)
    } catch (error) {
      const message = (error as Error).message
      const retryMs = Math.min(firstRetryMs * 2 ** notice.attempts, LONGEST_RETRY_MS)
      log.warn('notice_attempt_failed', { notice: id, attempt: notice.attempts + 1, error: message })
      await markAttempted(client, id, message, retryMs / 1000, maxAttempts)
      return
    }
    await markDelivered(client, id)
  })
}
