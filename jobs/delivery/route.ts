/**
 * Turns pending notices into deliveries, and the slots that have come into digests. Done in one transaction by one process at a time;
 * doing it again changes nothing.
 */
import { formatDay, localDay } from '../../core/days.ts'
import type { Db, Queryable } from '../../sql/db.ts'
import { hasBundle, hasRecent, insertDeliveries, lockRouting, readSettled, readStuck, readUnrouted, settleNotices } from '../../sql/deliveries.ts'
import { readClock, readLastSucceeded } from '../../sql/schedule.ts'
import { readSubscriptions } from '../../sql/subscriptions.ts'
import type { Subscription } from '../../sql/subscriptions.ts'
import { digestBundle, emptyDigest, planDeliveries } from './plan.ts'
import { lastSlot } from './slots.ts'

export interface RouteRequest {
  /** Only notices of this night; null for every night. */
  night: string | null
  hotlineUnit: string
  /** Milliseconds since the epoch; the server's clock unless given. */
  now?: number
}

/** Notices chosen for at once: a summary counts those of one round. */
const ROUND = 20_000
/** Failures in a row after which somebody else is told, about half an hour by the usual pauses. */
const STUCK_ATTEMPTS = 3
/** A digest without news that is later than so much is left out. */
const LATEST_DIGEST_MS = 6 * 3_600_000

/** @returns deliveries that are new */
export async function routeNotices(db: Db, { night, hotlineUnit, now }: RouteRequest): Promise<number> {
  return await db.transaction(async (client) => {
    await lockRouting(client)
    const clock = Math.floor(now ?? await readClock(client))
    const subscriptions = (await readSubscriptions(client)).filter(({ status }) => status === 'active')
    let written = 0
    await settleNotices(client, await readSettled(client, night))
    for (;;) {
      const notices = await readUnrouted(client, night, ROUND)
      if (notices.length > 0) written += await insertDeliveries(client, planDeliveries(notices, subscriptions, { now: clock, hotlineUnit }))
      if (notices.length < ROUND) break
    }
    const stuck = await readStuck(client, night, STUCK_ATTEMPTS)
    if (stuck.length > 0) written += await insertDeliveries(client, planDeliveries(stuck, subscriptions, { now: clock, hotlineUnit }))
    if (night === null) written += await insertDeliveries(client, await emptyDigests(client, subscriptions, clock))
    return written
  })
}

/** "No news" at the first slot of a day, where nothing was told since the day before and some night has run. */
async function emptyDigests(client: Queryable, subscriptions: readonly Subscription[], now: number): Promise<ReturnType<typeof emptyDigest>[]> {
  const rows: ReturnType<typeof emptyDigest>[] = []
  const due = subscriptions.filter((it) => it.emptyDigest && it.slots.length > 0).map((it) => ({ it, slot: lastSlot(it.slots, it.timeZone, now) }))
    .filter(({ it, slot }) => slot.isFirst && slot.at > it.createdAt.getTime() && now - slot.at < LATEST_DIGEST_MS)
  if (due.length === 0) return rows
  const succeeded = await readLastSucceeded(client, formatDay(localDay(now, 'UTC') + 1))
  if (succeeded === null) return rows
  for (const { it, slot } of due) {
    if (!(await hasBundle(client, digestBundle(it.id, slot.at))) && !(await hasRecent(client, it.id, slot.at - 86_400_000))) rows.push(emptyDigest(it, slot.at, succeeded))
  }
  return rows
}
