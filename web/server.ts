/**
 * The web on a port: the gate to the store, accounts, the application, and who asks behind trusted proxies.
 */
import { BlockList, isIP } from 'node:net'
import { serve } from '@hono/node-server'
import type { HttpBindings, ServerType } from '@hono/node-server'
import type { Context } from 'hono'
import type { Config } from '../core/config.ts'
import { parseDay } from '../core/days.ts'
import { InvalidOptionError, UnavailableError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import { eraseByAge } from '../pipelines/erase.ts'
import { readToday } from '../sql/alert-life.ts'
import type { Db } from '../sql/db.ts'
import { openWebGate } from '../sql/web-gate.ts'
import { createAccounts } from './accounts/service.ts'
import { createWeb } from './app.ts'

export interface WebServer {
  port: number
  /** Path of the link for the first administrator, where there is none yet. */
  setup: string | undefined
  demo: boolean
  close(): Promise<void>
}

const DAY_MS = 86_400_000
/** Of a request's headers and body: who is slower is cut off. */
const HEADERS_MS = 20_000
const REQUEST_MS = 120_000

/** @throws {UnavailableError} the address is taken @throws {PipelineError} the web's database role is none that can be used */
export async function startWebServer({ db, config, log }: { db: Db, config: Config, log: Log }, { host, port }: { host: string, port: number }): Promise<WebServer> {
  const trusted = trustedProxies(config.web.trustedProxies)
  const gate = await openWebGate(db, { dataDir: config.dataDir, url: config.webDatabaseUrl })
  try {
    const accounts = createAccounts({ db, config })
    await accounts.prepare()
    const app = createWeb({ gate, accounts, config, log, addressOf: (context) => addressOf(context, trusted) })
    const setup = await accounts.setupLink()
    // At the start and once a day: texts that have been kept for long enough.
    const retain = (): Promise<void> => readToday(db).then((today) => eraseByAge(db, config, parseDay(today))).then((tickets) => { if (tickets > 0) log.info('texts_erased', { tickets }) })
      .catch((error: Error) => log.error('retention_failed', { error: error.message }))
    let retaining = retain()
    const daily = setInterval(() => { retaining = retain() }, DAY_MS).unref()
    const server = await new Promise<ServerType>((resolve, reject) => {
      const opened = serve({ fetch: app.fetch, hostname: host, port, serverOptions: { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS } }, () => resolve(opened))
      opened.once('error', (cause: Error) => reject(new UnavailableError('no_port', `cannot listen on ${host}:${port}: ${cause.message}`, { host, port: String(port), reason: cause.message }, { cause })))
    })
    const at = server.address()
    log.info('web_started', { pid: process.pid, port: typeof at === 'object' && at ? at.port : port })
    return {
      port: typeof at === 'object' && at ? at.port : port, setup: setup && `/welcome/${setup.token}`, demo: accounts.demoAccounts().length > 0,
      close: async () => {
        clearInterval(daily)
        await retaining
        await new Promise<void>((resolve) => {
          server.close(() => resolve())
          // Streams of news never end by themselves.
          if ('closeAllConnections' in server) setTimeout(() => server.closeAllConnections(), 1000).unref()
          if ('closeIdleConnections' in server) server.closeIdleConnections()
        })
        await gate.close()
        log.info('web_stopped')
      },
    }
  } catch (error) {
    await gate.close()
    throw error
  }
}

/** @throws {InvalidOptionError} neither an address nor a block */
export function trustedProxies(given: readonly string[]): BlockList {
  const list = new BlockList()
  for (const one of given) {
    const [address = '', prefix] = one.split('/')
    const family = isIP(address)
    const bits = prefix === undefined ? (family === 6 ? 128 : 32) : Number(prefix)
    if (family === 0 || !Number.isInteger(bits) || bits < 0 || bits > (family === 6 ? 128 : 32)) throw new InvalidOptionError('trustedProxies', one, 'an address or a block such as 10.0.0.0/8')
    list.addSubnet(address, bits, family === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}

/** The nearest address that is no trusted proxy: what further ones claim is anybody's word. */
export function nearestAddress(socket: string, forwarded: string | null, trusted: BlockList): string {
  const isTrusted = (address: string): boolean => isIP(address) !== 0 && trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
  const chain = [...(forwarded ?? '').split(',').map((part) => part.trim()).filter((part) => isIP(part) !== 0), socket.replace(/^::ffff:(?=\d)/, '')]
  let at = chain.length - 1
  while (at > 0 && isTrusted(chain[at]!)) at--
  return chain[at]!
}

function addressOf(context: Context, trusted: BlockList): string {
  const { incoming } = context.env as HttpBindings
  return nearestAddress(incoming.socket.remoteAddress ?? '', context.req.header('x-forwarded-for') ?? null, trusted)
}
