/**
 * A message before it has the form of its channel, and what may become of it.
 */
import type { Locale } from '../../core/config.ts'
import type { AlertNews } from '../../pipelines/alert-news.ts'
import type { WithheldAlert } from '../../pipelines/routing/withheld.ts'
import type { BundleKind } from '../../sql/deliveries.ts'
import type { Format } from '../../sql/subscriptions.ts'

export interface Message {
  /** The same at each attempt: receivers tell repetitions by it. */
  id: string
  kind: BundleKind | 'test'
  /** When it was decided on, not when it leaves: the bytes of an attempt are those of the first. */
  createdAt: Date
  /** The latest night it tells of; null before the first. */
  night: string | null
  /** Whether that night is the one that should have run last: else "no alerts" would only be silence. */
  isFresh: boolean
  items: readonly AlertNews[]
  /** Of a digest: alerts of that night that exceed the budgets of their units, in the order of their ranks. */
  beyond?: readonly WithheldAlert[]
}

/** Where it goes; holds secrets, so it is never logged. */
export interface Target {
  subscription: string
  /** E-mail address or URL. */
  address: string
  secret: string | null
  format: Format
  locale: Locale
}

export type Outcome =
  | { kind: 'delivered', code: number | null }
  /** May be tried again. @property scope 'target': nothing else would get through now either */
  | { kind: 'failed', error: string, code: number | null, scope: 'target' | 'message', retryAfterSeconds?: number }
  /** Not this message to this target, whenever. */
  | { kind: 'rejected', error: string, code: number | null }
  /** The receiver wants no more messages at all. */
  | { kind: 'gone', error: string, code: number | null }

/** One way to reach people. Never throws for what a receiver does. */
export interface MessageChannel {
  send(message: Message, target: Target): Promise<Outcome>
  close(): Promise<void>
}
