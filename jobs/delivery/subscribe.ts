/**
 * What people do to subscriptions: add, end, take up again, try. A request is checked whole before anything is written; secrets
 * are read to see whether they are there and fit, and only where they are found is kept.
 */
import { randomBytes } from 'node:crypto'
import { readSecret } from '../../core/config.ts'
import type { Config, Locale } from '../../core/config.ts'
import { checkTimeZone } from '../../core/days.ts'
import { BadInputError, InvalidOptionError, UnavailableError } from '../../core/errors.ts'
import { LEVELS } from '../../pipelines/levels.ts'
import { KINDS } from '../../pipelines/rules.ts'
import { findByPath } from '../../pipelines/typed-path.ts'
import type { Db, Queryable } from '../../sql/db.ts'
import { closeSubscription, settleNotices } from '../../sql/deliveries.ts'
import { readClock } from '../../sql/schedule.ts'
import * as subscriptions from '../../sql/subscriptions.ts'
import type { ChannelName, Format, NewSubscription, Subscription } from '../../sql/subscriptions.ts'
import { readPlaces, readTopics } from '../../sql/trees.ts'
import { readUnitNames } from '../../sql/units.ts'
import { createAddressGuard, RefusedTarget } from '../../core/address-guard.ts'
import type { Outcome } from '../channels/message.ts'
import { signWebhook } from '../channels/signatures.ts'
import { testMessage, trySend } from './attempt.ts'
import { closeChannels, createChannels } from './channels.ts'
import type { MessageChannels } from './channels.ts'
import { hashOf } from './plan.ts'
import { minutesOf } from './slots.ts'

/** As a person asks for it. Paths as people type them; empty lists ask for everything. */
export interface SubscriptionRequest {
  channel: ChannelName
  /** An e-mail address, a URL, or where it is found: 'env:NAME', 'file:/path'. */
  to: string
  secret?: string | undefined
  format?: Format | undefined
  units?: readonly string[] | undefined
  places?: readonly string[] | undefined
  topics?: readonly string[] | undefined
  kinds?: readonly string[] | undefined
  level?: string | undefined
  /** Slots 'HH:MM'. */
  at?: readonly string[] | undefined
  emptyDigest?: boolean | undefined
  /** 'HH:MM-HH:MM'. */
  quietHours?: string | undefined
  urgent?: string | undefined
  timeZone: string
  language: Locale
  by: string
  reason?: string | undefined
}

const MAIL = /^[^\s@<>(),;:"\\[\]\u0000-\u001f]{1,64}@[^\s@<>(),;:"\\\u0000-\u001f]{1,255}$/
const REFERENCE = /^(env:[A-Za-z_]\w*|file:\/.+)$/

/**
 * @returns the new subscription, and what could not be read from here: a variable that only the service has is no error
 * @throws {InvalidOptionError | BadInputError} what does not fit; nothing is written
 */
export async function addSubscription(db: Db, config: Pick<Config, 'delivery'>, request: SubscriptionRequest): Promise<{ subscription: Subscription, unread: string[] }> {
  return db.transaction((client) => addSubscriptionIn(client, config, request))
}

/** The same within a transaction. */
export async function addSubscriptionIn(client: Queryable, config: Pick<Config, 'delivery'>, request: SubscriptionRequest): Promise<{ subscription: Subscription, unread: string[] }> {
  const unread: string[] = []
  const row: NewSubscription = {
    id: `${request.channel}-${randomBytes(4).toString('hex')}`, channel: request.channel, ...checkTarget(request, config, unread),
    format: request.format ?? 'standard', ...await checkFilters(client, request), ...checkTimes(request), locale: request.language,
  }
  const same = (await subscriptions.readSubscriptions(client)).find((it) => sameKey(it) === sameKey(row))
  if (same) throw new BadInputError('subscription_exists', `subscription ${same.id} asks for just this`, { id: same.id })
  await subscriptions.insertSubscription(client, row, request.by, request.reason ?? '')
  return { subscription: (await subscriptions.readSubscription(client, row.id))!, unread }
}

/** Everything but id, state and time. */
function sameKey({ channel, target, secretRef, format, units, places, topics, kinds, minLevel, slots, quietFrom, quietUntil, locale }: NewSubscription): string {
  return JSON.stringify([channel, target, secretRef, format, units, places, topics, kinds, minLevel, slots, quietFrom, quietUntil, locale])
}

function checkTarget({ channel, to, secret, format }: SubscriptionRequest, { delivery }: Pick<Config, 'delivery'>, unread: string[]): Pick<NewSubscription, 'target' | 'secretRef'> {
  const isReference = REFERENCE.test(to)
  if (format !== undefined && channel !== 'webhook') throw new InvalidOptionError('--format', format, 'none but of a webhook')
  if (channel === 'email') {
    if (secret !== undefined) throw new InvalidOptionError('--secret', secret, 'no secret')
    if (!isReference && !MAIL.test(to)) throw new InvalidOptionError('--to', to, 'an e-mail address')
    return { target: to, secretRef: null }
  }
  // The URL of a robot is its password.
  if (channel !== 'webhook' && !isReference) throw new InvalidOptionError('--to', `${to.slice(0, 12)}…`, 'where it is found: env:NAME or file:/path')
  if (channel === 'wecom' && secret !== undefined) throw new InvalidOptionError('--secret', secret, 'no secret')
  if (channel === 'webhook' && secret === undefined) throw new InvalidOptionError('--secret', '', 'where it is found: env:NAME or file:/path')
  if (secret !== undefined && !REFERENCE.test(secret)) throw new InvalidOptionError('--secret', '***', 'where it is found: env:NAME or file:/path')
  const address = isReference ? tryRead(to, unread) : to
  if (address !== undefined) checkUrl(address, delivery.allowPrivateTargets)
  const key = secret === undefined ? undefined : tryRead(secret, unread)
  if (key !== undefined && channel === 'webhook') signWebhook(key, 'test', 0, '')
  return { target: to, secretRef: secret ?? null }
}

function tryRead(reference: string, unread: string[]): string | undefined {
  try {
    return readSecret(reference)
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error
    unread.push(reference)
    return undefined
  }
}

/** What names lead to is judged when messages leave. */
function checkUrl(address: string, allowed: readonly string[]): void {
  if (!URL.canParse(address)) throw new BadInputError('target_no_url', 'the address of the webhook is no URL')
  try {
    createAddressGuard(allowed).lookupFor(new URL(address))
  } catch (cause) {
    if (!(cause instanceof RefusedTarget)) throw cause
    throw refused(cause)
  }
}

function refused({ refusal, message }: RefusedTarget): BadInputError {
  switch (refusal) {
    case 'scheme': return new BadInputError('target_scheme', message)
    case 'password': return new BadInputError('target_password', message)
    case 'private': return new BadInputError('target_private', message)
    case 'plain': return new BadInputError('target_plain', message)
  }
}

type Filters = Pick<NewSubscription, 'units' | 'places' | 'topics' | 'kinds' | 'minLevel'>

async function checkFilters(db: Queryable, { units = [], places = [], topics = [], kinds = [], level = 'blue' }: SubscriptionRequest): Promise<Filters> {
  const names = new Set((await readUnitNames(db)).values())
  for (const unit of units) if (!names.has(unit)) throw new BadInputError('no_such_unit', `no such unit: ${unit}`, { unit })
  for (const kind of kinds) checkWord('--kind', kind, KINDS)
  checkWord('--level', level, LEVELS)
  const placeNodes = places.length > 0 ? [...(await readPlaces(db)).values()] : []
  const topicNodes = topics.length > 0 ? [...(await readTopics(db)).values()] : []
  return {
    units: sorted(units), kinds: sorted(kinds), minLevel: level,
    places: sorted(places.map((path) => findByPath(placeNodes, path, 'no_such_place').path)),
    topics: sorted(topics.map((path) => findByPath(topicNodes, path, 'no_such_topic').path)),
  }
}

type Times = Pick<NewSubscription, 'slots' | 'emptyDigest' | 'quietFrom' | 'quietUntil' | 'urgentLevel' | 'timeZone'>

function checkTimes({ at = [], quietHours, urgent = 'red', timeZone, emptyDigest = true }: SubscriptionRequest): Times {
  for (const time of at) if (Number.isNaN(minutesOf(time))) throw new InvalidOptionError('--at', time, 'a time of day as HH:MM')
  const [quietFrom = null, quietUntil = null] = quietHours?.split('-') ?? []
  if (quietHours !== undefined && (quietHours.split('-').length !== 2 || [quietFrom, quietUntil].some((time) => Number.isNaN(minutesOf(time!))) || quietFrom === quietUntil)) {
    throw new InvalidOptionError('--quiet-hours', quietHours, 'times of day as HH:MM-HH:MM')
  }
  checkWord('--urgent', urgent, LEVELS)
  checkTimeZone('--time-zone', timeZone)
  return { slots: sorted(at), emptyDigest, quietFrom, quietUntil, urgentLevel: urgent, timeZone }
}

function checkWord(option: string, word: string, words: readonly string[]): void {
  if (!words.includes(word)) throw new InvalidOptionError(option, word, `one of ${words.join(', ')}`)
}

function sorted(words: readonly string[]): string[] {
  return [...new Set(words)].sort()
}

/**
 * Ends a subscription, stops it for a while, or takes it up again. What waits for one that stops is given up, and can be sent again.
 *
 * @throws {BadInputError} there is no such subscription
 */
export async function changeSubscription(db: Db, id: string, status: Subscription['status'], by: string, reason: string): Promise<Subscription> {
  return await db.transaction(async (client) => {
    await settleNotices(client, await changeSubscriptionIn(client, id, status, by, reason))
    return (await subscriptions.readSubscription(client, id))!
  })
}

/** The same within a transaction. @returns notices whose deliveries it ended: to be settled here, or by the next sweep of the outbox */
export async function changeSubscriptionIn(client: Queryable, id: string, status: Subscription['status'], by: string, reason: string): Promise<string[]> {
  const before = await findSubscription(client, id)
  if (before.status === status) return []
  await subscriptions.setStatus(client, id, status, by, reason)
  return status === 'active' ? [] : closeSubscription(client, id, `subscription ${status}`)
}

/**
 * Sends one message, marked as a test, now: no retries, no quiet hours, and no trace in the log of deliveries.
 *
 * @throws {BadInputError} there is no such subscription
 */
export async function testSubscription(db: Db, config: Pick<Config, 'delivery' | 'smtpRef'>, id: string, given?: MessageChannels): Promise<Outcome> {
  const subscription = await findSubscription(db, id)
  const channels = given ?? createChannels(config)
  const now = Math.floor(await readClock(db))
  try {
    return await trySend(channels, subscription, testMessage(subscription, hashOf(id, 'test', String(now)), now))
  } finally {
    await closeChannels(channels)
  }
}

/** Of what is not removed. @throws {BadInputError} */
export async function findSubscription(db: Queryable, id: string): Promise<Subscription> {
  const found = await subscriptions.readSubscription(db, id)
  if (!found || found.status === 'removed') throw new BadInputError('no_such_subscription', `no subscription has the id ${id}`, { id })
  return found
}

/** A subscription as scripts read it; the keys are promised in docs/cli.md. Of a URL, which may be a password, the host alone is told. */
export function subscriptionJson(it: Subscription): object {
  return {
    id: it.id, channel: it.channel, target: shownTarget(it), secret: it.secretRef, format: it.channel === 'webhook' ? it.format : null,
    units: it.units, places: it.places, topics: it.topics, kinds: it.kinds, min_level: it.minLevel, at: it.slots, empty_digest: it.emptyDigest,
    quiet_hours: it.quietFrom === null ? null : `${it.quietFrom}-${it.quietUntil}`, urgent_level: it.urgentLevel, time_zone: it.timeZone, language: it.locale,
    status: it.status, status_reason: it.statusReason, created_at: it.createdAt, failures: it.failures, hold_until: it.holdUntil,
  }
}

export function shownTarget({ channel, target }: Pick<Subscription, 'channel' | 'target'>): string {
  if (channel === 'email' || REFERENCE.test(target) || !URL.canParse(target)) return target
  const { origin, pathname, search } = new URL(target)
  return pathname === '/' && search === '' ? origin : `${origin}/…`
}
