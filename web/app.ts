/**
 * The web as one application without a socket: static files, then one route a request, everything hardened on its way out.
 */
import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import type { Context } from 'hono'
import type { Config, Locale } from '../core/config.ts'
import { PipelineError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import { VIEW_OF } from '../pipelines/accounts/web-actor.ts'
import type { WebGate } from '../sql/web-gate.ts'
import { isAllowed } from './allowed.ts'
import { serveAsset } from './assets.ts'
import { parseForm, parseJson, readBody } from './body.ts'
import { cookie, readCookies } from './cookies.ts'
import { failure } from './failure.ts'
import { harden, isCrossSite } from './guard.ts'
import type { Accounts } from './accounts/service.ts'
import { bearerOf } from './identity.ts'
import type { Identity } from './identity.ts'
import { createRequest } from './request.ts'
import type { Theme, WebRequest } from './request.ts'
import type { Route } from './route.ts'
import { ROUTES } from './routes.ts'
import { squeeze } from './squeeze.ts'

export interface WebDeps {
  gate: WebGate
  accounts: Accounts
  config: Config
  log: Log
  routes?: readonly Route[]
  /** Who asks, by the connection and what trusted proxies say of it. */
  addressOf?: (context: Context) => string
}

const BODY_BYTES = 1_000_000
const YEAR = 31_536_000

export function createWeb(deps: WebDeps): Hono {
  const routes = deps.routes ?? ROUTES
  const app = new Hono()
  app.get('/healthz', (context) => context.text('ok\n'))
  app.get('/static/*', (context) => {
    const found = serveAsset(context.req.path, context.req.header('accept-encoding') ?? '')
    return harden(found ?? new Response('not found\n', { status: 404 }), randomUUID(), isSecure(deps.config))
  })
  for (const route of routes) app.on(route.method, route.path, (context) => answer(deps, routes, route, context))
  const nowhere: Route = {
    method: 'GET', path: '*', operation: 'nowhere', allow: 'anyone',
    handle: () => { throw new PipelineError('no_such_page', 'there is no such page', {}) },
  }
  app.all('*', (context) => answer(deps, routes, nowhere, context))
  app.onError((error) => {
    deps.log.error('web_broken', { message: error.message, stack: error.stack })
    return harden(new Response('error\n', { status: 500 }), randomUUID(), isSecure(deps.config))
  })
  return app
}

export function isSecure(config: Config): boolean {
  return config.delivery.publicUrl.startsWith('https:')
}

async function answer(deps: WebDeps, routes: readonly Route[], route: Route, context: Context): Promise<Response> {
  const raw = context.req.raw
  const requestId = randomUUID()
  const secure = isSecure(deps.config)
  const cookies = readCookies(raw.headers.get('cookie'))
  const url = new URL(raw.url)
  if (secure) url.protocol = 'https:'
  const address = deps.addressOf?.(context) ?? ''
  let identity: Identity | undefined
  let broken: unknown
  try {
    identity = await deps.accounts.identify({ headers: raw.headers, cookies, address })
  } catch (error) {
    broken = error
  }
  const request = requestOf(deps, routes, route, context, { url, cookies, identity, requestId, address })
  let response: Response
  try {
    if (broken !== undefined) throw broken
    const origins = [`${url.protocol}//${url.host}`, ...(deps.config.delivery.publicUrl ? [new URL(deps.config.delivery.publicUrl).origin] : [])]
    // No page of another site can send a token.
    if (bearerOf(raw.headers) === undefined && isCrossSite(raw.method, raw.headers, origins)) throw new PipelineError('cross_site', 'sent by a page of another site', {})
    if (!isAllowed(route, identity)) throw identity ? new PipelineError('not_allowed', 'not for this role', {}) : new PipelineError('not_signed_in', 'nobody has signed in', {})
    response = await route.handle(request)
    if (raw.method !== 'GET' && response.status < 400 && identity && !route.ownNote) await noteChange(deps, request, identity)
  } catch (error) {
    response = await failure(request, error)
    if (identity && response.status === 403) await noteDenied(deps, request, identity)
  }
  const asked = url.searchParams.get('lang')
  if (raw.method === 'GET' && (asked === 'zh' || asked === 'en')) {
    response = new Response(response.body, response)
    response.headers.append('set-cookie', cookie('lang', asked, { secure, maxAge: YEAR }))
  }
  return harden(await squeeze(response, raw.headers), requestId, secure)
}

const personOf = ({ actor }: Identity): { accountId: number, name: string, role: string } => ({ accountId: actor.id, name: actor.name, role: actor.role })

/** Every form that did something, by whom; what exactly stands in the events of alerts, rules and so on. */
async function noteChange(deps: WebDeps, request: WebRequest, identity: Identity): Promise<void> {
  await deps.accounts.audit({ ...personOf(identity), act: request.operation, object: request.url.pathname, address: request.address, requestId: request.requestId })
    .catch((error: Error) => deps.log.error('audit_failed', { operation: request.operation, error: error.message }))
}

async function noteDenied(deps: WebDeps, request: WebRequest, identity: Identity): Promise<void> {
  await deps.accounts.audit({ ...personOf(identity), act: 'denied', object: request.url.pathname, detail: { operation: request.operation, method: request.method }, address: request.address, requestId: request.requestId })
    .catch((error: Error) => deps.log.error('audit_failed', { operation: request.operation, error: error.message }))
}

interface Known { url: URL, cookies: ReadonlyMap<string, string>, identity: Identity | undefined, requestId: string, address: string }

function requestOf(deps: WebDeps, routes: readonly Route[], route: Route, context: Context, { url, cookies, identity, requestId, address }: Known): WebRequest {
  const raw = context.req.raw
  let body: Promise<Uint8Array<ArrayBuffer>> | undefined
  const bytes = (): Promise<Uint8Array<ArrayBuffer>> => body ??= readBody(raw, route.maxBytes ?? BODY_BYTES)
  return createRequest({
    operation: route.operation, method: raw.method, url, headers: raw.headers, signal: raw.signal, requestId, address, secure: isSecure(deps.config), accounts: deps.accounts, config: deps.config, log: deps.log,
    locale: localeOf(url.searchParams.get('lang') ?? cookies.get('lang') ?? identity?.locale), theme: themeOf(cookies.get('theme') ?? identity?.theme),
    signedIn: identity?.actor, session: identity?.session,
    param: (name) => context.req.param(name) ?? '',
    bytes,
    form: async () => parseForm(await bytes(), raw.headers.get('content-type') ?? ''),
    json: async () => parseJson(await bytes()),
    may: (operation) => routes.some((other) => other.operation === operation && isAllowed(other, identity)),
    withActor: (work) => {
      if (!identity) throw new PipelineError('not_signed_in', 'nobody has signed in', {})
      const { actor } = identity
      return deps.gate.enter({ account: actor.id, role: actor.role, view: VIEW_OF[actor.role], unitNames: actor.units, ...actor.scope }, work)
    },
  })
}

function localeOf(asked: string | undefined): Locale {
  return asked === 'en' ? 'en' : 'zh'
}

function themeOf(asked: string | undefined): Theme {
  return asked === 'light' || asked === 'dark' ? asked : 'auto'
}
