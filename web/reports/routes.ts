/**
 * Routes of the hotspot reports.
 */
import { PERIODS } from '../../pipelines/reports/period.ts'
import { PipelineError } from '../../core/errors.ts'
import { redirect } from '../reply.ts'
import type { Route } from '../route.ts'
import { behindPage } from './behind.ts'
import { exportReport } from './export.ts'
import { PART_PAGES, REPORT_READERS } from './frame.ts'
import { partPage } from './parts.ts'
import { periodPage, tablePage } from './period.ts'

export const reportRoutes: readonly Route[] = [
  { method: 'GET', path: '/reports', operation: 'reports.home', allow: REPORT_READERS, handle: () => redirect('/reports/week') },
  {
    method: 'GET', path: '/reports/:page', operation: 'reports.page', allow: REPORT_READERS,
    handle: (request) => {
      const name = request.param('page')
      const period = PERIODS.find((one) => one === name)
      if (period) return periodPage(request, period)
      const part = PART_PAGES.find((one) => one === name)
      if (part) return partPage(request, part)
      throw new PipelineError('no_such_page', 'no such page', {})
    },
  },
  { method: 'GET', path: '/reports/:period/tickets', operation: 'reports.tickets', allow: REPORT_READERS, handle: behindPage },
  { method: 'GET', path: '/reports/:period/table', operation: 'reports.table', allow: REPORT_READERS, handle: tablePage },
  { method: 'GET', path: '/reports/:period/export', operation: 'reports.export', allow: REPORT_READERS, handle: exportReport },
]
