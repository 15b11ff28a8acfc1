/**
 * The API of subscriptions: who is told what where. Secrets are named by where they are found, targets by their host.
 */
import { BadInputError } from '../../core/errors.ts'
import { addSubscriptionIn, subscriptionJson } from '../../jobs/delivery/subscribe.ts'
import { LEVELS } from '../../pipelines/levels.ts'
import { KINDS } from '../../pipelines/rules.ts'
import { CHANNELS, FORMATS, readSubscription, readSubscriptions } from '../../sql/subscriptions.ts'
import type { ChannelName, Format } from '../../sql/subscriptions.ts'
import { readStoreFacts } from '../../sql/store-facts.ts'
import type { ApiCall, ApiOperation } from './operation.ts'
import { asJson, page, ref } from './schemas.ts'

const READERS = ['admin', 'batch_operator', 'supervisor', 'analyst'] as const
const word = { type: 'string', minLength: 1, maxLength: 500 } as const
const words = { type: 'array', items: word, maxItems: 100 } as const
const hour = { type: 'string', pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' } as const

export const subscriptionOperations: readonly ApiOperation[] = [
  {
    method: 'GET', path: '/subscriptions', operation: 'api.subscriptions.list', tag: 'subscriptions', allow: READERS, scope: 'subscriptions:read', reply: page(ref('Subscription')),
    handle: async ({ client }) => ({ body: { items: (await readSubscriptions(client)).map((row) => asJson(subscriptionJson(row))), next: null } }),
  },
  {
    method: 'GET', path: '/subscriptions/{id}', operation: 'api.subscriptions.get', tag: 'subscriptions', allow: READERS, scope: 'subscriptions:read', params: { id: { schema: word, description: 'Id of the subscription.' } }, reply: ref('Subscription'),
    handle: async ({ client, param }) => {
      const row = await readSubscription(client, param('id')!)
      if (!row || row.status === 'removed') throw new BadInputError('no_such_subscription', `no subscription has the id ${param('id')}`, { id: param('id') })
      return { body: asJson(subscriptionJson(row)) }
    },
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
]

async function add({ client, request, body }: ApiCall): Promise<{ body: unknown }> {
  const texts = (name: string): string[] | undefined => body[name] as string[] | undefined
  const word = (name: string): string | undefined => body[name] as string | undefined
  const { subscription } = await addSubscriptionIn(client, request.config, {
    channel: body.channel as ChannelName, to: body.to as string, secret: word('secret'), format: body.format as Format | undefined, units: texts('units'), places: texts('places'), topics: texts('topics'), kinds: texts('kinds'),
    level: word('level'), at: texts('at'), emptyDigest: (body.empty_digest ?? true) as boolean, quietHours: word('quiet_hours'), urgent: word('urgent_level'),
    timeZone: word('time_zone') ?? (await readStoreFacts(client)).timeZone ?? 'Asia/Shanghai', language: (body.language ?? request.locale) as 'zh' | 'en', by: request.actor.name, reason: word('reason'),
  })
  return { body: asJson(subscriptionJson(subscription)) }
}
