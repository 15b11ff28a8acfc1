/**
 * `weisu serve`: the web pages until the process is stopped.
 */
import type { Command } from 'commander'
import { addCommand, option, wholeOption } from '../command.ts'
import type { Setup } from '../command.ts'
import { openLogFile } from '../log-file.ts'
import type { Session } from '../session.ts'
import { openDb } from '../../sql/db.ts'

/** The port of the web. */
export const WEB_PORT = 8311
/** From the first signal to the end of the process, at most. */
const GRACE_MS = 10_000

interface Given { host?: string, port?: number }

export function addServe(program: Command, setup: Setup): void {
  const { locale } = setup
  addCommand(program, setup, {
    name: 'serve',
    examples: ['weisu serve', 'weisu serve --host 0.0.0.0 --port 8311'],
    work: (session, _, options) => work(session, options as Given),
  })
    .addOption(option(locale, '--host <host>', 'cli.serve.host'))
    .addOption(option(locale, '--port <port>', 'cli.serve.port', wholeOption(locale, 0, 65535)))
}

async function work(session: Session, { host = '127.0.0.1', port = WEB_PORT }: Given): Promise<number> {
  const { config, interrupts } = session
  interrupts.serve(GRACE_MS)
  const log = openLogFile(config.dataDir, session.debug)
  const db = await openDb(config, 'serve')
  try {
    const { startWebServer } = await import('../../web/server.ts')
    const server = await startWebServer({ db, config, log }, { host, port })
    tellWeb(session, server, host)
    const end = AbortSignal.any([interrupts.signal, ...(db.lost ? [db.lost] : [])])
    if (!end.aborted) await new Promise((resolve) => end.addEventListener('abort', resolve, { once: true }))
    await server.close()
    // Whoever started the service starts it anew, and with it the server.
    if (!interrupts.signal.aborted) throw db.lost!.reason
    return 0
  } finally {
    await Promise.race([db.close().catch(() => {}), new Promise((resolve) => setTimeout(resolve, 2000))])
  }
}

/** Where it is, and how the first administrator comes in. The link goes to the terminal alone, never to a log. */
export function tellWeb(session: Session, server: { port: number, setup: string | undefined, demo: boolean }, host: string): void {
  const address = session.config.delivery.publicUrl.replace(/\/$/, '') || `http://${host.includes(':') ? `[${host}]` : host}:${server.port}`
  if (session.json) session.printJson({ address, host, port: server.port, pid: process.pid, setup: server.setup === undefined ? null : address + server.setup })
  else session.say('cli.serve.running', { address })
  if (server.setup !== undefined && !session.json) session.warn('cli.serve.setup', { link: `${address}${server.setup}${session.locale === 'en' ? '?lang=en' : ''}` })
  if (server.demo && !session.json) session.say('cli.serve.demo')
  if (server.demo && !['127.0.0.1', '::1', 'localhost'].includes(host)) session.warn('cli.serve.demo_open', { host })
}
