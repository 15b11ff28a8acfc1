/**
 * `weisu start` and `weisu worker`: processes that stay.
 */
import { availableParallelism } from 'node:os'
import type { Command } from 'commander'
import type { Locale } from '../../core/config.ts'
import { PipelineError } from '../../core/errors.ts'
import { openDb } from '../../sql/db.ts'
import { addCommand, option, wholeOption } from '../command.ts'
import type { Setup } from '../command.ts'
import { describeError } from '../failure.ts'
import { openLogFile } from '../log-file.ts'
import type { Session } from '../session.ts'
import type { WebServer } from '../../web/server.ts'
import { tellWeb, WEB_PORT } from './serve.ts'

/** The port that OpenTelemetry's Prometheus exporters use. */
const PORT = 9464
/** From the first signal to the end of the process, at most. */
const GRACE_MS = 25_000

interface Given { hour?: number, threads?: number, parts?: number, host?: string, port?: number, http?: boolean, web?: boolean, webHost?: string, webPort?: number }

export function addStart(program: Command, setup: Setup): void {
  const { locale } = setup
  const command = addCommand(program, setup, {
    name: 'start',
    examples: ['weisu start', 'weisu start --hour 5 --host 0.0.0.0 --port 9464', 'weisu start --parts 8'],
    work: (session, _, options) => serve(session, options as Given, true),
  })
    .addOption(option(locale, '--hour <hour>', 'cli.start.hour', wholeOption(locale, 0, 23)))
    .addOption(option(locale, '--parts <parts>', 'cli.start.parts', wholeOption(locale, 1, 1000)))
    .addOption(option(locale, '--web-host <host>', 'cli.start.web_host'))
    .addOption(option(locale, '--web-port <port>', 'cli.start.web_port', wholeOption(locale, 0, 65535)))
    .addOption(option(locale, '--no-web', 'cli.start.no_web'))
  addServiceOptions(command, locale)
}

export function addWorker(program: Command, setup: Setup): void {
  const { locale } = setup
  const command = addCommand(program, setup, {
    name: 'worker',
    examples: ['weisu worker', 'weisu worker --threads 8 --no-http'],
    work: (session, _, options) => serve(session, options as Given, false),
  })
  addServiceOptions(command, locale)
}

function addServiceOptions(command: Command, locale: Locale): void {
  command
    .addOption(option(locale, '--threads <threads>', 'cli.start.threads', wholeOption(locale, 0, 256)))
    .addOption(option(locale, '--host <host>', 'cli.start.host'))
    .addOption(option(locale, '--port <port>', 'cli.start.port', wholeOption(locale, 0, 65535)))
    .addOption(option(locale, '--no-http', 'cli.start.no_http'))
}

async function serve(session: Session, given: Given, schedule: boolean): Promise<number> {
  const { config, interrupts } = session
  interrupts.serve(GRACE_MS)
  // Whoever collects the log of a service reads its stderr: one JSON line an event.
  const log = openLogFile(config.dataDir, true)
  const db = await openDb(config, schedule ? 'start' : 'worker')
  let web: WebServer | undefined
  try {
    const { startService } = await import('../../jobs/service.ts')
    const host = given.host ?? '127.0.0.1'
    const spare = schedule ? 0 : Math.max(1, availableParallelism() - 1)
    const service = await startService({ db, config, log, relay: (line) => void process.stderr.write(`${line}\n`) }, {
      schedule, hour: given.hour ?? 4, threads: given.threads ?? spare, parts: given.parts ?? 1, host,
      ...(given.http === false ? {} : { port: given.port ?? PORT }),
    })
    if (schedule && given.web !== false) {
      const { startWebServer } = await import('../../web/server.ts')
      web = await startWebServer({ db, config, log }, { host: given.webHost ?? '127.0.0.1', port: given.webPort ?? WEB_PORT }).catch((error: unknown) => {
        // Nights and notices go on without pages.
        if (!(error instanceof PipelineError)) throw error
        log.error('web_not_started', { code: error.code, message: error.message })
        session.warn('cli.start.web_failed', { reason: describeError(session.locale, error).message })
        return undefined
      })
    }
    const about = { backend: service.backend, address: `http://${host.includes(':') ? `[${host}]` : host}:${service.port}` }
    if (session.json) session.printJson({ backend: service.backend, host, port: service.port ?? null, pid: process.pid, web: web?.port ?? null })
    else session.say(service.port === undefined ? 'cli.start.silent' : 'cli.start.running', about)
    if (web && !session.json) tellWeb(session, web, given.webHost ?? '127.0.0.1')
    const end = AbortSignal.any([interrupts.signal, ...(db.lost ? [db.lost] : [])])
    if (!end.aborted) await new Promise((resolve) => end.addEventListener('abort', resolve, { once: true }))
    await Promise.all([service.stop(), web?.close()])
    // Whoever started the service starts it anew, and with it the server.
    if (!interrupts.signal.aborted) throw db.lost!.reason
    return 0
  } finally {
    await Promise.race([db.close().catch(() => {}), new Promise((resolve) => setTimeout(resolve, 2000))])
  }
}
