/** Notices that were given up: seen by the desk, sent again by operators, from the first attempt on. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { setStatus } from '../../../sql/subscriptions.ts'
import { subscribe } from '../../delivery/city.ts'
import { addToldAlert } from '../../support/clocks.ts'
import { useDatabase } from '../../support/database.ts'
import { startWeb } from '../../support/web.ts'
import type { Persona, TestWeb } from '../../support/web.ts'

const PATH = '/supervision/dead-letters'
const db = useDatabase()
let web: TestWeb

beforeAll(async () => {
  await addToldAlert(db(), { id: 'cold', lead: 'Heating', night: '2024-09-05' })
  for (const id of ['hook', 'post']) await subscribe(db(), { id, channel: 'email', target: `${id}@city.example` })
  web = await startWeb(db())
})
beforeEach(async () => {
  await db().query('delete from deliveries')
  const { rows } = await db().query<{ id: string }>(`update notices set status = 'failed', error = 'given up' returning id`)
  for (const [id, subscription] of [['d1', 'hook'], ['d2', 'hook'], ['d3', 'post']]) {
    await db().query(
      `insert into deliveries (id, notice_id, night, subscription_id, target, channel, bundle, bundle_kind, status, attempts, error, response_code)
       values ($1, $3, '2024-09-05', $2, $2, 'email', $1 || '-bundle', 'alert', 'dead', 5, 'refused <b>', 550)`, [id, subscription, rows[0]!.id])
  }
  await db().query(`update subscriptions set status = 'active', failures = 3, hold_until = now() + interval '1 hour'`)
})
afterAll(() => web?.close())

const states = async (): Promise<string[]> => (await db().query<{ line: string }>(`select id || ' ' || status || ' ' || attempts as line from deliveries order by id`)).rows.map(({ line }) => line)
const resend = (as: Persona, form: Record<string, string>): Promise<Response> => web.request(PATH, { as, form })
const DEAD = ['d1 dead 5', 'd2 dead 5', 'd3 dead 5']

test('the list says what was given up and why, as text; only operators have buttons', async () => {
  for (const [as, forms] of [['supervisor', false], ['analyst', false], ['operator', true], ['admin', true]] as const) {
    const page = await web.text(PATH, { as })
    expect([as, page.match(/refused &lt;b&gt; \(550\)/g)?.length]).toEqual([as, 3])
    expect(page).not.toContain('refused <b>')
    expect([as, page.includes(`<form method="post" action="${PATH}"`)]).toEqual([as, forms])
  }
  expect((await web.request(PATH, { as: 'liaison' })).status).toBe(403)
})

test('one is sent again, or all; its notice and its target with it', async () => {
  expect((await resend('operator', { id: 'd1' })).headers.get('location')).toBe(PATH)
  expect(await states()).toEqual(['d1 pending 0', 'd2 dead 5', 'd3 dead 5'])
  expect((await db().query(`select n.status, n.error from notices n join deliveries d on d.notice_id = n.id where d.id = 'd1'`)).rows).toEqual([{ status: 'pending', error: null }])
  expect((await db().query(`select failures, hold_until from subscriptions where id = 'hook'`)).rows).toEqual([{ failures: 0, hold_until: null }])
  expect((await db().query<{ held: boolean }>(`select hold_until is not null as held from subscriptions where id = 'post'`)).rows).toEqual([{ held: true }])
  expect((await resend('admin', {})).status).toBe(303)
  expect(await states()).toEqual(['d1 pending 0', 'd2 pending 0', 'd3 pending 0'])
  expect(await web.text(PATH, { as: 'operator' })).toContain('No notice was given up')
})

test('who may not is refused, and what cannot be sent is told', async () => {
  for (const as of ['supervisor', 'analyst', 'liaison', 'policy'] as const) expect([as, (await resend(as, { id: 'd1' })).status]).toEqual([as, 403])
  expect((await web.request(PATH, { as: 'admin', form: { id: 'd1' }, headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403)
  expect(await states()).toEqual(DEAD)
  const said = async (form: Record<string, string>): Promise<unknown> => {
    const cookie = /flash=([^;]+)/.exec((await resend('operator', form)).headers.get('set-cookie') ?? '')![1]!
    return JSON.parse(Buffer.from(cookie, 'base64url').toString())
  }
  expect(await said({ id: 'no such' })).toMatchObject({ key: 'supervision.letters.nothing', tone: 'warn' })
  await setStatus(db(), 'hook', 'disabled', 'test', '')
  expect(await said({ id: 'd1' })).toMatchObject({ key: 'supervision.letters.nothing' })
  expect(await said({})).toMatchObject({ key: 'supervision.letters.resent', params: { n: 1 } })
  expect(await states()).toEqual(['d1 dead 5', 'd2 dead 5', 'd3 pending 0'])
})
