/**
 * The operators' pages and forms.
 */
import type { Route } from '../route.ts'
import { backfill, cancel, errandState, showBackfill, showErrand, showErrands } from './errand-page.ts'
import { showHome } from './home.ts'
import { showOutbox } from './outbox-page.ts'
import { OPERATORS, READERS } from './parts.ts'
import { showRuns } from './run-list.ts'
import { rerun, retry, showRun } from './run-page.ts'
import { downloadRejects, showRejects, showSource, showSources } from './source-pages.ts'

const ROUTES: readonly Route[] = [
  { method: 'GET', path: '/operations', operation: 'operations.home', allow: READERS, handle: showHome },
  { method: 'GET', path: '/operations/runs', operation: 'operations.runs', allow: READERS, handle: showRuns },
  { method: 'GET', path: '/operations/runs/:night', operation: 'operations.run', allow: READERS, handle: showRun },
  { method: 'POST', path: '/operations/runs/:night/rerun', operation: 'operations.rerun', allow: OPERATORS, handle: rerun },
  { method: 'POST', path: '/operations/due/:night/retry', operation: 'operations.retry', allow: OPERATORS, handle: retry },
  { method: 'GET', path: '/operations/backfill', operation: 'operations.backfill.form', allow: OPERATORS, handle: showBackfill },
  { method: 'POST', path: '/operations/backfill', operation: 'operations.backfill', allow: OPERATORS, handle: backfill },
  { method: 'GET', path: '/operations/errands', operation: 'operations.errands', allow: READERS, handle: showErrands },
  { method: 'GET', path: '/operations/errands/:id', operation: 'operations.errand', allow: READERS, handle: showErrand },
  { method: 'GET', path: '/operations/errands/:id/state', operation: 'operations.errand.state', allow: READERS, handle: errandState },
  { method: 'POST', path: '/operations/errands/:id/cancel', operation: 'operations.cancel', allow: OPERATORS, handle: cancel },
  { method: 'GET', path: '/operations/sources', operation: 'operations.sources', allow: READERS, handle: showSources },
  { method: 'GET', path: '/operations/sources/:id', operation: 'operations.source', allow: READERS, handle: showSource },
  { method: 'GET', path: '/operations/batches/:id', operation: 'operations.rejects', allow: OPERATORS, handle: showRejects },
  { method: 'GET', path: '/operations/batches/:id/rejects.csv', operation: 'operations.rejects.csv', allow: OPERATORS, handle: downloadRejects },
  { method: 'GET', path: '/operations/outbox', operation: 'operations.outbox', allow: READERS, handle: showOutbox },
]

/** Every change here writes its own line to the audit (audited()). */
export const operationsRoutes: readonly Route[] = ROUTES.map((route) => ({ ...route, ownNote: true }))
