import { afterAll, beforeAll, expect, test } from 'vitest'
import { act } from '../../pipelines/alert-life/act.ts'
import type { ActRequest } from '../../pipelines/alert-life/act.ts'
import { VIEW_OF } from '../../pipelines/accounts/web-actor.ts'
import { addAlert } from '../support/alerts.ts'
import { useDatabase } from '../support/database.ts'
import { startWeb } from '../support/web.ts'
import type { Persona, TestWeb } from '../support/web.ts'

const db = useDatabase()
let web: TestWeb

beforeAll(async () => {
  await addAlert(db(), { id: 'a', lead: 'Heating' })
  await addAlert(db(), { id: 'b', lead: 'Heating', topic: 'Noise' })
  await addAlert(db(), { id: 'c', lead: 'Works', topic: 'Roads' })
  web = await startWeb(db())
})
afterAll(() => web.close())

/** As a handler does it: in a transaction of the web's role. */
async function by(persona: Persona, request: Omit<ActRequest, 'actor' | 'version'>): Promise<string> {
  const actor = await web.actor(persona)
  return web.gate.enter({ account: actor.id, role: actor.role, view: VIEW_OF[actor.role], unitNames: actor.units, ...actor.scope },
    async (client) => (await act(client, { ...request, version: null, desk: 'Hotline desk', actor: { name: actor.name, unit: actor.units[0] ?? '', role: actor.role } })).life.state)
}

test('the life of an alert can be lived through the walls, notices and verdicts with it', async () => {
  expect(await by('liaison', { alertId: 'a', act: 'sign' })).toBe('signed')
  expect(await by('liaison', { alertId: 'a', act: 'verify', detail: { finding: 'true' }, why: 'seen' })).toBe('verified')
  expect(await by('liaison', { alertId: 'a', act: 'start' })).toBe('handling')
  expect(await by('liaison', { alertId: 'a', act: 'feedback', why: 'pump replaced' })).toBe('handling')
  expect(await by('supervisor', { alertId: 'a', act: 'add_unit', detail: { unit: 'Works' }, why: 'the pavement' })).toBe('handling')
  expect(await by('liaison', { alertId: 'a', act: 'request_strike_off', why: 'warm again' })).toBe('strike_off_requested')
  expect(await by('supervisor', { alertId: 'a', act: 'take_review' })).toBe('under_review')
  expect(await by('supervisor', { alertId: 'a', act: 'strike_off', why: 'called back' })).toBe('struck_off')
  const { rows: [left] } = await db().query<{ acts: number, verdicts: number, notices: number }>(
    `select (select count(*)::int from alert_acts where alert_id = 'a') as acts, (select count(*)::int from alert_verdicts where alert_id = 'a') as verdicts, (select count(*)::int from notices where alert_id = 'a') as notices`)
  expect(left).toMatchObject({ acts: 8, verdicts: 1 })
  expect(left!.notices).toBeGreaterThan(0)
})

test('a unit that was named sees the alert from then on, and one that was not does not', async () => {
  expect(await by('outsider', { alertId: 'a', act: 'comment', why: 'we come on Monday' })).toBe('struck_off')
  await expect(by('outsider', { alertId: 'b', act: 'comment', why: 'curious' })).rejects.toMatchObject({ code: 'no_such_alert' })
})

test('a merge needs both in sight', async () => {
  expect(await by('supervisor', { alertId: 'c', act: 'merge', detail: { into: 'b' }, why: 'one pipe' })).toBe('merged')
})

test('nobody acts for another unit, whatever the form says', async () => {
  const actor = await web.actor('liaison')
  await expect(web.gate.enter({ account: actor.id, role: actor.role, view: 'unit', unitNames: actor.units, ...actor.scope },
    (client) => act(client, { alertId: 'b', act: 'comment', why: 'x', version: null, actor: { name: actor.name, unit: 'Works', role: actor.role } }))).rejects.toThrow(/row-level security|not named/)
})
