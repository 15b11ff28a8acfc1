import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { INITIAL_DEADLINES } from '../../pipelines/clocks/rules.ts'
import { formatDeadlines } from '../../pipelines/clocks/rules-file.ts'
import { listVersions } from '../../pipelines/rules-activate.ts'
import type { Rules } from '../../pipelines/rules.ts'
import { hashRules } from '../../pipelines/rules.ts'
import { finishErrand, listErrands, readErrand } from '../../sql/errands.ts'
import { saveDeadlineTrial } from '../../sql/deadlines.ts'
import { readRoutingVersions } from '../../sql/routing.ts'
import { saveTrial } from '../../sql/rules.ts'
import { readSubscriptions } from '../../sql/subscriptions.ts'
import { hashDeadlines } from '../../pipelines/clocks/rules.ts'
import type { DeadlineRules } from '../../pipelines/clocks/rules.ts'
import { useDatabase } from '../support/database.ts'
import { addTickets } from '../support/tickets.ts'
import { startWeb } from '../support/web.ts'
import type { TestWeb } from '../support/web.ts'

const db = useDatabase()
const dataDir = mkdtempSync(join(tmpdir(), 'weisu-admin-'))
let web: TestWeb
const acts = async (act: string): Promise<string[]> => (await db().query<{ object: string }>('select object from audit_log where act = $1 order by id', [act])).rows.map(({ object }) => object)

beforeAll(async () => {
  await addTickets(db(), [{ no: '1', at: '2026-11-01 10:00:00', place: 'City›North›Mill', topic: 'Heat›Cold', caller: 'a', unit: 'Heating' }, { no: '2', at: '2026-11-02 10:00:00', place: 'City›South', topic: 'Noise', caller: 'b', unit: 'Works' }])
  mkdirSync(join(dataDir, 'secrets'))
  writeFileSync(join(dataDir, 'secrets', 'hook.key'), `whsec_${Buffer.alloc(24, 7).toString('base64')}`)
  web = await startWeb(db(), { config: { dataDir } })
})
afterAll(async () => {
  await web?.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const RULES = { recurrenceDays: '200', watchDays: '10', minCallers: '3', quietNights: '14', perUnitWeek: '3', ranker: '1', thresholds: '1', name: 'quieter', source: 'meeting', reason: 'too many', base: '0', file: '', from: '', until: '' }

describe('rules of alerting', () => {
  test.each([
    [{ recurrenceDays: 'many' }, 'recurrenceDays', 'a number from 1 to 36525'],
    [{ minCallers: '2.5' }, 'minCallers', 'a whole number'],
    [{ file: '{"levels": [' }, 'file', 'no JSON'],
    [{ file: '{"detection": {"recurence": 3}}' }, 'file', 'recurence'],
    [{ file: '{"exceptions": [{"id": "x", "minCallers": 0}]}' }, 'file', 'exceptions'],
    [{ name: '' }, 'name', 'this is needed'],
    [{ from: '2026-02-30' }, 'from', 'a date as YYYY-MM-DD'],
    [{ from: '2026-02-03', until: '2026-02-01' }, 'until', 'is before'],
    [{ recurrenceDays: '100' }, 'file', 'nothing differs'],
  ])('what does not fit comes back beside its field: %o', async (change, name, words) => {
    const reply = await web.request('/admin/rules/try', { as: 'analyst', form: { ...RULES, ...change } })
    expect(reply.status).toBe(422)
    const page = await reply.text()
    const start = page.indexOf(`id="${name}-error"`)
    expect(start).toBeGreaterThan(0)
    expect(page.slice(start, start + 400)).toContain(words)
    for (const value of Object.values(change)) if (value !== '') expect(page).toContain(value.replaceAll('"', '&quot;'))
    expect(await listErrands(db(), ['rules_trial'], 5)).toEqual([])
  })

  test('a change is tried by the service, then an admin brings it into force; nobody else may, nor twice, nor in the past', async () => {
    const reply = await web.request('/admin/rules/try', { as: 'analyst', form: { ...RULES, file: '{"budget": {"units": {"Works": 5}}}' } })
    expect(reply.status).toBe(303)
    const path = reply.headers.get('location')!
    const id = path.split('/').at(-1)!
    const { rules, base } = (await readErrand(db(), id))!.request as unknown as { rules: Rules, base: number }
    expect({ base, interval: rules.detection.recurrenceDays, units: rules.budget.units, author: rules.author }).toEqual({ base: 0, interval: 200, units: { Works: 5 }, author: 'The analyst' })
    const activate = (form: Record<string, string>, as: 'admin' | 'analyst' = 'admin'): Promise<Response> => web.request(`${path}/activate`, { as, form })
    expect((await activate({ from: '2999-01-01', note: 'x' })).status).toBe(422)
    expect(await web.text(path, { as: 'admin' })).not.toContain('/activate')

    // The service's part.
    const side = { alerts: { red: 1, orange: 0, yellow: 2, blue: 3 }, sent: 3, units: { above_blue: { mean: 0.5, p95: 1, max: 2, units: 4 } } }
    const change = { id: 'a', change: 'only_before', place: ['City', 'North'], topic: ['Heat'], unit: 'Works', before: { night: '2026-11-02', level: 'yellow', rule: 'callers_5_in_7_days' }, after: null }
    await saveTrial(db(), { hash: hashRules(rules), from: '2026-11-01', until: '2026-11-03', baseHash: 'b', replay: null, scoreCard: { from: '2026-11-01', until: '2026-11-02', how: 'kept' } })
    await finishErrand(db(), id, { name: rules.name, hash: hashRules(rules), from: '2026-11-01', until: '2026-11-02', nights: 2, how: 'kept', because: [], replay: null, reproduced: 1, before: side, after: side, changes: [change], counts: { only_before: 1 }, weeks: [{ unit: 'Works', week: '2026-W44', before: 1, after: 0 }], score: null, more: 0 })
    const page = await web.text(path, { as: 'admin' })
    for (const words of ['only in force', 'callers_5_in_7_days', '2026-W44', 'detection.recurrenceDays', 'Bring into force']) expect(page).toContain(words)
    expect(await web.text(path, { as: 'analyst' })).not.toContain('/activate')

    expect((await activate({ from: '2999-01-01', note: 'x' }, 'analyst')).status).toBe(403)
    const early = await activate({ from: '2026-11-01', note: 'as agreed' })
    expect([early.status, (await early.text()).includes('or later')]).toEqual([422, true])
    expect((await activate({ from: '2999-01-01', note: '' })).status).toBe(422)
    expect((await activate({ from: '2999-01-01', note: 'as agreed' })).status).toBe(303)
    expect(await listVersions(db())).toMatchObject([{ version: 1, name: 'quieter', from: '2999-01-01', author: 'The admin', note: 'as agreed', tried: { from: '2026-11-01' } }])
    expect(await acts('admin.rules.activate')).toEqual(['rules:1'])
    const again = await activate({ from: '2999-01-01', note: 'as agreed' })
    expect([again.status, (await again.text()).includes('version 1 has come in between')]).toEqual([409, true])
    // Whoever typed over the old version begins anew.
    const stale = await web.request('/admin/rules/try', { as: 'analyst', form: { ...RULES, recurrenceDays: '300' } })
    expect([stale.status, (await stale.text()).includes('you saw version 0')]).toEqual([409, true])
  })

  test('versions, differences and files', async () => {
    expect(await web.text('/admin/rules', { as: 'analyst' })).toContain('quieter')
    expect(await web.text('/admin/rules/versions/1', { as: 'analyst' })).toContain('callers_20_in_30_days')
    expect(await web.text('/admin/rules/diff?a=0&b=1', { as: 'analyst' })).toContain('<code>detection.recurrenceDays</code></th><td>100</td><td>200</td>')
    expect(JSON.parse(await web.text('/admin/rules/versions/1/file', { as: 'analyst' }))).toMatchObject({ name: 'quieter' })
    for (const path of ['/admin/rules/versions/99', '/admin/rules/versions/x', '/admin/rules/diff?a=1&b=x', '/admin/rules/trials/999']) expect((await web.request(path, { as: 'admin' })).status, path).toBe(404)
    expect((await web.request('/admin/rules', { as: 'operator' })).status).toBe(403)
    expect(await web.text('/admin', { as: 'analyst' })).not.toContain('/admin/units')
  })
})

describe('rules of deadlines', () => {
  const file = formatDeadlines({ ...INITIAL_DEADLINES, opens: '08:30' })
  const form = { file, name: 'earlier', source: 'measures', reason: 'offices open at half past eight', base: '0' }

  test('what does not fit is told beside the file; what fits is tried and brought into force', async () => {
    for (const [wrong, words] of [['{', 'no JSON'], ['{"opens": "25:99"}', 'opens'], [formatDeadlines(INITIAL_DEADLINES), 'nothing differs']] as const) {
      const reply = await web.request('/admin/deadlines/try', { as: 'analyst', form: { ...form, file: wrong } })
      expect([reply.status, (await reply.text()).includes(words)], wrong.slice(0, 30)).toEqual([422, true])
    }
    const path = (await web.request('/admin/deadlines/try', { as: 'analyst', form })).headers.get('location')!
    const id = path.split('/').at(-1)!
    const { rules } = (await readErrand(db(), id))!.request as unknown as { rules: DeadlineRules }
    const activate = (from: string): Promise<Response> => web.request(`${path}/activate`, { as: 'admin', form: { from, note: 'as agreed' } })
    expect((await activate('2999-01-01')).status).toBe(422)
    const result = { from: '2026-01-01', until: '2026-11-01', clocks: 7, earlier: 3, later: 0, without: 0, late: { before: 1, after: 2 }, by_clock: [{ clock: 'sign', clocks: 7, earlier: 3, later: 0, without: 0, late_before: 1, late_after: 2 }] }
    await saveDeadlineTrial(db(), hashDeadlines(rules), result as Parameters<typeof saveDeadlineTrial>[2])
    await finishErrand(db(), id, result)
    expect(await web.text(path, { as: 'admin' })).toContain('late 1 before, 2 after')
    expect((await activate('2020-01-01')).status).toBe(422)
    expect((await activate('2999-01-01')).status).toBe(303)
    expect((await activate('2999-01-01')).status).toBe(409)
    expect(await web.text('/admin/deadlines', { as: 'analyst' })).toContain('earlier')
    expect(await acts('admin.deadlines.activate')).toEqual(['deadlines:1'])
  })
})

describe('routing', () => {
  test('the tester says which step wins, and names the nearest where a place is none', async () => {
    const page = await web.text('/admin/routing?place=Mill&topic=Heat', { as: 'analyst' })
    expect(page).toContain('hotline desk')
    const wrong = await web.text('/admin/routing?place=Nowhere&topic=Heat', { as: 'analyst' })
    expect(wrong).toContain('id="place-error"')
    expect(wrong).toContain('value="Nowhere"')
  })

  test('a list is taken whole or not at all', async () => {
    const form = { rules: 'id,place,topic,unit\nmill,Mill,,Heating\nnoise,,Noise,Nobody\n', from: '2999-01-01', source: 'meeting', note: '', base: '0' }
    const faulty = await web.request('/admin/routing/import', { as: 'admin', form })
    expect(faulty.status).toBe(422)
    const page = await faulty.text()
    expect(page).toContain('no such unit')
    expect(page).toContain('noise,,Noise,Nobody')
    expect(await readRoutingVersions(db())).toEqual([])
    expect((await web.request('/admin/routing/import', { as: 'admin', form: { ...form, from: '2026-13-01' } })).status).toBe(422)
    expect((await web.request('/admin/routing/import', { as: 'admin', form: { ...form, from: '2026-11-01', rules: 'id,unit\na,Heating\n' } })).status).toBe(422)
    expect((await web.request('/admin/routing/import', { as: 'admin', form: { ...form, rules: 'a,b\n1,2\n' } })).status).toBe(422)
    const reply = await web.request('/admin/routing/import', { as: 'admin', form: { ...form, rules: '', file: new File(['id,place,topic,unit\nmill,Mill,,Heating\n'], '../../x.csv') } })
    expect(reply.status).toBe(303)
    expect(await readRoutingVersions(db())).toMatchObject([{ version: 1, author: 'The admin', source: 'meeting', effectiveOn: '2999-01-01' }])
    expect((await web.request('/admin/routing/import', { as: 'admin', form: { ...form, rules: 'id,unit\na,Heating\n' } })).status).toBe(409)
    expect(await web.text('/admin/routing/versions/1/file', { as: 'analyst' })).toContain('mill,City›North›Mill')
    expect((await web.request('/admin/routing/import', { as: 'analyst', form })).status).toBe(403)
    expect(await acts('admin.routing.import')).toEqual(['routing:1'])
  })
})

describe('subscriptions', () => {
  const form = { channel: 'email', to: 'desk@city.example', secret: '', format: 'standard', units: '', places: '', topics: '', level: 'blue', at: '', quietHours: '', urgent: 'red', timeZone: 'Asia/Shanghai', language: 'en', reason: 'asked by the desk' }

  test.each([
    [{ to: 'no address' }, 'to'], [{ to: '' }, 'to'], [{ channel: 'pigeon' }, 'channel'], [{ channel: 'webhook', to: 'https://hook.city.example/x' }, 'secret'],
    [{ channel: 'webhook', to: 'https://127.0.0.1/x', secret: 'file:DIR/hook.key' }, 'to'], [{ channel: 'webhook', to: 'https://hook.city.example/x', secret: 'file:/etc/passwd' }, 'secret'],
    [{ channel: 'webhook', to: 'https://hook.city.example/x', secret: 'file:DIR/../caller.key' }, 'secret'], [{ channel: 'webhook', to: 'https://hook.city.example/x', secret: 'env:DATABASE_URL' }, 'secret'],
    [{ channel: 'dingtalk', to: 'https://oapi.dingtalk.com/robot/send?access_token=x' }, 'to'], [{ channel: 'dingtalk', to: 'env:HOME' }, 'to'],
    [{ units: 'Nobody' }, 'units'], [{ places: 'Nowhere' }, 'places'], [{ topics: 'Nothing' }, 'topics'], [{ at: '25:00' }, 'at'], [{ quietHours: '22-7' }, 'quietHours'], [{ timeZone: 'Mars/Base' }, 'timeZone'], [{ reason: '' }, 'reason'],
  ])('what does not fit is told beside its field: %o', async (change, name) => {
    const filled = Object.fromEntries(Object.entries({ ...form, ...change }).map(([key, value]) => [key, value.replace('DIR', `${dataDir}/secrets`)]))
    const reply = await web.request('/admin/subscriptions/add', { as: 'admin', form: filled })
    expect(reply.status).toBe(422)
    const page = await reply.text()
    expect(page).toContain(`id="${name}-error"`)
    expect(page).toContain('asked by the desk'.slice(0, filled.reason === '' ? 0 : 99))
    expect(await readSubscriptions(db())).toEqual([])
  })

  test('one is added, tried by the service, stopped, taken up again, and removed; nobody overwrites another’s change', async () => {
    const reply = await web.request('/admin/subscriptions/add', { as: 'admin', form: { ...form, channel: 'webhook', to: 'https://hook.city.example/secret-path', secret: `file:${dataDir}/secrets/hook.key`, units: 'Works', places: 'Mill', at: '08:00 17:00', quietHours: '22:00-07:00', kinds: ['emerging'] } })
    expect(reply.status).toBe(303)
    const path = reply.headers.get('location')!
    const [row] = await readSubscriptions(db())
    expect(row).toMatchObject({ channel: 'webhook', units: ['Works'], places: ['City›North›Mill'], slots: ['08:00', '17:00'], quietFrom: '22:00', kinds: ['emerging'], locale: 'en' })
    const page = await web.text(path, { as: 'admin' })
    expect(page).not.toContain('secret-path')
    expect((await web.request(`${path}/test`, { as: 'admin', form: {} })).status).toBe(303)
    const [errand] = await listErrands(db(), ['test_message'], 5)
    expect(errand).toMatchObject({ status: 'waiting', request: { subscription: row!.id } })
    await finishErrand(db(), errand!.id, { kind: 'failed', error: 'connection refused', code: null, scope: 'target' })
    expect(await web.text(path, { as: 'admin' })).toContain('connection refused')
    const change = (status: string, seen: string, reason = 'holiday'): Promise<Response> => web.request(`${path}/state`, { as: 'admin', form: { status, seen, reason } })
    await change('disabled', 'active', '')
    await change('disabled', 'disabled')
    expect((await readSubscriptions(db()))[0]!.status).toBe('active')
    await change('disabled', 'active')
    expect((await readSubscriptions(db()))[0]).toMatchObject({ status: 'disabled', statusReason: 'holiday' })
    await change('active', 'disabled')
    expect((await readSubscriptions(db()))[0]!.status).toBe('active')
    expect((await change('nonsense', 'active')).status).toBe(400)
    await change('removed', 'active')
    expect(await readSubscriptions(db())).toEqual([])
    expect((await web.request(path, { as: 'admin' })).status).toBe(404)
    expect(await acts('admin.subscription.state')).toHaveLength(3)
  })
})

describe('calendar and events', () => {
  test('an event is added and removed; wrong input stays', async () => {
    const form = { place: 'North', topic: '', from: '2026-11-01', until: '2026-11-02', note: 'storm <x>' }
    for (const [change, name] of [[{ place: 'Nowhere' }, 'place'], [{ topic: 'Nothing' }, 'topic'], [{ until: '2026-10-01' }, 'until'], [{ from: 'x' }, 'from'], [{ note: '' }, 'note']] as const) {
      const reply = await web.request('/admin/calendar/events', { as: 'analyst', form: { ...form, ...change } })
      expect([reply.status, (await reply.text()).includes(`id="${name}-error"`)], name).toEqual([422, true])
    }
    expect((await web.request('/admin/calendar/events', { as: 'analyst', form })).status).toBe(303)
    const page = await web.text('/admin/calendar', { as: 'analyst' })
    expect(page).toContain('storm &lt;x&gt;')
    const remove = /\/admin\/calendar\/events\/\d+\/remove/.exec(page)![0]
    expect((await web.request(remove, { as: 'analyst', form: {} })).status).toBe(303)
    expect((await web.request(remove, { as: 'analyst', form: {} })).status).toBe(303)
    expect(await acts('admin.events.remove')).toHaveLength(1)
  })

  test('working days of a month, and when something is due', async () => {
    const month = await web.text('/admin/calendar?month=2026-07', { as: 'analyst' })
    expect(month).toMatch(/day-holiday"><b>3<\/b>/)
    expect(await web.text('/admin/calendar?amount=3&unit=working_day&since=2026-07-01', { as: 'analyst' })).toContain('Due on 2026-07-07')
    expect(await web.text('/admin/calendar?amount=x&since=1.1.', { as: 'analyst' })).toContain('a whole number from 0')
    expect((await web.request('/admin/calendar?month=2026-99', { as: 'analyst' })).status).toBe(200)
  })
})

describe('registers', () => {
  test('a unit is added and changed; a change by somebody else is not lost', async () => {
    const form = { name: 'Water', kind: 'bureau', territory: 'North', topics: 'Heat\nNoise', reason: 'founded' }
    for (const [change, name] of [[{ name: '' }, 'name'], [{ territory: 'Nowhere' }, 'territory'], [{ topics: 'Nothing' }, 'topics'], [{ reason: '' }, 'reason'], [{ name: 'Works' }, 'name']] as const) {
      const reply = await web.request('/admin/units', { as: 'admin', form: { ...form, ...change } })
      expect([reply.status, (await reply.text()).includes(`id="${name}-error"`)], name).toEqual([422, true])
    }
    const path = (await web.request('/admin/units', { as: 'admin', form })).headers.get('location')!
    const page = await web.text(path, { as: 'admin' })
    expect(page).toContain('City›North')
    const seen = /name="seen" value="(\w+)"/.exec(page)![1]!
    expect((await web.request('/admin/units', { as: 'admin', form: { ...form, seen, territory: '', topics: 'Heat' } })).status).toBe(303)
    const late = await web.request('/admin/units', { as: 'admin', form: { ...form, seen, topics: '' } })
    expect([late.status, (await late.text()).includes('changed by somebody else')]).toEqual([409, true])
    expect((await db().query(`select topic_path from unit_topics x join units u on u.id = x.unit_id where u.name = 'Water'`)).rows).toEqual([{ topic_path: 'Heat' }])
    expect(await web.text('/admin/units?q=water', { as: 'admin' })).toContain(path)
    expect((await web.request('/admin/units/9999', { as: 'admin' })).status).toBe(404)
    expect((await web.request('/admin/units', { as: 'analyst', form })).status).toBe(403)
  })

  test('places are walked down and searched', async () => {
    const top = await web.text('/admin/places', { as: 'admin' })
    const down = /\/admin\/places\?under=\d+/.exec(top)![0]
    expect(await web.text(down, { as: 'admin' })).toContain('North')
    expect(await web.text('/admin/places?q=mill', { as: 'admin' })).toContain('City › North › Mill')
    expect(await web.text('/admin/places?under=x', { as: 'admin' })).toContain('City')
  })

  test('thresholds that nothing has moved', async () => {
    expect(await web.text('/admin/thresholds', { as: 'analyst' })).toContain('No threshold has moved')
    expect((await web.request('/admin/thresholds/undo', { as: 'admin', form: { alert: 'x', why: 'y' } })).status).toBe(303)
  })
})
