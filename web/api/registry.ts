/**
 * The API of registers: units, places, topics, and how fresh the sources are.
 */
import { localDay, parseDay } from '../../core/days.ts'
import { listSources } from '../../pipelines/ingest/import.ts'
import { readPlacePage, readTopicPage, readUnitPage } from '../../sql/registry-pages.ts'
import { CURSOR, LIMIT } from './alerts.ts'
import { readCursor, writeCursor } from './cursor.ts'
import type { ApiCall, ApiOperation, ApiReply } from './operation.ts'
import { page, ref } from './schemas.ts'

const PARENT = { schema: { type: 'integer', minimum: 1, maximum: 2_147_483_647 }, description: 'Directly below this one (id).' } as const

export const registryOperations: readonly ApiOperation[] = [
  {
    method: 'GET', path: '/units', operation: 'api.units.list', tag: 'registry', allow: 'signed-in', scope: 'registry:read', params: { limit: LIMIT, cursor: CURSOR }, reply: page(ref('Unit')),
    handle: (call) => byId(call, 'units', (after, limit) => readUnitPage(call.client, after, limit)),
  },
  {
    method: 'GET', path: '/places', operation: 'api.places.list', tag: 'registry', allow: 'signed-in', scope: 'registry:read',
    params: { parent: PARENT, kind: { schema: { type: 'string', maxLength: 50 }, description: 'Of this kind, such as district or compound.' }, limit: LIMIT, cursor: CURSOR }, reply: page(ref('Place')),
    handle: (call) => byId(call, 'places', (after, limit) => readPlacePage(call.client, { parent: call.param<number>('parent'), kind: call.param('kind'), after }, limit)),
  },
  {
    method: 'GET', path: '/topics', operation: 'api.topics.list', tag: 'registry', allow: 'signed-in', scope: 'registry:read', params: { parent: PARENT, limit: LIMIT, cursor: CURSOR }, reply: page(ref('Topic')),
    handle: (call) => byId(call, 'topics', (after, limit) => readTopicPage(call.client, { parent: call.param<number>('parent'), after }, limit)),
  },
  {
    method: 'GET', path: '/sources', operation: 'api.sources.list', tag: 'registry', allow: 'signed-in', scope: 'registry:read', reply: page(ref('Source')),
    handle: async ({ client }) => ({
      body: {
        items: (await listSources(client)).map((row) => ({
          name: row.name, preset: row.preset, city: row.city, country: row.country, time_zone: row.timeZone, tickets: row.tickets, batches: row.batches, rejected: row.rejected, first_day: row.firstDay, last_day: row.lastDay, last_import_at: row.lastImportAt,
          behind_days: row.lastDay === null ? null : Math.max(0, localDay(Date.now(), row.timeZone) - 1 - parseDay(row.lastDay)),
        })), next: null,
      },
    }),
  },
]

async function byId(call: ApiCall, list: string, read: (after: number, limit: number) => Promise<readonly { id: number }[]>): Promise<ApiReply> {
  const cursor = call.param('cursor')
  const after = cursor === undefined ? 0 : Math.min(2_147_483_647, Math.max(0, readCursor(list, cursor, ['number'])[0] as number))
  const limit = call.param<number>('limit')!
  const rows = await read(after, limit + 1)
  const shown = rows.slice(0, limit)
  return { body: { items: shown, next: rows.length > limit ? writeCursor(list, [shown.at(-1)!.id]) : null } }
}
