import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { createMailChannel } from '../../jobs/channels/mail.ts'
import { subjectOf } from '../../jobs/channels/wording.ts'
import { messageOf, pauseOf } from '../../jobs/delivery/attempt.ts'
import { routeNotices } from '../../jobs/delivery/route.ts'
import { DELIVER_DEFAULTS } from '../../jobs/deliver.ts'
import { readContents } from '../../sql/deliveries.ts'
import { readSubscription } from '../../sql/subscriptions.ts'
import { useDatabase } from '../support/database.ts'
import { addNotice, deliver, emptyStore, HOTLINE, NIGHT, subscribe } from './city.ts'
import { startMailbox } from './mailbox.ts'

const db = useDatabase()
const dataDir = mkdtempSync(join(tmpdir(), 'weisu-digest-'))
const at = (text: string): number => Date.parse(text)

beforeEach(async () => {
  await emptyStore(db())
  await db().query('truncate runs cascade')
  await subscribe(db(), { id: 'duty', channel: 'email', target: 'duty@city.example', slots: ['08:00', '17:00'] })
  await db().query(`update subscriptions set created_at = '2026-11-01T00:00:00Z'`)
})
afterAll(() => {
  delete process.env.WEISU_TEST_DIGEST
  rmSync(dataDir, { recursive: true, force: true })
})

const ranWell = (night: string): Promise<unknown> => db().query(
  `insert into runs (night, status, attempt, code_version, config_hash, started_at, finished_at) values ($1, 'succeeded', 1, 'x', 'x', now(), now())`, [night])
const route = (now: string): Promise<number> => routeNotices(db(), { night: null, hotlineUnit: HOTLINE, now: at(now) })
const digests = async (): Promise<{ slot: string, notices: number }[]> => (await db().query<{ slot: string, notices: number }>(
  `select to_char(slot_at at time zone 'UTC', 'MM-DD HH24:MI') as slot, count(notice_id)::int as notices from deliveries group by slot_at order by slot_at`)).rows

test('a day without news is told once, at its first slot, and only after some night has run', async () => {
  expect(await route('2026-11-23T08:01:00Z')).toBe(0)
  await ranWell(NIGHT)
  expect(await route('2026-11-23T07:59:00Z')).toBe(0)
  expect(await route('2026-11-23T08:01:00Z')).toBe(1)
  expect(await route('2026-11-23T08:02:00Z')).toBe(0)
  expect(await route('2026-11-23T17:01:00Z')).toBe(0)
  expect(await route('2026-11-24T08:00:00Z')).toBe(1)
  expect(await digests()).toEqual([{ slot: '11-23 08:00', notices: 0 }, { slot: '11-24 08:00', notices: 0 }])
})

test('who was told something, who is new, who does not want it, and who was asleep gets none', async () => {
  await ranWell(NIGHT)
  await addNotice(db(), { alert: 'a1' })
  await route('2026-11-23T07:00:00Z')
  await db().query(`update deliveries set created_at = '2026-11-23T07:00:00Z'`)
  expect(await digests()).toEqual([{ slot: '11-23 08:00', notices: 1 }])
  await route('2026-11-23T08:01:00Z')
  expect(await digests()).toHaveLength(1)
  await db().query(`truncate deliveries; update notices set status = 'delivered'; update subscriptions set created_at = '2026-11-24T08:00:30Z'`)
  expect(await route('2026-11-24T08:01:00Z')).toBe(0)
  await db().query(`update subscriptions set created_at = '2026-11-01T00:00:00Z', empty_digest = false`)
  expect(await route('2026-11-24T08:01:00Z')).toBe(0)
  await db().query(`update subscriptions set empty_digest = true`)
  expect(await route('2026-11-24T14:01:00Z')).toBe(0) // six hours late says nothing any more
  expect(await route('2026-11-24T13:59:00Z')).toBe(1)
})

test('no alerts after a good night, and no night at all, are different words', async () => {
  await ranWell(NIGHT)
  const word = async (now: string): Promise<string> => {
    await db().query('truncate deliveries')
    await route(now)
    await db().query('update deliveries set next_at = null, created_at = $1', [now])
    const { rows } = await db().query<{ bundle: string }>('select bundle from deliveries')
    return subjectOf(messageOf((await readSubscription(db(), 'duty'))!, rows[0]!.bundle, await readContents(db(), 'duty', [rows[0]!.bundle]), ''), 'en')
  }
  expect(await word('2026-11-23T08:01:00Z')).toBe(`[hotline alert] no new notices today — ${NIGHT}`)
  expect(await word('2026-11-24T08:01:00Z')).toBe(`[hotline alert] last night did not run, state unknown — latest ${NIGHT}`)
})

test('the mail says "no alerts" in words', async () => {
  const today = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
  await ranWell(today)
  const slot = new Date(Date.now() - 60_000).toISOString().slice(11, 16)
  await db().query('update subscriptions set slots = $1', [[slot]])
  const { mails, url, close } = await startMailbox()
  process.env.WEISU_TEST_DIGEST = url
  await deliver(db(), dataDir, { config: { smtpRef: 'env:WEISU_TEST_DIGEST' } })
  await close()
  expect(mails).toHaveLength(1)
  expect(mails[0]!.text).toContain(`No alerts for you today. The last night, ${today}, ran and ended well.`)
})

test('a digest lists what exceeded the budgets, in the order of ranks, to those who ask for its units', async () => {
  const last = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
  await ranWell(last)
  for (const [i, alert] of ['b1', 'b2', 'b3'].entries()) {
    await addNotice(db(), { alert, place: `City›North›Place ${i}`, night: last, status: 'withheld', level: i === 2 ? 'blue' : 'yellow' })
    await db().query('update alert_nights set within_budget = false, rank = $2 where alert_id = $1', [alert, 9 - i])
  }
  const slot = new Date(Date.now() - 60_000).toISOString().slice(11, 16)
  await subscribe(db(), { id: 'street', channel: 'email', target: 'street@city.example', slots: [slot], units: ['Willow Street'] })
  await db().query(`update subscriptions set slots = $1, created_at = '2026-11-01T00:00:00Z', min_level = 'yellow'`, [[slot]])
  const { mails, url, close } = await startMailbox()
  process.env.WEISU_TEST_DIGEST = url
  await deliver(db(), dataDir, { config: { smtpRef: 'env:WEISU_TEST_DIGEST' } })
  await close()
  const text = (to: string): string => mails.find((mail) => mail.text.includes(to))!.text
  expect(mails).toHaveLength(2)
  expect(text('duty')).toMatch(/2 more beyond this week's budget.*\r?\n {2}yellow · [^\n]*Place 1, Water, 7 callers, Water Bureau\r?\n {2}yellow · [^\n]*Place 0/)
  expect(text('street')).not.toContain('budget')
})

test('retries grow as Standard Webhooks asks, spread by a fifth, the same for the same attempt', () => {
  const { retrySeconds } = DELIVER_DEFAULTS
  expect(retrySeconds.reduce((sum, pause) => sum + pause, 0) / 86_400).toBeGreaterThan(3)
  expect(retrySeconds.slice(0, 4).reduce((sum, pause) => sum + pause, 0)).toBeGreaterThan(7200) // two hours without a server are outlived
  for (const [attempt, pause] of retrySeconds.entries()) {
    const pauses = Array.from({ length: 200 }, (_, i) => pauseOf(`message ${i}`, attempt, undefined, retrySeconds))
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(0.8 * pause)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(1.2 * pause)
    expect(Math.max(...pauses) - Math.min(...pauses)).toBeGreaterThan(0.3 * pause)
    expect(pauses[7]).toBe(pauseOf('message 7', attempt, undefined, retrySeconds))
  }
  expect(pauseOf('m', 0, 900, retrySeconds)).toBe(900)
  expect(pauseOf('m', 0, 10_000_000, retrySeconds)).toBe(86_400) // nobody puts us off for months
})

test('a mail of 500 alerts stays below what mail programs clip', async () => {
  const { mails, url, close } = await startMailbox()
  const item = {
    alert: 'a', event: 'opened', night: NIGHT, level: 'yellow', kind: 'emerging', place: ['云川市', '青石区', '柳河街道', '很长的小区名称'.repeat(3)], topic: ['市政公用', '供水', '停水'],
    title: '停水：近7天9人反映，通常几乎没有'.repeat(2), why: '近3天9位不同诉求人，通常0.4位'.repeat(3), note: '', since: NIGHT, window_days: 3, callers: 9, callers_so_far: 9, expected: 0.4,
    lead_unit: '水务局', territory_unit: '柳河街道办', co_units: [], due_on: NIGHT, due_certain: true, told: [], unreached: [], notices: [], url: 'https://weisu.city.example/alerts/a',
  }
  const channel = createMailChannel({ smtpUrl: () => url, from: 'alerts@city.example', publicUrl: 'https://weisu.city.example' })
  const outcome = await channel.send({ id: 'm1', kind: 'summary', createdAt: new Date(0), night: NIGHT, isFresh: true, items: Array.from({ length: 500 }, () => item) },
    { subscription: 'duty', address: 'duty@city.example', secret: null, format: 'standard', locale: 'zh' })
  await channel.close()
  await close()
  expect(outcome.kind).toBe('delivered')
  expect(Buffer.byteLength(mails[0]!.html)).toBeLessThan(102_000)
  expect(mails[0]!.text).toContain('另有440条')
})
