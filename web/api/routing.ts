/**
 * The API of routing: who owns what and why, the versions of the rules, silences.
 */
import { formatDay, parseDay } from '../../core/days.ts'
import { BadInputError } from '../../core/errors.ts'
import { readLife } from '../../pipelines/alert-life/act.ts'
import { LEVELS } from '../../pipelines/levels.ts'
import type { Level } from '../../pipelines/levels.ts'
import { readAlertRouting } from '../../pipelines/routing/alert-routing.ts'
import { explainRoute } from '../../pipelines/routing/explain.ts'
import { addSilence, expireSilence, listSilences } from '../../pipelines/routing/silences.ts'
import { listRoutingVersions } from '../../pipelines/routing/versions.ts'
import { KINDS } from '../../pipelines/rules.ts'
import type { Kind } from '../../pipelines/rules.ts'
import { readToday } from '../../sql/alert-life.ts'
import { ALERT_READERS } from './operation.ts'
import type { ApiCall, ApiOperation } from './operation.ts'
import { page, ref } from './schemas.ts'

const DESK = ['analyst', 'supervisor', 'admin'] as const
const path = { type: 'string', minLength: 1, maxLength: 500 } as const
const reason = { type: 'string', minLength: 1, maxLength: 1000 } as const
const ID = { schema: { type: 'string', pattern: '^[0-9]{1,18}$' }, description: 'Id of the silence.' } as const

export const routingOperations: readonly ApiOperation[] = [
  {
    method: 'GET', path: '/alerts/{id}/routing', operation: 'api.routing.alert', tag: 'routing', allow: ALERT_READERS, scope: 'routing:read',
    params: { id: { schema: { type: 'string', minLength: 1, maxLength: 200 }, description: 'Id of the alert.' } }, reply: { type: 'object', required: ['routing', 'places'], properties: { routing: { type: ['object', 'null'], additionalProperties: true }, places: { type: 'array', items: { type: 'object', additionalProperties: true } } }, additionalProperties: false },
    handle: async ({ client, param }) => {
      await readLife(client, param('id')!) // refuses an alert that is not there, or not for who asks
      return { body: await readAlertRouting(client, param('id')!) }
    },
  },
  {
    method: 'GET', path: '/routing/explain', operation: 'api.routing.explain', tag: 'routing', allow: ALERT_READERS, scope: 'routing:read', refusals: [422],
    params: {
      alert: { schema: path, description: 'Id of an alert; or place and topic.' }, place: { schema: path, description: 'A place: its name or path.' }, topic: { schema: path, description: 'A topic: its name or path.' },
      date: { schema: { type: 'string', format: 'date' }, description: 'By the rules of this night; default the last.' },
    },
    reply: ref('Route'),
    handle: async ({ client, request, param }) => {
      const [alert, place, topic, date] = [param('alert'), param('place'), param('topic'), param('date')]
      if (alert === undefined ? place === undefined || topic === undefined : place !== undefined || topic !== undefined) {
        throw new BadInputError('bad_request', 'alert, or place and topic', { faults: [{ pointer: 'alert', problem: 'expected alert, or place and topic' }] })
      }
      return { body: await explainRoute(client, request.config.settings.hotlineUnit, alert === undefined ? { place: place!, topic: topic!, date } : { alert, date }) }
    },
  },
  {
    method: 'GET', path: '/routing/versions', operation: 'api.routing.versions', tag: 'routing', allow: ALERT_READERS, scope: 'routing:read', reply: page(ref('RoutingVersion')),
    handle: async ({ client }) => ({ body: { items: await listRoutingVersions(client), next: null } }),
  },
  {
    method: 'GET', path: '/silences', operation: 'api.silences.list', tag: 'routing', allow: ALERT_READERS, scope: 'routing:read', reply: page(ref('Silence')),
    handle: async ({ client }) => ({ body: { items: await listSilences(client, await readToday(client)), next: null } }),
  },
  {
    method: 'POST', path: '/silences', operation: 'api.silences.add', tag: 'routing', allow: DESK, scope: 'routing:write', success: 201, refusals: [409], reply: ref('Silence'),
    body: {
      type: 'object', required: ['to', 'reason'], additionalProperties: false,
      properties: {
        place: { ...path, description: 'Name or path; all below it, too.' }, topic: path, kind: { type: 'string', enum: KINDS }, unit: { ...path, description: 'Lead unit.' },
        level: { type: 'string', enum: LEVELS, description: 'Highest level of which nobody is told; default orange.' }, to: { type: 'string', format: 'date', description: 'Last night.' }, reason,
      },
    },
    handle: async (call) => {
      const { client, body } = call
      return {
        body: await addSilence(client, {
          place: body.place as string | undefined, topic: body.topic as string | undefined, kind: body.kind as Kind | undefined, unit: body.unit as string | undefined, level: (body.level ?? 'orange') as Level,
          reason: body.reason as string, knownOn: await readToday(client), until: formatDay(parseDay(body.to as string) + 1),
        }, doer(call)),
      }
    },
  },
  {
    method: 'POST', path: '/silences/{id}/end', operation: 'api.silences.end', tag: 'routing', allow: DESK, scope: 'routing:write', params: { id: ID }, refusals: [409], reply: ref('Silence'),
    body: { type: 'object', required: ['reason'], additionalProperties: false, properties: { reason } },
    handle: async (call) => ({ body: await expireSilence(call.client, call.param('id')!, await readToday(call.client), call.body.reason as string, doer(call)) }),
  },
]

function doer({ request: { actor } }: ApiCall): { by: string, unit: string, role: string } {
  return { by: actor.name, unit: actor.units[0] ?? '', role: actor.role }
}
