/**
 * The OpenAPI 3.1 document of the API, made from the operations that answer.
 */
import { loadVersion } from '../../core/config.ts'
import { SCOPES } from '../../pipelines/accounts/tokens.ts'
import type { JsonSchema } from '../../core/json-schema.ts'
import { t } from '../../core/texts.ts'
import { EVIDENCE_ENDINGS } from '../../pipelines/alert-life/evidence.ts'
import { API_ROOT, summaryKey } from './operation.ts'
import type { ApiOperation } from './operation.ts'
import { API_RATE } from './rate.ts'
import { SCHEMAS } from './schemas.ts'

const REFUSALS: Readonly<Record<number, string>> = {
  400: 'The request does not fit this document; `errors` says where.', 401: 'Nobody has signed in, or the token is none or over.', 403: 'Not for this role, unit or scope.', 404: 'There is none, or not for who asks.', 409: 'The Idempotency-Key was used for another request, or it is so already.',
  412: 'If-Match names an earlier state: read again.', 413: 'The file is too large.', 422: 'It was understood and cannot be done: not possible now, or something that it names or needs is not there.', 428: 'If-Match is missing.', 429: 'Asked too often; Retry-After says for how long.',
}

const HEADERS = {
  'RateLimit-Policy': { description: 'How many requests in how many seconds.', schema: { type: 'string' } },
  RateLimit: { description: 'How many are left (r), and seconds until the window begins anew (t).', schema: { type: 'string' } },
}

export function openApiDocument(operations: readonly ApiOperation[]): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const operation of operations) (paths[API_ROOT + operation.path] ??= {})[operation.method.toLowerCase()] = describe(operation)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Weisu', version: loadVersion(), license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description: `Alerts of a government hotline and what becomes of them. Programs use tokens (\`weisu tokens add\`), each with scopes, for an account in one of its roles; rows that the role may not see are not there. At most ${API_RATE.limit} requests in ${API_RATE.seconds} s.`,
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }, { session: [] }],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: SCHEMAS,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: `Made by \`weisu tokens add\`. Scopes: ${SCOPES.join(', ')}.` },
        session: { type: 'apiKey', in: 'cookie', name: 'sid', description: 'Who has signed in to the pages; writes from the same site only.' },
      },
    },
  }
}

function describe({ operation, tag, method, path, params = {}, body, fileBytes, reply, success = 200, ifMatch, refusals = [], scope, allow }: ApiOperation): Record<string, unknown> {
  const inPath = new Set([...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!))
  const header = (name: string, required: boolean, description: string): Record<string, unknown> => ({ name, in: 'header', required, description, schema: { type: 'string' } })
  const problem = (status: number): [string, unknown] => [String(status), { description: REFUSALS[status], content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } }]
  const statuses = [400, 401, 403, ...(inPath.size > 0 ? [404] : []), 429, ...(method === 'POST' ? [409, 422] : []), ...refusals]
  return {
    operationId: operation, tags: [tag], summary: t('en', summaryKey({ operation })),
    description: `Scope \`${scope}\`. Roles: ${typeof allow === 'string' ? 'every one' : allow.join(', ')}.`,
    parameters: [
      ...Object.entries(params).map(([name, { schema, description, required }]) => ({ name, in: inPath.has(name) ? 'path' : 'query', required: inPath.has(name) || required === true, description, schema })),
      ...(ifMatch ? [header('If-Match', ifMatch === 'required', 'ETag of it as you saw it, in quotes.')] : []),
      ...(method === 'POST' ? [header('Idempotency-Key', false, 'The same request under the same key is done once and answered alike for a day.')] : []),
    ],
    ...(body ? { requestBody: { required: true, content: fileBytes === undefined ? { 'application/json': { schema: body } } : { 'multipart/form-data': { schema: withFile(body) } } } } : {}),
    responses: {
      [success]: { description: 'Done.', headers: HEADERS, content: { 'application/json': { schema: reply } } },
      ...Object.fromEntries([...new Set(statuses)].sort().map(problem)),
    },
  }
}

/** The shape of a form with its file, which OpenAPI 3.1 leaves without a type. */
export function withFile(body: JsonSchema): object {
  return { ...body, required: [...body.required ?? [], 'file'], properties: { file: { contentMediaType: 'application/octet-stream', description: `One of ${EVIDENCE_ENDINGS.join(' ')}, and what its name says.` }, ...body.properties } }
}
