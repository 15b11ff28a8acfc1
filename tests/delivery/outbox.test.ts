import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { SILENT } from '../../core/log.ts'
import { createQueues } from '../../jobs/queues.ts'
import { createNightSchema, dropNightSchema } from '../../sql/night-tables.ts'
import { resendDeliveries, takeBundles } from '../../sql/deliveries.ts'
import { readStoreId } from '../../sql/schedule.ts'
import { describeBackends } from '../jobs/backends.ts'
import { useDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { addNotice, deliver, deliveryStates, emptyStore, HOTLINE, NIGHT, STREET, subscribe, WATER } from './city.ts'
import { startReceiver } from './receiver.ts'
import type { Act, Receiver } from './receiver.ts'

const db = useDatabase()
const dataDir = mkdtempSync(join(tmpdir(), 'weisu-outbox-'))
const KEY = `whsec_${Buffer.alloc(32, 5).toString('base64')}`
const keyFile = join(dataDir, 'hook.key')
const open: Receiver[] = []

beforeEach(async () => {
  await emptyStore(db())
  rmSync(`${dataDir}/notices`, { recursive: true, force: true })
  writeFileSync(keyFile, KEY)
})
afterEach(async () => {
  for (const receiver of open.splice(0)) await receiver.close()
})
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

async function hook(id: string, given: object = {}, act?: Act): Promise<Receiver> {
  const receiver = await startReceiver(act)
  open.push(receiver)
  await subscribe(db(), { id, channel: 'webhook', target: receiver.url, secretRef: `file:${keyFile}`, ...given })
  return receiver
}

const alertsOf = ({ posts }: Receiver): string[] => posts.map((post) => (new Webhook(KEY).verify(post.body, post.headers) as { data: { alerts: { alert: string }[] } }).data.alerts[0]!.alert)

describeBackends((redisUrl) => {
  const send = (options: Parameters<typeof deliver>[2] = {}): ReturnType<typeof deliver> => {
    const url = redisUrl()
    return deliver(db(), dataDir, { ...options, queue: true, config: { ...(url ? { redisUrl: url } : {}), ...options.config } })
  }

  test('each subscriber gets its own, in order; who is left over stands in the files', async () => {
    const water = await hook('water', { units: [WATER] })
    const street = await hook('street', { units: [STREET] })
    for (let i = 0; i < 9; i++) await addNotice(db(), { alert: `a${i}`, unit: i % 3 === 0 ? STREET : WATER })
    await addNotice(db(), { alert: 'b', unit: null })
    expect((await send()).result).toEqual({ delivered: 10, failed: 0, pending: 0 })
    expect(alertsOf(water)).toEqual(['a1', 'a2', 'a4', 'a5', 'a7', 'a8'])
    expect(alertsOf(street)).toEqual(['a0', 'a3', 'a6'])
    expect(readFileSync(`${dataDir}/notices/${NIGHT}.jsonl`, 'utf8').trim().split('\n').map((line) => (JSON.parse(line) as { alert: string }).alert)).toEqual(['b'])
  })

  test('killed between the answer and the mark: what was at hand comes a second time under its own ids', async () => {
    const { posts } = await hook('hook')
    for (let i = 0; i < 12; i++) await addNotice(db(), { alert: `a${String(i).padStart(2, '0')}` })
    const url = redisUrl()
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', fileURLToPath(new URL('send-then-die.ts', import.meta.url)), db().url, dataDir, '3'], {
      stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...(url ? { REDIS_URL: url } : {}) },
    })
    expect(await new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)))).toBe('SIGKILL')
    expect(posts).toHaveLength(3)
    await eventually('the target is free', async () => Boolean(await db().transaction((client) => takeBundles(client, [], 'hook'))))
    expect((await send()).result).toEqual({ delivered: 12, failed: 0, pending: 0 })
    const ids = posts.map((post) => post.headers['webhook-id'])
    expect(ids).toHaveLength(15)
    expect(new Set(ids).size).toBe(12)
    expect(ids.slice(3, 6)).toEqual(ids.slice(0, 3))
    expect(posts.slice(3, 6).map((post) => post.body)).toEqual(posts.slice(0, 3).map((post) => post.body))
    // A receiver that ignores what it has sees each alert once, in order.
    expect([...new Set(alertsOf({ posts } as Receiver))]).toEqual(Array.from({ length: 12 }, (_, i) => `a${String(i).padStart(2, '0')}`))
  })

  test('three processes at once send each message once', async () => {
    const hooks = [await hook('one'), await hook('two', { units: [WATER] }), await hook('three', { units: [STREET, WATER] })]
    for (let i = 0; i < 20; i++) await addNotice(db(), { alert: `a${String(i).padStart(2, '0')}` })
    for (const { result } of await Promise.all([send(), send(), send()])) expect(result).toMatchObject({ failed: 0, pending: 0 })
    for (const receiver of hooks) expect(alertsOf(receiver)).toEqual(Array.from({ length: 20 }, (_, i) => `a${String(i).padStart(2, '0')}`))
  })

  test('emptying the queue in the middle loses nothing', async () => {
    const queues = await createQueues({ databaseUrl: db().url, redisUrl: redisUrl(), namespace: await readStoreId(db()), log: SILENT })
    const receiver = await hook('hook', {}, (response, n) => {
      if (n === 2) void queues.clear('notices').catch(() => {})
      response.writeHead(204).end()
    })
    const other = await hook('other')
    for (let i = 0; i < 8; i++) await addNotice(db(), { alert: `a${i}` })
    const { result } = await send()
    await queues.close()
    expect(result).toEqual({ delivered: 8, failed: 0, pending: 0 })
    expect([new Set(alertsOf(receiver)).size, new Set(alertsOf(other)).size]).toEqual([8, 8])
  })

  test('a dead target is tried later and later, then given up; a resend brings it', async () => {
    let broken = true
    const { posts } = await hook('hook', {}, (response) => response.writeHead(broken ? 500 : 204).end())
    await addNotice(db(), { alert: 'a1' })
    await addNotice(db(), { alert: 'a2' })
    expect((await send()).result).toMatchObject({ delivered: 0, pending: 0, failed: 2 })
    broken = false
    posts.length = 0
    expect(await resendDeliveries(db(), null, NIGHT)).toHaveLength(2)
    expect((await send()).result).toMatchObject({ delivered: 2, pending: 0 })
    expect(posts).toHaveLength(2)
  })
})

test('a unit without a channel: the hotline is told whom it did not reach', async () => {
  const hotline = await hook('hotline', { units: [HOTLINE] })
  await hook('street', { units: [STREET] })
  await addNotice(db(), { alert: 'a1', unit: WATER })
  expect((await deliver(db(), dataDir)).result.delivered).toBe(1)
  expect(JSON.parse(hotline.posts[0]!.body)).toMatchObject({ data: { alerts: [{ alert: 'a1', told: [WATER], unreached: [WATER] }] } })
  expect(await db().query('select unreached_unit from deliveries')).toMatchObject({ rows: [{ unreached_unit: WATER }] })
})

test('a secret that has expired: after three failures the hotline is told, once, and the unit still gets it when it is back', async () => {
  let expired = true
  const water = await hook('water', { units: [WATER] }, (response) => response.writeHead(expired ? 401 : 204).end())
  const hotline = await hook('hotline', { units: [HOTLINE] })
  await addNotice(db(), { alert: 'a1' })
  await addNotice(db(), { alert: 'a2' })
  const options = { retrySeconds: [0.05, 0.05, 3600] }
  await deliver(db(), dataDir, { options })
  expect(water.posts).toHaveLength(3)
  await deliver(db(), dataDir, { options })
  // Both: the one that failed, and the one that waits behind it.
  expect(alertsOf(hotline).sort()).toEqual(['a1', 'a2'])
  expect(JSON.parse(hotline.posts[0]!.body)).toMatchObject({ data: { alerts: [{ unreached: [WATER] }] } })
  await deliver(db(), dataDir, { options })
  expect(hotline.posts).toHaveLength(2)
  expired = false
  await db().query('update deliveries set next_at = null; update subscriptions set hold_until = null')
  await deliver(db(), dataDir, { options })
  expect(await db().query('select status from notices')).toMatchObject({ rows: [{ status: 'delivered' }, { status: 'delivered' }] })
  expect(hotline.posts).toHaveLength(2)
})

test('a subscription that is ended: the hotline is told what it did not get', async () => {
  await hook('water', { units: [WATER] }, (response) => response.writeHead(410).end())
  await addNotice(db(), { alert: 'a1' })
  const hotline = await hook('hotline', { units: [HOTLINE] })
  await deliver(db(), dataDir)
  await deliver(db(), dataDir)
  expect(alertsOf(hotline)).toEqual(['a1'])
  expect((await deliveryStates(db())).map((it) => `${it.subscription} ${it.status}`)).toEqual(['hotline delivered', 'water dead'])
})

test('withheld notices do not leave: nights of the past, replays, what was overtaken after it was planned', async () => {
  const { posts } = await hook('hook', { quietFrom: '00:00', quietUntil: '23:59' })
  await addNotice(db(), { alert: 'a1', status: 'withheld' })
  const id = await addNotice(db(), { alert: 'a2' })
  await deliver(db(), dataDir)
  expect(posts).toEqual([])
  await db().query(`update notices set status = 'withheld', error = 'overtaken' where id = $1`, [id])
  await db().query('update deliveries set next_at = null')
  expect((await deliver(db(), dataDir)).result).toMatchObject({ delivered: 0, failed: 0, pending: 0 })
  expect(posts).toEqual([])
  expect(existsSync(`${dataDir}/notices`)).toBe(false)
  expect(await deliveryStates(db())).toMatchObject([{ subscription: 'hook', status: 'withheld', error: 'overtaken' }])
})

test('what was told stays told: a notice that is written again, or a store that is restored, sends nothing twice', async () => {
  const { posts } = await hook('hook')
  await addNotice(db(), { alert: 'a1' })
  await deliver(db(), dataDir)
  await db().query(`update notices set status = 'pending', delivered_at = null`)
  expect((await deliver(db(), dataDir)).result).toMatchObject({ failed: 0, pending: 0 })
  expect(posts).toHaveLength(1)
})

test('a replay has an outbox of its own that nothing leaves', async () => {
  const { posts } = await hook('hook')
  await addNotice(db(), { alert: 'a1' })
  await db().transaction(async (client) => {
    await createNightSchema(client, 'replay_outbox')
    await client.query('insert into replay_outbox.notices select * from public.notices')
    await client.query('truncate public.notices')
  })
  expect((await deliver(db(), dataDir)).result).toEqual({ delivered: 0, failed: 0, pending: 0 })
  expect(posts).toEqual([])
  expect(await db().query('select status from replay_outbox.notices')).toMatchObject({ rows: [{ status: 'pending' }] })
  await db().transaction((client) => dropNightSchema(client, 'replay_outbox'))
})
