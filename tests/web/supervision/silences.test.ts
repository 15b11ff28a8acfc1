/** Silences as forms: previewed, added, ended; what is wrong comes back beside its field with what was typed. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listSilences } from '../../../pipelines/routing/silences.ts'
import type { Silence } from '../../../pipelines/routing/silences.ts'
import { readToday } from '../../../sql/alert-life.ts'
import { addAlert } from '../../support/alerts.ts'
import { useDatabase } from '../../support/database.ts'
import { addDays } from '../../support/days.ts'
import { addTickets } from '../../support/tickets.ts'
import { startWeb } from '../../support/web.ts'
import type { TestWeb } from '../../support/web.ts'

const PATH = '/supervision/silences'
const db = useDatabase()
let web: TestWeb
let today: string

beforeAll(async () => {
  await addTickets(db(), [{ no: '1', at: '2024-09-01 10:00:00', place: 'City›North›Mill', topic: 'Heat', caller: 'a', unit: 'Heating' }, { no: '2', at: '2024-09-01 10:00:00', place: 'City›South›Mill', topic: 'Noise', caller: 'b', unit: 'Works' }])
  await addAlert(db(), { id: 'mill', place: 'City›North›Mill', topic: 'Heat', lead: 'Heating', level: 'yellow' })
  await addAlert(db(), { id: 'worst', place: 'City›North›Mill', topic: 'Noise', lead: 'Works', level: 'red' })
  await addAlert(db(), { id: 'port', place: 'City›South›Mill', topic: 'Noise', lead: 'Works', level: 'yellow' })
  web = await startWeb(db())
  today = await readToday(db())
})
afterAll(() => web?.close())

const all = (): Promise<Silence[]> => listSilences(db(), today)
const draft = (change: Record<string, string> = {}): Record<string, string> => ({ place: 'North', topic: '', kind: '', unit: '', level: 'orange', until: addDays(today, 3), reason: 'works on the mains', ...change })
const preview = (change: Record<string, string> = {}): Promise<string> => web.text(`${PATH}?${new URLSearchParams({ preview: '1', ...draft(change) }).toString()}`, { as: 'supervisor' })
/** The error beside a field; '' where it has none. */
const errorOf = (page: string, name: string): string => new RegExp(`<p class="wrong-text" id="${name}-error">([^<]*)</p>`).exec(page)?.[1] ?? ''
const valueOf = (page: string, name: string): string | undefined => new RegExp(`<input id="${name}" name="${name}"[^>]* value="([^"]*)"`).exec(page)?.[1]

test('a preview says what would be hidden, changes nothing, and what it confirms is added', async () => {
  const page = await preview()
  expect(page).toContain('1 open alerts would be hidden now')
  expect(page).toContain('/alerts/mill"')
  expect(page).not.toContain('/alerts/worst"')
  expect(page).not.toContain('/alerts/port"')
  expect(await preview({ level: 'red' })).toContain('2 open alerts would be hidden now')
  expect(await preview({ topic: 'Noise' })).toContain('No open alert fits now')
  expect(await all()).toEqual([])
  // What the page confirms is what its hidden fields say.
  const confirm = page.slice(page.indexOf(`<form method="post" action="${PATH}"`))
  const fields = Object.fromEntries([...confirm.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)].map(([, name, value]) => [name!, value!]))
  expect(fields).toEqual(draft())
  const reply = await web.request(PATH, { as: 'supervisor', form: fields })
  expect([reply.status, reply.headers.get('location')]).toEqual([303, PATH])
  expect(await all()).toMatchObject([{ place: ['City', 'North'], topic: [], kind: null, unit: null, level: 'orange', reason: 'works on the mains', from: today, to: addDays(today, 3), by: 'The supervisor', by_unit: 'Hotline desk', by_role: 'supervisor', status: 'active' }])
  expect(await web.text(PATH, { as: 'analyst' })).toContain('works on the mains')
})

test.each([
  ['place', { place: 'Nowhere' }, 'no single place is called &quot;Nowhere&quot;'],
  // There are two mills.
  ['place', { place: 'Mill' }, 'City›North›Mill'],
  ['place', { place: '' }, 'name a place, a topic, a kind or a unit'],
  ['topic', { topic: 'Haet <b>' }, 'no single topic is called &quot;Haet &lt;b&gt;&quot;'],
  ['unit', { unit: 'Nobody' }, 'no such unit'],
  ['kind', { kind: 'odd' }, 'choose one of the list'],
  ['level', { level: 'purple' }, 'choose one of the list'],
  ['until', { until: '' }, 'a date from'],
  ['until', { until: '2026-02-30' }, 'a date from'],
  ['until', { until: '2020-01-01' }, 'a date from'],
  ['until', { until: '2999-01-01' }, 'a date from'],
  ['reason', { reason: '' }, 'say why'],
])('%s: %o comes back beside its field with all that was typed', async (name, change, words) => {
  const before = await all()
  const typed = draft(change)
  const reply = await web.request(PATH, { as: 'supervisor', form: typed })
  expect(reply.status).toBe(422)
  for (const page of [await reply.text(), await preview(change)]) {
    expect(errorOf(page, name)).toContain(words)
    for (const other of Object.keys(typed).filter((one) => one !== name)) expect([other, errorOf(page, other)]).toEqual([other, ''])
    for (const kept of ['place', 'topic', 'unit', 'reason'] as const) expect([kept, valueOf(page, kept)]).toEqual([kept, typed[kept]!.replace('<b>', '&lt;b&gt;')])
    if (typed.until !== '') expect(valueOf(page, 'until')).toBe(typed.until)
    expect(page).not.toContain(`<form method="post" action="${PATH}">`)
  }
  expect(await all()).toEqual(before)
})

test('a silence is ended with a reason, once, by the desk alone', async () => {
  const { id } = (await all())[0]!
  const end = (reason: string, as: 'supervisor' | 'liaison' | 'operator' = 'supervisor', which = id): Promise<Response> => web.request(`${PATH}/end`, { as, form: { id: which, reason } })
  const without = await end(' ')
  expect(without.status).toBe(422)
  expect(errorOf(await without.text(), `end-${id}`)).toBe('say why')
  for (const as of ['liaison', 'operator'] as const) expect((await end('x', as)).status).toBe(403)
  expect((await end('x', 'supervisor', '999999')).status).toBe(404)
  expect((await all())[0]).toMatchObject({ status: 'active', ended: null })
  expect((await end('mended early')).status).toBe(303)
  const ended = (await all())[0]!
  expect(ended).toMatchObject({ status: 'ended', ended: { on: today, by: 'The supervisor', reason: 'mended early' } })
  const again = await end('once more')
  expect(again.status).toBe(303)
  const cookie = /flash=([^;]+)/.exec(again.headers.get('set-cookie') ?? '')![1]!
  expect(JSON.parse(Buffer.from(cookie, 'base64url').toString())).toMatchObject({ key: 'inbox.said.refused', tone: 'warn' })
  expect((await all())[0]).toEqual(ended)
  expect(await web.text(PATH, { as: 'supervisor' })).not.toContain(`name="id" value="${id}"`)
})
