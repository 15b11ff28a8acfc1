/**
 * Deliveries: what of a notice goes to whom, when, and what became of it. The rows decide what is sent; the queue only wakes workers.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'
import { LOCKS } from './lock-keys.ts'

/** A pending notice that nobody has been chosen for. */
export interface UnroutedNotice {
  id: string
  alertId: string
  night: string
  reason: string
  unit: string | null
  /** Where it goes when nobody asked for it. */
  channel: string
  level: string
  kind: string
  /** Paths, names joined by '›'. */
  place: string
  topic: string
  /** Targets that have a delivery of it. */
  tried: readonly string[]
}

export const DELIVERY_STATES = ['pending', 'failed', 'delivered', 'dead', 'withheld'] as const
export type BundleKind = 'alert' | 'summary' | 'digest'

export interface NewDelivery {
  id: string
  notice_id: string | null
  night: string
  subscription_id: string | null
  channel: string
  bundle: string
  bundle_kind: BundleKind
  /** Milliseconds since the epoch. */
  slot_at: number | null
  unreached_unit: string | null
  next_at: number | null
}

/** A delivery in the hands of the transaction that is about to send it. */
export interface LockedDelivery {
  id: string
  noticeId: string | null
  attempts: number
  /** Older than retries go on. */
  isOld: boolean
  noticeStatus: string | null
}

/** What a delivery says: what is known of its alert as of the notice's night. */
export interface DeliveryContent {
  bundle: string
  id: string
  noticeId: string | null
  night: string
  kind: BundleKind
  createdAt: Date
  unreachedUnit: string | null
  alertId: string | null
  reason: string | null
  payload: Record<string, unknown> | null
  unit: string | null
  channel: string | null
  level: string | null
  alertKind: string | null
  place: string
  topic: string
  firstNight: string | null
  windowDays: number | null
  observed: number | null
  expected: number | null
  callers: number | null
  recurrenceDays: number | null
  why: Record<string, unknown> | null
  lead: string | null
  territory: string | null
  dueOn: string | null
  dueCertain: boolean | null
  coUnits: string[]
}

export interface WaitingDeliveries {
  open: number
  /** Those that may be tried now. */
  due: number
  /** Attempts at these so far. */
  attempts: number
  /** Seconds until the earliest that waits for its hour, null where none does. */
  nextSeconds: number | null
}

/** A line of the delivery log; the keys are promised in docs/cli.md. */
export interface DeliveryRow {
  id: string
  night: string
  notice_id: string | null
  alert_id: string | null
  unit: string | null
  subscription: string | null
  channel: string
  message: string
  kind: BundleKind
  status: string
  attempts: number
  created_at: Date
  next_at: Date | null
  delivered_at: Date | null
  error: string | null
  response_code: number | null
  unreached_unit: string | null
}

/** One process at a time chooses who gets what, until its transaction ends. */
export async function lockRouting(client: Queryable): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1, 0)', [LOCKS.routeNotices])
}

/** @param night null for every night */
export async function readUnrouted(client: Queryable, night: string | null, limit: number): Promise<UnroutedNotice[]> {
  return (await client.query<UnroutedNotice & Record<string, unknown>>(statement('deliveries-unrouted'), [night, limit, null])).rows
}

/** Notices that were sent and reached nobody. @param attempts  failures after which a target counts as out of reach */
export async function readStuck(client: Queryable, night: string | null, attempts: number): Promise<UnroutedNotice[]> {
  const ids = (await client.query<{ id: string }>(statement('deliveries-stuck'), [night, attempts])).rows.map((row) => row.id)
  return (await client.query<UnroutedNotice & Record<string, unknown>>(statement('deliveries-unrouted'), [night, null, ids])).rows
}

export async function insertDeliveries(client: Queryable, rows: readonly NewDelivery[]): Promise<number> {
  return (await client.query(statement('deliveries-insert'), [JSON.stringify(rows)])).rowCount ?? 0
}

/** @param night null for every night */
export async function readDueTargets(db: Queryable, night: string | null): Promise<string[]> {
  return (await db.query<{ target: string }>(statement('deliveries-targets'), [night])).rows.map((row) => row.target)
}

/** Distinct, in order. */
export async function readDueBundles(db: Queryable, target: string, night: string | null, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ bundle: string }>(statement('deliveries-bundles'), [target, night, limit])
  return [...new Set(rows.map((row) => row.bundle))]
}

/** In the order in which they are to leave. */
export async function readContents(db: Queryable, target: string, bundles: readonly string[]): Promise<DeliveryContent[]> {
  return (await db.query<DeliveryContent & Record<string, unknown>>(statement('deliveries-contents'), [target, bundles])).rows
}

/**
 * Takes the target, and of the messages those that still need sending, until the transaction ends. Undefined where another process
 * is sending there.
 */
export async function takeBundles(client: Queryable, bundles: readonly string[], target: string): Promise<LockedDelivery[] | undefined> {
  const { rows } = await client.query<{ got: boolean, rows: LockedDelivery[] }>(statement('deliveries-take'), [LOCKS.target, target, bundles])
  return rows[0]!.got ? rows[0]!.rows : undefined
}

export async function hasBundle(db: Queryable, bundle: string): Promise<boolean> {
  return Boolean((await db.query('select 1 from deliveries where bundle = $1 limit 1', [bundle])).rowCount)
}

/** @param noticeIds  of these deliveries; settled with them */
export async function markDelivered(client: Queryable, ids: readonly string[], code: number | null, noticeIds: readonly (string | null)[]): Promise<void> {
  await client.query(statement('deliveries-delivered'), [ids, code])
  await client.query(statement('deliveries-settle'), [noticeIds])
}

/** @param retrySeconds pause before the next attempt; null gives up */
export async function markAttempted(client: Queryable, ids: readonly string[], error: string, code: number | null, retrySeconds: number | null): Promise<void> {
  await client.query(
    `update deliveries set status = case when $4::float8 is null then 'dead' else 'failed' end, attempts = attempts + 1, tried_at = clock_timestamp(),
            error = $2, response_code = $3, next_at = clock_timestamp() + make_interval(secs => $4::float8) where id = any ($1)`,
    [ids, error.slice(0, 500), code, retrySeconds])
}

/** Ends deliveries without an attempt. */
export async function closeDeliveries(client: Queryable, ids: readonly string[], status: 'dead' | 'withheld', error: string): Promise<void> {
  await client.query('update deliveries set status = $2, error = $3, next_at = null where id = any ($1)', [ids, status, error])
}

/** Gives up what waits for a subscription that is no longer active. @returns the notices concerned */
export async function closeSubscription(client: Queryable, subscription: string, error: string): Promise<string[]> {
  const { rows } = await client.query<{ notice_id: string | null }>(
    `update deliveries set status = 'dead', error = $2, next_at = null where target = $1 and status in ('pending', 'failed') returning notice_id`, [subscription, error])
  return rows.flatMap((row) => row.notice_id ?? [])
}

/**
 * To be called after each change of deliveries' states, in its transaction. The rows are locked first, in a statement of their own: of two
 * transactions that end a notice's last two deliveries at once the second must see the first, or neither would settle it.
 */
export async function settleNotices(client: Queryable, noticeIds: readonly (string | null)[]): Promise<void> {
  const ids = noticeIds.filter((id) => id !== null)
  if (ids.length === 0) return
  await client.query(`select from notices where id = any ($1) and status = 'pending' order by id for update`, [ids])
  await client.query(statement('deliveries-settle'), [ids])
}

/** Notices that wait although all that was to be sent of them has ended: written again, or restored. @param night null for every night */
export async function readSettled(client: Queryable, night: string | null): Promise<string[]> {
  return (await client.query<{ id: string }>(
    `select n.id from notices n
     where n.status = 'pending' and ($1::date is null or n.night = $1::date) and exists (select from deliveries d where d.notice_id = n.id)
       and not exists (select from deliveries d where d.notice_id = n.id and d.status in ('pending', 'failed'))`, [night])).rows.map((row) => row.id)
}

/** @param night null for every night */
export async function countWaiting(db: Queryable, night: string | null): Promise<WaitingDeliveries> {
  const { rows } = await db.query<{ open: number, due: number, attempts: number, next_seconds: number | null }>(statement('deliveries-waiting'), [night])
  const { open, due, attempts, next_seconds: nextSeconds } = rows[0]!
  return { open, due, attempts, nextSeconds }
}

export interface LogFilter { night?: string | undefined, status?: string | undefined, subscription?: string | undefined, limit: number }

/** Newest first. */
export async function listDeliveries(db: Queryable, { night, status, subscription, limit }: LogFilter): Promise<DeliveryRow[]> {
  return (await db.query<DeliveryRow & Record<string, unknown>>(statement('deliveries-list'), [night ?? null, status ?? null, subscription ?? null, limit])).rows
}

/** @param id null for all dead ones, of a night or of all nights @returns ids of those that will be sent again */
export async function resendDeliveries(db: Queryable, id: string | null, night: string | null): Promise<string[]> {
  return (await db.query<{ id: string }>(statement('deliveries-resend'), [id, night])).rows.map((row) => row.id)
}

/** Messages to the subscription's target within the last minute, and seconds until the oldest of them is a minute old. */
export async function readRate(client: Queryable, subscription: string): Promise<{ sent: number, seconds: number }> {
  const { sent, seconds } = (await client.query<{ sent: number, seconds: number | null }>(statement('deliveries-rate'), [subscription])).rows[0]!
  return { sent, seconds: Math.max(0.1, seconds ?? 0) }
}

export interface DeliveryHealth { dead: number, waiting: number, unreached: { unit: string, notices: number }[] }

/** Of the last 30 days: what could not be delivered, and units without a subscription of their own for what they were to be told. */
export async function readDeliveryHealth(db: Queryable): Promise<DeliveryHealth> {
  const { rows } = await db.query<{ dead: number, waiting: number, unreached: DeliveryHealth['unreached'] }>(
    `select count(*) filter (where status = 'dead')::int as dead, count(*) filter (where status = 'failed')::int as waiting,
            coalesce((select jsonb_agg(jsonb_build_object('unit', unit, 'notices', notices) order by notices desc, unit)
              from (select unreached_unit as unit, count(distinct notice_id)::int as notices from deliveries
                    where unreached_unit is not null and created_at > now() - interval '30 days' group by 1) as u), '[]') as unreached
     from deliveries where created_at > now() - interval '30 days'`)
  return rows[0]!
}

/** Whether the subscription was told anything at or after the instant, in milliseconds since the epoch. */
export async function hasRecent(db: Queryable, subscription: string, since: number): Promise<boolean> {
  return Boolean((await db.query(
    'select 1 from deliveries where target = $1 and notice_id is not null and created_at >= to_timestamp($2::float8 / 1000) limit 1', [subscription, since])).rowCount)
}
