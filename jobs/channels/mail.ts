/**
 * The channel 'email': text and HTML by SMTP, one recipient a message, so that a bad address costs nobody else anything. A message
 * keeps its Message-ID at each attempt: where a server took it and the connection broke before it said so, mail programs fold the two.
 */
import { createTransport } from 'nodemailer'
import type { Transporter } from 'nodemailer'
import { UnavailableError } from '../../core/errors.ts'
import type { Message, MessageChannel, Outcome, Target } from './message.ts'
import { mailBodies } from './mail-body.ts'
import { plain } from './plain.ts'
import { subjectOf } from './wording.ts'

export interface MailOptions {
  /** smtp://user:password@host:587 or smtps://…; read anew for each message, as secrets change. */
  smtpUrl: () => string
  /** Sender: an address, or a name with one. */
  from: string
  publicUrl: string
  timeoutMs?: number
}

const TIMEOUT_MS = 15_000

/** What nodemailer says of a failure. */
interface MailError extends Error { code?: string, responseCode?: number, command?: string, response?: string }

export function createMailChannel({ smtpUrl, from, publicUrl, timeoutMs = TIMEOUT_MS }: MailOptions): MessageChannel {
  let open: { url: string, transport: Transporter } | undefined
  const transportOf = (url: string): Transporter => {
    if (open?.url !== url) {
      open?.transport.close()
      open = { url, transport: connect(url, timeoutMs) }
    }
    return open.transport
  }
  return {
    send: async (message, target) => {
      if (from === '') throw new UnavailableError('no_mail_sender', 'no sender of e-mails: set mailFrom in weisu.config.json', {})
      try {
        await transportOf(smtpUrl()).sendMail({ ...mailOf(message, target, from, publicUrl), disableFileAccess: true, disableUrlAccess: true })
        return { kind: 'delivered', code: 250 }
      } catch (error) {
        if (error instanceof UnavailableError) throw error
        return judge(error as MailError)
      }
    },
    close: async () => open?.transport.close(),
  }
}

/** Certificates are verified; a password never leaves without TLS. */
function connect(url: string, timeoutMs: number): Transporter {
  const { username, protocol } = new URL(url)
  return createTransport({
    // A connection serves many messages. Nothing is sent a second time but by us: who has it then is known.
    url, pool: true, maxConnections: 4, maxRequeues: 0, connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs, dnsTimeout: timeoutMs,
    requireTLS: username !== '' && protocol !== 'smtps:', disableFileAccess: true, disableUrlAccess: true,
  } as Parameters<typeof createTransport>[0])
}

function mailOf(message: Message, { address, locale, subscription }: Target, from: string, publicUrl: string): object {
  const domain = /@([^\s>@]+)>?\s*$/.exec(from)?.[1] ?? 'weisu.invalid'
  const [one] = message.items
  return {
    from, to: { name: '', address }, subject: plain(subjectOf(message, locale)),
    messageId: `<${message.id}@${domain}>`, date: message.createdAt,
    // All messages of one alert to one subscriber are one thread.
    ...(message.kind === 'alert' && one ? { references: `<${one.alert.replace(/[^\w.-]/g, '_')}.${subscription}@${domain}>` } : {}),
    list: { unsubscribe: { url: `mailto:${addressOf(from)}?subject=${encodeURIComponent(`unsubscribe ${subscription}`)}`, comment: '' } },
    headers: { 'auto-submitted': 'auto-generated', 'x-auto-response-suppress': 'All', 'x-weisu-id': message.id },
    ...mailBodies(message, locale, subscription, publicUrl),
  }
}

function addressOf(from: string): string {
  return /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from.trim()
}

/** 4xx and broken connections pass; 5xx to the recipient or to the text never will. A 5xx before these is about the server's own affairs. */
function judge({ message, code, responseCode, command = '' }: MailError): Outcome {
  const ofMessage = /^(RCPT TO|DATA)/.test(command)
  const status = responseCode ?? null
  const error = plain(message || code || 'no answer')
  if (status !== null && status >= 500 && ofMessage) return { kind: 'rejected', error, code: status }
  return { kind: 'failed', error, code: status, scope: ofMessage ? 'message' : 'target' }
}
