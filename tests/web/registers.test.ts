import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withWriteLock } from '../../sql/db.ts'
import { useDatabase } from '../support/database.ts'
import { addTickets } from '../support/tickets.ts'
import { startWeb } from '../support/web.ts'
import type { TestWeb } from '../support/web.ts'

const db = useDatabase()
let web: TestWeb

beforeAll(async () => {
  await addTickets(db(), [
    { no: '1', at: '2026-11-01 10:00:00', place: 'City›North›伊景园滨河苑', topic: 'Heat›Cold', caller: 'a', unit: 'Heating' },
    { no: '2', at: '2026-11-02 10:00:00', place: 'City›North›伊景园.滨河苑', topic: 'Heat›Cold', caller: 'a' },
    { no: '3', at: '2026-11-02 11:00:00', place: 'City›North›柳河家园', topic: 'Noise›Night', caller: 'b' },
    { no: '4', at: '2026-11-02 11:00:00', place: 'City›North›柳河 家园', topic: 'Noise›Evening', caller: 'c' },
    { no: '5', at: '2026-11-02 12:00:00', place: 'City›South›Dock', topic: 'Noise›Night', caller: 'd', unit: 'Works' },
  ])
  await db().query(`update places set kind = case depth when 1 then 'district' else 'compound' end where depth > 0; update topics set is_family = true, family_id = id where path = 'Heat'; delete from dirty_days`)
  web = await startWeb(db())
})
afterAll(() => web.close())

const idOf = async (path: string): Promise<number> => (await db().query<{ id: number }>('select id from places where path = $1', [path])).rows[0]!.id
const hidden = (page: string, name: string): string => new RegExp(`name="${name}" value="([^"]*)"`).exec(page)![1]!
const acts = async (): Promise<string[]> => (await db().query<{ act: string }>(`select act from audit_log where act like 'admin.%' order by id`)).rows.map(({ act }) => act)
const dirty = async (): Promise<number> => (await db().query('select 1 from dirty_days')).rowCount!

describe('a place', () => {
  const facts = { kind: 'project', households: '620', centre: '116.41, 39.92', code: 'P-7', developer: 'Dock Ltd', facts_why: 'on file' }

  test('its facts are typed, corrected where they are wrong, and not lost to somebody who was slower', async () => {
    const path = `/admin/places/${await idOf('City›South›Dock')}`
    const seen = hidden(await web.text(path, { as: 'admin' }), 'seen')
    for (const [change, name] of [[{ households: 'many' }, 'households'], [{ households: '1.5' }, 'households'], [{ centre: '116' }, 'centre'], [{ centre: '999, 1' }, 'centre'], [{ code: '！' }, 'code'], [{ kind: 'planet' }, 'kind'], [{ facts_why: '' }, 'facts_why']] as const) {
      const reply = await web.request(`${path}/facts`, { as: 'admin', form: { ...facts, ...change, seen } })
      const page = await reply.text()
      expect([reply.status, page.includes(`id="${name}-error"`), page.includes('value="Dock Ltd"')], JSON.stringify(change)).toEqual([422, true, true])
    }
    expect((await web.request(`${path}/facts`, { as: 'admin', form: { ...facts, seen } })).status).toBe(303)
    const page = await web.text(path, { as: 'admin' })
    for (const words of ['620', '116.4100, 39.9200', 'P-7', 'Dock Ltd']) expect(page).toContain(words)
    const late = await web.request(`${path}/facts`, { as: 'admin', form: { ...facts, households: '1', seen } })
    expect([late.status, (await late.text()).includes('changed by somebody else')]).toEqual([409, true])
    const { rows: [entry] } = await db().query<{ detail: { before: object, after: object, reason: string } }>(`select detail from audit_log where act = 'admin.place.facts'`)
    expect(entry!.detail).toMatchObject({ before: { households: null, kind: 'compound' }, after: { households: 620, kind: 'project' }, reason: 'on file' })
  })

  test('spellings come and go', async () => {
    const path = `/admin/places/${await idOf('City›South›Dock')}`
    expect((await web.request(`${path}/spellings`, { as: 'admin', form: { spelling: '', spelling_kind: 'promotion' } })).status).toBe(422)
    await web.request(`${path}/spellings`, { as: 'admin', form: { spelling: 'The <Dock>', spelling_kind: 'promotion' } })
    const page = await web.text(path, { as: 'admin' })
    expect(page).toContain('The &lt;Dock&gt;')
    expect(page).toContain('promotion name')
    expect(await web.text('/admin/places?q=the+%3Cdock', { as: 'admin' })).toContain('South › Dock')
    await web.request(`${path}/spellings/remove`, { as: 'admin', form: { spelling: 'The <Dock>' } })
    await web.request(`${path}/spellings/remove`, { as: 'admin', form: { spelling: 'The <Dock>' } })
    expect((await db().query('select 1 from place_aliases')).rowCount).toBe(0)
    expect((await acts()).filter((act) => act.startsWith('admin.place.spelling'))).toEqual(['admin.place.spelling.add', 'admin.place.spelling.remove'])
  })

  test('it is renamed, merged and set apart again; the next night is told to count', async () => {
    const dock = `/admin/places/${await idOf('City›South›Dock')}`
    const version = hidden(await web.text(dock, { as: 'admin' }), 'version')
    const wrong = await web.request(`${dock}/rename`, { as: 'admin', form: { name: 'Harbour', parent: 'Nowhere', rename_why: 'x', version } })
    expect([wrong.status, (await wrong.text()).includes('id="parent-error"')]).toEqual([422, true])
    const reply = await web.request(`${dock}/rename`, { as: 'admin', form: { name: 'Harbour', parent: 'City›South', rename_why: 'new sign', version } })
    expect(reply.status).toBe(303)
    const harbour = reply.headers.get('location')!
    expect(harbour).not.toBe(dock)
    expect(await web.text(harbour, { as: 'admin' })).toContain('City › South › Dock')
    expect(await dirty()).toBe(1)
    const old = await web.text(dock, { as: 'admin' })
    expect(old).toContain('leads to City › South › Harbour')
    expect(old).not.toContain(`${dock}/merge`)
    const merge = (into: string, seen: string): Promise<Response> => web.request(`${harbour}/merge`, { as: 'admin', form: { into, merge_why: 'one', version: seen } })
    const now = hidden(await web.text(harbour, { as: 'admin' }), 'version')
    expect((await merge('Harbour', now)).status).toBe(422)
    const stale = await merge('柳河家园', '0')
    expect([stale.status, (await stale.text()).includes('has changed since')]).toEqual([409, true])
    expect((await merge('柳河家园', now)).status).toBe(303)
    const history = await web.text('/admin/places/history', { as: 'admin' })
    const undos = [...history.matchAll(/\/admin\/places\/events\/\d+\/undo/g)].map(([path]) => path)
    expect(undos).toHaveLength(2)
    for (const path of undos) {
      expect((await web.request(path, { as: 'admin', form: { why: '' } })).headers.get('set-cookie')).toContain('flash')
      expect((await web.request(path, { as: 'admin', form: { why: 'it was not' } })).headers.get('location')).toBe('/admin/places/history')
    }
    expect((await db().query('select 1 from places where merged_into is not null')).rowCount).toBe(0)
    expect((await db().query('select act from tree_events order by id')).rows.map(({ act }) => act)).toEqual(['rename', 'merge', 'undo', 'undo'])
    expect((await acts()).slice(-4)).toEqual(['admin.place.rename', 'admin.place.merge', 'admin.place.undo', 'admin.place.undo'])
  })

  test('what is no place is not found', async () => {
    for (const path of ['/admin/places/999999', '/admin/places/x', '/admin/places/1e3']) expect((await web.request(path, { as: 'admin' })).status, path).toBe(404)
    expect((await web.request('/admin/places/events/77/undo', { as: 'admin', form: { why: 'x' } })).status).toBe(303)
  })
})

describe('same place?', () => {
  test('pairs come with their evidence and are decided once', async () => {
    const page = await web.text('/admin/places/review', { as: 'admin' })
    expect(page.match(/<section class="card">/g)).toHaveLength(2)
    expect(page).toContain('Callers of both</dt><dd>1</dd>')
    const forms = page.split('<section class="card">').slice(1).map((part) => ({ a: hidden(part, 'a'), b: hidden(part, 'b'), version_a: hidden(part, 'version_a'), version_b: hidden(part, 'version_b') }))
    const decide = (form: Record<string, string>): Promise<Response> => web.request('/admin/places/review', { as: 'admin', form })
    await decide({ ...forms[0]!, answer: 'same', stays: 'b', why: '' })
    expect((await db().query(`select 1 from tree_events where act in ('merge', 'distinct') and id > 4`)).rowCount).toBe(0)
    // The one that usually leads stays.
    await decide({ ...forms[0]!, answer: 'same', stays: 'a', why: 'one estate' })
    await decide({ ...forms[1]!, answer: 'apart', stays: 'b', why: 'two gates' })
    const { rows } = await db().query<{ act: string, from: number, into: number }>('select act, from_id as "from", into_id as "into" from tree_events where id > 4 order by id')
    expect(rows).toEqual([{ act: 'merge', from: Number(forms[0]!.b), into: Number(forms[0]!.a) }, { act: 'distinct', from: Number(forms[1]!.a), into: Number(forms[1]!.b) }])
    const again = await decide({ ...forms[1]!, answer: 'apart', stays: 'b', why: 'two gates' })
    expect(await web.text('/admin/places/review', { as: 'admin', headers: { cookie: `${await web.cookieOf('admin')}; ${again.headers.get('set-cookie')!.split(';')[0]}` } })).toContain('has changed since')
    expect(await web.text('/admin/places/review', { as: 'admin' })).toContain('No pairs to be reviewed')
  })
})

describe('topics', () => {
  test('a family is made, two topics become one, and that is taken back', async () => {
    const form = { topic: 'Noise', family_why: 'one cause' }
    for (const [change, name] of [[{ topic: 'Nothing' }, 'topic'], [{ family_why: '' }, 'family_why']] as const) {
      const reply = await web.request('/admin/topics/family', { as: 'admin', form: { ...form, ...change } })
      expect([reply.status, (await reply.text()).includes(`id="${name}-error"`)]).toEqual([422, true])
    }
    await web.request('/admin/topics/family', { as: 'admin', form })
    expect(await web.text('/admin/topics', { as: 'admin' })).toContain('<th scope="row">Noise</th><td class="num">3</td>')
    const merge = { from: 'Evening', into: 'Night', merge_why: 'catalogue of 2027' }
    const wrong = await web.request('/admin/topics/merge', { as: 'admin', form: { ...merge, into: 'Nothing' } })
    expect([wrong.status, (await wrong.text()).includes('id="into-error"')]).toEqual([422, true])
    await web.request('/admin/topics/merge', { as: 'admin', form: merge })
    expect((await db().query(`select 1 from topics where merged_into is not null`)).rowCount).toBe(1)
    const undo = /\/admin\/topics\/events\/\d+\/undo/.exec(await web.text('/admin/topics', { as: 'admin' }))![0]
    // An event of the other tree is none of this one's.
    await web.request(undo.replace('topics', 'places'), { as: 'admin', form: { why: 'x' } })
    expect((await db().query(`select 1 from topics where merged_into is not null`)).rowCount).toBe(1)
    await web.request(undo, { as: 'admin', form: { why: 'too early' } })
    expect((await db().query(`select 1 from topics where merged_into is not null`)).rowCount).toBe(0)
    expect((await acts()).slice(-3)).toEqual(['admin.topic.family', 'admin.topic.merge', 'admin.topic.undo'])
  })
})

describe('who and when', () => {
  test('nothing is changed while a night or an import is at work, and the page says so', async () => {
    const path = `/admin/places/${await idOf('City›South›Dock')}`
    await withWriteLock(db(), 0, () => {}, async () => {
      const reply = await web.request(`${path}/spellings`, { as: 'admin', form: { spelling: 'Quay', spelling_kind: 'spelling' } })
      const page = await reply.text()
      expect([reply.status, page.includes('A night or an import is at work'), page.includes('value="Quay"')]).toEqual([503, true, true])
    })
    expect((await db().query('select 1 from place_aliases')).rowCount).toBe(0)
  })

  test('an administrator of a part of the city reads and changes nothing, in the program and in the database', async () => {
    const place = await idOf('City›South')
    await db().query(`update account_roles set place_ids = array[$1::int] where role = 'admin'`, [place])
    try {
      const path = `/admin/places/${await idOf('City›South›Dock')}`
      const page = await web.text(path, { as: 'admin' })
      expect(page).toContain('Dock')
      expect(page).not.toContain(`${path}/merge`)
      expect((await web.request(`${path}/spellings`, { as: 'admin', form: { spelling: 'Quay', spelling_kind: 'spelling' } })).status).toBe(403)
      const { id, role, scope, units } = await web.actor('admin')
      await web.gate.enter({ account: id, role, view: 'all', unitNames: units, ...scope }, async (client) => {
        expect((await client.query(`update places set name = 'x' where name = 'Dock'`)).rowCount).toBe(0)
        await expect(client.query(`insert into place_aliases (place_id, name, by_name) values (${place}, 'x', 'x')`)).rejects.toThrow(/row-level security/)
      }).catch((error: Error) => expect(error.message).toContain('aborted'))
    } finally {
      await db().query(`update account_roles set place_ids = '{}' where role = 'admin'`)
    }
  })

  test.each(['analyst', 'supervisor', 'liaison', 'operator'] as const)('by direct SQL the %s changes no register', async (persona) => {
    const { id, role, scope, units } = await web.actor(persona)
    const context = { account: id, role, view: 'all', unitNames: units, ...scope }
    for (const sql of [`insert into tree_events (tree, act, from_id, into_id, by_name, why) values ('place', 'distinct', 1, 2, 'x', 'x')`, `insert into dirty_days values ('2020-01-01')`, `insert into place_outlines values (1, '[]')`]) {
      await expect(web.gate.enter(context, (client) => client.query(sql)), sql).rejects.toThrow(/row-level security/)
    }
    for (const sql of [`update places set name = 'x'`, `update topics set name = 'x'`, 'delete from place_aliases']) expect((await web.gate.enter(context, (client) => client.query(sql))).rowCount, sql).toBe(0)
    await expect(web.gate.enter(context, (client) => client.query('delete from places'))).rejects.toThrow(/permission denied/)
    await expect(web.gate.enter(context, (client) => client.query('update tree_events set why = $1', ['x']))).rejects.toThrow(/permission denied/)
  })
})
