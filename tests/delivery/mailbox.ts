/**
 * An SMTP server on this machine that does what a test says.
 */
import { SMTPServer } from 'smtp-server'
import type { SMTPServerOptions } from 'smtp-server'

export interface Mail { to: string, raw: string, subject: string, id: string, text: string, html: string }

export interface Mailbox {
  url: string
  port: number
  /** In order of arrival. */
  mails: Mail[]
  close(): Promise<void>
}

/** An error as smtp-server turns it into a reply. */
export function reply(code: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode: code })
}

/** @param options what differs from a server that takes everything, without TLS and passwords */
export async function startMailbox(options: SMTPServerOptions = {}, port = 0): Promise<Mailbox> {
  const mails: Mail[] = []
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'], logger: false, disableReverseLookup: true,
    onData: (stream, session, done) => {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        mails.push(readMail(Buffer.concat(parts).toString('utf8'), session.envelope.rcptTo[0]?.address ?? ''))
        done()
      })
    },
    ...options,
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()))
  const at = (server.server.address() as { port: number }).port
  return { mails, port: at, url: `smtp://127.0.0.1:${at}`, close: () => new Promise((resolve) => void server.close(() => resolve())) }
}

/** As much of MIME as our own mails use. */
export function readMail(raw: string, to: string): Mail {
  const [head = ''] = raw.split('\r\n\r\n', 1)
  const header = (name: string, of = head): string => new RegExp(`^${name}: ((?:.*\\r\\n[ \\t])*.*)$`, 'im').exec(of)?.[1]?.replace(/\r\n[ \t]+/g, ' ') ?? ''
  const boundary = /boundary="?([^";]+)"?/.exec(header('content-type'))?.[1] ?? ''
  const parts = raw.split(`--${boundary}`).slice(1, -1).map((part) => part.trimStart())
  const part = (type: string): string => {
    const found = parts.find((it) => header('content-type', it.split('\r\n\r\n', 1)[0]!).startsWith(type)) ?? ''
    const [partHead = ''] = found.split('\r\n\r\n', 1)
    return decode(found.slice(partHead.length + 4), header('content-transfer-encoding', partHead))
  }
  const subject = header('subject').replace(/\?=\s+=\?/g, '?==?').replace(/=\?utf-8\?([bq])\?(.*?)\?=/gi, (_, how: string, words: string) =>
    decode(how.toLowerCase() === 'q' ? words.replaceAll('_', ' ') : words, how.toLowerCase() === 'q' ? 'quoted-printable' : 'base64'))
  return { to, raw, subject, id: header('message-id'), text: part('text/plain'), html: part('text/html') }
}

function decode(text: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(text, 'base64').toString('utf8')
  if (encoding !== 'quoted-printable') return text
  const bytes = text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
