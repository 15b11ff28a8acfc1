/**
 * Delivers the outbox: pending notices become deliveries (delivery/route.ts), a sweep puts a waking job into the queue for each target
 * with something due, workers send it (delivery/send.ts), the rows say what became of it. At least once, told apart by the message's
 * id; the file channel makes it once.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Config } from '../core/config.ts'
import type { Log } from '../core/log.ts'
import { PipelineError } from '../core/errors.ts'
import { resolveOptions } from '../core/options.ts'
import type { Db } from '../sql/db.ts'
import { countWaiting, readDueTargets } from '../sql/deliveries.ts'
import { countNotices } from '../sql/notices.ts'
import { readStoreId } from '../sql/schedule.ts'
import { createFileChannel } from './channels/file.ts'
import type { Channel } from './channels/file.ts'
import { closeChannels, createChannels } from './delivery/channels.ts'
import type { MessageChannels } from './delivery/channels.ts'
import { routeNotices } from './delivery/route.ts'
import { sendTarget } from './delivery/send.ts'
import type { SendOptions } from './delivery/send.ts'
import { createQueues, jobKey } from './queues.ts'
import type { QueueWorker, Queues } from './queues.ts'

export interface DeliverDeps {
  db: Db
  config: Config
  log: Log
  /** Where notices go that nobody subscribed to, by name; default: 'file' in the data directory. Closed at the end, like the next. */
  channels?: Readonly<Record<string, Channel>>
  /** The ways to subscribers; default: those of the configuration. */
  messageChannels?: MessageChannels
}

export interface DeliverRequest { night?: string | undefined }

export interface DeliverOptions extends SendOptions {
  /** How long to go on without any notice settled; what still waits then stays pending. */
  timeoutMs: number
}

/** The pauses are those of Standard Webhooks: a receiver that is away for three days misses nothing. */
export const DELIVER_DEFAULTS: Readonly<DeliverOptions> = {
  timeoutMs: 30_000, maxAttempts: 6, firstRetryMs: 500, retrySeconds: [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400],
}
const RANGES = { timeoutMs: [0, 86_400_000], maxAttempts: [1, 100, 'whole'], firstRetryMs: [1, 3_600_000] } as const

export interface DeliverResult {
  /** Notices that became delivered, or failed for good, while this ran. */
  delivered: number
  failed: number
  /** Notices that still wait. */
  pending: number
  /** Notices that wait for a digest or the end of quiet hours, where there are any. */
  scheduled?: number
  /** Why they wait, where it is the queue's fault. */
  problem?: string
}

/** For the message at hand; what is cut short stays pending. */
const CLOSE_MS = 2000
/** Targets sent to at once by a worker: one that hangs does not hold the others up. */
const TARGETS_AT_ONCE = 4
/** Looked at often at first, since most nights have few notices. */
const QUICK_MS = 1000
/** Without progress for so long, doubled each time, a job may be stuck with a dead worker: its target gets another job. */
const QUIET_MS = 1000

/**
 * Delivers what is due of a night, or of all nights, and waits for near retries. A queue that cannot be reached is no
 * error: the notices stay pending, the result says why. Digests leave when all nights are asked for.
 */
export async function deliverNotices(deps: DeliverDeps, { night }: DeliverRequest = {}, options: Partial<DeliverOptions> = {}): Promise<DeliverResult> {
  const resolved = resolveOptions('deliverNotices', DELIVER_DEFAULTS, RANGES, options)
  const { db, config, log } = deps
  const before = await countNotices(db, night ?? null)
  await routeNotices(db, { night: night ?? null, hotlineUnit: config.settings.hotlineUnit })
  if ((await countWaiting(db, night ?? null)).due === 0) {
    const { pending, scheduled } = await countNotices(db, night ?? null)
    return { delivered: 0, failed: 0, pending, ...(scheduled > 0 ? { scheduled } : {}) }
  }
  const ways = openWays(deps)
  let problem: string | undefined
  let queues: Queues | undefined
  try {
    queues = await createQueues({ databaseUrl: db.url, redisUrl: config.redisUrl, namespace: await readStoreId(db), log })
    const worker = await workNotices(queues, { ...deps, ...ways }, resolved)
    problem = await drain(deps, queues, worker, night ?? null, resolved)
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error
    problem = error.message
  } finally {
    await queues?.close(CLOSE_MS)
    await closeWays(ways)
  }
  if (problem) log.warn('notices_wait', { problem })
  const after = await countNotices(db, night ?? null)
  return {
    delivered: Math.max(0, after.delivered - before.delivered), failed: Math.max(0, after.failed - before.failed),
    pending: after.pending, ...(after.scheduled > 0 ? { scheduled: after.scheduled } : {}), ...(problem ? { problem } : {}),
  }
}

export interface Ways { channels: Readonly<Record<string, Channel>>, messageChannels: MessageChannels }

/** To be closed by closeWays. */
export function openWays({ config, channels, messageChannels }: Pick<DeliverDeps, 'config' | 'channels' | 'messageChannels'>): Ways {
  return { channels: channels ?? { file: createFileChannel(`${config.dataDir}/notices`) }, messageChannels: messageChannels ?? createChannels(config) }
}

export async function closeWays({ channels, messageChannels }: Ways): Promise<void> {
  for (const channel of Object.values(channels)) await channel.close()
  await closeChannels(messageChannels)
}

/** Starts a worker that delivers: several targets at once, to each one message after the other so that they arrive in order. */
export function workNotices(queues: Queues, deps: { db: Db, config: Config, log: Log } & Ways, options: Partial<DeliverOptions> = {}): Promise<QueueWorker> {
  const resolved = resolveOptions('workNotices', DELIVER_DEFAULTS, RANGES, options)
  return queues.work('notices', async (id) => {
    const [night, target] = JSON.parse(id) as [string | null, string]
    await sendTarget(deps, target, night, resolved)
  }, { concurrency: TARGETS_AT_ONCE })
}

/**
 * One sweep: what is new is given to its subscribers, and each target with something due gets a job. To be repeated, each minute
 * or so, wherever a worker goes on: retries, digests and the end of quiet hours are due by then.
 *
 * @param night null for every night
 * @param round told apart from earlier rounds whose jobs may be stuck; 0 for the first
 * @returns targets with something due
 */
export async function sweepNotices({ db, config }: Pick<DeliverDeps, 'db' | 'config'>, queues: Queues, night: string | null, round = 0): Promise<number> {
  await routeNotices(db, { night, hotlineUnit: config.settings.hotlineUnit })
  const targets = await readDueTargets(db, night)
  await queues.add('notices', targets.map((target) => ({ key: jobKey('deliver', target, night ?? '', String(round)), id: JSON.stringify([night, target]) })))
  return targets.length
}

async function drain(deps: DeliverDeps, queues: Queues, worker: QueueWorker, night: string | null, { timeoutMs }: DeliverOptions): Promise<string | undefined> {
  const { db } = deps
  const began = performance.now()
  let deadline = began + timeoutMs
  let round = 0
  let patience = 0
  /** How long counting takes: most of the time is for sending. */
  let counting = 0
  await sweepNotices(deps, queues, night)
  let last = await countWaiting(db, night)
  let lastChange = performance.now()
  while (last.open > 0 && performance.now() < deadline) {
    const broken = worker.problem()
    if (broken) return broken.message
    // Nothing due and the next retry beyond the deadline: no use in waiting.
    if (last.due === 0 && (last.nextSeconds ?? 0) * 1000 > deadline - performance.now()) return undefined
    await delay(Math.max(performance.now() - began < QUICK_MS ? 20 : 100, 10 * counting))
    const asked = performance.now()
    const now = await countWaiting(db, night)
    counting = performance.now() - asked
    const moved = now.open !== last.open || now.due !== last.due || now.attempts !== last.attempts
    if (moved) {
      lastChange = performance.now()
      patience = 0
    }
    if (now.open < last.open) deadline = performance.now() + timeoutMs
    // Due again since the last look, or failed and due again between two looks.
    const retryDue = now.due > 0 && (last.due === 0 || now.attempts > last.attempts)
    const quiet = now.due > 0 && performance.now() - lastChange > QUIET_MS * 2 ** patience
    if (retryDue || quiet) {
      if (quiet) patience++
      // A key of its own: the job before may be about to end, and would swallow one of the same key.
      await sweepNotices(deps, queues, night, ++round)
      lastChange = performance.now()
    }
    last = now
  }
  return undefined
}
