/**
 * The API of subscriptions: who is told what where. Secrets are named by where they are found, targets by their host.
 */
import { createHash } from 'node:crypto'
import { BadInputError } from '../../core/errors.ts'
import { addSubscriptionIn, changeSubscriptionIn, findSubscription, subscriptionJson } from '../../jobs/delivery/subscribe.ts'
import { LEVELS } from '../../pipelines/levels.ts'
import { KINDS } from '../../pipelines/rules.ts'
import { CHANNELS, FORMATS, lockSubscription, readSubscription, readSubscriptions, SUBSCRIPTION_STATES } from '../../sql/subscriptions.ts'
import type { ChannelName, Format, Subscription } from '../../sql/subscriptions.ts'
import { readStoreFacts } from '../../sql/store-facts.ts'
import { isOwnSecret, secretsDir } from '../own-secrets.ts'
import { refuseStale } from './operation.ts'
import type { ApiCall, ApiOperation, ApiReply } from './operation.ts'
import { asJson, page, ref } from './schemas.ts'

const READERS = ['admin', 'batch_operator', 'supervisor', 'analyst'] as const
const word = { type: 'string', minLength: 1, maxLength: 500 } as const
const words = { type: 'array', items: word, maxItems: 100 } as const
const hour = { type: 'string', pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' } as const

const ID = { schema: word, description: 'Id of the subscription.' } as const

export const subscriptionOperations: readonly ApiOperation[] = [
  {
    method: 'GET', path: '/subscriptions', operation: 'api.subscriptions.list', tag: 'subscriptions', allow: READERS, scope: 'subscriptions:read', reply: page(ref('Subscription')),
    handle: async ({ client }) => ({ body: { items: (await readSubscriptions(client)).map((row) => asJson(subscriptionJson(row))), next: null } }),
  },
  {
    method: 'GET', path: '/subscriptions/{id}', operation: 'api.subscriptions.get', tag: 'subscriptions', allow: READERS, scope: 'subscriptions:read', params: { id: ID }, reply: ref('Subscription'),
    handle: async ({ client, param }) => told(await findSubscription(client, param('id')!)),
  },
  {
    method: 'POST', path: '/subscriptions', operation: 'api.subscriptions.add', tag: 'subscriptions', allow: ['admin'], scope: 'subscriptions:write', success: 201, refusals: [409], reply: ref('Subscription'),
    body: {
      type: 'object', required: ['channel', 'to'], additionalProperties: false,
      properties: {
        channel: { type: 'string', enum: CHANNELS }, to: { ...word, description: 'Address or URL, or where it is found: env:NAME, file:/path. Robots: where it is found alone.' }, secret: { type: 'string', pattern: '^(env|file):.{1,500}$', description: 'Where the signing secret is found.' },
        format: { type: 'string', enum: FORMATS }, units: words, places: words, topics: words, kinds: { type: 'array', items: { type: 'string', enum: KINDS }, maxItems: 3 }, level: { type: 'string', enum: LEVELS },
        at: { type: 'array', items: hour, maxItems: 24 }, empty_digest: { type: 'boolean' }, quiet_hours: { type: 'string', pattern: '^[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]$' }, urgent_level: { type: 'string', enum: LEVELS },
        time_zone: word, language: { type: 'string', enum: ['zh', 'en'] }, reason: { type: 'string', maxLength: 500 },
      },
    },
    handle: add,
  },
  {
    method: 'POST', path: '/subscriptions/{id}/state', operation: 'api.subscriptions.state', tag: 'subscriptions', allow: ['admin'], scope: 'subscriptions:write', params: { id: ID }, ifMatch: 'required', refusals: [412, 428], reply: ref('Subscription'),
    body: {
      type: 'object', required: ['status', 'reason'], additionalProperties: false,
      properties: { status: { type: 'string', enum: SUBSCRIPTION_STATES, description: 'What is removed stays so.' }, reason: { type: 'string', minLength: 1, maxLength: 300 } },
    },
    handle: change,
  },
]

function told(row: Subscription): ApiReply {
  const body = asJson(subscriptionJson(row))
  return { body, headers: { etag: `"${createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, 22)}"` } }
}

/** What waits for one that stops is given up; its notices are settled by the next sweep of the service. */
async function change({ client, request, param, body, ifMatch }: ApiCall): Promise<ApiReply> {
  const id = param('id')!
  await lockSubscription(client, id)
  const row = await findSubscription(client, id)
  if (ifMatch !== '*' && told(row).headers!.etag !== `"${ifMatch}"`) refuseStale({ status: row.status })
  await changeSubscriptionIn(client, id, body.status as Subscription['status'], request.actor.name, String(body.reason))
  return told((await readSubscription(client, id))!)
}

async function add({ client, request, body }: ApiCall): Promise<ApiReply> {
  const texts = (name: string): string[] | undefined => body[name] as string[] | undefined
  const word = (name: string): string | undefined => body[name] as string | undefined
  for (const name of ['to', 'secret']) if (!isOwnSecret(request.config, word(name) ?? '')) throw new BadInputError('secret_not_ours', `${name} names what is not set aside for it`, { name, dir: `${secretsDir(request.config)}/` })
  const { subscription } = await addSubscriptionIn(client, request.config, {
    channel: body.channel as ChannelName, to: body.to as string, secret: word('secret'), format: body.format as Format | undefined, units: texts('units'), places: texts('places'), topics: texts('topics'), kinds: texts('kinds'),
    level: word('level'), at: texts('at'), emptyDigest: (body.empty_digest ?? true) as boolean, quietHours: word('quiet_hours'), urgent: word('urgent_level'),
    timeZone: word('time_zone') ?? (await readStoreFacts(client)).timeZone ?? 'Asia/Shanghai', language: (body.language ?? request.locale) as 'zh' | 'en', by: request.actor.name, reason: word('reason'),
  })
  return told(subscription)
}
