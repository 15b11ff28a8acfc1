/**
 * Row functions of subscriptions: who is told what where. Secrets are references here, never themselves.
 */
import type { Queryable } from './db.ts'

export const CHANNELS = ['email', 'webhook', 'wecom', 'dingtalk', 'feishu'] as const
export type ChannelName = (typeof CHANNELS)[number]
export const FORMATS = ['standard', 'alertmanager', 'cloudevents'] as const
export type Format = (typeof FORMATS)[number]

export const SUBSCRIPTION_STATES = ['active', 'disabled', 'removed'] as const

export interface NewSubscription {
  id: string
  channel: ChannelName
  target: string
  secretRef: string | null
  format: Format
  units: readonly string[]
  places: readonly string[]
  topics: readonly string[]
  kinds: readonly string[]
  minLevel: string
  slots: readonly string[]
  emptyDigest: boolean
  quietFrom: string | null
  quietUntil: string | null
  urgentLevel: string
  timeZone: string
  locale: 'zh' | 'en'
}

export interface Subscription extends NewSubscription {
  status: (typeof SUBSCRIPTION_STATES)[number]
  statusReason: string
  createdAt: Date
  /** Failures in a row. */
  failures: number
  holdUntil: Date | null
  /** By the server's clock. */
  isHeld: boolean
}

const COLUMNS = `id, channel, target, secret_ref as "secretRef", format, units, places, topics, kinds, min_level as "minLevel", slots,
  empty_digest as "emptyDigest", quiet_from as "quietFrom", quiet_until as "quietUntil", urgent_level as "urgentLevel", time_zone as "timeZone", locale,
  status, status_reason as "statusReason", created_at as "createdAt", failures, hold_until as "holdUntil",
  coalesce(hold_until > clock_timestamp(), false) as "isHeld"`

/** Oldest first; the removed ones are not among them. */
export async function readSubscriptions(db: Queryable): Promise<Subscription[]> {
  return (await db.query<Subscription & Record<string, unknown>>(`select ${COLUMNS} from subscriptions where status <> 'removed' order by created_at, id`)).rows
}

export async function readSubscription(db: Queryable, id: string): Promise<Subscription | undefined> {
  return (await db.query<Subscription & Record<string, unknown>>(`select ${COLUMNS} from subscriptions where id = $1`, [id])).rows[0]
}

/** Others who want to change it wait until the transaction is over. */
export async function lockSubscription(client: Queryable, id: string): Promise<void> {
  await client.query('select from subscriptions where id = $1 for update', [id])
}

/** To be called in a transaction. */
export async function insertSubscription(client: Queryable, row: NewSubscription, by: string, reason: string): Promise<void> {
  await client.query(
    `insert into subscriptions (id, channel, target, secret_ref, format, units, places, topics, kinds, min_level, slots, empty_digest, quiet_from, quiet_until,
                                urgent_level, time_zone, locale)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
    [row.id, row.channel, row.target, row.secretRef, row.format, row.units, row.places, row.topics, row.kinds, row.minLevel, row.slots, row.emptyDigest,
      row.quietFrom, row.quietUntil, row.urgentLevel, row.timeZone, row.locale])
  await noteAct(client, row.id, 'added', by, reason)
}

/** To be called in a transaction. @returns false where it was so already */
export async function setStatus(client: Queryable, id: string, status: Subscription['status'], by: string, reason: string): Promise<boolean> {
  const { rowCount } = await client.query(
    'update subscriptions set status = $2, status_reason = $3, hold_until = null, failures = 0 where id = $1 and status <> $2', [id, status, reason])
  if (!rowCount) return false
  await noteAct(client, id, status === 'active' ? 'enabled' : status, by, reason)
  return true
}

/** After a failure of the target itself: nothing is tried there for a while. */
export async function holdTarget(client: Queryable, id: string, seconds: number): Promise<void> {
  await client.query('update subscriptions set failures = failures + 1, hold_until = clock_timestamp() + make_interval(secs => $2) where id = $1', [id, seconds])
}

/** The target's budget is used up for so long; no failure. */
export async function pauseTarget(client: Queryable, id: string, seconds: number): Promise<void> {
  await client.query('update subscriptions set hold_until = clock_timestamp() + make_interval(secs => $2) where id = $1', [id, seconds])
}

export async function freeTarget(client: Queryable, id: string): Promise<void> {
  await client.query('update subscriptions set failures = 0, hold_until = null where id = $1 and (failures > 0 or hold_until is not null)', [id])
}

async function noteAct(client: Queryable, id: string, act: string, by: string, reason: string): Promise<void> {
  await client.query('insert into subscription_events (subscription_id, act, by, reason) values ($1, $2, $3, $4)', [id, act, by, reason.slice(0, 500)])
}

export interface SubscriptionEvent { act: string, by: string, reason: string, at: Date }

/** Newest first. */
export async function readSubscriptionEvents(db: Queryable, id: string): Promise<SubscriptionEvent[]> {
  return (await db.query<SubscriptionEvent & Record<string, unknown>>('select act, by, reason, at from subscription_events where subscription_id = $1 order by at desc limit 50', [id])).rows
}
