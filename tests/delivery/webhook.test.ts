import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { signWebhook } from '../../jobs/channels/signatures.ts'
import { resendDeliveries } from '../../sql/deliveries.ts'
import { useDatabase } from '../support/database.ts'
import { addNotice, deliver, deliveryStates, emptyStore, NIGHT, STREET, subscribe, WATER } from './city.ts'
import { startReceiver } from './receiver.ts'
import type { Act, Receiver } from './receiver.ts'
import { SELF_SIGNED } from './self-signed.ts'

const db = useDatabase()
const dataDir = mkdtempSync(join(tmpdir(), 'weisu-webhook-'))
const keyFile = join(dataDir, 'hook.key')
const KEY = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const open: Receiver[] = []

beforeEach(async () => {
  await emptyStore(db())
  writeFileSync(keyFile, `${KEY}\n`)
})
afterEach(async () => {
  for (const receiver of open.splice(0)) await receiver.close()
})
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

/** A receiver that a subscription leads to. */
async function hook(act?: Act, given: object = {}, tls?: { key: string, cert: string }): Promise<Receiver> {
  const receiver = await startReceiver(act, tls)
  open.push(receiver)
  await subscribe(db(), { id: 'hook', channel: 'webhook', target: receiver.url, secretRef: `file:${keyFile}`, ...given })
  return receiver
}

const verify = ({ body, headers }: Receiver['posts'][number], key = KEY): unknown => new Webhook(key).verify(body, headers)

test('the vector of Standard Webhooks comes out', () => {
  expect(signWebhook('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, '{"test": 2432232314}'))
    .toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
})

test('one alert is one request that the published library verifies, whatever the number of units', async () => {
  const { posts } = await hook()
  await addNotice(db(), { alert: 'a1', level: 'orange' })
  await addNotice(db(), { alert: 'a1', level: 'orange', unit: STREET })
  expect((await deliver(db(), dataDir)).result).toEqual({ delivered: 2, failed: 0, pending: 0 })
  expect(posts).toHaveLength(1)
  expect(verify(posts[0]!)).toEqual({
    type: 'weisu.alert', timestamp: expect.stringMatching(/^20.*Z$/) as string,
    data: {
      subscription: 'hook', night: NIGHT, fresh: expect.any(Boolean) as boolean,
      alerts: [{
        alert: 'a1', event: 'opened', night: NIGHT, level: 'orange', kind: 'emerging', place: ['City', 'North', 'Willow'], topic: ['Utilities', 'Water'],
        title: expect.stringContaining('Willow') as string, why: expect.stringContaining('7') as string, note: '', since: NIGHT, window_days: 3, callers: 7, callers_so_far: 8, expected: 0.4,
        lead_unit: WATER, territory_unit: null, co_units: [], due_on: '2026-11-25', due_certain: true, told: [WATER, STREET].sort(), unreached: [],
        notices: ['a1-opened-Water Bureau-0', 'a1-opened-Willow Street-0'], url: 'https://weisu.city.example/alerts/a1',
      }],
    },
  })
  expect(() => verify({ ...posts[0]!, body: posts[0]!.body.replace('orange', 'blue') })).toThrow('No matching signature')
  expect(await deliver(db(), dataDir)).toMatchObject({ result: { delivered: 0, failed: 0, pending: 0 } })
  expect(posts).toHaveLength(1)
})

test('500 and then 200: tried again under the same id with the same body, at a new time', async () => {
  let now = Date.now() - 5000
  const { posts } = await hook((response, n) => response.writeHead(n < 2 ? 500 : 200).end())
  await addNotice(db(), { alert: 'a1' })
  expect((await deliver(db(), dataDir, { channel: { now: () => now += 1000 } })).result).toEqual({ delivered: 1, failed: 0, pending: 0 })
  expect(posts).toHaveLength(3)
  for (const post of posts) verify(post)
  expect([new Set(posts.map((it) => it.headers['webhook-id'])).size, new Set(posts.map((it) => it.body)).size, new Set(posts.map((it) => it.headers['webhook-timestamp'])).size]).toEqual([1, 1, 3])
  expect(await deliveryStates(db())).toEqual([{ subscription: 'hook', status: 'delivered', attempts: 3, code: 200, error: null }])
})

test('a receiver that never succeeds: given up after the last pause, visible, and sent again when it is asked for', async () => {
  let broken = true
  const { posts } = await hook((response) => response.writeHead(broken ? 503 : 204).end())
  await addNotice(db(), { alert: 'a1' })
  expect((await deliver(db(), dataDir)).result).toEqual({ delivered: 0, failed: 1, pending: 0 })
  expect(posts).toHaveLength(5) // the first and one after each pause
  const { rows } = await db().query('select status, error from notices')
  expect(rows).toEqual([{ status: 'failed', error: 'HTTP 503' }])
  broken = false
  expect(await resendDeliveries(db(), null, null)).toHaveLength(1)
  expect((await deliver(db(), dataDir)).result).toEqual({ delivered: 1, failed: 0, pending: 0 })
  expect(new Set(posts.map((it) => it.headers['webhook-id'])).size).toBe(1)
})

test.each([301, 302, 307, 308])('%i is a failure and not followed', async (status) => {
  const elsewhere = await startReceiver()
  open.push(elsewhere)
  await hook((response) => response.writeHead(status, { location: elsewhere.url }).end())
  await addNotice(db(), { alert: 'a1' })
  await deliver(db(), dataDir, { options: { retrySeconds: [0.05] } })
  expect(elsewhere.posts).toEqual([])
  expect(await deliveryStates(db())).toMatchObject([{ status: 'dead', code: status, error: `HTTP ${status}, redirects are not followed` }])
})

test('410 disables the subscription; what waits is given up; nothing goes there again', async () => {
  const { posts } = await hook((response) => response.writeHead(410).end())
  await addNotice(db(), { alert: 'a1' })
  await addNotice(db(), { alert: 'a2' })
  await deliver(db(), dataDir)
  expect(posts).toHaveLength(1)
  expect(await db().query('select status, status_reason from subscriptions')).toMatchObject({ rows: [{ status: 'disabled', status_reason: 'HTTP 410' }] })
  expect((await deliveryStates(db())).filter((it) => it.subscription === 'hook')).toMatchObject([{ status: 'dead' }, { status: 'dead' }])
  expect(await db().query('select act, by, reason from subscription_events order by id')).toMatchObject({ rows: [{ act: 'added' }, { act: 'disabled', by: 'weisu', reason: 'HTTP 410' }] })
  await addNotice(db(), { alert: 'a3' })
  await deliver(db(), dataDir)
  expect(posts).toHaveLength(1)
})

test('what arrived before a 410 has arrived', async () => {
  await hook((response, n) => response.writeHead(n < 2 ? 204 : 410).end())
  for (let i = 0; i < 4; i++) await addNotice(db(), { alert: `a${i}` })
  expect((await deliver(db(), dataDir)).result).toEqual({ delivered: 2, failed: 2, pending: 0 })
  expect((await deliveryStates(db())).map((it) => it.status)).toEqual(['delivered', 'delivered', 'dead', 'dead'])
})

test('Retry-After is obeyed where it is longer than the pause', async () => {
  await hook((response) => response.writeHead(429, { 'retry-after': '120' }).end())
  await addNotice(db(), { alert: 'a1' })
  expect((await deliver(db(), dataDir)).result).toEqual({ delivered: 0, failed: 0, pending: 1 })
  const { rows } = await db().query<{ wait: number, hold: number }>(
    `select extract(epoch from d.next_at - d.tried_at)::float8 as wait, extract(epoch from s.hold_until - d.tried_at)::float8 as hold from deliveries d join subscriptions s on s.id = d.subscription_id`)
  expect(rows[0]!.wait).toBeCloseTo(120, 0)
  expect(rows[0]!.hold).toBeCloseTo(120, 0)
})

const BAD: Record<string, [Act, RegExp]> = {
  'an answer that trickles': [(response) => trickle(response), /no whole answer within 0.3 s/],
  'no answer': [() => {}, /no whole answer within 0.3 s/],
  'a connection that breaks': [(response) => response.socket?.destroy(), /socket hang up|ECONNRESET/],
  'a connection that is reset': [(response) => response.socket?.resetAndDestroy(), /ECONNRESET|socket hang up/],
}

test.each(Object.keys(BAD))('%s is a failure within the time limit', async (name) => {
  const [act, error] = BAD[name]!
  await hook(act)
  await addNotice(db(), { alert: 'a1' })
  const began = performance.now()
  await deliver(db(), dataDir, { channel: { timeoutMs: 300 }, options: { retrySeconds: [] } })
  expect(performance.now() - began).toBeLessThan(5000)
  expect(await deliveryStates(db())).toMatchObject([{ status: 'dead', code: null, error: expect.stringMatching(error) as string }])
})

function trickle(response: ServerResponse): void {
  response.writeHead(200)
  const timer = setInterval(() => response.write('.'), 20)
  response.on('close', () => clearInterval(timer))
}

test('of an endless answer 64 KB are read', async () => {
  let written = 0
  await hook((response) => {
    response.writeHead(200)
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536))) written += 65_536
    }
    response.on('drain', more)
    response.on('error', () => {})
    more()
  })
  await addNotice(db(), { alert: 'a1' })
  expect((await deliver(db(), dataDir)).result.delivered).toBe(1) // the status decided; the rest was not waited for
  expect(written).toBeLessThan(20_000_000)
})

test('a certificate that nobody vouches for is refused', async () => {
  const { posts } = await hook(undefined, {}, SELF_SIGNED)
  await addNotice(db(), { alert: 'a1' })
  await deliver(db(), dataDir, { options: { retrySeconds: [] } })
  expect(posts).toEqual([])
  expect(await deliveryStates(db())).toMatchObject([{ status: 'dead', error: expect.stringContaining('self-signed certificate') as string }])
})

test('a receiver that hangs holds no other up', async () => {
  await hook(() => {})
  const good = await startReceiver()
  open.push(good)
  await subscribe(db(), { id: 'good', channel: 'webhook', target: good.url, secretRef: `file:${keyFile}` })
  for (let i = 0; i < 5; i++) await addNotice(db(), { alert: `a${i}` })
  await deliver(db(), dataDir, { channel: { timeoutMs: 1500 }, options: { retrySeconds: [60], timeoutMs: 2500 }, queue: true })
  expect(good.posts).toHaveLength(5)
  expect((await deliveryStates(db())).map((it) => `${it.subscription} ${it.status}`).sort()).toEqual([
    ...Array.from({ length: 5 }, () => 'good delivered'), 'hook failed', ...Array.from({ length: 4 }, () => 'hook pending')])
})

test('a message that is too long for its receiver does not hold the next one up', async () => {
  const { posts } = await hook((response, _, { body }) => response.writeHead(body.includes('"a1"') ? 413 : 204).end())
  await addNotice(db(), { alert: 'a1' })
  await addNotice(db(), { alert: 'a2' })
  await deliver(db(), dataDir, { options: { retrySeconds: [60] } })
  expect(posts).toHaveLength(2)
  expect(await deliveryStates(db())).toMatchObject([{ status: 'failed', code: 413 }, { status: 'delivered' }])
})

test('a secret may be replaced while Weisu runs: with both in the file either verifies', async () => {
  const next = `whsec_${Buffer.alloc(32, 9).toString('base64')}`
  const { posts } = await hook()
  writeFileSync(keyFile, `${KEY} ${next}\n`)
  await addNotice(db(), { alert: 'a1' })
  await deliver(db(), dataDir)
  verify(posts[0]!)
  verify(posts[0]!, next)
  writeFileSync(keyFile, next)
  await addNotice(db(), { alert: 'a2' })
  await deliver(db(), dataDir)
  verify(posts[1]!, next)
  expect(() => verify(posts[1]!)).toThrow('No matching signature')
})

test('secrets stand in no log line, no error, no row of deliveries', async () => {
  const receiver = await startReceiver((response) => response.socket?.destroy())
  open.push(receiver)
  process.env.WEISU_TEST_HOOK = `${receiver.url}/tok-5ecret-abc?access_token=very-s3cret-token`
  await subscribe(db(), { id: 'hook', channel: 'webhook', target: 'env:WEISU_TEST_HOOK', secretRef: `file:${keyFile}` })
  await subscribe(db(), { id: 'robot', channel: 'dingtalk', target: 'env:WEISU_TEST_HOOK', secretRef: `file:${keyFile}` })
  await addNotice(db(), { alert: 'a1' })
  const { log } = await deliver(db(), dataDir, { options: { retrySeconds: [0.05] } })
  delete process.env.WEISU_TEST_HOOK
  expect(log.length).toBeGreaterThan(3)
  const { rows } = await db().query('select * from deliveries')
  const said = JSON.stringify([log, rows, (await db().query('select * from subscriptions')).rows])
  for (const secret of ['5ecret', 's3cret', KEY, KEY.slice(6)]) expect(said).not.toContain(secret)
})

test('a secret that is gone or no secret is a failure that names its place alone', async () => {
  await hook()
  await addNotice(db(), { alert: 'a1' })
  rmSync(keyFile)
  await deliver(db(), dataDir, { options: { retrySeconds: [] } })
  expect(await deliveryStates(db())).toMatchObject([{ status: 'dead', error: `no secret at file:${keyFile}` }])
})

test('CloudEvents and Alertmanager get their own shapes, signed like the rest', async () => {
  const clouds = await hook(undefined, { format: 'cloudevents' })
  const manager = await startReceiver()
  open.push(manager)
  await subscribe(db(), { id: 'manager', channel: 'webhook', target: manager.url, secretRef: `file:${keyFile}`, format: 'alertmanager' })
  await addNotice(db(), { alert: 'a1', level: 'orange' })
  await addNotice(db(), { alert: 'a2', reason: 'ended' })
  await deliver(db(), dataDir)
  const event = verify(clouds.posts[0]!) as Record<string, unknown>
  expect(clouds.posts[0]!.headers['content-type']).toBe('application/cloudevents+json')
  expect(event).toMatchObject({
    specversion: '1.0', id: clouds.posts[0]!.headers['webhook-id'], source: 'https://weisu.city.example', type: 'weisu.alert.opened', subject: 'a1', datacontenttype: 'application/json',
    data: { alerts: [{ alert: 'a1', level: 'orange' }] },
  })
  const [fires, ends] = manager.posts.map((it) => verify(it) as Record<string, unknown>)
  expect(fires).toMatchObject({
    version: '4', status: 'firing', receiver: 'manager', truncatedAlerts: 0, groupLabels: { alertname: 'weisu' },
    alerts: [{ status: 'firing', fingerprint: 'a1', labels: { alertname: 'weisu', severity: 'orange', place: 'City/North/Willow', unit: WATER }, endsAt: '0001-01-01T00:00:00Z', generatorURL: 'https://weisu.city.example/alerts/a1' }],
  })
  expect(ends).toMatchObject({ status: 'resolved', alerts: [{ status: 'resolved', fingerprint: 'a2' }] })
})
