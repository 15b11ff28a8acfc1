/** The page of one alert: everything on it, acts as forms, files, words that change no state. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { readLife } from '../../../pipelines/alert-life/act.ts'
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

const stateOf = async (id: string): Promise<string> => (await readLife(db(), id)).life.state

test('the page says what, why, who and until when; text of callers is text', async () => {
  const page = await web.text('/alerts/cold', { as: 'liaison' })
  for (const part of ['90 days and what is to come', 'Where, and how it grew', 'Who calls', 'What they say', 'Similar alerts of the past', 'Why this alert', 'Timeline', 'Deadlines', 'Next step', 'What to tell the callers']) expect(page, part).toContain(part)
  expect(page).toContain('&lt;b&gt;of the')
  expect(page).not.toContain('<b>of the')
  expect(page).toMatch(/<mark>boiler<\/mark>/)
  expect(page).toContain('10 callers, 14 tickets')
  expect(page).toContain('T-13')
  expect(await web.text('/alerts/cold', { as: 'liaison', lang: 'zh' })).toContain('90 天走势与预测')
})

test('groups of one cause stand on the page with people, repeats and words; without groups nothing does', async () => {
  expect(await web.text('/alerts/cold', { as: 'liaison' })).not.toContain('One cause')
  await db().query(`insert into issues (id, begun_on) values (1, '2024-09-01')`)
  await db().query(`insert into issue_tickets (source_id, ticket_no, issue_id, night, likeness) select source_id, ticket_no, 1, greatest(day, '2024-09-01'), 1 from alert_tickets join tickets using (source_id, ticket_no) where alert_id = 'cold'`)
  const page = await web.text('/alerts/cold', { as: 'liaison' })
  expect(page).toMatch(/One cause[\s\S]*10 callers, 14 tickets from [\s\S]*14 of them in this alert · 4 of them repeats of a caller/)
  expect(page).not.toContain('<b>of the')
  // Were joined as text, and their marks seen.
  expect(page).toMatch(/Filed under: <bdi/)
  expect(page).not.toContain('&lt;bdi')
  expect(await web.text('/alerts/cold', { as: 'liaison', lang: 'zh' })).toMatch(/同一件事[\s\S]*10 人 14 件，其中 14 件在本预警内/)
})

test('a glance says what the page says, in one transaction', async () => {
  const { gate } = web
  const spy = vi.spyOn(gate, 'enter')
  const peek = await (await web.request('/alerts/cold/peek', { as: 'liaison' })).json() as Record<string, unknown>
  expect(spy).toHaveBeenCalledOnce()
  spy.mockRestore()
  const page = await web.text('/alerts/cold', { as: 'liaison' })
  for (const part of [peek.title, peek.sentence]) expect(page).toContain(part)
  expect(peek).toMatchObject({ id: 'cold', version: 0, level: 'orange', href: '/alerts/cold' })
  expect(peek.quote).toMatch(/^The boiler <b>of the house<\/b>/)
  expect((peek.days as unknown[]).length).toBe(56)
  expect((peek.facts as string[][]).map(([, value]) => value)).toEqual(expect.arrayContaining(['City › North › Mill', 'Heating', '10 callers, 14 tickets']))
  expect(peek.acts).toContain('sign')
})

test('what one may not see and what is not there are told alike', async () => {
  const hidden = await web.request('/alerts/cold', { as: 'outsider' })
  const none = await web.request('/alerts/nothing', { as: 'outsider' })
  expect([hidden.status, none.status]).toEqual([404, 404])
  expect((await hidden.text()).replaceAll('cold', '?')).toBe((await none.text()).replaceAll('nothing', '?'))
  expect((await web.request('/alerts/cold/acts', { as: 'outsider', form: { act: 'comment', why: 'x', version: '0' } })).status).toBe(404)
  expect((await web.request('/alerts/cold/peek', { as: 'outsider' })).status).toBe(404)
})

test('an act goes through the table, and one on what has changed is refused with the present state and what was written', async () => {
  const signed = await web.request('/alerts/cold/acts', { as: 'liaison', form: { act: 'sign', version: '0' } })
  expect([signed.status, signed.headers.get('location')]).toEqual([303, '/alerts/cold'])
  expect(await stateOf('cold')).toBe('signed')
  const stale = await web.request('/alerts/cold/acts', { as: 'lead', form: { act: 'verify', version: '0', finding: 'true', why: 'seen <it> myself' } })
  expect(stale.status).toBe(409)
  const page = await stale.text()
  expect(page).toContain('The alert is now signed for (version 1)')
  expect(page).toContain('seen &lt;it&gt; myself')
  expect(await stateOf('cold')).toBe('signed')
  expect((await web.request('/alerts/cold/acts', { as: 'liaison', form: { act: 'verify', version: '1', finding: 'true' } })).status).toBe(400)
  expect((await web.request('/alerts/cold/acts', { as: 'liaison', form: { act: 'verify', finding: 'true', why: 'x' } })).status).toBe(400)
  await web.request('/alerts/cold/acts', { as: 'liaison', form: { act: 'verify', version: '1', finding: 'true', why: 'boiler is cold' } })
  expect(await stateOf('cold')).toBe('verified')
  expect((await web.request('/alerts/cold/acts', { as: 'policy', form: { act: 'comment', why: 'x', version: '2' } })).status).toBe(403)
  expect((await web.request('/alerts/cold/acts', { as: 'liaison', form: { act: 'absorb', why: 'x', version: '2' } })).status).toBe(400)
})

test('every act that the page offers to anybody is one that it takes', async () => {
  await perform(db(), 'cold', 'start', { unit: 'Heating' })
  const tried: string[] = []
  for (const as of ['liaison', 'lead', 'analyst', 'supervisor', 'admin'] as const) {
    const page = await web.text('/alerts/cold', { as })
    for (const act of new Set([...page.matchAll(/<form[^>]*data-act="(\w+)"/g)].map((match) => match[1]!))) {
      if (['feedback', 'assign', 'add_evidence'].includes(act) && !page.includes(`name="act" value="${act}"`)) continue
      if (['assign', 'add_evidence', 'merge', 'reassign'].includes(act)) continue
      const { life } = await readLife(db(), 'cold')
      const reply = await web.request('/alerts/cold/acts', {
        as, headers: { accept: 'application/json' },
        form: { act, version: String(life.version), why: 'because', finding: 'true', unit: 'Works', kind: 'co', until: new Date(Date.now() + 86400000 * 3).toISOString().slice(0, 10), rung: 'city', text: 'text', due: '2030-01-01', party: 'Builder', lead: 'Zhao', level: 'blue' },
      })
      const { error } = await reply.json() as { error?: { code: string } }
      // A need that hangs on the hour or on another's work may be refused; never the act as such.
      expect(error?.code ?? 'done', `${as} ${act}`).not.toMatch(/role_may_not|act_not_now|not_a_party|not_lead_unit|invalid_option|not_allowed|unexpected/)
      tried.push(act)
    }
  }
  expect(new Set(tried).size).toBeGreaterThan(12)
})

test('feedback, assignment and reply are added beside the alert and change nothing of it', async () => {
  const { life: before } = await readLife(db(), 'noise')
  for (const verdict of ['true', 'false', 'known', 'data_problem']) expect((await web.request('/alerts/noise/feedback', { as: 'liaison', form: { verdict, note: `n-${verdict}`, version: '0' } })).status).toBe(303)
  expect((await web.request('/alerts/noise/feedback', { as: 'liaison', form: { verdict: 'maybe' } })).status).toBe(400)
  await web.request('/alerts/noise/assign', { as: 'liaison', form: { who: 'me' } })
  await web.request('/alerts/noise/reply', { as: 'supervisor', form: { body: 'We are <on> it.' } })
  const page = await web.text('/alerts/noise', { as: 'supervisor' })
  expect(page).toContain('n-data_problem')
  expect(page).toContain('We are &lt;on&gt; it.')
  expect(page).toContain('The liaison')
  expect((await web.text('/inbox?scope=mine', { as: 'liaison' })).match(/data-id="(\w+)"/g)).toContain('data-id="noise"')
  expect((await readLife(db(), 'noise')).life).toEqual(before)
  await expect(db().query('delete from alert_feedback')).rejects.toThrow('append-only')
  await expect(db().query(`update alert_replies set body = 'x'`)).rejects.toThrow('append-only')
})

test('evidence is known by what is in it, comes back as a download, and only to whoever may see the alert', async () => {
  const { life } = await readLife(db(), 'noise')
  const pdf = new File([Buffer.from('%PDF-1.7 made up')], '../../évidence.pdf', { type: 'text/html' })
  const added = await web.request('/alerts/noise/evidence', { as: 'liaison', form: { version: String(life.version), act: 'add_evidence', why: 'photo', file: pdf } })
  expect(added.status).toBe(303)
  const { life: after } = await readLife(db(), 'noise')
  const read = await web.request(`/alerts/noise/evidence/${after.version}`, { as: 'supervisor' })
  expect(read.headers.get('content-type')).toBe('application/pdf')
  expect(read.headers.get('content-disposition')).toMatch(/^attachment; filename="[^/"]+\.pdf"/)
  expect(read.headers.get('x-content-type-options')).toBe('nosniff')
  expect(await read.text()).toBe('%PDF-1.7 made up')
  expect((await web.request(`/alerts/noise/evidence/${after.version}`, { as: 'outsider' })).status).toBe(404)
  const html = new File(['<script>alert(1)</script>'], 'page.pdf')
  expect((await web.request('/alerts/noise/evidence', { as: 'liaison', form: { version: String(after.version), act: 'add_evidence', file: html } })).status).toBe(400)
  expect((await web.request('/alerts/noise/evidence', { as: 'outsider', form: { version: '0', act: 'add_evidence', file: pdf } })).status).toBe(404)
  const large = new File([Buffer.alloc(21 * 1024 * 1024)], 'large.pdf')
  expect((await web.request('/alerts/noise/evidence', { as: 'liaison', form: { version: String(after.version), act: 'add_evidence', file: large } })).status).toBe(413)
})

test('a script gets JSON of the same, and another site gets nothing', async () => {
  const { life } = await readLife(db(), 'noise')
  const told = await web.request('/alerts/noise/acts', { as: 'liaison', headers: { accept: 'application/json' }, form: { act: 'sign', version: String(life.version) } })
  expect(await told.json()).toEqual({ ok: true, message: 'Done: sign for' })
  const stale = await web.request('/alerts/noise/acts', { as: 'liaison', headers: { accept: 'application/json' }, form: { act: 'comment', why: 'x', version: '0' } })
  expect([stale.status, (await stale.json() as { error: { code: string } }).error.code]).toEqual([409, 'conflict'])
  expect((await web.request('/alerts/noise/acts', { as: 'liaison', headers: { 'sec-fetch-site': 'cross-site' }, form: { act: 'comment', why: 'x', version: String(life.version + 1) } })).status).toBe(403)
})
