import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseXml } from '../../core/xml.ts'
import { addToken } from '../../pipelines/accounts/tokens.ts'
import { toRequest } from '../../pipelines/open311/requests.ts'
import { readRecords } from '../../pipelines/open311/answer.ts'
import { createWindowReader } from '../../pipelines/open311/window.ts'
import type { Client } from '../../pipelines/open311/client.ts'
import { addAlert } from '../support/alerts.ts'
import { useDatabase } from '../support/database.ts'
import { addTickets } from '../support/tickets.ts'
import { startWeb } from '../support/web.ts'
import type { Persona, TestWeb } from '../support/web.ts'

const db = useDatabase()
let web: TestWeb
let source = 0
const DAY = 86_400_000
const NOW = Date.now()
const at = (hours: number): string => new Date(NOW - hours * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')

beforeAll(async () => {
  await addTickets(db(), [
    ...Array.from({ length: 6 }, (_, i) => ({ no: `mill-${i}`, at: at(10 + 24 * i), place: 'City›North›Mill', topic: 'Heat›Cold rooms', unit: 'Heating', caller: `c${i}`, ...(i === 5 ? { closed: at(1) } : {}) })),
    { no: 'lone', at: at(5), place: 'City›North›Gate', topic: 'Heat›Boiler', unit: 'Heating', caller: 'x' },
    { no: 'port', at: at(6), place: 'City›South›Port', topic: 'Noise', unit: 'Works', caller: 'y' },
    { no: 'secret', at: at(7), place: 'City›North›Mill', topic: 'Heat›Cold rooms', unit: 'Heating', caller: 'z' },
    { no: 'alone', at: at(8), place: 'City›North›Mill', topic: 'Waste', unit: 'Heating', caller: 'w' },
  ])
  await db().query(`update tickets set title = 'cold rooms', content = 'Call Mr Li on 13812345678, flat <3> & up', lng = 116.40031, lat = 39.90017 where ticket_no like 'mill%'`)
  await db().query(`update tickets set title = 'boiler', content = 'boiler', lng = 116.45, lat = 39.95 where ticket_no = 'lone'`)
  await db().query(`update tickets set is_secret = true, content = 'top secret' where ticket_no = 'secret'`)
  await addAlert(db(), { id: 'mill' })
  await addAlert(db(), { id: 'port', place: 'City›South›Port', topic: 'Noise', lead: 'Works' })
  source = (await db().query<{ id: number }>('select id from sources')).rows[0]!.id
  await db().query(`insert into alert_tickets (alert_id, source_id, ticket_no, first_night) select case when ticket_no = 'port' then 'port' else 'mill' end, source_id, ticket_no, '2024-09-01' from tickets where ticket_no <> 'alone'`)
  web = await startWeb(db())
})
afterAll(() => web?.close())

interface Request { service_request_id: string, description: string, address: string, lat: number | null, long: number | null, status: string, service_code: string, agency_responsible: string }

async function requests(query = '', as: Persona = 'supervisor'): Promise<Request[]> {
  const reply = await web.request(`/open311/v2/requests.json${query}`, { as })
  expect(reply.status).toBe(200)
  return await reply.json() as Request[]
}
const ids = (list: readonly Request[]): string[] => list.map(({ service_request_id: id }) => id.replace(/^\d+-/, ''))

test('only tickets of alerts are shown, redacted, as finely placed as three callers share', async () => {
  const all = await requests()
  expect(ids(all)).toEqual(['lone', 'port', 'mill-0', 'mill-1', 'mill-2', 'mill-3', 'mill-4', 'mill-5'])
  const mill = all.find(({ service_request_id: id }) => id.endsWith('mill-0'))!
  expect(mill).toMatchObject({ status: 'open', address: 'City › North › Mill', agency_responsible: 'Heating' })
  expect(mill.description).toMatch(/\nCall Mr .* up$/)
  expect(JSON.stringify(all)).not.toContain('13812345678')
  expect(JSON.stringify(all)).not.toContain('secret')
  // The middle of a cell, never the point.
  expect([mill.long, mill.lat]).toEqual([116.401, 39.901])
  // One caller alone at the gate: told as of the district, without a point.
  expect(all.find(({ service_request_id: id }) => id.endsWith('lone'))).toMatchObject({ address: 'City › North', lat: null, long: null })
  // An alert of one caller says nothing but what it is about.
  expect(all.find(({ service_request_id: id }) => id.endsWith('port'))).toMatchObject({ description: '', address: '', lat: null })
  expect(all.at(-1)).toMatchObject({ status: 'closed' })
})

test('a unit sees its own, an operator nothing, nobody without signing in; a token needs the scope', async () => {
  expect(ids(await requests('', 'outsider'))).toEqual(['port'])
  expect((await requests('', 'liaison')).length).toBe(7)
  expect((await web.request('/open311/v2/requests.json', { as: 'operator' })).status).toBe(403)
  const anonymous = await web.request('/open311/v2/requests.json', { headers: { accept: 'application/json' } })
  expect(anonymous.status).toBe(401)
  await web.actor('policy')
  const { token } = await addToken(db(), { name: 'map', account: 'policy', scopes: ['open311:read'], days: 1, by: 'test' })
  expect((await web.request('/open311/v2/requests.json', { headers: { authorization: `Bearer ${token}` } })).status).toBe(200)
  expect((await web.request('/api/v1/alerts', { headers: { authorization: `Bearer ${token}` } })).status).toBe(403)
})

test('filters and pages', async () => {
  const [code] = (await requests('?page_size=1&page=3')).map(({ service_code: one }) => one)
  expect(ids(await requests('?page_size=2&page=2'))).toEqual(['mill-0', 'mill-1'])
  expect(await requests('?page=99')).toEqual([])
  expect(ids(await requests(`?service_code=${code}`))).toHaveLength(6)
  expect(ids(await requests(`?service_request_id=${source}-mill-3,${source}-port,${source}-secret,none`))).toEqual(['port', 'mill-3'])
  expect(ids(await requests('?status=closed'))).toEqual(['mill-5'])
  const iso = (days: number): string => new Date(NOW - days * DAY).toISOString()
  expect(ids(await requests(`?start_date=${iso(2)}&end_date=${iso(1)}`))).toEqual(['mill-1'])
  for (const bad of ['?status=lost', '?start_date=yesterday', '?service_code=x', '?page=0', '?page=-1', `?start_date=${iso(200)}&end_date=${iso(1)}`, `?start_date=${iso(1)}&end_date=${iso(2)}`]) {
    const reply = await web.request(`/open311/v2/requests.json${bad}`, { as: 'supervisor' })
    expect([bad, reply.status]).toEqual([bad, 400])
    expect(await reply.json()).toMatchObject([{ code: 400 }])
  }
})

test('XML says the same as JSON; services, one of each, discovery', async () => {
  const xml = await (await web.request('/open311/v2/requests.xml', { as: 'supervisor' })).text()
  const asText = (list: readonly object[]): object[] => list.map((each) => Object.fromEntries(Object.entries(each).filter(([, value]) => value !== null && value !== '').map(([name, value]) => [name, String(value)])))
  expect(readRecords(Buffer.from(xml), 'service_requests')).toEqual(asText(await requests()))
  expect(xml).toContain('flat &lt;3&gt; &amp; up')
  const services = await (await web.request('/open311/v2/services.json', { as: 'supervisor' })).json() as { service_code: string, service_name: string, group: string }[]
  expect(services).toMatchObject([{ service_name: 'Boiler', group: 'Heat' }, { service_name: 'Cold rooms', group: 'Heat' }, { service_name: 'Noise', group: 'Noise' }])
  expect(await (await web.request(`/open311/v2/services/${services[0]!.service_code}.json`, { as: 'supervisor' })).json()).toMatchObject([{ service_name: 'Boiler' }])
  expect(parseXml(await (await web.request(`/open311/v2/requests/${source}-mill-0.xml`, { as: 'liaison' })).text()).children).toHaveLength(1)
  for (const [path, as] of [[`/requests/${source}-mill-0.json`, 'outsider'], [`/requests/${source}-secret.json`, 'supervisor'], ['/services/99999.json', 'supervisor'], ['/services/x.json', 'supervisor']] as const) {
    const reply = await web.request(`/open311/v2${path}`, { as })
    expect([path, reply.status]).toEqual([path, 404])
  }
  const discovery = await (await web.request('/open311/v2/discovery.json')).json() as { endpoints: { url: string }[] }
  expect(discovery.endpoints[0]!.url).toMatch(/\/open311\/v2$/)
  expect(parseXml(await (await web.request('/open311/v2/discovery.xml')).text()).name).toBe('discovery')
  expect((await web.request('/open311/v2/requests.json', { as: 'supervisor', form: { description: 'new' } })).status).toBe(404)
})

test('the reader of Open311 servers reads this one', async () => {
  const client: Client = {
    requests: () => 0,
    ask: async (path, list, query) => readRecords(Buffer.from(await (await web.request(`/open311/v2/${path}.json?${new URLSearchParams(query)}`, { as: 'supervisor' })).arrayBuffer()), list),
    askMaybe: async (path, list, query) => client.ask(path, list, query),
  }
  const { records, faults } = await createWindowReader(client, { pageSize: 3, extensions: false }).read({ from: NOW - 30 * DAY, until: NOW + DAY })
  expect(faults).toEqual([])
  expect(records).toHaveLength(8)
})

test('whatever is asked, nothing breaks', async () => {
  const value = fc.oneof(fc.string(), fc.constantFrom('2024-01-01T00:00:00Z', '9999999', '-1', '1,2,,3', '2024-13-45', '\u0000', 'open', "'; --"))
  await fc.assert(fc.asyncProperty(fc.dictionary(fc.constantFrom('start_date', 'end_date', 'service_code', 'service_request_id', 'status', 'page', 'page_size', 'jurisdiction_id'), value), fc.constantFrom('json', 'xml'), async (query, format) => {
    const reply = await web.request(`/open311/v2/requests.${format}?${new URLSearchParams(query)}`, { as: 'supervisor' })
    expect([200, 400]).toContain(reply.status)
    const text = await reply.text()
    if (format === 'json') JSON.parse(text)
    else parseXml(text)
  }), { seed: 9, numRuns: 60 })
})

test('no ticket tells more than three callers share', () => {
  const row = fc.record({ callers: fc.nat(5), near: fc.nat(5), atDepth: fc.array(fc.nat(5), { minLength: 3, maxLength: 3 }) })
  fc.assert(fc.property(row, ({ callers, near, atDepth }) => {
    const shown = toRequest({
      id: '1-a', requestedAt: new Date(0), updatedAt: new Date(0), closedAt: null, dueAt: null, topicId: 1, topic: 't', family: 'f', title: 'a', content: 'b', unit: null, lng: 1.23456, lat: 2.34567, place: ['a', 'b', 'c'],
      callers, near, atDepth: [...atDepth].sort((a, b) => b - a),
    })
    expect(shown.lat !== null).toBe(callers >= 3 && near >= 3)
    expect(shown.description !== '').toBe(callers >= 3)
    expect(shown.address.split(' › ').filter(Boolean)).toHaveLength(atDepth.filter((n) => n >= 3).length)
  }), { seed: 10 })
})
