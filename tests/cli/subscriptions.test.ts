import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startMailbox } from '../delivery/mailbox.ts'
import type { Mailbox } from '../delivery/mailbox.ts'
import { startReceiver } from '../delivery/receiver.ts'
import type { Receiver } from '../delivery/receiver.ts'
import { ticketsCsv } from './tickets.ts'
import { useDirectory, useServer, weisu } from './weisu.ts'

const directory = useDirectory()
const dataDir = join(directory, 'city')
useServer(dataDir)
const KEY = `whsec_${Buffer.alloc(32, 3).toString('base64')}`
const keyFile = join(directory, 'hook.key')
let mailbox: Mailbox
let hook: Receiver
let broken = false

const run = (...words: string[]): ReturnType<typeof weisu> => weisu([...words, '--data-dir', dataDir], { env: { WEISU_SMTP_URL: mailbox.url } })
const json = async (...words: string[]): Promise<unknown> => JSON.parse((await run(...words, '--json')).stdout)

beforeAll(async () => {
  mailbox = await startMailbox()
  hook = await startReceiver((response) => response.writeHead(broken ? 500 : 204).end())
  const file = join(directory, 'tickets.csv')
  writeFileSync(file, ticketsCsv({ days: 12 }) + ticketsCsv({ from: '2026-10-13', days: 1, perDay: 300, prefix: 'B' }).split('\n').slice(1).join('\n'))
  writeFileSync(keyFile, KEY)
  expect((await run('import', file, '--city', '云川市')).code).toBe(0)
  writeFileSync(join(dataDir, 'weisu.config.json'), JSON.stringify({ mailFrom: 'alerts@city.example', allowPrivateTargets: [`127.0.0.1:${hook.port}`] }))
})
afterAll(async () => {
  await mailbox.close()
  await hook.close()
})

test('without any it is said where notices go', async () => {
  expect(await run('subscriptions')).toMatchObject({ code: 0, stdout: '', stderr: `no subscriptions: notices go to files in ${dataDir}/notices\n` })
  expect((await run('deliveries')).stderr).toBe('no deliveries\n')
})

test('a subscription is added, listed without its secrets, tested, disabled, enabled, removed', async () => {
  const [added] = await json('subscriptions', 'add', '--channel', 'webhook', '--to', `${hook.url}?token=t0ken-of-hook`, '--secret', `file:${keyFile}`, '--place', '青石区', '--level', 'yellow', '--at', '17:00', '--at', '08:00', '--by', 'duty desk') as Record<string, unknown>[]
  expect(added).toEqual({
    id: expect.stringMatching(/^webhook-[0-9a-f]{8}$/) as string, channel: 'webhook', target: `http://127.0.0.1:${hook.port}/…`, secret: `file:${keyFile}`, format: 'standard', units: [],
    places: ['云川市›青石区'], topics: [], kinds: [], min_level: 'yellow', at: ['08:00', '17:00'], empty_digest: true, quiet_hours: null, urgent_level: 'red', time_zone: 'Asia/Shanghai',
    language: 'en', status: 'active', status_reason: '', created_at: expect.any(String) as string, failures: 0, hold_until: null,
  })
  const id = String(added!.id)
  expect(await json('subscriptions')).toEqual([added])
  const table = (await run('subscriptions')).stdout
  for (const part of [id, 'active', '云川市›青石区; ≥ yellow', '08:00 17:00']) expect(table).toContain(part)
  expect(table).not.toContain('t0ken')
  expect((await run('subscriptions', 'add', '--channel', 'webhook', '--to', `${hook.url}?token=t0ken-of-hook`, '--secret', `file:${keyFile}`, '--place', '青石区', '--level', 'yellow', '--at', '08:00', '--at', '17:00'))).toMatchObject({
    code: 4, stderr: expect.stringContaining(`subscription ${id} asks for just this`) as string })

  expect(await run('subscriptions', 'test', id)).toMatchObject({ code: 0, stdout: `the test message of ${id} was delivered\n` })
  const post = hook.posts.at(-1)!
  expect(new Webhook(KEY).verify(post.body, post.headers)).toMatchObject({ type: 'weisu.test' })
  expect(post.path).toBe('/hook?token=t0ken-of-hook')
  broken = true
  expect(await run('subscriptions', 'test', id)).toMatchObject({ code: 5, stdout: '', stderr: expect.stringContaining('HTTP 500') as string })
  broken = false
  expect(await json('deliveries')).toEqual([])

  expect((await run('subscriptions', 'disable', id, '--reason', 'moving house')).stdout).toBe(`disabled subscription ${id}\n`)
  expect(await json('subscriptions')).toMatchObject([{ status: 'disabled', status_reason: 'moving house' }])
  expect(JSON.stringify(await json('doctor'))).toContain(`disabled subscriptions: ${id}`)
  expect((await run('subscriptions', 'enable', id)).stdout).toBe(`enabled subscription ${id}\n`)
  expect((await run('subscriptions', 'remove', id, '--lang', 'zh')).stdout).toBe(`已停止订阅 ${id}\n`)
  expect(await json('subscriptions')).toEqual([])
  expect(await run('subscriptions', 'enable', id)).toMatchObject({ code: 4, stderr: expect.stringContaining(id) as string })
}, 60_000)

test('a night is told by mail and webhook; what the receiver refused goes out again', async () => {
  const mail = (await json('subscriptions', 'add', '--channel', 'email', '--to', 'duty@city.example', '--language', 'zh') as { id: string }[])[0]!
  const web = (await json('subscriptions', 'add', '--channel', 'webhook', '--to', hook.url, '--secret', `file:${keyFile}`) as { id: string }[])[0]!
  hook.posts.length = 0
  broken = true
  const night = await run('nightly', '--date', '2026-10-13', '--json')
  const { notices, alerts } = JSON.parse(night.stdout) as { notices: { delivered: number, failed: number, pending: number }, alerts: { new: number } }
  expect(alerts.new).toBeGreaterThan(0)
  expect(notices).toMatchObject({ delivered: 0, failed: 0 })
  expect(notices.pending).toBeGreaterThan(0)
  expect(mailbox.mails.length).toBeGreaterThan(0)
  expect(mailbox.mails[0]!.subject).toContain('[热线预警]')

  const log = await json('deliveries', 'list', '--subscription', web.id) as { id: string, status: string, error: string | null }[]
  expect(log.length).toBe(notices.pending)
  expect(log.filter((row) => row.status === 'failed')).toMatchObject([{ error: 'HTTP 500' }])
  expect(await json('deliveries', '--status', 'delivered', '--subscription', web.id)).toEqual([])
  expect((await run('deliveries', '--subscription', mail.id)).stdout).toContain('delivered')
  expect(await json('deliveries', '--dead')).toEqual([])

  broken = false
  const failed = log.find((row) => row.status === 'failed')!
  expect(await json('deliveries', 'resend', failed.id)).toMatchObject({ resent: [failed.id], pending: 0 })
  expect((await json('deliveries', 'list', '--subscription', web.id) as { status: string }[]).every((row) => row.status === 'delivered')).toBe(true)
  const ids = hook.posts.map((post) => post.headers['webhook-id'])
  expect(ids[1]).toBe(ids[0])

  // The same night again, and its notices once more: nothing new leaves.
  const [mails, posts] = [mailbox.mails.length, hook.posts.length]
  expect((await run('nightly', '--date', '2026-10-13', '--force')).code).toBe(0)
  expect((await run('deliveries', 'send')).stdout).toBe('Notices: 0 delivered, 0 failed, 0 waiting\n')
  expect((await run('replay', '--from', '2026-10-12', '--to', '2026-10-13')).code).toBe(0)
  expect([mailbox.mails.length, hook.posts.length]).toEqual([mails, posts])
}, 90_000)

test.each([
  [['subscriptions', 'add', '--channel', 'sms', '--to', 'x'], 2, 'email, webhook, wecom'],
  [['subscriptions', 'add', '--channel', 'email'], 2, '--to'],
  [['subscriptions', 'add', '--channel', 'email', '--to', 'nobody'], 2, 'an e-mail address'],
  [['subscriptions', 'add', '--channel', 'email', '--to', 'a@b', '--at', '8:00'], 2, 'a time of day as HH:MM'],
  [['subscriptions', 'add', '--channel', 'email', '--to', 'a@b', '--quiet-hours', '22-7'], 2, 'HH:MM-HH:MM'],
  [['subscriptions', 'add', '--channel', 'email', '--to', 'a@b', '--time-zone', 'Mars'], 2, 'an IANA time zone'],
  [['subscriptions', 'add', '--channel', 'email', '--to', 'a@b', '--unit', 'Nobody'], 4, 'no such unit: Nobody'],
  [['subscriptions', 'add', '--channel', 'email', '--to', 'a@b', '--place', '红石区'], 4, '青石区'],
  [['subscriptions', 'add', '--channel', 'webhook', '--to', 'https://hook.example'], 2, 'where it is found'],
  [['subscriptions', 'add', '--channel', 'webhook', '--to', 'https://10.0.0.1/', '--secret', `file:${keyFile}`], 4, 'allowPrivateTargets'],
  [['subscriptions', 'add', '--channel', 'webhook', '--to', 'http://hook.example/', '--secret', `file:${keyFile}`], 4, 'only https'],
  [['subscriptions', 'add', '--channel', 'webhook', '--to', 'file:///etc/passwd', '--secret', `file:${keyFile}`], 4, 'https://'],
  [['subscriptions', 'add', '--channel', 'webhook', '--to', 'https://hook.example/', '--secret', 'file:/etc/hostname'], 4, 'whsec_'],
  [['subscriptions', 'add', '--channel', 'webhook', '--to', 'https://hook.example/', '--secret', KEY], 2, 'where it is found'],
  [['subscriptions', 'add', '--channel', 'wecom', '--to', 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=s3cret'], 2, 'where it is found'],
  [['deliveries', 'resend'], 2, 'an id, or --dead'],
  [['deliveries', 'resend', 'nobody'], 4, 'nobody'],
])('%j is refused', async (words, code, message) => {
  const refused = await run(...words)
  expect(refused).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) as string })
  for (const secret of ['s3cret', KEY]) expect(refused.stderr).not.toContain(secret)
})
