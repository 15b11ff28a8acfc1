/**
 * Sends what is due to one target, one message after the other. A transaction holds the target and the messages at hand until it is
 * written down what became of them: whoever dies in it leaves them as they were, and they go out again under the same ids. So: at
 * least once.
 */
import type { Config } from '../../core/config.ts'
import type { Log } from '../../core/log.ts'
import type { Db, Queryable } from '../../sql/db.ts'
import * as deliveries from '../../sql/deliveries.ts'
import type { DeliveryContent, LockedDelivery } from '../../sql/deliveries.ts'
import { freeTarget, holdTarget, pauseTarget, readSubscription, setStatus } from '../../sql/subscriptions.ts'
import type { ChannelName, Subscription } from '../../sql/subscriptions.ts'
import type { Channel } from '../channels/file.ts'
import { messageOf, pauseOf, trySend } from './attempt.ts'
import { readBeyond } from './beyond.ts'
import { linkBase } from './channels.ts'
import type { MessageChannels } from './channels.ts'
import { sendNotices } from './send-notices.ts'

export interface SendDeps {
  db: Db
  config: Config
  log: Log
  /** For notices that nobody subscribed to, by name. */
  channels: Readonly<Record<string, Channel>>
  messageChannels: MessageChannels
}

export interface SendOptions {
  /** Attempts at a channel of this machine, and the pause after the first, doubled each time up to an hour. */
  maxAttempts: number
  firstRetryMs: number
  /** Pauses after each failed attempt at a subscription; after the last a delivery is given up. */
  retrySeconds: readonly number[]
}

/** Messages looked up at once. */
const ROUND = 100

/** Messages a minute to one target, below what its maker allows. */
const RATES: Readonly<Record<ChannelName, number>> = { email: 120, webhook: 12_000, wecom: 18, dingtalk: 18, feishu: 90 }

/** Messages a transaction: as many come a second time where a process dies. Programs tell repetitions by their ids, people should not have to. */
const AT_ONCE: Readonly<Record<ChannelName, number>> = { email: 1, webhook: 8, wecom: 1, dingtalk: 1, feishu: 1 }

/** Returns when nothing is due, the target has failed, or another process is at it. @param night null for every night */
export async function sendTarget(deps: SendDeps, target: string, night: string | null, options: SendOptions): Promise<void> {
  const { db } = deps
  const files = target.startsWith('channel:') ? target.slice('channel:'.length) : undefined
  const channel = files === undefined ? (await readSubscription(db, target))?.channel ?? 'email' : undefined
  for (;;) {
    const bundles = await deliveries.readDueBundles(db, target, night, ROUND)
    if (bundles.length === 0) return
    // What messages say is read for many at once; whether they are still to be sent is asked in each transaction.
    const contents = await deliveries.readContents(db, target, bundles)
    const size = channel === undefined ? ROUND : AT_ONCE[channel]
    for (let i = 0; i < bundles.length; i += size) {
      const went = await db.transaction(async (client): Promise<'moved' | 'stop'> => {
        const rows = await take(client, bundles.slice(i, i + size), target)
        if (!rows) return 'stop'
        if (files === undefined) return await sendMessages(deps, client, target, rows, contents, options)
        await sendNotices(deps, client, files, rows, contents, options)
        return 'moved'
      })
      if (went === 'stop') return
    }
  }
}

/** Takes the target and the messages. Undefined where another process has the target; withheld ones are closed and left out. */
async function take(client: Queryable, bundles: readonly string[], target: string): Promise<LockedDelivery[] | undefined> {
  const locked = await deliveries.takeBundles(client, bundles, target)
  if (!locked) return undefined
  const isHeld = ({ noticeId, noticeStatus }: LockedDelivery): boolean => noticeId !== null && (noticeStatus === null || noticeStatus === 'withheld')
  const held = locked.filter(isHeld)
  if (held.length > 0) await deliveries.closeDeliveries(client, held.map((row) => row.id), 'withheld', 'overtaken')
  return locked.filter((row) => !isHeld(row))
}

async function sendMessages(
  deps: SendDeps, client: Queryable, target: string, rows: readonly LockedDelivery[], known: readonly DeliveryContent[], options: SendOptions,
): Promise<'moved' | 'stop'> {
  if (rows.length === 0) return 'moved' // by another process, since the list was read
  const subscription = await readSubscription(client, target)
  if (subscription?.status !== 'active') {
    await deliveries.closeDeliveries(client, rows.map((row) => row.id), 'dead', `subscription ${subscription?.status ?? 'missing'}`)
    await deliveries.settleNotices(client, rows.map((row) => row.noticeId))
    return 'moved'
  }
  if (subscription.isHeld) return 'stop'
  const rate = await deliveries.readRate(client, subscription.id)
  if (rate.sent >= RATES[subscription.channel]) {
    await pauseTarget(client, subscription.id, rate.seconds)
    return 'stop'
  }
  const taken = new Map(rows.map((row) => [row.id, row]))
  const arrived: Arrived[] = []
  let went: 'moved' | 'stop' = 'moved' // what became due since it was read goes with the next round
  for (const [bundle, contents] of Map.groupBy(known.filter(({ id }) => taken.has(id)), (content) => content.bundle)) {
    went = await sendMessage(deps, client, subscription, bundle, contents.map(({ id }) => taken.get(id)!), contents, arrived, options)
    if (went === 'stop') break
  }
  await markArrived(client, subscription, arrived)
  return went
}

/** Empties the list. */
async function markArrived(client: Queryable, { id, failures, holdUntil }: Subscription, arrived: Arrived[]): Promise<void> {
  const all = arrived.splice(0)
  for (const [code, done] of Map.groupBy(all, (it) => it.code)) await deliveries.markDelivered(client, done.map((it) => it.id), code, done.map((it) => it.noticeId))
  if (all.length > 0 && (failures > 0 || holdUntil !== null)) await freeTarget(client, id)
}

/** A delivery that arrived, and the code of the answer. */
interface Arrived { id: string, noticeId: string | null, code: number | null }

async function sendMessage(
  { config, log, messageChannels }: SendDeps, client: Queryable, subscription: Subscription, bundle: string, rows: readonly LockedDelivery[],
  contents: readonly DeliveryContent[], arrived: Arrived[], { retrySeconds }: SendOptions,
): Promise<'moved' | 'stop'> {
  const { id, channel } = subscription
  const ids = rows.map((row) => row.id)
  const attempts = Math.max(...rows.map((row) => row.attempts))
  const message = messageOf(subscription, bundle, contents, linkBase(config.delivery.publicUrl))
  const beyond = message.kind === 'digest' && message.night !== null ? await readBeyond(client, subscription, message.night) : []
  const outcome = await trySend(messageChannels, subscription, beyond.length > 0 ? { ...message, beyond } : message)
  if (outcome.kind === 'delivered') {
    for (const row of rows) arrived.push({ id: row.id, noticeId: row.noticeId, code: outcome.code })
    log.info('message_delivered', { message: bundle, subscription: id, channel, deliveries: ids.length, attempt: attempts + 1 })
  } else {
    const failures = arrived.length > 0 ? 0 : subscription.failures
    await markArrived(client, subscription, arrived) // before what a failure does to all that waits
    const pause = outcome.kind === 'failed' ? pauseOf(bundle, Math.max(attempts, failures), outcome.retryAfterSeconds, retrySeconds) : null
    const isLast = pause === null || attempts >= retrySeconds.length || rows.some((row) => row.isOld)
    await deliveries.markAttempted(client, ids, outcome.error, outcome.code, isLast ? null : pause)
    log.warn('message_failed', { message: bundle, subscription: id, channel, deliveries: ids.length, attempt: attempts + 1, code: outcome.code, error: outcome.error, given_up: isLast })
    if (outcome.kind === 'gone') await disable(client, id, outcome.error)
    else if (outcome.kind === 'failed' && outcome.scope === 'target') await holdTarget(client, id, pause!)
    await deliveries.settleNotices(client, rows.map((row) => row.noticeId))
  }
  return outcome.kind === 'gone' || (outcome.kind === 'failed' && outcome.scope === 'target') ? 'stop' : 'moved'
}

async function disable(client: Queryable, id: string, reason: string): Promise<void> {
  await setStatus(client, id, 'disabled', 'weisu', reason)
  await deliveries.settleNotices(client, await deliveries.closeSubscription(client, id, `subscription disabled: ${reason}`))
}
