/**
 * The API of alerts: pages, one alert, its life, what people do with it.
 */
import { Buffer } from 'node:buffer'
import { act, readLife } from '../../pipelines/alert-life/act.ts'
import type { Acted, Actor } from '../../pipelines/alert-life/act.ts'
import { LARGEST_EVIDENCE, storeEvidenceContent } from '../../pipelines/alert-life/evidence.ts'
import type { ActDetail, LifeEvent } from '../../pipelines/alert-life/fold.ts'
import { readAlertLife } from '../../pipelines/alert-life/timeline.ts'
import { alertTag, pageAlerts, readWholeAlert } from '../../pipelines/alert-pages.ts'
import { ACTS, FINDINGS, PARTY_KINDS, RUNGS } from '../../pipelines/alert-state.ts'
import type { Act } from '../../pipelines/alert-state.ts'
import { possibleActs } from '../../pipelines/inbox/acting.ts'
import { LEVELS } from '../../pipelines/levels.ts'
import { KINDS } from '../../pipelines/rules.ts'
import { PipelineError } from '../../core/errors.ts'
import type { JsonSchema } from '../../core/json-schema.ts'
import { readToday } from '../../sql/alert-life.ts'
import { readCursor, writeCursor } from './cursor.ts'
import { ALERT_READERS, refuseStale } from './operation.ts'
import type { ApiCall, ApiOperation, ApiReply, Parameter } from './operation.ts'
import { page, ref } from './schemas.ts'

const text = (maxLength: number): JsonSchema => ({ type: 'string', minLength: 1, maxLength })
const word: JsonSchema = text(200)
export const LIMIT: Parameter = { schema: { type: 'integer', minimum: 1, maximum: 200, default: 50 }, description: 'Items a page.' }
export const CURSOR: Parameter = { schema: { type: 'string', maxLength: 1000 }, description: '`next` of the page before.' }
const ID: Parameter = { schema: { type: 'string', minLength: 1, maxLength: 200 }, description: 'Id of the alert.' }
/** Comments and evidence have operations of their own; an alert absorbs another by its merging. */
const API_ACTS = ACTS.filter((name) => name !== 'add_evidence' && name !== 'absorb' && name !== 'comment')

const DETAIL: JsonSchema = {
  type: 'object', additionalProperties: false, description: 'What the act needs; see docs/alert-life.md.',
  properties: {
    finding: { type: 'string', enum: FINDINGS }, unit: word, from: word, kind: { type: 'string', enum: PARTY_KINDS }, until: { type: 'string', format: 'date' }, into: word, level: { type: 'string', enum: LEVELS },
    rung: { type: 'string', enum: RUNGS }, task: word, text: text(4000), due: { type: 'string', format: 'date' }, kept: { type: 'boolean' }, lead: word, party: word,
    members: { type: 'array', items: word, maxItems: 100 }, present: { type: 'array', items: word, maxItems: 100 }, held: { type: 'string', format: 'date' },
  },
}

export const alertOperations: readonly ApiOperation[] = [
  {
    method: 'GET', path: '/alerts', operation: 'api.alerts.list', tag: 'alerts', allow: ALERT_READERS, scope: 'alerts:read',
    params: {
      level: { schema: { type: 'string', enum: LEVELS }, description: 'Of this level.' }, kind: { schema: { type: 'string', enum: KINDS }, description: 'Of this kind.' },
      status: { schema: { type: 'string', enum: ['open', 'ended'] }, description: 'Open, or ended.' }, unit: { schema: word, description: 'Of which this unit is the lead, the territory or a co-unit.' },
      place: { schema: { type: 'integer', minimum: 1, maximum: 2_147_483_647 }, description: 'At this place (id) or below it.' }, topic: { schema: { type: 'integer', minimum: 1, maximum: 2_147_483_647 }, description: 'Of this topic (id) or below it.' },
      since: { schema: { type: 'string', format: 'date' }, description: 'With a signal on this night or later.' }, limit: LIMIT, cursor: CURSOR,
    },
    reply: page(ref('Alert')), handle: listAlerts,
  },
  {
    method: 'GET', path: '/alerts/{id}', operation: 'api.alerts.get', tag: 'alerts', allow: ALERT_READERS, scope: 'alerts:read', params: { id: ID }, reply: ref('WholeAlert'),
    handle: async (call) => {
      const alert = await readWholeAlert(call.client, call.param('id')!, call.request.locale)
      return { body: alert, headers: { etag: `"${alert.etag}"` } }
    },
  },
  {
    method: 'GET', path: '/alerts/{id}/life', operation: 'api.alerts.life', tag: 'alerts', allow: ALERT_READERS, scope: 'alerts:read', params: { id: ID }, reply: ref('AlertLife'),
    handle: async ({ client, param }) => ({ body: await readAlertLife(client, param('id')!) }),
  },
  {
    method: 'GET', path: '/alerts/{id}/transitions', operation: 'api.alerts.transitions', tag: 'alerts', allow: ALERT_READERS, scope: 'alerts:read', params: { id: ID }, reply: page(ref('Act')),
    handle: async ({ client, param }) => ({ body: { items: (await readLife(client, param('id')!)).events.map(actJson), next: null } }),
  },
  {
    method: 'POST', path: '/alerts/{id}/transitions', operation: 'api.alerts.act', tag: 'alerts', allow: ALERT_READERS, scope: 'alerts:write', success: 201,
    params: { id: ID }, ifMatch: 'required', refusals: [409, 412, 422, 428], reply: ref('Transition'),
    body: {
      type: 'object', required: ['act'], additionalProperties: false,
      properties: { act: { type: 'string', enum: API_ACTS }, why: { type: 'string', maxLength: 4000 }, unit: { ...word, description: 'One of your units; default the first.' }, detail: DETAIL },
    },
    handle: async (call) => perform(call, call.body.act as Act, String(call.body.why ?? ''), () => (call.body.detail ?? {}) as ActDetail),
  },
  {
    method: 'GET', path: '/alerts/{id}/comments', operation: 'api.alerts.comments', tag: 'alerts', allow: ALERT_READERS, scope: 'alerts:read', params: { id: ID }, reply: page(ref('Act')),
    handle: async ({ client, param }) => ({ body: { items: (await readLife(client, param('id')!)).events.filter((event) => event.act === 'comment').map(actJson), next: null } }),
  },
  {
    method: 'POST', path: '/alerts/{id}/comments', operation: 'api.alerts.comment', tag: 'alerts', allow: ALERT_READERS, scope: 'alerts:write', success: 201, params: { id: ID }, ifMatch: 'optional', refusals: [409, 412], reply: ref('Transition'),
    body: { type: 'object', required: ['text'], additionalProperties: false, properties: { text: text(4000), unit: word } },
    handle: async (call) => perform(call, 'comment', String(call.body.text), () => ({})),
  },
  {
    method: 'POST', path: '/alerts/{id}/evidence', operation: 'api.alerts.evidence', tag: 'alerts', allow: ALERT_READERS, scope: 'alerts:write', success: 201, params: { id: ID }, ifMatch: 'required', refusals: [412, 413, 428], reply: ref('Transition'),
    fileBytes: LARGEST_EVIDENCE, body: { type: 'object', additionalProperties: false, properties: { why: { type: 'string', maxLength: 4000 }, unit: { ...word, description: 'One of your units; default the first.' } } },
    handle: addEvidence,
  },
]

async function listAlerts({ client, request, param }: ApiCall): Promise<ApiReply> {
  const cursor = param('cursor')
  const [lastNight, id] = cursor === undefined ? [] : readCursor('alerts', cursor, ['string', 'string']) as [string, string]
  if (lastNight !== undefined && !/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(lastNight)) readCursor('', 'none', [])
  const filter = {
    level: param('level'), kind: param('kind'), status: param('status'), unit: param('unit'), place: param<number>('place'), topic: param<number>('topic'), since: param('since'),
    ...(lastNight === undefined ? {} : { after: { lastNight, id: id! } }),
  }
  const { alerts, more } = await pageAlerts(client, filter, param<number>('limit')!, request.locale)
  const last = alerts.at(-1)
  return { body: { items: alerts, next: more && last ? writeCursor('alerts', [last.last_night, last.id]) : null } }
}

/** Nobody fills the disk with files of alerts that are not theirs, or of a state that is over: the file is stored when all else is well. */
async function addEvidence(call: ApiCall): Promise<ApiReply> {
  const { client, request, file } = call
  const content = Buffer.from(await file!.arrayBuffer())
  return perform(call, 'add_evidence', String(call.body.why ?? ''), async (actor) => {
    const { life } = await readLife(client, call.param('id')!)
    if (!possibleActs(life, actor, await readToday(client), '').includes('add_evidence')) throw new PipelineError('not_allowed', 'not for this role or unit', {})
    return { file: storeEvidenceContent(request.config.dataDir, file!.name, content) }
  })
}

/** The act in the name of who asks, on the state that they saw. @param detailOf  asked when the unit is theirs and the state is that which they saw */
async function perform({ client, request, param, body, ifMatch }: ApiCall, name: Act, why: string, detailOf: (actor: Actor) => ActDetail | Promise<ActDetail>): Promise<ApiReply> {
  const id = param('id')!
  const given = body.unit as string | undefined
  const unit = given ?? request.actor.units[0]
  if (unit === undefined || !request.actor.units.includes(unit)) throw new PipelineError('not_your_unit', `you do not speak for ${unit ?? 'any unit'}`, { unit: unit ?? '–' })
  const actor = { name: request.actor.name, unit, role: request.actor.role }
  const { etag } = await seen(client, id, request.locale)
  if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== etag) refuseStale({ etag })
  const version = ifMatch === undefined || ifMatch === '*' ? null : Number(/^v(\d+)\./.exec(ifMatch)![1])
  const detail = await detailOf(actor)
  const { event, life }: Acted = await act(client, { alertId: id, act: name, actor, version, why, detail, desk: request.config.settings.hotlineUnit })
  const tag = alertTag(life.version, etag.split('.')[1]!)
  return { body: { ...actJson(event), alert_id: id, state: life.state, version: life.version, etag: tag }, headers: { etag: `"${tag}"` } }
}

async function seen(client: ApiCall['client'], id: string, locale: 'zh' | 'en'): Promise<{ etag: string }> {
  const { alerts: [alert] } = await pageAlerts(client, { id }, 1, locale)
  if (!alert) throw new PipelineError('no_such_alert', `no alert has the id ${id}`, { id })
  return alert
}

function actJson({ seq, act: name, before, after, by, unit, role, why, detail, at, knownOn }: LifeEvent): Record<string, unknown> {
  return { number: seq, act: name, before, after, by, unit, role, why, detail, at, known_on: knownOn }
}
