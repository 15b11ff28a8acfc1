/**
 * All operations of the API, and the routes that serve them and their document.
 */
import type { Route } from '../route.ts'
import { alertOperations } from './alerts.ts'
import { docsPage } from './docs-page.ts'
import { openApiDocument } from './document.ts'
import { toRoute } from './operation.ts'
import type { ApiOperation } from './operation.ts'
import { registryOperations } from './registry.ts'
import { routingOperations } from './routing.ts'
import { runOperations } from './runs.ts'
import { subscriptionOperations } from './subscriptions.ts'

export const API_OPERATIONS: readonly ApiOperation[] = [...alertOperations, ...routingOperations, ...subscriptionOperations, ...runOperations, ...registryOperations]

/** The document, written at its first use: it is the same as long as the program runs. */
let told: string | undefined

export const apiRoutes: readonly Route[] = [
  ...API_OPERATIONS.map(toRoute),
  {
    method: 'GET', path: '/api/openapi.json', operation: 'api.document', allow: 'anyone',
    handle: () => new Response(told ??= JSON.stringify(openApiDocument(API_OPERATIONS)), { headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'public, max-age=300' } }),
  },
  { method: 'GET', path: '/api/docs', operation: 'api.docs', allow: 'anyone', handle: (request) => docsPage(request, API_OPERATIONS) },
]
