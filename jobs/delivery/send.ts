/**
 * Sends what is due to one target, one message after the other. Each message has a transaction of its own that holds its rows and
 * its target: whoever dies in it leaves the message as it was, and it goes out again under the same id. So: at least once.
 */
import { readSecret } from '../../core/config.ts'
import type { Config } from '../../core/config.ts'
import { formatDay, localDay, parseDay } from '../../core/days.ts'
import { PipelineError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import { createRng } from '../../core/rng.ts'
import { t } from '../../core/texts.ts'
import { newsOf } from '../../pipelines/alert-news.ts'
import type { Db, Queryable } from '../../sql/db.ts'
import * as deliveries from '../../sql/deliveries.ts'
import type { DeliveryContent, LockedDelivery } from '../../sql/deliveries.ts'
import { freeTarget, holdTarget, pauseTarget, readSubscription, setStatus } from '../../sql/subscriptions.ts'
import type { ChannelName, Subscription } from '../../sql/subscriptions.ts'
import type { Channel } from '../channels/file.ts'
import type { Message, Outcome, Target } from '../channels/message.ts'
import { linkBase } from './channels.ts'
import type { MessageChannels } from './channels.ts'
import { readBeyond } from './beyond.ts'

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

const LONGEST_RETRY_MS = 3_600_000
const LONGEST_RETRY_AFTER_SECONDS = 86_400
/** Messages looked up at once. */
const ROUND = 100

/** Messages a minute to one target, below what its maker allows. */
const RATES: Readonly<Record<ChannelName, number>> = { email: 120, webhook: 12_000, wecom: 18, dingtalk: 18, feishu: 90 }

/** Returns when nothing is due, the target has failed, or another process is at it. @param night null for every night */
export async function sendTarget(deps: SendDeps, target: string, night: string | null, options: SendOptions): Promise<void> {
  const { db } = deps
  for (;;) {
    const bundles = await deliveries.readDueBundles(db, target, night, ROUND)
    if (bundles.length === 0) return
    // What messages say is read for many at once; whether they are still to be sent is asked of each.
    const contents = Map.groupBy(await deliveries.readContents(db, target, bundles), (row) => row.bundle)
    if (target.startsWith('channel:')) {
      if (await db.transaction((client) => sendNotices(deps, client, bundles, [...contents.values()].flat(), target, options)) === 'stop') return
      continue
    }
    for (const [i, bundle] of bundles.entries()) {
      if (await db.transaction((client) => sendBundle(deps, client, bundle, contents.get(bundle) ?? [], target, i === 0, options)) === 'stop') return
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

async function sendBundle(
  deps: SendDeps, client: Queryable, bundle: string, known: readonly DeliveryContent[], target: string, isFirst: boolean, options: SendOptions,
): Promise<'moved' | 'stop'> {
  const rows = await take(client, [bundle], target)
  if (!rows) return 'stop'
  const contents = known.filter((content) => rows.some((row) => row.id === content.id))
  if (contents.length < rows.length) return 'moved' // more has become due since it was read: with the next round
  if (rows.length === 0) return 'moved' // by another process, since the list was read
  const subscription = await readSubscription(client, target)
  if (subscription?.status !== 'active') {
    await deliveries.closeDeliveries(client, rows.map((row) => row.id), 'dead', `subscription ${subscription?.status ?? 'missing'}`)
    await deliveries.settleNotices(client, rows.map((row) => row.noticeId))
    return 'moved'
  }
  if (subscription.isHeld) return 'stop'
  const budget = RATES[subscription.channel]
  // Counting is dear where much is allowed, and a round is little of it there.
  if (isFirst || budget < 10 * ROUND) {
    const rate = await deliveries.readRate(client, subscription.id)
    if (rate.sent >= budget) {
      await pauseTarget(client, subscription.id, rate.seconds)
      return 'stop'
    }
  }
  return await sendMessage(deps, client, subscription, bundle, rows, contents, options)
}

/** To a channel of this machine, which takes many at once and knows what it has. */
async function sendNotices(
  { log, channels }: SendDeps, client: Queryable, bundles: readonly string[], known: readonly DeliveryContent[], target: string, { maxAttempts, firstRetryMs }: SendOptions,
): Promise<'moved' | 'stop'> {
  const rows = await take(client, bundles, target)
  if (!rows) return 'stop'
  const name = target.slice('channel:'.length)
  const contents = new Map(known.map((content) => [content.id, content]))
  const failed: (string | null)[] = []
  const fail = async ({ id, noticeId, attempts }: LockedDelivery, { message }: Error): Promise<void> => {
    failed.push(noticeId)
    log.warn('notice_attempt_failed', { notice: noticeId, attempt: attempts + 1, error: message })
    const pauseSeconds = Math.min(firstRetryMs * 2 ** attempts, LONGEST_RETRY_MS) / 1000
    await deliveries.markAttempted(client, [id], message, null, attempts + 1 >= maxAttempts ? null : pauseSeconds)
  }
  const written: LockedDelivery[] = []
  for (const row of rows) {
    const content = contents.get(row.id)
    if (!content) continue
    try {
      const { night, alertId, reason, unit, payload } = content
      await channelOf(channels, name).deliver({ id: row.noticeId!, night, alertId: alertId!, reason: reason!, unit, payload: payload!, channel: name, attempts: row.attempts })
      written.push(row)
    } catch (error) {
      await fail(row, error as Error)
    }
  }
  try {
    if (written.length > 0) await channels[name]!.flush()
    await deliveries.markDelivered(client, written.map((row) => row.id), null, written.map((row) => row.noticeId))
  } catch (error) {
    for (const row of written) await fail(row, error as Error)
  }
  await deliveries.settleNotices(client, failed)
  return 'moved'
}

function channelOf(channels: SendDeps['channels'], name: string): Channel {
  const channel = channels[name]
  if (!channel) throw new PipelineError('unknown_channel', `no channel named ${name}`, { channel: name })
  return channel
}

async function sendMessage(
  { config, log, messageChannels }: SendDeps, client: Queryable, subscription: Subscription, bundle: string, rows: readonly LockedDelivery[],
  contents: readonly DeliveryContent[], { retrySeconds }: SendOptions,
): Promise<'moved' | 'stop'> {
  const { id, channel } = subscription
  const ids = rows.map((row) => row.id)
  const attempts = Math.max(...rows.map((row) => row.attempts))
  const message = messageOf(subscription, bundle, contents, linkBase(config.delivery.publicUrl))
  const beyond = message.kind === 'digest' && message.night !== null ? await readBeyond(client, subscription, message.night) : []
  const outcome = await trySend(messageChannels, subscription, beyond.length > 0 ? { ...message, beyond } : message)
  if (outcome.kind === 'delivered') {
    await deliveries.markDelivered(client, ids, outcome.code, rows.map((row) => row.noticeId))
    if (subscription.failures > 0 || subscription.holdUntil !== null) await freeTarget(client, id)
    log.info('message_delivered', { message: bundle, subscription: id, channel, deliveries: ids.length, attempt: attempts + 1 })
  } else {
    const pause = outcome.kind === 'failed' ? pauseOf(bundle, Math.max(attempts, subscription.failures), outcome.retryAfterSeconds, retrySeconds) : null
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

/** One attempt; what stops it before it leaves is a failure like others. The error says nothing secret. */
export async function trySend(channels: MessageChannels, subscription: Subscription, message: Message): Promise<Outcome> {
  const secrets: string[] = []
  let outcome: Outcome
  try {
    const target = targetOf(subscription)
    secrets.push(...secretsOf(subscription, target))
    outcome = await channels[subscription.channel].send(message, target)
  } catch (error) {
    outcome = { kind: 'failed', error: (error as Error).message, code: null, scope: 'target' }
  }
  return outcome.kind === 'delivered' ? outcome : { ...outcome, error: secrets.reduce((text, secret) => text.replaceAll(secret, '***'), outcome.error) }
}

function targetOf({ id, target, secretRef, format, locale }: Subscription): Target {
  const address = /^(env|file):/.test(target) ? readSecret(target) : target
  return { subscription: id, address, secret: secretRef === null ? null : readSecret(secretRef), format, locale }
}

/** Longest first, so that no part of one is left. */
function secretsOf({ channel }: Subscription, { address, secret }: Target): string[] {
  const parts = channel === 'email' || !URL.canParse(address) ? [] : [address, ...new URL(address).searchParams.values(), ...new URL(address).pathname.split('/')]
  return [...parts, ...(secret === null ? [] : [secret, ...secret.split(/\s+/)])].filter((part) => part.length >= 8).sort((a, b) => b.length - a.length)
}

export function messageOf({ locale, timeZone }: Subscription, bundle: string, rows: readonly DeliveryContent[], publicUrl: string): Message {
  const first = rows[0]!
  const night = rows.map((row) => row.night).sort().at(-1)!
  const createdAt = new Date(Math.min(...rows.map((row) => row.createdAt.getTime())))
  return {
    id: bundle, kind: first.kind, createdAt, night, isFresh: parseDay(night) >= localDay(createdAt.getTime(), timeZone) - 1,
    items: newsOf(rows, locale, publicUrl),
  }
}

/** The schedule's pause, give or take a fifth, the same for the same attempt; what the receiver asks for if that is longer. */
export function pauseOf(bundle: string, attempt: number, retryAfterSeconds: number | undefined, retrySeconds: readonly number[]): number {
  const usual = retrySeconds[Math.min(attempt, retrySeconds.length - 1)] ?? 0
  const pause = usual * (0.8 + 0.4 * createRng(`${bundle} ${attempt}`).next())
  return Math.max(pause, Math.min(retryAfterSeconds ?? 0, LONGEST_RETRY_AFTER_SECONDS))
}

/** What a test message tells. */
export function testMessage({ locale, timeZone }: Subscription, id: string, now: number): Message {
  const night = formatDay(localDay(now, timeZone) - 1)
  return {
    id, kind: 'test', createdAt: new Date(now), night, isFresh: true,
    items: [{
      alert: 'test', event: '', night, level: 'blue', kind: 'emerging', place: [], topic: [], title: t(locale, 'delivery.test_title'), why: t(locale, 'delivery.test_note'), note: '', since: null,
      window_days: null, callers: null, callers_so_far: null, expected: null, lead_unit: null, territory_unit: null, co_units: [], due_on: null,
      due_certain: null, told: [], unreached: [], notices: [], url: null,
    }],
  }
}
