import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { signDingtalk, signFeishu } from '../../jobs/channels/signatures.ts'
import { useDatabase } from '../support/database.ts'
import { addNotice, deliver, deliveryStates, emptyStore, subscribe } from './city.ts'
import { startReceiver } from './receiver.ts'
import type { Posted, Receiver } from './receiver.ts'

const db = useDatabase()
const dataDir = mkdtempSync(join(tmpdir(), 'weisu-robots-'))
const SECRET = 'SECtest-of-robots'
const open: Receiver[] = []

type RobotName = 'wecom' | 'dingtalk' | 'feishu'
interface Answer { status?: number, body: object }

beforeEach(async () => emptyStore(db()))
afterEach(async () => {
  for (const receiver of open.splice(0)) await receiver.close()
})
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

/** What the makers' pages say: signature, limits in bytes, and 200 whatever happens. */
const CHECKS: Readonly<Record<RobotName, (posted: Posted, now: number) => Answer>> = {
  wecom: ({ body }) => {
    const { msgtype, markdown } = JSON.parse(body) as { msgtype: string, markdown: { content: string } }
    if (msgtype !== 'markdown' || Buffer.byteLength(markdown.content) > 4096) return { body: { errcode: 40058, errmsg: 'markdown.content exceed max length 4096' } }
    return { body: { errcode: 0, errmsg: 'ok' } }
  },
  dingtalk: ({ path, body }, now) => {
    const { searchParams } = new URL(path, 'http://localhost')
    const stamp = searchParams.get('timestamp') ?? ''
    const sign = createHmac('sha256', SECRET).update(`${stamp}\n${SECRET}`).digest('base64')
    if (searchParams.get('sign') !== sign || Math.abs(now - Number(stamp)) > 3_600_000) return { body: { errcode: 310000, errmsg: 'sign not match' } }
    if (searchParams.get('access_token') !== 'token-of-robot' || Buffer.byteLength(body) > 20_000) return { body: { errcode: 460101, errmsg: 'message too long' } }
    return { body: { errcode: 0, errmsg: 'ok' } }
  },
  feishu: ({ body }, now) => {
    const { timestamp, sign, msg_type: type, card } = JSON.parse(body) as { timestamp: string, sign: string, msg_type: string, card: object }
    const right = createHmac('sha256', `${timestamp}\n${SECRET}`).update('').digest('base64')
    if (sign !== right || Math.abs(now / 1000 - Number(timestamp)) > 3600) return { body: { code: 19021, msg: 'sign match fail or timestamp is not within one hour from current time' } }
    if (type !== 'interactive' || card === undefined || Buffer.byteLength(body) > 20_480) return { body: { code: 9499, msg: 'Bad Request' } }
    return { body: { code: 0, msg: 'success', data: {} } }
  },
}

/** A robot of the maker's habits, or one that gives a fixed answer. */
async function robot(name: RobotName, answer?: Answer, given: object = {}): Promise<Receiver> {
  const receiver = await startReceiver((response, _, posted) => {
    const { status = 200, body } = answer ?? CHECKS[name](posted, Date.now())
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  open.push(receiver)
  writeFileSync(join(dataDir, `${name}.url`), `${receiver.url}?access_token=token-of-robot`)
  writeFileSync(join(dataDir, 'robot.key'), SECRET)
  await subscribe(db(), { id: name, channel: name, target: `file:${dataDir}/${name}.url`, secretRef: name === 'wecom' ? null : `file:${dataDir}/robot.key`, ...given })
  return receiver
}

test('the vectors of the makers come out', () => {
  expect(encodeURIComponent(signDingtalk('SECtest', 1577808000000))).toBe('XHi7WpB%2BbLwQq5Rz0PrkJ6p9pXsd593WTWgii6qJ3uw%3D')
  expect(signFeishu('demo', 1599360473)).toBe('l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=')
})

test.each(['wecom', 'dingtalk', 'feishu'] as const)('%s takes an alert in its own format', async (name) => {
  const { posts } = await robot(name, undefined, { locale: 'zh' })
  await addNotice(db(), { alert: 'a1', level: 'orange', place: '云川市›青石区›柳河街道', topic: '市政公用›供水', payload: { note: '@all [x](http://evil.example) <font color="red">!</font>' } })
  expect((await deliver(db(), dataDir)).result).toEqual({ delivered: 1, failed: 0, pending: 0 })
  expect(posts).toHaveLength(1)
  const { body } = posts[0]!
  for (const part of ['柳河街道', '供水', '橙色', 'https://weisu.city.example/alerts/a1']) expect(body).toContain(part)
  // Nobody is called and nothing is linked by what a name or a note holds.
  for (const part of ['@all', 'http://evil.example)', '<font']) expect(body).not.toContain(part)
})

test.each([
  ['dingtalk', 310000], ['wecom', 40058], ['wecom', 93000], ['feishu', 19021], ['feishu', 19024], ['feishu', 9499],
] as const)('%s answers 200 with code %i: a failure that is tried again', async (name, code) => {
  const answer = name === 'feishu' ? { code, msg: 'no' } : { errcode: code, errmsg: 'no' }
  const { posts } = await robot(name, { body: answer })
  await addNotice(db(), { alert: 'a1' })
  await deliver(db(), dataDir, { options: { retrySeconds: [0.05] } })
  expect(posts).toHaveLength(2)
  expect(await deliveryStates(db())).toMatchObject([{ status: 'dead', attempts: 2, code, error: expect.stringMatching(new RegExp(`code ${code}: no`)) as string }])
})

test.each([['dingtalk', 130101], ['wecom', 45009], ['feishu', 11232]] as const)('%s says too fast (%i): left alone for ten minutes', async (name, code) => {
  const { posts } = await robot(name, { body: name === 'feishu' ? { code, msg: 'too fast' } : { errcode: code, errmsg: 'too fast' } })
  await addNotice(db(), { alert: 'a1' })
  expect((await deliver(db(), dataDir)).result).toEqual({ delivered: 0, failed: 0, pending: 1 })
  await addNotice(db(), { alert: 'a2' })
  expect((await deliver(db(), dataDir)).result).toMatchObject({ delivered: 0, failed: 0 })
  expect(posts).toHaveLength(1)
  const { rows } = await db().query<{ wait: number }>('select extract(epoch from s.hold_until - d.tried_at)::float8 as wait from deliveries d join subscriptions s on s.id = d.subscription_id where d.tried_at is not null')
  expect(rows[0]!.wait).toBeCloseTo(600, 0)
})

test('an answer without a code is a failure', async () => {
  await robot('wecom', { body: {} })
  await addNotice(db(), { alert: 'a1' })
  await deliver(db(), dataDir, { options: { retrySeconds: [] } })
  expect(await deliveryStates(db())).toMatchObject([{ status: 'dead', error: 'the answer has no errcode' }])
})

test.each(['wecom', 'dingtalk', 'feishu'] as const)('%s gets 500 alerts of a run as one message within its limit; nothing is lost', async (name) => {
  const { posts } = await robot(name, undefined, { locale: 'zh' })
  await addNotice(db(), { alert: 'a0', place: '云川市›青石区›柳河街道', topic: '市政公用›供水' })
  await db().query(`insert into alerts select 'b' || i, a.kind, a.level, a.status, a.place_id, a.topic_id, a.family_id, a.first_night, a.last_night from alerts a, generate_series(1, 499) i where a.id = 'a0'`)
  await db().query(`insert into notices (id, alert_id, night, reason, unit_id, payload) select 'b' || i, 'b' || i, n.night, 'opened', n.unit_id, n.payload from notices n, generate_series(1, 499) i where n.id like 'a0%'`)
  expect((await deliver(db(), dataDir)).result).toEqual({ delivered: 500, failed: 0, pending: 0 })
  expect(posts).toHaveLength(1)
  const { body } = posts[0]!
  expect(body).toContain('500条预警')
  expect(body).toMatch(/另有\d+条/)
  expect(body).toContain('https://weisu.city.example')
  expect(body).not.toContain('�')
  const states = await deliveryStates(db())
  expect([states.length, states.filter((it) => it.status === 'delivered').length]).toEqual([500, 500])
})

test.each(['wecom', 'dingtalk', 'feishu'] as const)('%s: one alert that is too long is cut between characters and keeps its link', async (name) => {
  const { posts } = await robot(name, undefined, { locale: 'zh' })
  await addNotice(db(), { alert: 'a1', payload: { note: '龘𠮷停水'.repeat(4000) } })
  expect((await deliver(db(), dataDir)).result).toEqual({ delivered: 1, failed: 0, pending: 0 })
  expect(posts[0]!.body).toContain('https://weisu.city.example/alerts/a1')
  expect(posts[0]!.body).not.toMatch(/�|\\ud8[0-9a-f]{2}(?!\\udf)/)
})

test('a robot is not called more often than its maker allows; the rest waits', async () => {
  const { posts } = await robot('wecom')
  for (let i = 0; i < 20; i++) {
    await addNotice(db(), { alert: `a${i}` })
    await deliver(db(), dataDir)
  }
  expect(posts).toHaveLength(18)
  expect((await deliveryStates(db())).filter((it) => it.status === 'pending')).toHaveLength(2)
  const { rows } = await db().query<{ failures: number, wait: number }>('select failures, extract(epoch from hold_until - clock_timestamp())::float8 as wait from subscriptions')
  expect(rows[0]!.failures).toBe(0)
  expect(rows[0]!.wait > 0 && rows[0]!.wait <= 60).toBe(true)
})
