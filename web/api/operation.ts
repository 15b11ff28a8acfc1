/**
 * One operation of the API: what the document says of it and what answers are one object. Around each handler stands the same: rate limit,
 * parameters and body against their schemas, one transaction as the actor, idempotency, conditions, problem details.
 */
import { createHash } from 'node:crypto'
import type pg from 'pg'
import { BadInputError, PipelineError } from '../../core/errors.ts'
import type { Config } from '../../core/config.ts'
import { checkSchema } from '../../core/json-schema.ts'
import type { JsonSchema, SchemaFault } from '../../core/json-schema.ts'
import type { TextKey } from '../../core/texts.ts'
import type { ApiScope } from '../../pipelines/accounts/tokens.ts'
import { WEB_ROLES } from '../../pipelines/accounts/web-actor.ts'
import { findReply, keepReply } from '../../sql/api-replies.ts'
import { errorText } from '../components.ts'
import { statusOf } from '../failure.ts'
import type { WebRequest } from '../request.ts'
import type { Allow, Route } from '../route.ts'
import { problemReply } from './problem.ts'
import { API_RATE, createRateLimiter, rateHeaders } from './rate.ts'
import type { RateLimiter } from './rate.ts'
import { REFS } from './schemas.ts'

export interface Parameter { schema: JsonSchema, description: string, required?: boolean }

export interface ApiCall {
  request: WebRequest
  client: pg.PoolClient
  /** Parts of the path and query that the operation names, numbers as such; absent ones are undefined. */
  param<T extends string | number = string>(name: string): T | undefined
  body: Readonly<Record<string, unknown>>
  /** What was sent with an operation that takes a file. */
  file: File | undefined
  /** Value of If-Match without quotes; undefined where there is none, '*' for any. */
  ifMatch: string | undefined
}

export interface ApiReply { status?: number, body: unknown, headers?: Readonly<Record<string, string>> }

export interface ApiOperation {
  method: 'GET' | 'POST'
  /** Below /api/v1, with {name} for parts. */
  path: string
  operation: string
  tag: 'alerts' | 'routing' | 'subscriptions' | 'runs' | 'reports' | 'registry'
  allow: Allow
  scope: ApiScope
  params?: Readonly<Record<string, Parameter>>
  body?: JsonSchema
  /** The body is a form (multipart/form-data): the fields of `body`, and a file of at most so many bytes in the field `file`. */
  fileBytes?: number
  reply: JsonSchema
  /** Status of success; default 200. */
  success?: 200 | 201
  /** 'required': without If-Match the operation is refused with 428. */
  ifMatch?: 'required' | 'optional'
  /** Statuses of refusals beside 400, 401, 403, 404, 429. */
  refusals?: readonly number[]
  handle(call: ApiCall): Promise<ApiReply>
}

/** Who may read alerts and what hangs on them: all but those who run the machines. */
export const ALERT_READERS = WEB_ROLES.filter((role) => role !== 'batch_operator')

export const API_ROOT = '/api/v1'
/** Of a form beside its file. */
const FORM_BYTES = 100_000

class ApiError extends PipelineError {
  readonly status: number
  constructor(status: number, code: string, message: string, details: Record<string, unknown> = {}) {
    super(code, message, details)
    this.status = status
  }
}

/** Where its summary stands in the texts, in both languages. */
export function summaryKey({ operation }: Pick<ApiOperation, 'operation'>): TextKey {
  return `api.summary.${operation.replace(/^api\./, '')}` as TextKey
}

/** One an application: its configuration is its own. */
const LIMITERS = new WeakMap<Config, RateLimiter>()

export function toRoute(operation: ApiOperation): Route {
  return {
    method: operation.method, path: API_ROOT + operation.path.replace(/\{(\w+)\}/g, ':$1'), operation: operation.operation, allow: operation.allow, scope: operation.scope,
    ...(operation.fileBytes === undefined ? {} : { maxBytes: operation.fileBytes + FORM_BYTES }),
    handle: (request) => limited(request, () => answer(operation, request)),
  }
}

/** Counts the request; what is too much is refused before anything is read. */
export async function limited(request: WebRequest, work: () => Promise<Response>): Promise<Response> {
  let limiter = LIMITERS.get(request.config)
  if (!limiter) LIMITERS.set(request.config, limiter = createRateLimiter(API_RATE))
  const state = limiter.take(request.signedIn ? `${request.actor.id} ${request.actor.role}` : request.address, Date.now())
  const headers = rateHeaders(state, API_RATE)
  const reply = state.allowed ? await work() : problemReply({ status: 429, code: 'too_many_requests', detail: request.text('api.too_many', { seconds: state.resetSeconds }), request: request.requestId })
  for (const [name, value] of Object.entries(headers)) reply.headers.set(name, value)
  return reply
}

async function answer(operation: ApiOperation, request: WebRequest): Promise<Response> {
  try {
    const params = readParams(operation, request)
    const { body, file, digest } = await readBody(operation, request)
    const ifMatch = readIfMatch(operation, request)
    const key = operation.method === 'POST' ? readKey(request) : undefined
    const reply = await request.withActor(async (client) => {
      const hash = createHash('sha256').update(JSON.stringify([operation.operation, request.url.pathname, request.url.search, ifMatch ?? null, body, digest])).digest()
      const before = key === undefined ? undefined : await findReply(client, request.actor.id, key)
      if (before) {
        if (!before.requestHash.equals(hash)) throw new ApiError(409, 'idempotency_conflict', 'the key was used for another request')
        return { status: before.status, body: before.body, headers: { ...before.headers, 'idempotency-replayed': 'true' } }
      }
      const made = await operation.handle({ request, client, body, file, ifMatch, param: <T extends string | number>(name: string) => params.get(name) as T | undefined })
      const text = JSON.stringify(made.body)
      const status = made.status ?? operation.success ?? 200
      if (key !== undefined) await keepReply(client, request.actor.id, key, { requestHash: hash, status, headers: { ...made.headers }, body: text })
      return { status, body: text, headers: { ...made.headers } }
    })
    const etag = (reply.headers as Record<string, string>).etag
    if (operation.method === 'GET' && etag !== undefined && request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers: { etag } })
    return new Response(reply.body, { status: reply.status, headers: { 'content-type': 'application/json; charset=utf-8', ...reply.headers } })
  } catch (error) {
    return refusal(request, error)
  }
}

/** What went wrong as problem details. What nobody foresaw is told by the request's id alone. */
export function refusal(request: WebRequest, error: unknown): Response {
  const known = error instanceof PipelineError
  // Somebody else was faster: what was seen is no longer so.
  const status = error instanceof ApiError ? error.status : known ? STATUS[error.code] ?? refine(statusOf(error), error.code) : statusOf(error)
  if (status >= 500) request.log.error('api_failed', { request: request.requestId, operation: request.operation, message: error instanceof Error ? error.message : String(error), stack: error instanceof Error ? error.stack : undefined })
  const code = known ? error.code : status === 403 ? 'not_allowed' : status === 400 ? 'bad_value' : 'unexpected'
  const details = known ? error.details : {}
  const detail = known ? errorText(request, code, details) : request.text(status === 403 ? 'error.not_allowed' : status === 400 ? 'web.bad_value' : 'web.failed')
  const faults = details.faults as SchemaFault[] | undefined
  const now = code === 'conflict' ? { state: details.state, version: details.version } : {}
  return problemReply({ status, code, detail, request: request.requestId, ...(faults ? { errors: faults } : {}), ...now })
}

const STATUS: Readonly<Record<string, number>> = {
  conflict: 412, evidence_too_large: 413, role_may_not: 403, not_your_unit: 403, not_lead_unit: 403, silence_over: 409, subscription_exists: 409,
}
/** Requests that cannot be read; others are read and cannot be done. */
const UNREADABLE = new Set(['bad_request', 'bad_cursor', 'bad_json_body', 'bad_form'])

function refine(status: number, code: string): number {
  return status === 400 && !UNREADABLE.has(code) ? 422 : status
}

function readParams({ params = {}, path }: ApiOperation, request: WebRequest): Map<string, string | number> {
  const found = new Map<string, string | number>()
  const faults: SchemaFault[] = []
  const inPath = new Set([...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!))
  for (const [name, { schema, required }] of Object.entries(params)) {
    const text = inPath.has(name) ? request.param(name) : request.url.searchParams.get(name)
    if (text === null || text === '') {
      if (required || inPath.has(name)) faults.push({ pointer: name, problem: 'is missing' })
      else if (schema.default !== undefined) found.set(name, schema.default as string | number)
      continue
    }
    const value = schema.type === 'integer' ? (/^-?\d{1,15}$/.test(text) ? Number(text) : text) : text
    const wrong = value === text && text.includes('\u0000') ? [{ pointer: '', problem: 'holds a null character' }] : checkSchema(value, schema)
    if (wrong.length > 0) faults.push(...wrong.map(({ problem }) => ({ pointer: name, problem })))
    else found.set(name, value)
  }
  for (const name of request.url.searchParams.keys()) if ((!Object.hasOwn(params, name) || inPath.has(name)) && name !== 'lang') faults.push({ pointer: name.slice(0, 60), problem: 'is not known' })
  if (faults.length > 0) throw new BadInputError('bad_request', 'the request does not fit the document', { faults })
  return found
}

interface Sent { body: Record<string, unknown>, file: File | undefined, /** Of the file, for the key of the request. */ digest: string }

async function readBody({ body: schema, fileBytes }: ApiOperation, request: WebRequest): Promise<Sent> {
  if (!schema) return { body: {}, file: undefined, digest: '' }
  const wanted = fileBytes === undefined ? 'application/json' : 'multipart/form-data'
  const [type = ''] = (request.headers.get('content-type') ?? '').split(';')
  if (type.trim().toLowerCase() !== wanted) throw new BadInputError('bad_request', `the body must be ${wanted}`, { faults: [{ pointer: '', problem: `expected ${wanted}` }] })
  if (fileBytes !== undefined) return readUpload(schema, request)
  const body = await request.json()
  checkBody(body, schema)
  return { body: body as Record<string, unknown>, file: undefined, digest: '' }
}

async function readUpload(schema: JsonSchema, request: WebRequest): Promise<Sent> {
  const form = await request.form()
  const file = form.file('file')
  const body = Object.fromEntries(form.names().filter((name) => name !== 'file').map((name) => [name, form.text(name)]))
  checkBody(body, schema)
  if (!file) throw new BadInputError('bad_request', 'the form has no file', { faults: [{ pointer: '/file', problem: 'expected a file that is not empty' }] })
  return { body, file, digest: createHash('sha256').update(JSON.stringify(file.name)).update(new Uint8Array(await file.arrayBuffer())).digest('hex') }
}

function checkBody(body: unknown, schema: JsonSchema): void {
  const faults = checkSchema(body, schema, REFS)
  if (JSON.stringify(body)?.includes('\\u0000')) faults.push({ pointer: '', problem: 'holds a null character' })
  if (faults.length > 0) throw new BadInputError('bad_request', 'the body does not fit the document', { faults })
}

function readIfMatch({ ifMatch }: ApiOperation, request: WebRequest): string | undefined {
  if (!ifMatch) return undefined
  const given = request.headers.get('if-match')
  if (given === null) {
    if (ifMatch === 'required') throw new ApiError(428, 'if_match_missing', 'If-Match is missing')
    return undefined
  }
  if (given.trim() === '*') return '*'
  const [, tag] = /^\s*"([\x21\x23-\x7e]{1,200})"\s*$/.exec(given) ?? []
  // A weak tag, or several, name no one state.
  if (tag === undefined) throw new ApiError(412, 'etag_stale', 'If-Match names no state of it')
  return tag
}

function readKey(request: WebRequest): string | undefined {
  const key = request.headers.get('idempotency-key')
  if (key === null) return undefined
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw new BadInputError('bad_request', 'the Idempotency-Key is none', { faults: [{ pointer: 'Idempotency-Key', problem: 'expected 1 to 255 visible ASCII characters' }] })
  return key
}

/** The state that was seen is not the one there is. @throws {PipelineError} 412 */
export function refuseStale(detail: Record<string, unknown>): never {
  throw new ApiError(412, 'etag_stale', 'If-Match names an earlier state', detail)
}
