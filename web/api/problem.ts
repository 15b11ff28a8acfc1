/**
 * Errors of the API as problem details (RFC 9457).
 */
import type { SchemaFault } from '../../core/json-schema.ts'
import type { JsonSchema } from '../../core/json-schema.ts'

export interface Problem {
  status: number
  /** Stable word that programs branch on. */
  code: string
  /** For people, in the request's language. */
  detail: string
  /** Id of the request, by which the log is searched. */
  request: string
  errors?: readonly SchemaFault[]
  /** What the error is about, such as the version that an alert has now. */
  [more: string]: unknown
}

export const PROBLEM: JsonSchema = {
  type: 'object', description: 'An error (RFC 9457). `code` is stable, `detail` is for people.', required: ['type', 'title', 'status', 'code', 'detail', 'request'],
  properties: {
    type: { type: 'string' }, title: { type: 'string' }, status: { type: 'integer' }, code: { type: 'string' }, detail: { type: 'string' }, request: { type: 'string' },
    errors: { type: 'array', items: { type: 'object', required: ['pointer', 'problem'], properties: { pointer: { type: 'string' }, problem: { type: 'string' } } } },
  },
  additionalProperties: true,
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 409: 'Conflict', 412: 'Precondition Failed', 413: 'Content Too Large', 422: 'Unprocessable Content',
  428: 'Precondition Required', 429: 'Too Many Requests', 500: 'Internal Server Error', 503: 'Service Unavailable',
}

export function problemReply({ status, code, detail, request, ...more }: Problem, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify({ type: 'about:blank', title: TITLES[status] ?? 'Error', status, code, detail, request, ...more }), {
    status, headers: { 'content-type': 'application/problem+json; charset=utf-8', ...(status === 401 ? { 'www-authenticate': 'Bearer realm="weisu"' } : {}), ...headers },
  })
}
