/**
 * What went wrong, as a page or as JSON. What nobody foresaw is told by its number in the log, never by its message.
 */
import { html } from 'hono/html'
import { PipelineError } from '../core/errors.ts'
import { problemReply } from './api/problem.ts'
import { errorText } from './components.ts'
import { json, redirect } from './reply.ts'
import type { WebRequest } from './request.ts'
import { page } from './shell.ts'

const STATUS: Readonly<Record<string, number>> = {
  conflict: 409, body_too_large: 413, not_signed_in: 401, not_allowed: 403, cross_site: 403, no_such_page: 404, too_many_requests: 429, locked: 503, no_database: 503,
}

export function statusOf(error: unknown): number {
  // 42501: the database refused what its policies do not allow; 22P02 and 22003: a value that is none.
  const { code = '' } = (error ?? {}) as { code?: string }
  if (code === '42501') return 403
  if (code === '22P02' || code === '22003' || code === '22021') return 400
  if (!(error instanceof PipelineError)) return 500
  return STATUS[error.code] ?? (/^no_such_/.test(error.code) ? 404 : error.retryable ? 503 : 400)
}

export async function failure(request: WebRequest, error: unknown): Promise<Response> {
  const status = statusOf(error)
  const known = error instanceof PipelineError
  if (status >= 500) request.log.error('web_failed', { request: request.requestId, operation: request.operation, message: error instanceof Error ? error.message : String(error), stack: error instanceof Error ? error.stack : undefined })
  const code = known ? error.code : status === 403 ? 'not_allowed' : status === 400 ? 'bad_value' : 'unexpected'
  if (request.url.pathname.startsWith('/api/v1/')) return problemReply({ status, code, detail: known ? errorText(request, code, error.details) : request.text('web.failed'), request: request.requestId })
  if (wantsJson(request)) return json({ error: { code, message: known ? errorText(request, code, error.details) : request.text('web.failed'), request: request.requestId } }, status)
  if (status === 401 && request.method === 'GET') return redirect(`/sign-in?next=${encodeURIComponent(request.url.pathname + request.url.search)}`)
  const headers: Record<string, string> = known && typeof error.details.retryAfter === 'number' ? { 'retry-after': String(error.details.retryAfter) } : {}
  const told = known ? errorText(request, code, error.details) : request.text(status === 403 ? 'error.not_allowed' : status === 400 ? 'web.bad_value' : 'web.failed')
  return page(request, {
    title: request.text(status === 404 ? 'web.not_found' : status === 403 ? 'web.forbidden' : 'web.error'), status, headers,
    body: html`<div class="empty"><h1>${request.text(status === 404 ? 'web.not_found' : status === 403 ? 'web.forbidden' : 'web.error')}</h1><p>${told}</p>${status >= 500 ? html`<p class="soft">${request.text('web.request_id', { id: request.requestId })}</p>` : ''}<p><a href="/">${request.text('web.to_start')}</a></p></div>`,
  })
}

function wantsJson(request: WebRequest): boolean {
  return request.url.pathname.startsWith('/api/') || /^application\/json/.test(request.headers.get('accept') ?? '')
}
