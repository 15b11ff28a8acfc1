/**
 * The channel 'webhook': one signed POST a message, as Standard Webhooks 1.0 asks; the body in one of three formats.
 * 2xx is success, 3xx is not followed and a failure, 410 ends the subscription, Retry-After is obeyed.
 */
import { t } from '../../core/texts.ts'
import type { AlertNews } from '../../pipelines/alert-news.ts'
import { post } from '../../core/http.ts'
import type { Answer, HttpOptions } from '../../core/http.ts'
import type { Message, MessageChannel, Outcome, Target } from './message.ts'
import { signWebhook } from './signatures.ts'
import { emptyLine, inOrder } from './wording.ts'

export interface WebhookOptions extends HttpOptions {
  /** Address of the inbox, '' for none. */
  publicUrl: string
  /** Milliseconds since the epoch. */
  now?: () => number
}

/** Answers about the message rather than the receiver. */
const OF_MESSAGE: readonly number[] = [400, 413, 415, 422]

export function createWebhookChannel(options: WebhookOptions): MessageChannel {
  const now = options.now ?? Date.now
  return {
    send: async (message, target) => {
      const { body, contentType } = bodyOf(message, target, options.publicUrl)
      const seconds = Math.floor(now() / 1000)
      const headers = {
        'content-type': contentType, 'webhook-id': message.id, 'webhook-timestamp': String(seconds),
        'webhook-signature': signWebhook(target.secret ?? '', message.id, seconds, body),
      }
      return await post({ url: target.address, headers, body }, options).then(judge, unreachable)
    },
    close: async () => {},
  }
}

function judge({ status, retryAfterSeconds }: Answer): Outcome {
  if (status >= 200 && status < 300) return { kind: 'delivered', code: status }
  if (status === 410) return { kind: 'gone', error: 'HTTP 410', code: status }
  return failedWith(status, retryAfterSeconds)
}

/** An answer that is no success. Too long or malformed concerns the message, all else the receiver. */
export function failedWith(status: number, retryAfterSeconds: number | undefined): Outcome {
  const redirect = status >= 300 && status < 400 ? ', redirects are not followed' : ''
  return {
    kind: 'failed', error: `HTTP ${status}${redirect}`, code: status, scope: OF_MESSAGE.includes(status) ? 'message' : 'target',
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  }
}

/** No answer. */
export function unreachable(error: Error): Outcome {
  return { kind: 'failed', error: error.message || (error as NodeJS.ErrnoException).code || error.name, code: null, scope: 'target' }
}

function bodyOf(message: Message, target: Target, publicUrl: string): { body: string, contentType: string } {
  if (target.format === 'alertmanager') return { body: JSON.stringify(alertmanagerOf(message, target, publicUrl)), contentType: 'application/json' }
  if (target.format === 'cloudevents') return { body: JSON.stringify(cloudEventOf(message, target, publicUrl)), contentType: 'application/cloudevents+json' }
  return { body: JSON.stringify(standardOf(message, target)), contentType: 'application/json' }
}

/** `{type, timestamp, data}` as Standard Webhooks proposes. */
function standardOf(message: Message, { subscription, locale }: Target): object {
  return {
    type: `weisu.${message.kind}`, timestamp: message.createdAt.toISOString(),
    data: { subscription, night: message.night, fresh: message.isFresh, ...(message.items.length === 0 ? { note: emptyLine(message, locale) } : {}), alerts: inOrder(message.items) },
  }
}

/** CloudEvents 1.0, structured JSON. */
function cloudEventOf(message: Message, target: Target, publicUrl: string): object {
  const [first] = message.items
  const one = message.kind === 'alert' && first ? first : undefined
  return {
    specversion: '1.0', id: message.id, source: publicUrl || 'urn:weisu', type: one ? `weisu.alert.${one.event}` : `weisu.${message.kind}`,
    time: message.createdAt.toISOString(), ...(one ? { subject: one.alert } : {}), datacontenttype: 'application/json',
    data: (standardOf(message, target) as { data: object }).data,
  }
}

/** The webhook of Alertmanager, version 4: one alert an entry, nothing of a digest without any. */
function alertmanagerOf(message: Message, { subscription, locale }: Target, publicUrl: string): object {
  const alerts = inOrder(message.items).map((item) => ({
    status: item.event === 'ended' ? 'resolved' : 'firing',
    labels: labelsOf(item), annotations: { summary: item.title, description: [item.note, item.why].filter((text) => text !== '').join(' ') },
    startsAt: `${item.since ?? item.night}T00:00:00Z`, endsAt: item.event === 'ended' ? `${item.night}T00:00:00Z` : '0001-01-01T00:00:00Z',
    generatorURL: item.url ?? '', fingerprint: item.alert,
  }))
  const common = alerts.length === 1 ? alerts[0]! : undefined
  return {
    version: '4', groupKey: message.id, truncatedAlerts: 0, receiver: subscription,
    status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved', groupLabels: { alertname: 'weisu' },
    commonLabels: common?.labels ?? { alertname: 'weisu' }, commonAnnotations: common?.annotations ?? (alerts.length === 0 ? { summary: t(locale, 'delivery.none', { night: message.night ?? '–' }) } : {}),
    externalURL: publicUrl, alerts,
  }
}

function labelsOf({ level, kind, event, place, topic, lead_unit: lead }: AlertNews): Record<string, string> {
  return { alertname: 'weisu', severity: level, kind, event, place: place.join('/'), topic: topic.join('/'), ...(lead === null ? {} : { unit: lead }) }
}
