/**
 * The API of nights: the ledger of runs, and the tables of a night's report.
 */
import { BadInputError } from '../../core/errors.ts'
import { LEVELS } from '../../pipelines/levels.ts'
import { readReportTables } from '../../pipelines/report/tables.ts'
import { storedDocument } from '../../pipelines/reports/compute.ts'
import { PERIODS } from '../../pipelines/reports/period.ts'
import type { Period } from '../../sql/reports.ts'
import { readAlerts } from '../../sql/alerts.ts'
import { findRun, listRuns, readRunSteps } from '../../sql/run-list.ts'
import type { RunRow } from '../../sql/run-list.ts'
import { REPORT_READERS } from '../reports/frame.ts'
import { CURSOR, LIMIT } from './alerts.ts'
import { readCursor, writeCursor } from './cursor.ts'
import type { ApiCall, ApiOperation } from './operation.ts'
import { asJson, NIGHT, page, ref, snakeKeys } from './schemas.ts'

const NIGHT_PARAM = { schema: NIGHT, description: 'The night, YYYY-MM-DD.' } as const
/** As on the pages of operations. */
const RUN_READERS = ['analyst', 'supervisor', 'batch_operator', 'admin'] as const

export const runOperations: readonly ApiOperation[] = [
  {
    method: 'GET', path: '/runs', operation: 'api.runs.list', tag: 'runs', allow: RUN_READERS, scope: 'runs:read', params: { limit: LIMIT, cursor: CURSOR }, reply: page(ref('Run')),
    handle: async (call) => {
      const { rows, next } = await nights(call, 'runs')
      return { body: { items: asJson(rows), next } }
    },
  },
  {
    method: 'GET', path: '/runs/{night}', operation: 'api.runs.get', tag: 'runs', allow: RUN_READERS, scope: 'runs:read', params: { night: NIGHT_PARAM }, reply: ref('WholeRun'),
    handle: async ({ client, param }) => {
      const run = await findRun(client, param('night')!)
      if (!run) throw new BadInputError('no_such_night', `night ${param('night')} has not run`, { night: param('night') })
      return { body: asJson({ ...run, steps: await readRunSteps(client, run.night) }) }
    },
  },
  {
    method: 'GET', path: '/reports', operation: 'api.reports.list', tag: 'reports', allow: REPORT_READERS, scope: 'reports:read', params: { limit: LIMIT, cursor: CURSOR }, reply: page(ref('ReportNight')),
    handle: async (call) => {
      const { rows, next } = await nights(call, 'reports', 'succeeded')
      return { body: { items: asJson(rows.map(({ night, finished_at, opened, ended, active }) => ({ night, finished_at, opened, ended, active }))), next } }
    },
  },
  {
    method: 'GET', path: '/reports/{night}', operation: 'api.reports.get', tag: 'reports', allow: REPORT_READERS, scope: 'reports:read', params: { night: NIGHT_PARAM }, reply: ref('Report'),
    handle: async ({ client, param }) => {
      const tables = await readReportTables(client, param('night')!)
      const levels = Map.groupBy(await readAlerts(client, tables.night, false), (alert) => alert.level)
      return { body: asJson({ ...tables, levels: Object.fromEntries(LEVELS.map((level) => [level, levels.get(level)?.length ?? 0])) }) }
    },
  },
  {
    method: 'GET', path: '/reports/{period}/{night}', operation: 'api.reports.period', tag: 'reports', allow: REPORT_READERS, scope: 'reports:read',
    params: { period: { schema: { type: 'string', enum: PERIODS }, description: 'The night’s day, its week or its month so far.' }, night: NIGHT_PARAM }, reply: ref('PeriodReport'),
    handle: async ({ client, param }) => {
      const document = await storedDocument(client, param('night')!, param<Period>('period')!)
      if (!document) throw new BadInputError('no_such_night', `night ${param('night')} has no report`, { night: param('night') })
      return { body: snakeKeys(document) }
    },
  },
]

async function nights({ client, param }: ApiCall, list: string, status?: string): Promise<{ rows: RunRow[], next: string | null }> {
  const cursor = param('cursor')
  const [before] = cursor === undefined ? [] : readCursor(list, cursor, ['string']) as [string]
  if (before !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(before)) throw new BadInputError('bad_cursor', 'the cursor is none of this list', {})
  const limit = param<number>('limit')!
  const rows = await listRuns(client, limit + 1, before, status)
  const shown = rows.slice(0, limit)
  return { rows: shown, next: rows.length > limit ? writeCursor(list, [shown.at(-1)!.night]) : null }
}
