/**
 * One attempt at one message: what it holds, where it goes with which secret, what came of it, and how long to wait for the next.
 */
import { readSecret } from '../../core/config.ts'
import { formatDay, localDay, parseDay } from '../../core/days.ts'
import { createRng } from '../../core/rng.ts'
import { t } from '../../core/texts.ts'
import { newsOf } from '../../pipelines/alert-news.ts'
import type { DeliveryContent } from '../../sql/deliveries.ts'
import type { Subscription } from '../../sql/subscriptions.ts'
import type { Message, Outcome, Target } from '../channels/message.ts'
import type { MessageChannels } from './channels.ts'

const LONGEST_RETRY_AFTER_SECONDS = 86_400

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
