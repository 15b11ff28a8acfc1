/**
 * Open311 GeoReport v2, read-only: the tickets of alerts for other systems, redacted. Requests cannot be made here.
 */
import { BadInputError, PipelineError } from '../../core/errors.ts'
import { findRequest, findService, listRequests, listServices, MOST_PAGE_SIZE, PAGE_SIZE, QUERY_DAYS } from '../../pipelines/open311/requests.ts'
import type { RequestQuery } from '../../pipelines/open311/requests.ts'
import { ALERT_READERS, limited } from '../api/operation.ts'
import { errorText } from '../components.ts'
import { statusOf } from '../failure.ts'
import type { WebRequest } from '../request.ts'
import type { Route } from '../route.ts'
import { formatOf, openDocument, openError, openReply } from './reply.ts'

const ROOT = '/open311/v2'
const MOST_IDS = 100
const DAY_MS = 86_400_000

export const open311Routes: readonly Route[] = [
  ...(['json', 'xml'] as const).map((format): Route => ({ method: 'GET', path: `${ROOT}/discovery.${format}`, operation: `open311.discovery-${format}`, allow: 'anyone', handle: discovery })),
  ...pair('/services', 'services', async (request, format) => openReply(format, await request.withActor(listServices), 'services', 'service')),
  {
    method: 'GET', path: `${ROOT}/services/:code`, operation: 'open311.service', allow: ALERT_READERS, scope: 'open311:read',
    handle: (request) => guarded(request, async () => openReply(formatOf(request.url.pathname), [await request.withActor((client) => findService(client, bare(request.param('code'))))], 'services', 'service')),
  },
  ...pair('/requests', 'requests', async (request, format) => {
    const query = readQuery(request.url.searchParams)
    return openReply(format, await request.withActor((client) => listRequests(client, query, Date.now())), 'service_requests', 'request')
  }),
  {
    method: 'GET', path: `${ROOT}/requests/:id`, operation: 'open311.request', allow: ALERT_READERS, scope: 'open311:read',
    handle: (request) => guarded(request, async () => openReply(formatOf(request.url.pathname), [await request.withActor((client) => findRequest(client, bare(request.param('id')), Date.now()))], 'service_requests', 'request')),
  },
]

function pair(path: string, name: string, handle: (request: WebRequest, format: 'json' | 'xml') => Promise<Response>): Route[] {
  return (['json', 'xml'] as const).map((format) => ({
    method: 'GET', path: `${ROOT}${path}.${format}`, operation: `open311.${name}-${format}`, allow: ALERT_READERS, scope: 'open311:read', handle: (request) => guarded(request, () => handle(request, format)),
  }))
}

async function guarded(request: WebRequest, work: () => Promise<Response>): Promise<Response> {
  return limited(request, async () => {
    try {
      return await work()
    } catch (error) {
      const status = statusOf(error)
      if (status >= 500) request.log.error('open311_failed', { request: request.requestId, message: error instanceof Error ? error.message : String(error) })
      const told = error instanceof PipelineError ? `${errorText(request, error.code, error.details)}${typeof error.details.what === 'string' ? `: ${error.details.what}` : ''}` : request.text('web.failed')
      return openError(formatOf(request.url.pathname), status, told)
    }
  })
}

function bare(text: string): string {
  return text.replace(/\.(json|xml)$/, '')
}

function discovery(request: WebRequest): Response {
  const url = `${request.config.delivery.publicUrl.replace(/\/+$/, '') || request.url.origin}${ROOT}`
  return openDocument(formatOf(request.url.pathname), {
    changeset: '2026-11-23 00:00:00', contact: '', key_service: 'weisu tokens add --scope open311:read',
    endpoints: [{ specification: 'http://wiki.open311.org/GeoReport_v2', url, changeset: '2026-11-23 00:00:00', type: 'production', formats: ['text/xml', 'application/json'] }],
  }, 'discovery')
}

/** @throws {BadInputError} `bad_request`: a value that cannot be read; `what` names it */
export function readQuery(params: URLSearchParams): RequestQuery {
  const bad = (what: string): BadInputError => new BadInputError('bad_request', `${what} cannot be read`, { what })
  const word = (name: string): string | undefined => params.get(name) || undefined
  const whole = (name: string, usual: number, most: number): number => {
    const text = word(name)
    if (text === undefined) return usual
    if (!/^\d{1,6}$/.test(text) || Number(text) < 1) throw bad(name)
    return Math.min(most, Number(text))
  }
  const date = (name: string): Date | undefined => {
    const text = word(name)
    if (text === undefined) return undefined
    const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? new Date(text.replace(' ', '+')) : new Date(NaN)
    if (Number.isNaN(at.getTime())) throw bad(name)
    return at
  }
  const listOf = (name: string): string[] | undefined => word(name)?.split(',').map((each) => each.trim()).filter(Boolean)
  const [ids, codes, status, from, until] = [listOf('service_request_id'), listOf('service_code'), word('status'), date('start_date'), date('end_date')]
  if (ids && (ids.length > MOST_IDS || ids.some((id) => id.includes('\u0000') || id.length > 200))) throw bad('service_request_id')
  if (codes?.some((code) => !/^\d{1,9}$/.test(code))) throw bad('service_code')
  if (status !== undefined && status !== 'open' && status !== 'closed') throw bad('status')
  // As the specification says: a span of at most 90 days.
  if (from && until && (until < from || until.getTime() - from.getTime() > (QUERY_DAYS + 1) * DAY_MS)) throw bad('start_date, end_date')
  return { ids, services: codes?.map(Number), status, from, until, page: whole('page', 1, 10_000), pageSize: whole('page_size', PAGE_SIZE, MOST_PAGE_SIZE) }
}
