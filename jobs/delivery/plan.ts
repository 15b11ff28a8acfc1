/**
 * Who gets what, in which message, and when: the rules of subscriptions, without a database.
 *
 * A notice goes to each active subscription that asks for it. One that nobody asks for, or that could not be delivered to any
 * that did, goes to those of the hotline's unit instead and is marked as not having reached its own; where there is none of these
 * either, to its own channel, the files.
 */
import { createHash } from 'node:crypto'
import { createRng } from '../../core/rng.ts'
import { LEVELS } from '../../pipelines/levels.ts'
import type { NewDelivery, UnroutedNotice } from '../../sql/deliveries.ts'
import type { ChannelName, Subscription } from '../../sql/subscriptions.ts'
import { nextSlot, quietEnd } from './slots.ts'

/** More alerts at once than these make one summary. Group robots get one message anyway. */
const HANDFUL: Readonly<Record<ChannelName, number>> = { email: 5, webhook: Infinity, wecom: 0, dingtalk: 0, feishu: 0 }

/** Makers of robots ask not to be called on the full hour, when everybody calls. */
const ROBOT_SPREAD_SECONDS = [5, 95] as const

export interface PlanContext {
  /** Milliseconds since the epoch. */
  now: number
  /** The unit that answers for what reaches nobody else. */
  hotlineUnit: string
}

/** @param notices one row each, in the order in which they are to leave; those that were tried before go to others @param subscriptions the active ones */
export function planDeliveries(notices: readonly UnroutedNotice[], subscriptions: readonly Subscription[], context: PlanContext): NewDelivery[] {
  const chosen: Choice[] = []
  const left: NewDelivery[] = []
  for (const notice of notices) {
    const askers = notice.tried.length > 0 ? [] : subscriptions.filter((it) => asksFor(it, notice))
    const reached = askers.length > 0
    const everybody = reached ? askers : subscriptions.filter((it) => standsIn(it, notice, context.hotlineUnit))
    const unreached = reached ? null : notice.unit
    for (const subscription of everybody) chosen.push({ notice, subscription, unreached, ...whenOf(subscription, notice, context.now) })
    if (everybody.length === 0) {
      const id = hashOf(notice.id, `channel:${notice.channel}`)
      left.push({
        id, notice_id: notice.id, night: notice.night, subscription_id: null, channel: notice.channel, bundle: id, bundle_kind: 'alert',
        slot_at: null, next_at: null, unreached_unit: notice.unit,
      })
    }
  }
  return [...left, ...[...Map.groupBy(chosen, (it) => `${it.subscription.id}\n${it.slotAt ?? ''}\n${it.nextAt ?? ''}\n${it.slotAt === null ? it.notice.night : ''}`).values()].flatMap(bundled)]
}

interface Choice { notice: UnroutedNotice, subscription: Subscription, unreached: string | null, slotAt: number | null, nextAt: number | null }

/** Whether the notice is within what the subscription asks for. An empty list asks for everything. */
export function asksFor(subscription: Subscription, notice: Pick<UnroutedNotice, 'unit' | 'place' | 'topic' | 'kind' | 'level'>): boolean {
  const { units } = subscription
  return (units.length === 0 || (notice.unit !== null && units.includes(notice.unit))) && isWithin(subscription, notice)
}

/** The same but for the unit: the hotline's subscriptions stand in. */
function standsIn(subscription: Subscription, notice: UnroutedNotice, hotlineUnit: string): boolean {
  return subscription.units.includes(hotlineUnit) && isWithin(subscription, notice) && !notice.tried.includes(subscription.id)
}

function isWithin({ places, topics, kinds, minLevel }: Subscription, { place, topic, kind, level }: Pick<UnroutedNotice, 'place' | 'topic' | 'kind' | 'level'>): boolean {
  const below = (path: string, tops: readonly string[]): boolean => tops.length === 0 || tops.some((top) => path === top || path.startsWith(`${top}›`))
  return rankOf(level) >= rankOf(minLevel) && (kinds.length === 0 || kinds.includes(kind)) && below(place, places) && below(topic, topics)
}

function whenOf(subscription: Subscription, { level }: UnroutedNotice, now: number): { slotAt: number | null, nextAt: number | null } {
  const { slots, timeZone, quietFrom, quietUntil, urgentLevel } = subscription
  if (rankOf(level) >= rankOf(urgentLevel)) return { slotAt: null, nextAt: null }
  if (slots.length > 0) {
    const slotAt = nextSlot(slots, timeZone, now)
    return { slotAt, nextAt: slotAt + spreadMs(subscription) }
  }
  const end = quietFrom === null || quietUntil === null ? undefined : quietEnd({ from: quietFrom, until: quietUntil }, timeZone, now)
  return { slotAt: null, nextAt: end === undefined ? null : end + spreadMs(subscription) }
}

/** Choices of one subscription that leave at one time. */
function bundled(group: readonly Choice[]): NewDelivery[] {
  const { subscription, slotAt } = group[0]!
  const ofAlert = Map.groupBy(group, ({ notice }) => alertKey(notice))
  const asDigest = slotAt !== null
  const asSummary = !asDigest && ofAlert.size > Math.max(1, HANDFUL[subscription.channel])
  const together = asDigest ? digestBundle(subscription.id, slotAt) : hashOf(subscription.id, 'summary', ...group.map(({ notice }) => notice.id))
  // By the notices: of the same alert, night and event more may be told later, and that is another message.
  const alone = (notice: UnroutedNotice): string => hashOf(subscription.id, 'alert', ...ofAlert.get(alertKey(notice))!.map((it) => it.notice.id))
  return group.map(({ notice, unreached, nextAt }) => ({
    id: hashOf(notice.id, subscription.id), notice_id: notice.id, night: notice.night, subscription_id: subscription.id, channel: subscription.channel,
    bundle: asDigest || asSummary ? together : alone(notice),
    bundle_kind: asDigest ? 'digest' : asSummary ? 'summary' : 'alert', slot_at: slotAt, next_at: nextAt, unreached_unit: unreached,
  }))
}

/** One event of an alert: told once, however many units it is addressed to. */
function alertKey({ alertId, night, reason }: UnroutedNotice): string {
  return `${alertId}\n${night}\n${reason}`
}

/** The id of the digest of a slot: the same whoever makes it and whenever. */
export function digestBundle(subscription: string, slotAt: number): string {
  return hashOf(subscription, 'digest', String(slotAt))
}

/** The digest of a slot that has nothing to tell. */
export function emptyDigest(subscription: Subscription, slotAt: number, night: string): NewDelivery {
  const bundle = digestBundle(subscription.id, slotAt)
  return {
    id: hashOf(bundle, 'empty'), notice_id: null, night, subscription_id: subscription.id, channel: subscription.channel, bundle, bundle_kind: 'digest',
    slot_at: slotAt, next_at: slotAt + spreadMs(subscription), unreached_unit: null,
  }
}

function spreadMs({ id, channel }: Subscription): number {
  if (channel === 'email' || channel === 'webhook') return 0
  const [least, most] = ROBOT_SPREAD_SECONDS
  return 1000 * (least + createRng(`spread ${id}`).below(most - least + 1))
}

function rankOf(level: string): number {
  return (LEVELS as readonly string[]).indexOf(level)
}

/** 96 bits in hexadecimal digits: enough for ids, short enough for people. */
export function hashOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 24)
}
