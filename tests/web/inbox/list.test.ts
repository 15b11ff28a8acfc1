/** The list: what each role finds in it, filters in the address, many at once. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { formatDay, localDay } from '../../../core/days.ts'
import { perform } from '../../support/clocks.ts'
import { useDatabase } from '../../support/database.ts'
import { startWeb } from '../../support/web.ts'
import type { TestWeb } from '../../support/web.ts'
import { seedInbox } from './city.ts'

const db = useDatabase()
let web: TestWeb

beforeAll(async () => {
  await seedInbox(db())
  web = await startWeb(db())
})
afterAll(() => web.close())

const idsOf = (page: string): string[] => [...page.matchAll(/data-id="([^"]+)"/g)].map((match) => match[1]!)

test('each sees what is theirs, the gravest of the soonest first', async () => {
  expect(idsOf(await web.text('/inbox?sort=level', { as: 'supervisor' }))).toEqual(['noise', 'cold', 'roads'])
  expect(idsOf(await web.text('/inbox?sort=level', { as: 'liaison' }))).toEqual(['noise', 'cold'])
  expect(idsOf(await web.text('/inbox', { as: 'outsider' }))).toEqual(['roads'])
  expect(idsOf(await web.text('/inbox?sort=level', { as: 'territory' }))).toEqual(['noise', 'cold'])
  expect((await web.request('/inbox', { as: 'operator' })).status).toBe(403)
  expect((await web.request('/inbox')).headers.get('location')).toMatch(/^\/sign-in/)
})

test('filters are the address, and what is not understood is left out', async () => {
  const ids = async (query: string): Promise<string[]> => idsOf(await web.text(`/inbox?${query}`, { as: 'supervisor' }))
  expect(await ids('level=red,yellow&sort=level')).toEqual(['noise', 'roads'])
  expect(await ids('q=park')).toEqual(['noise'])
  expect(await ids('q=North%20cold')).toEqual(['cold'])
  expect(await ids('q=%25')).toEqual([])
  expect(await ids('q=roads')).toEqual(['roads'])
  expect(await ids('group=ended')).toEqual(['old'])
  expect(await ids('state=signed')).toEqual([])
  expect(await ids(`level=%27;drop table alerts;--&place=1e9&after=${Buffer.from('["x",9,"y",1]').toString('base64url')}&sort=level`)).toEqual(['noise', 'cold', 'roads'])
  const { rows } = await db().query<{ id: number }>(`select id from places where path = 'City›South'`)
  expect(await ids(`place=${rows[0]!.id}`)).toEqual(['roads'])
  expect(await ids('scope=unit')).toEqual([])
  expect(idsOf(await web.text('/inbox?scope=unit&sort=level', { as: 'liaison' }))).toEqual(['noise', 'cold'])
})

test('pages follow each other by key, in both directions of growth', async () => {
  await db().query(`insert into alerts (id, kind, level, status, place_id, topic_id, family_id, first_night, last_night, lead_unit_id)
    select 'many-' || lpad(n::text, 3, '0'), kind, 'blue', 'open', place_id, topic_id, family_id, first_night, last_night, lead_unit_id from alerts, generate_series(1, 90) as n where id = 'roads'`)
  const seen: string[] = []
  for (let next: string | undefined = '/inbox?sort=level'; next !== undefined;) {
    const page: string = await web.text(next, { as: 'supervisor' })
    seen.push(...idsOf(page))
    next = /id="next-page" href="([^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&')
  }
  expect(seen).toHaveLength(93)
  expect(new Set(seen).size).toBe(93)
  expect(seen.slice(0, 4)).toEqual(['noise', 'cold', 'roads', 'many-001'])
  await db().query(`delete from alerts where id like 'many-%'`)
})

test('an empty inbox tells when the last night ran and that quiet is not content', async () => {
  const page = await web.text('/inbox?state=archived', { as: 'supervisor' })
  expect(page).toContain('2024-09-10')
  expect(page).toContain('31 series judged')
  expect(page).toContain('No alert does not mean no problem')
  expect(await web.text('/inbox', { as: 'supervisor' })).toContain('Last night: 2024-09-10')
})

test('many at once: each has its own outcome, and what was stale is refused', async () => {
  await perform(db(), 'noise', 'comment', { unit: 'Heating' })
  const page = await web.text('/inbox/bulk', { as: 'liaison', form: { act: 'sign', id: ['cold', 'noise', 'roads', 'none'], 'v.cold': '0', 'v.noise': '0', 'v.roads': '0', 'v.none': '0', back: '/inbox' } })
  expect(page).toContain('1 done, 3 not')
  expect(page).toMatch(/has changed: it is/)
  const { rows } = await db().query(`select alert_id as id, act from alert_acts where act = 'sign'`)
  expect(rows).toEqual([{ id: 'cold', act: 'sign' }])
  expect((await web.request('/inbox/bulk', { as: 'policy', form: { act: 'sign', id: 'cold' } })).status).toBe(403)
  expect((await web.request('/inbox/bulk', { as: 'liaison', form: { act: 'merge', id: 'cold' } })).status).toBe(400)
})

test('kept views belong to their account, and hold nothing but filters', async () => {
  const saved = await web.request('/inbox/views', { as: 'liaison', form: { name: 'Grave <ones>', query: 'level=red&evil=1&q=<script>' } })
  expect(saved.headers.get('location')).toBe('/inbox?level=red&q=%3Cscript%3E')
  expect(await web.text('/inbox', { as: 'liaison' })).toContain('Grave &lt;ones&gt;')
  expect(await web.text('/inbox', { as: 'supervisor' })).not.toContain('Grave')
  const id = /name="id" value="(\d+)"/.exec(await web.text('/inbox', { as: 'liaison' }))![1]!
  await web.request('/inbox/views/delete', { as: 'supervisor', form: { id } })
  expect(await web.text('/inbox', { as: 'liaison' })).toContain('Grave')
  await web.request('/inbox/views/delete', { as: 'liaison', form: { id } })
  expect(await web.text('/inbox', { as: 'liaison' })).not.toContain('Grave')
})

test('what somebody else changed is unread until it is seen', async () => {
  const unread = async (): Promise<string[]> => idsOf(await web.text('/inbox?unread=1&sort=level', { as: 'supervisor' }))
  expect(await unread()).toEqual(['noise', 'cold', 'roads'])
  await web.request('/alerts/cold', { as: 'supervisor' })
  expect(await unread()).toEqual(['noise', 'roads'])
  await web.request('/alerts/cold/acts', { as: 'supervisor', form: { act: 'comment', why: 'mine', version: '1' } })
  expect(await unread()).toEqual(['noise', 'roads'])
  await web.request('/alerts/cold/acts', { as: 'liaison', form: { act: 'comment', why: 'theirs', version: '2' } })
  expect(await unread()).toEqual(['noise', 'cold', 'roads'])
})

test('what changes while somebody looks is told as events', async () => {
  const since = Date.now() - 1000
  const reply = await web.request(`/inbox/live?since=${since}`, { as: 'supervisor' })
  expect(reply.headers.get('content-type')).toMatch(/^text\/event-stream/)
  await web.request('/alerts/noise/acts', { as: 'liaison', form: { act: 'sign', version: '1' } })
  const reader = reply.body!.getReader()
  let text = ''
  while (!text.includes('"noise"')) text += new TextDecoder().decode((await reader.read()).value)
  await reader.cancel()
  expect(text).toMatch(/event: changed\ndata: \{"n":\d/)
  expect((await web.request('/inbox/live', { as: 'operator' })).status).toBe(403)
})

// In the hours after midnight the server's day was another one.
test('a snooze of many is offered for a week from the day of the city', async () => {
  for (const zone of ['Etc/GMT+12', 'Pacific/Kiritimati']) { // a day apart at every hour
    await db().query('update sources set time_zone = $1', [zone])
    const today = (): string => formatDay(localDay(Date.now(), zone) + 7)
    const before = today()
    const page = await web.text('/inbox', { as: 'supervisor' })
    expect([before, today()]).toContain(/id="bulk-until"[^>]* value="([^"]+)"/.exec(page)?.[1])
  }
})
