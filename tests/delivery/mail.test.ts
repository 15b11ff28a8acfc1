import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SMTPServerOptions } from 'smtp-server'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { useDatabase } from '../support/database.ts'
import { freePort } from '../support/redis.ts'
import { addNotice, deliver, deliveryStates, emptyStore, NIGHT, STREET, subscribe, WATER } from './city.ts'
import type { DeliverySetup } from './city.ts'
import { readMail, reply, startMailbox } from './mailbox.ts'
import type { Mailbox } from './mailbox.ts'
import { SELF_SIGNED } from './self-signed.ts'

const db = useDatabase()
const dataDir = mkdtempSync(join(tmpdir(), 'weisu-mail-'))
const open: Mailbox[] = []

beforeEach(async () => emptyStore(db()))
afterEach(async () => {
  for (const box of open.splice(0)) await box.close()
})
afterAll(() => {
  delete process.env.WEISU_TEST_SMTP
  rmSync(dataDir, { recursive: true, force: true })
})

async function mailbox(options: SMTPServerOptions = {}, port = 0): Promise<Mailbox> {
  const box = await startMailbox(options, port)
  open.push(box)
  return box
}

const by = (url: string, setup: DeliverySetup = {}) => {
  process.env.WEISU_TEST_SMTP = url
  return deliver(db(), dataDir, { ...setup, config: { ...setup.config, smtpRef: 'env:WEISU_TEST_SMTP' } })
}
const mailTo = (address: string, given: object = {}): Promise<string> => subscribe(db(), { id: address.split('@')[0]!, channel: 'email', target: address, ...given })

test('an alert is one mail with text and HTML, that machines do not answer', async () => {
  const { mails, url } = await mailbox()
  await mailTo('duty@city.example')
  await addNotice(db(), { alert: 'a1', level: 'orange', payload: { note: 'call 13800138000 <b>now</b>' } })
  expect((await by(url)).result).toEqual({ delivered: 1, failed: 0, pending: 0 })
  const [mail] = mails
  expect(mail!.to).toBe('duty@city.example')
  expect(mail!.subject).toMatch(/^\[hotline alert\] orange · serious new: .*Willow/)
  for (const part of ['North', 'Willow', 'Water', '2026-11-25', WATER, 'https://weisu.city.example/alerts/a1']) {
    expect(mail!.text).toContain(part)
    expect(mail!.html).toContain(part)
  }
  expect(mail!.html).not.toMatch(/<(script|img|link|iframe)|<b>now/)
  for (const body of [mail!.text, mail!.html]) expect(body).not.toContain('13800138000')
  for (const header of [/^From: Alerts <alerts@city.example>$/m, /^Auto-Submitted: auto-generated$/im, /^X-Auto-Response-Suppress: All$/im, /^List-Unsubscribe: <mailto:alerts@city\.example\?subject=unsubscribe%20duty>/im, /^Message-ID: <[0-9a-f]{24}@city\.example>$/im]) {
    expect(mail!.raw.replaceAll('\r', '')).toMatch(header)
  }
})

test('mails of one alert are one thread', async () => {
  const { mails, url } = await mailbox()
  await mailTo('duty@city.example')
  await addNotice(db(), { alert: 'a1' })
  await by(url)
  await addNotice(db(), { alert: 'a1', reason: 'raised' })
  await by(url)
  const references = mails.map((mail) => /^References: (.*)$/m.exec(mail.raw.replaceAll('\r', ''))?.[1])
  expect(references).toEqual(['<a1.duty@city.example>', '<a1.duty@city.example>'])
  expect(mails[0]!.id).not.toBe(mails[1]!.id)
})

test('Chinese subscribers read Chinese', async () => {
  const { mails, url } = await mailbox()
  await mailTo('duty@city.example', { locale: 'zh' })
  await addNotice(db(), { alert: 'a1', place: '云川市›青石区›柳河街道', topic: '市政公用›供水', level: 'red' })
  await by(url)
  expect(mails[0]!.subject).toMatch(/^\[热线预警\] 红色·特别严重 新预警 .*青石区柳河街道/)
  expect(mails[0]!.text).toContain('诉求：市政公用 › 供水')
})

test('a server that is down: nothing is lost, and it arrives once the server is back', async () => {
  const port = await freePort()
  await mailTo('duty@city.example')
  await addNotice(db(), { alert: 'a1' })
  expect((await by(`smtp://127.0.0.1:${port}`, { options: { retrySeconds: [0.05, 0.05, 60] } })).result).toMatchObject({ delivered: 0, pending: 1 })
  expect(await deliveryStates(db())).toMatchObject([{ status: 'failed', attempts: 3, error: expect.stringContaining('ECONNREFUSED') as string }])
  await db().query(`update deliveries set next_at = clock_timestamp(); update subscriptions set hold_until = null, failures = 0`)
  const { mails, url } = await mailbox({}, port)
  expect((await by(url)).result.delivered).toBe(1)
  expect(mails).toHaveLength(1)
})

test('greylisting passes with the next attempt, under the same Message-ID', async () => {
  let asked = 0
  const { mails, url } = await mailbox({ onRcptTo: (_, __, done) => done(++asked === 1 ? reply(451, '4.7.1 greylisted, try again') : null) })
  await mailTo('duty@city.example')
  await addNotice(db(), { alert: 'a1' })
  const { result, log } = await by(url)
  expect(result).toEqual({ delivered: 1, failed: 0, pending: 0 })
  expect([asked, mails.length]).toEqual([2, 1])
  const failed = log.find((it) => it.event === 'message_failed')!
  expect(failed.fields).toMatchObject({ code: 451, given_up: false })
  expect(mails[0]!.id).toBe(`<${String(failed.fields.message)}@city.example>`)
})

test('a recipient that is not there fails alone', async () => {
  const { mails, url } = await mailbox({ onRcptTo: ({ address }, _, done) => done(address.startsWith('gone') ? reply(550, '5.1.1 no such user') : null) })
  for (const address of ['gone@city.example', 'duty@city.example', 'chief@city.example']) await mailTo(address)
  await addNotice(db(), { alert: 'a1' })
  await addNotice(db(), { alert: 'a2' })
  await by(url)
  expect(mails.map((mail) => mail.to).sort()).toEqual(['chief@city.example', 'chief@city.example', 'duty@city.example', 'duty@city.example'])
  const states = await deliveryStates(db())
  expect(states.filter((it) => it.subscription === 'gone')).toMatchObject([{ status: 'dead', attempts: 1, code: 550 }, { status: 'dead', attempts: 1, code: 550 }])
  expect(states.filter((it) => it.subscription !== 'gone').every((it) => it.status === 'delivered')).toBe(true)
})

test('a connection that breaks after the text, before the 250: sent again under the same Message-ID', async () => {
  let texts = 0
  const ids: string[] = []
  const { url } = await mailbox({
    onData: (stream, session, done) => {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        ids.push(readMail(Buffer.concat(parts).toString('utf8'), session.envelope.rcptTo[0]?.address ?? '').id)
        if (++texts === 1) (session as unknown as { socket?: { destroy(): void } }).socket?.destroy()
        if (texts === 1) return // never answered
        done()
      })
    },
    socketTimeout: 500,
  })
  await mailTo('duty@city.example')
  await addNotice(db(), { alert: 'a1' })
  expect((await by(url, { channel: { timeoutMs: 1000 } })).result).toEqual({ delivered: 1, failed: 0, pending: 0 })
  expect(ids).toHaveLength(2)
  expect(ids[1]).toBe(ids[0])
})

test('a certificate that nobody vouches for, and a password without TLS, end the attempt', async () => {
  const { mails, url } = await mailbox({ ...SELF_SIGNED, disabledCommands: ['AUTH'] })
  await mailTo('duty@city.example')
  await addNotice(db(), { alert: 'a1' })
  await by(url, { options: { retrySeconds: [60] } })
  expect(await deliveryStates(db())).toMatchObject([{ status: 'failed', error: expect.stringContaining('self-signed certificate') as string }])
  expect(mails).toEqual([])

  await emptyStore(db())
  const heard: string[] = []
  const plain = await mailbox({ disabledCommands: ['STARTTLS'], allowInsecureAuth: true, authOptional: true, onAuth: ({ password }, _, done) => {
    heard.push(password ?? '')
    done(null, { user: 'x' })
  } })
  await mailTo('duty@city.example')
  await addNotice(db(), { alert: 'a1' })
  const { log } = await by(plain.url.replace('//', '//alerts:s3cret-pass@'), { options: { retrySeconds: [60] } })
  expect([heard, plain.mails]).toEqual([[], []])
  expect(await deliveryStates(db())).toMatchObject([{ status: 'failed' }])
  expect(JSON.stringify([log, await deliveryStates(db())])).not.toContain('s3cret-pass')
})

test('without a mail server or a sender the mail waits and says why', async () => {
  await mailTo('duty@city.example')
  await addNotice(db(), { alert: 'a1' })
  await deliver(db(), dataDir, { options: { retrySeconds: [60] } })
  expect(await deliveryStates(db())).toMatchObject([{ status: 'failed', error: expect.stringContaining('WEISU_SMTP_URL') as string }])
})

test('what was found and named by others cannot add headers or recipients', async () => {
  const { mails, url } = await mailbox()
  await mailTo('duty@city.example')
  await addNotice(db(), { alert: 'a1', place: 'City›North›Willow\r\nBcc: thief@evil.example', payload: { title: 'x\r\nBcc: thief@evil.example\r\n\r\n<script>alert(1)</script>' } })
  await by(url)
  expect(mails).toHaveLength(1)
  expect(mails[0]!.raw.split('\r\n\r\n')[0]).not.toMatch(/^Bcc/im)
  expect(mails[0]!.html).not.toContain('<script>')
})

test('a digest leaves at its slot, gravest first, and holds all that came', async () => {
  const { mails, url } = await mailbox()
  const zone = 'UTC'
  const soon = new Date(Date.now() + 3 * 3_600_000).toISOString().slice(11, 16)
  await mailTo('duty@city.example', { slots: [soon], timeZone: zone })
  await addNotice(db(), { alert: 'a1', level: 'blue' })
  await addNotice(db(), { alert: 'a2', level: 'orange', unit: STREET })
  expect((await by(url)).result).toEqual({ delivered: 0, failed: 0, pending: 0, scheduled: 2 })
  await addNotice(db(), { alert: 'a3', level: 'yellow' })
  expect((await by(url)).result).toMatchObject({ scheduled: 3 })
  await addNotice(db(), { alert: 'a4', level: 'red' })
  expect((await by(url)).result).toMatchObject({ delivered: 1, scheduled: 3 }) // red does not wait
  await db().query('update deliveries set next_at = clock_timestamp() where next_at is not null')
  expect((await by(url)).result).toEqual({ delivered: 3, failed: 0, pending: 0 })
  expect(mails).toHaveLength(2)
  expect(mails[1]!.subject).toBe(`[hotline alert] 3 alerts (orange 1, yellow 1, blue 1) — ${NIGHT}`)
  const order = ['orange', 'yellow', 'blue'].map((level) => mails[1]!.text.indexOf(`[${level}`))
  expect(order[0]).toBeGreaterThanOrEqual(0) // none found was in order, too
  expect([...order].sort((a, b) => a - b)).toEqual(order)
})
