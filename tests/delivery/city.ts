/**
 * What the delivery tests need in the store: two units in a small city, alerts with a night, their notices, and subscriptions.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { loadConfig } from '../../core/config.ts'
import type { Config } from '../../core/config.ts'
import type { LogEvent } from './log.ts'
import { recordLog } from './log.ts'
import { closeWays, DELIVER_DEFAULTS, deliverNotices, openWays } from '../../jobs/deliver.ts'
import type { DeliverDeps, DeliverOptions, DeliverResult } from '../../jobs/deliver.ts'
import { createChannels } from '../../jobs/delivery/channels.ts'
import type { ChannelOptions } from '../../jobs/delivery/channels.ts'
import { routeNotices } from '../../jobs/delivery/route.ts'
import { sendTarget } from '../../jobs/delivery/send.ts'
import type { Db } from '../../sql/db.ts'
import { countWaiting, readDueTargets } from '../../sql/deliveries.ts'
import { countNotices } from '../../sql/notices.ts'
import { insertSubscription } from '../../sql/subscriptions.ts'
import type { NewSubscription } from '../../sql/subscriptions.ts'
import { addPlace, addTopic } from '../support/tickets.ts'

export const NIGHT = '2026-11-22'
export const WATER = 'Water Bureau'
export const STREET = 'Willow Street'
export const HOTLINE = 'Hotline'

/** Quick pauses, as many attempts as usual. */
export const QUICK: Partial<DeliverOptions> = { retrySeconds: [0.05, 0.05, 0.05, 0.05], timeoutMs: 20_000 }

export async function emptyStore(db: Db): Promise<void> {
  await db.query('truncate notices, alerts, deliveries, subscriptions, subscription_events cascade')
  for (const unit of [WATER, STREET, HOTLINE]) await db.query('insert into units (name) values ($1) on conflict do nothing', [unit])
}

export interface NoticeSpec {
  alert: string
  unit?: string | null
  level?: string
  kind?: string
  place?: string
  topic?: string
  reason?: string
  night?: string
  status?: string
  payload?: Record<string, unknown>
}

/** An alert with one night, and a notice of it; the same alert may be told of again. @returns the notice's id */
export async function addNotice(db: Db, spec: NoticeSpec): Promise<string> {
  const { alert, unit = WATER, level = 'yellow', kind = 'emerging', place = 'City›North›Willow', topic = 'Utilities›Water', reason = 'opened', night = NIGHT, status = 'pending', payload = {} } = spec
  const placeId = await addPlace(db, place)
  const topicId = await addTopic(db, topic)
  await db.query(
    `insert into alerts (id, kind, level, status, place_id, topic_id, family_id, first_night, last_night, lead_unit_id, due_on, due_certain)
     values ($1, $2, $3, 'open', $4, $5, $5, $6, $6, (select id from units where name = $7), '2026-11-25', true) on conflict do nothing`,
    [alert, kind, level, placeId, topicId, night, WATER])
  await db.query(
    `insert into alert_nights (alert_id, night, level, place_id, topic_id, tickets, callers, observed, expected, upper, window_days, log10_p, recurrence_days, rank)
     values ($1, $2, $3, $4, $5, 9, 8, 7, 0.4, 3, 3, -9, 5000, 1) on conflict do nothing`, [alert, night, level, placeId, topicId])
  const id = `${alert}-${reason}-${unit ?? 'all'}-${Object.keys(payload).length}`
  await db.query(
    `insert into notices (id, alert_id, night, reason, unit_id, payload, status)
     values ($1, $2, $3, $4, (select id from units where name = $5), $6, $7)`, [id, alert, night, reason, unit, JSON.stringify({ level, ...payload }), status])
  return id
}

export async function subscribe(db: Db, given: Partial<NewSubscription> & Pick<NewSubscription, 'id' | 'channel' | 'target'>): Promise<string> {
  await db.transaction((client) => insertSubscription(client, {
    secretRef: null, format: 'standard', units: [], places: [], topics: [], kinds: [], minLevel: 'blue', slots: [], emptyDigest: true,
    quietFrom: null, quietUntil: null, urgentLevel: 'red', timeZone: 'UTC', locale: 'en', ...given,
  }, 'test', ''))
  return given.id
}

export interface DeliverySetup {
  config?: Partial<Config>
  channel?: ChannelOptions
  options?: Partial<DeliverOptions>
  night?: string
  /** Through queue and workers; else straight from the tables, which costs a test half a second less. */
  queue?: boolean
}

/** Delivers what is due through real channels, by quick retries. Receivers on this machine may be reached. */
export async function deliver(db: Db, dataDir: string, { config = {}, channel = {}, options = {}, night, queue = false }: DeliverySetup = {}): Promise<{ result: DeliverResult, log: readonly LogEvent[] }> {
  const { log, events } = recordLog()
  const base = loadConfig({ dataDir }, {})
  const whole: Config = {
    ...base, settings: { ...base.settings, hotlineUnit: HOTLINE }, ...config,
    delivery: { publicUrl: 'https://weisu.city.example', mailFrom: 'Alerts <alerts@city.example>', allowPrivateTargets: ['127.0.0.1'], ...config.delivery },
  }
  const deps = { db, config: whole, log, messageChannels: createChannels(whole, channel) }
  const rules = { ...DELIVER_DEFAULTS, ...QUICK, ...options }
  return { result: await (queue ? deliverNotices(deps, { night }, rules) : deliverStraight(deps, night ?? null, rules)), log: events }
}

/** What queue and workers bring about, without them. */
async function deliverStraight(deps: DeliverDeps, night: string | null, rules: DeliverOptions): Promise<DeliverResult> {
  const { db, config } = deps
  const before = await countNotices(db, night)
  const ways = openWays(deps)
  const deadline = performance.now() + rules.timeoutMs
  for (;;) {
    await routeNotices(db, { night, hotlineUnit: config.settings.hotlineUnit })
    await Promise.all((await readDueTargets(db, night)).map((target) => sendTarget({ ...deps, ...ways }, target, night, rules)))
    const { due, nextSeconds } = await countWaiting(db, night)
    if (performance.now() > deadline || (due === 0 && (nextSeconds === null || performance.now() + nextSeconds * 1000 > deadline))) break
    await delay(due > 0 ? 0 : nextSeconds! * 1000)
  }
  await closeWays(ways)
  const { pending, scheduled, delivered, failed } = await countNotices(db, night)
  return { delivered: Math.max(0, delivered - before.delivered), failed: Math.max(0, failed - before.failed), pending, ...(scheduled > 0 ? { scheduled } : {}) }
}

export interface DeliveryState { subscription: string | null, status: string, attempts: number, code: number | null, error: string | null }

/** Of all deliveries, by subscription and notice. */
export async function deliveryStates(db: Db): Promise<DeliveryState[]> {
  return (await db.query<DeliveryState & Record<string, unknown>>(
    `select subscription_id as subscription, status, attempts, response_code as code, error from deliveries order by subscription_id, notice_id`)).rows
}
