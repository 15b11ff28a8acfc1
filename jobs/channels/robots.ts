/**
 * Group robots of WeCom, DingTalk and Feishu. Each answers 200 whatever happened and says in the body how it went; each takes so
 * many bytes and so many messages a minute. Formats and limits: docs/delivery.md.
 */
import type { Locale } from '../../core/config.ts'
import { t } from '../../core/texts.ts'
import type { ChannelName } from '../../sql/subscriptions.ts'
import { post } from '../../core/http.ts'
import type { Answer, HttpOptions } from '../../core/http.ts'
import type { Message, MessageChannel, Outcome, Target } from './message.ts'
import { cutBytes, fitParts, plainMarkdown } from './plain.ts'
import { signDingtalk, signFeishu } from './signatures.ts'
import { failedWith, unreachable } from './webhook.ts'
import { beyondWords, emptyLine, inOrder, itemWords, subjectOf } from './wording.ts'

export interface RobotOptions extends HttpOptions {
  publicUrl: string
  /** Milliseconds since the epoch. */
  now?: () => number
}

type RobotName = Exclude<ChannelName, 'email' | 'webhook'>

interface Robot {
  /** Bytes of text that surely fit. */
  maxBytes: number
  /** Codes that mean "too many, too fast". */
  throttled: readonly number[]
  /** Codes that are about the message and would not meet another one: its form, its length, its words. */
  ofMessage: readonly number[]
  /** Where the robot keeps its code. */
  codeKey: 'errcode' | 'code'
  request(text: RobotText, target: Target, millis: number): { url: string, body: object }
}

interface RobotText { title: string, markdown: string, url: string, locale: Locale, level: string }

/** How long a robot that was called too often is left alone: DingTalk blocks for ten minutes. */
const THROTTLE_SECONDS = 600

/** Feishu's colours of a card's head. */
const CARD_COLOURS: Readonly<Record<string, string>> = { red: 'red', orange: 'orange', yellow: 'yellow', blue: 'blue' }

const ROBOTS: Readonly<Record<RobotName, Robot>> = {
  wecom: {
    maxBytes: 4096, throttled: [45009, 45033], ofMessage: [40058, 44004, 45002], codeKey: 'errcode',
    request: ({ markdown }, { address }) => ({ url: address, body: { msgtype: 'markdown', markdown: { content: markdown } } }),
  },
  dingtalk: {
    maxBytes: 18_000, throttled: [130101, 410100], ofMessage: [400105, 430101, 430102, 430103, 430104, 460101], codeKey: 'errcode',
    request: ({ title, markdown }, { address, secret }, millis) => {
      const url = new URL(address)
      if (secret !== null) {
        url.searchParams.set('timestamp', String(millis))
        url.searchParams.set('sign', signDingtalk(secret, millis))
      }
      return { url: url.href, body: { msgtype: 'markdown', markdown: { title, text: markdown }, at: { isAtAll: false } } }
    },
  },
  feishu: {
    maxBytes: 16_000, throttled: [11232, 99991400], ofMessage: [9499], codeKey: 'code',
    request: ({ title, markdown, url, locale, level }, { address, secret }, millis) => {
      const seconds = Math.floor(millis / 1000)
      const button = { tag: 'button', text: { tag: 'plain_text', content: t(locale, 'delivery.open') }, type: 'primary', url }
      return {
        url: address,
        body: {
          ...(secret === null ? {} : { timestamp: String(seconds), sign: signFeishu(secret, seconds) }),
          msg_type: 'interactive',
          card: {
            config: { wide_screen_mode: true },
            header: { template: CARD_COLOURS[level] ?? 'blue', title: { tag: 'plain_text', content: title } },
            elements: [{ tag: 'div', text: { tag: 'lark_md', content: markdown } }, ...(url === '' ? [] : [{ tag: 'action', actions: [button] }])],
          },
        },
      }
    },
  },
}

export function createRobotChannel(name: RobotName, options: RobotOptions): MessageChannel {
  const robot = ROBOTS[name]
  const now = options.now ?? Date.now
  return {
    send: async (message, target) => {
      const { url, body } = robot.request(textOf(message, target.locale, options.publicUrl, robot.maxBytes), target, now())
      return await post({ url, headers: {}, body: JSON.stringify(body) }, options).then((answer) => judge(robot, answer), unreachable)
    },
    close: async () => {},
  }
}

/** 200 alone says nothing. */
function judge({ codeKey, throttled, ofMessage }: Robot, { status, body, retryAfterSeconds }: Answer): Outcome {
  if (status < 200 || status >= 300) return failedWith(status, retryAfterSeconds)
  const answer = parse(body)
  const code = answer?.[codeKey]
  if (code === 0) return { kind: 'delivered', code: 0 }
  if (typeof code !== 'number') return { kind: 'failed', error: `the answer has no ${codeKey}`, code: status, scope: 'target' }
  const words = answer?.errmsg ?? answer?.msg
  const error = `${codeKey} ${code}${typeof words === 'string' ? `: ${cutBytes(words, 200)}` : ''}`
  return { kind: 'failed', error, code, scope: ofMessage.includes(code) ? 'message' : 'target', ...(throttled.includes(code) ? { retryAfterSeconds: THROTTLE_SECONDS } : {}) }
}

function parse(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? value as Record<string, unknown> : undefined
  } catch {
    return undefined
  }
}

/** Markdown of the common kind: bold, quotes, links. */
function textOf(message: Message, locale: Locale, publicUrl: string, maxBytes: number): RobotText {
  const items = inOrder(message.items)
  const subject = subjectOf(message, locale)
  const url = items.length === 1 ? items[0]!.url ?? '' : publicUrl
  const link = (address: string, words: string): string => (address === '' ? '' : `\n[${words}](${address})`)
  const parts = items.map((item) => {
    const { level, title, fields } = itemWords(item, locale)
    const lines = items.length === 1 ? fields.map(([name, value]) => `> ${name}：${plainMarkdown(value)}`) : []
    return [`**${plainMarkdown(level)}** ${plainMarkdown(title)}`, ...lines].join('\n') + (items.length === 1 ? '' : link(item.url ?? '', t(locale, 'delivery.open')))
  })
  if (message.kind === 'test') parts.unshift(t(locale, 'delivery.test_note'))
  if (items.length === 0 && message.kind !== 'test') parts.push(emptyLine(message, locale))
  const beyond = beyondWords(message, locale)
  if (beyond) parts.push(plainMarkdown(beyond.head))
  const end = link(url, t(locale, items.length === 1 ? 'delivery.open' : 'delivery.inbox'))
  const head = `### ${plainMarkdown(subject)}`
  const markdown = fitParts(head, parts, (n) => t(locale, 'delivery.more', { n }), maxBytes - Buffer.byteLength(end)) + end
  return { title: cutBytes(plainMarkdown(subject), 120), markdown, url, locale, level: items[0]?.level ?? 'blue' }
}
