import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadConfig } from '../../../core/config.ts'
import { SILENT } from '../../../core/log.ts'
import { addFeed, baseUrl, findFeed } from '../../../pipelines/open311/feed.ts'
import type { FeedRequest } from '../../../pipelines/open311/feed.ts'
import { planWindows, pollFeed, pollFeeds } from '../../../pipelines/open311/poll.ts'
import type { PollDeps, PollResult } from '../../../pipelines/open311/poll.ts'
import { useDatabase } from '../../support/database.ts'
import { useWorkshop } from '../ingest/support.ts'
import { startServer } from './server.ts'
import type { Behaviour, FakeServer, ServerTicket } from './server.ts'

const db = useDatabase()
const workshop = useWorkshop()
let server: FakeServer
let waits: number[]
let clock: number
let feeds = 0
let name: string
const NOW = Date.parse('2026-06-20T12:00:00Z')
const DAY = 86_400_000

beforeEach(async () => {
  server = await startServer()
  waits = []
  clock = NOW
  name = `feed${++feeds}`
})
afterEach(async () => {
  await db().query('update open311_feeds set enabled = false')
  await server.close()
})

const deps = (): PollDeps => ({
  db: db(), log: SILENT, config: { ...loadConfig({ dataDir: `${workshop.directory}/data` }, {}), delivery: { publicUrl: '', mailFrom: '', allowPrivateTargets: ['127.0.0.1'] } },
  now: () => clock,
  wait: async (ms) => { waits.push(ms); clock += ms },
})
const add = (given: Partial<FeedRequest> = {}) => addFeed(db(), {
  name, url: server.url, city: 'Lamp', country: 'US', timeZone: 'America/New_York', since: new Date(NOW - 20 * DAY), ...given, options: { perMinute: 6000, ...given.options },
})
const poll = async (): Promise<PollResult> => pollFeed(deps(), await findFeed(db(), name))
const behave = (given: Partial<Behaviour>): void => { Object.assign(server.behaviour, given) }

interface Stored { no: string, status: string | null, content: string | null, topic: string, place: string, versions: number, assumed: boolean, closed: Date | null }

async function stored(): Promise<Stored[]> {
  return (await db().query<Stored & Record<string, unknown>>(
    `select t.ticket_no as no, t.status, t.content, o.path as topic, p.path as place, t.recorded_assumed as assumed, t.closed_at as closed,
       (select count(*)::int from ticket_versions v where v.source_id = t.source_id and v.ticket_no = t.ticket_no) as versions
     from tickets t join sources s on s.id = t.source_id join topics o on o.id = t.topic_id join places p on p.id = t.place_id where s.name = $1 order by t.ticket_no`, [name])).rows
}
const ids = async (): Promise<string[]> => (await stored()).map(({ no }) => no)

/** @param hours before NOW */
function ticket(i: number, hours: number, more: Partial<ServerTicket> = {}): ServerTicket {
  const at = new Date(NOW - hours * 3_600_000).toISOString()
  return { service_request_id: `T${String(i).padStart(4, '0')}`, requested_datetime: at, updated_datetime: at, status: 'open', service_code: '7', service_name: 'Potholes', description: `hole ${i}`, lat: 42.3 + i / 1000, long: -71, ...more }
}
const fill = (n: number, hours = 400): void => { server.tickets.push(...Array.from({ length: n }, (_, i) => ticket(i, 1 + (i * hours) / n))) }

test('pages of any size are read to their end, each ticket once', async () => {
  fill(95)
  behave({ cap: 10, services: [{ service_code: '7', service_name: 'Potholes', group: 'Roads' }] })
  await add()
  const result = await poll()
  expect(result).toMatchObject({ read: 95, new: 95, changed: 0, rejected: 0, error: null, faults: [], more: false })
  const rows = await stored()
  expect(rows.length).toBe(95)
  expect(rows[0]).toMatchObject({ no: 'T0000', status: 'open', content: 'hole 0', topic: 'Roads›Potholes', place: 'Lamp' })
  // History has assumed times of arrival, the last three days the real one.
  expect(rows.filter(({ assumed }) => !assumed).map(({ no }) => no)).toEqual(server.tickets.filter((each) => Date.parse(each.requested_datetime) > Date.now() - 3 * DAY).map((each) => each.service_request_id))
})

test('the same poll again changes nothing; a change is a version, and so is the change back', async () => {
  fill(30, 100)
  await add()
  await poll()
  clock += DAY
  expect(await poll()).toMatchObject({ new: 0, changed: 0, error: null })
  server.tickets[3]!.status = 'closed'
  server.tickets[3]!.updated_datetime = '2026-06-21T08:00:00Z'
  server.tickets.reverse()
  expect(await poll()).toMatchObject({ new: 0, changed: 1 })
  expect((await stored())[3]).toMatchObject({ status: 'closed', versions: 1, closed: new Date('2026-06-21T08:00:00Z') })
  const before = server.tickets.find(({ service_request_id: id }) => id === 'T0003')!
  before.status = 'open'
  expect(await poll()).toMatchObject({ new: 0, changed: 1 })
  expect((await stored())[3]).toMatchObject({ status: 'open', versions: 2, closed: null })
})

test('a server that pages by a 404 after its last page is read', async () => {
  fill(40)
  behave({ cap: 20, paging: '404-after-last' })
  await add()
  expect(await poll()).toMatchObject({ new: 40, error: null })
})

test('a server without pages is asked for shorter and shorter spans', async () => {
  fill(300)
  behave({ cap: 50, paging: 'ignored' })
  await add({ options: { windowDays: 90 } })
  expect(await poll()).toMatchObject({ new: 300, rejected: 0, error: null, faults: [] })
})

test('a moment with more tickets than an answer holds is told', async () => {
  server.tickets.push(...Array.from({ length: 60 }, (_, i) => ticket(i, 30)))
  behave({ cap: 50, paging: 'ignored' })
  await add()
  expect(await poll()).toMatchObject({ new: 50, faults: ['answer_full'] })
})

test('a server that does not heed dates gives what it gives, once', async () => {
  fill(30, 2000)
  behave({ heedsDates: false })
  await add()
  const result = await poll()
  expect(result).toMatchObject({ new: 30, error: null, faults: ['dates_ignored'] })
  expect(result.requests).toBeLessThan(30)
})

test('tickets that move between pages while they are read are not missed', async () => {
  fill(60, 100)
  let moved = 0
  behave({
    cap: 20, order: 'updated',
    // After the first page a ticket of the third becomes the newest: what follows slides past the reader.
    interfere: (_, url) => {
      if (url.searchParams.get('page') === '2' && moved < 3) server.tickets[50 + moved]!.updated_datetime = `2026-06-2${++moved}T00:00:00Z`
      return false
    },
  })
  await add()
  expect(await poll()).toMatchObject({ new: 60, error: null })
  expect(moved).toBe(3)
})

test('500, HTML, half an answer and a cut connection are tried again and lose nothing', async () => {
  fill(50)
  let n = 0
  behave({
    cap: 20,
    interfere: (response) => {
      n++
      if (n % 5 === 1) response.writeHead(500).end('oops')
      else if (n % 5 === 2) response.writeHead(200, { 'content-type': 'text/html' }).end('<!DOCTYPE html><html><body>Sign in</body></html>')
      else if (n % 5 === 3) response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' }).write('[{"service_request_id":"X"'), response.destroy()
      else return false
      return true
    },
  })
  await add()
  expect(await poll()).toMatchObject({ new: 50, rejected: 0, error: null })
  expect(await ids()).toEqual(server.tickets.map((each) => each.service_request_id).sort())
  expect(waits.filter((ms) => ms >= 1000).length).toBeGreaterThan(10)
})

test('429 is waited for; a long one ends the poll and holds the next', async () => {
  fill(30)
  let after = '7'
  behave({ interfere: (response, _, i) => (i === 1 ? (response.writeHead(429, { 'retry-after': after }).end(), true) : false) })
  await add()
  expect(await poll()).toMatchObject({ new: 30, error: null })
  expect(waits).toContain(7000)
  after = '3600'
  server.asked.length = 0
  expect(await poll()).toMatchObject({ error: { code: 'open311_too_often' } })
  const asked = server.asked.length
  expect(await poll()).toMatchObject({ error: { code: 'open311_held' }, requests: 0 })
  expect(server.asked.length).toBe(asked)
  clock += 3601_000
  behave({ interfere: () => false })
  expect(await poll()).toMatchObject({ error: null })
})

test('a server that dies in the middle keeps what was taken; the next poll goes on from there', async () => {
  fill(60)
  let dead = false
  behave({ interfere: (response, url, i) => { dead = i > 3; if (dead) response.writeHead(503).end(url.pathname); return dead } })
  await add({ options: { windowDays: 3 } })
  const first = await poll()
  expect(first.error).toMatchObject({ code: 'open311_failed' })
  const taken = (await ids()).length
  expect(taken).toBeGreaterThan(0)
  expect(taken).toBeLessThan(60)
  expect(await findFeed(db(), name)).toMatchObject({ failures: 1, errorCode: 'open311_failed' })
  behave({ interfere: () => false })
  expect(await poll()).toMatchObject({ error: null })
  expect((await ids()).length).toBe(60)
  expect(await findFeed(db(), name)).toMatchObject({ failures: 0, errorCode: null, error: null })
})

test('a ticket that comes late or changes late is found by the overlap, older ones by the weekly look back', async () => {
  fill(20, 400)
  await add()
  await poll()
  clock += DAY
  server.tickets.push(ticket(900, 30), ticket(901, 300))
  server.tickets[19]!.status = 'closed'
  expect(await poll()).toMatchObject({ new: 1, changed: 0 })
  clock += 7 * DAY
  expect(await poll()).toMatchObject({ new: 1, changed: 1 })
  expect((await stored()).find(({ no }) => no === 'T0900')).toMatchObject({ assumed: false })
})

test('fields that are missing cost no more than themselves; what is no ticket is rejected with its reason', async () => {
  const at = new Date(NOW - DAY).toISOString()
  server.tickets.push(
    { service_request_id: 'A', requested_datetime: at },
    { requested_datetime: at, description: 'no number' },
    { service_request_id: 'C', requested_datetime: '', description: 'no time' } as ServerTicket,
    { token: 'tok1', requested_datetime: at, description: 'a token' },
    { token: 'tok2', requested_datetime: at, description: 'a token without a number yet' },
  )
  behave({ tokens: { tok1: 'D' }, heedsDates: false })
  await add({ options: { windowDays: 90 } })
  const result = await poll()
  expect(await ids()).toEqual(['A', 'D'])
  expect(result.rejected).toBe(3)
  expect(result.faults).toContain('tokens_open')
  behave({ tokens: { tok1: 'D', tok2: 'E' } })
  await poll()
  expect(await ids()).toEqual(['A', 'D', 'E'])
})

test('XML says the same as JSON', async () => {
  fill(12)
  server.tickets[2]!.description = 'lamp & pole <out>'
  server.tickets[2]!.extended_attributes = { ward: 'North' }
  behave({ services: [{ service_code: '7', service_name: 'Potholes', group: 'Roads' }] })
  await add({ options: { format: 'xml', map: { district: 'extended_attributes.ward' }, topics: { 7: ['Streets', 'Holes'] } } })
  await poll()
  const xml = await stored()
  expect(xml[2]).toMatchObject({ content: 'lamp & pole <out>', place: 'Lamp›North', topic: 'Streets›Holes' })
  await add({ options: { format: 'json', map: { district: 'extended_attributes.ward' }, topics: { 7: ['Streets', 'Holes'] } } })
  expect(await poll()).toMatchObject({ new: 0, changed: 0 })
  expect(await stored()).toEqual(xml)
})

test('a list of services that fails later moves no ticket; the first time it must come', async () => {
  fill(5)
  behave({ services: 500 })
  await add()
  expect(await poll()).toMatchObject({ error: { code: 'open311_failed' }, read: 0 })
  behave({ services: [{ service_code: '7', service_name: 'Potholes', group: 'Roads' }] })
  await poll()
  behave({ services: 500 })
  expect(await poll()).toMatchObject({ error: null, changed: 0, faults: ['services_unlisted'] })
  behave({ services: [{ service_code: '7', service_name: 'Renamed', group: 'Else' }] })
  expect(await poll()).toMatchObject({ changed: 0 })
})

test('addresses inside are refused, redirects are told and not followed, refusals carry their words', async () => {
  fill(3)
  await add()
  const inside = { ...deps(), config: loadConfig({ dataDir: `${workshop.directory}/data` }, {}) }
  expect(await pollFeed(inside, await findFeed(db(), name))).toMatchObject({ error: { code: 'open311_refused_address' }, requests: 1 })
  behave({ interfere: (response) => (response.writeHead(302, { location: 'https://elsewhere.example/v2?key=1' }).end(), true) })
  expect((await poll()).error).toEqual({ code: 'open311_redirected', message: 'the server answers from another address: https://elsewhere.example/v2' })
  behave({ interfere: (response) => (response.writeHead(400).end(JSON.stringify([{ code: 400, description: 'jurisdiction_id was not provided' }])), true) })
  expect((await poll()).error?.message).toContain('jurisdiction_id was not provided')
  behave({ interfere: (response) => (response.writeHead(200).end(JSON.stringify([{ code: 403, description: 'bad key' }])), true) })
  expect((await poll()).error?.message).toContain('bad key')
  expect(await ids()).toEqual([])
})

test('keys and jurisdictions are sent, and the key is told nowhere', async () => {
  process.env.TEST_OPEN311_KEY = 'very-secret'
  await add({ jurisdiction: 'lamp.gov', keyRef: 'env:TEST_OPEN311_KEY' })
  behave({ interfere: (response) => (response.writeHead(403).end('[]'), true) })
  const result = await poll()
  expect(server.asked[0]!.searchParams.get('api_key')).toBe('very-secret')
  expect(server.asked[0]!.searchParams.get('jurisdiction_id')).toBe('lamp.gov')
  const { rows } = await db().query<{ all: string }>('select json_agg(f)::text as all from open311_feeds f')
  expect(JSON.stringify(result) + rows[0]!.all).not.toContain('very-secret')
  delete process.env.TEST_OPEN311_KEY
  expect((await poll()).error).toMatchObject({ code: 'secret_missing' })
})

test('one feed that fails costs the others nothing', async () => {
  fill(4)
  await add()
  await addFeed(db(), { name: 'aa-dead', url: 'http://127.0.0.1:9/v2', city: 'Lamp', country: 'US', timeZone: 'UTC', since: new Date(NOW - DAY) })
  const [dead, good] = await pollFeeds(deps())
  expect(dead).toMatchObject({ source: 'aa-dead', error: { code: 'open311_unreachable' } })
  expect(good).toMatchObject({ source: name, new: 4, error: null })
})

test('whatever the server does, in the end every ticket is there once and as it stands', async () => {
  await fc.assert(fc.asyncProperty(
    fc.record({ cap: fc.integer({ min: 20, max: 60 }), paging: fc.constantFrom('works', 'ignored', '404-after-last'), order: fc.constantFrom('updated', 'requested'), n: fc.integer({ min: 0, max: 90 }), failEvery: fc.integer({ min: 2, max: 9 }) }),
    async ({ cap, paging, order, n, failEvery }) => {
      name = `feed${++feeds}`
      server.tickets.length = 0
      clock = NOW
      fill(n, 300)
      behave({ cap, paging: paging as Behaviour['paging'], order: order as Behaviour['order'], interfere: (response, _, i) => i % failEvery === 0 && (response.writeHead(500).end(), true) })
      await add({ options: { windowDays: 15, overlapDays: 15 } })
      await poll()
      for (const each of server.tickets) if (each.service_request_id! < 'T0010') Object.assign(each, { status: 'closed', updated_datetime: new Date(clock).toISOString() })
      server.tickets.push(ticket(950, 10))
      for (let more = 0; more < 5 && (await poll()).error; more++) clock += 1000
      const want = server.tickets.map((each) => `${each.service_request_id} ${each.status}`).sort()
      expect((await stored()).map(({ no, status }) => `${no} ${status}`)).toEqual(want)
    }), { numRuns: 8, seed: 311 })
})

test('spans follow one another without a gap, the recent ones first', () => {
  const feed = { since: new Date(NOW - 400 * DAY), polledUntil: new Date(NOW - DAY), lastDeepAt: null, options: { format: 'json', pageSize: 1, windowDays: 7, overlapDays: 7, deepDays: 90, deepEveryDays: 7, perMinute: 1, extensions: false, closedAt: 'none', map: {}, topics: {} } } as const
  const { windows, recent } = planWindows(feed, NOW)
  const [first, last] = [windows.slice(0, recent), windows.slice(recent)]
  for (const list of [first, last]) for (let i = 1; i < list.length; i++) expect(list[i]!.from).toBe(list[i - 1]!.until)
  expect(first[0]!.from).toBe(NOW - 8 * DAY)
  expect(first.at(-1)!.until).toBe(NOW + DAY)
  expect(last[0]!.from).toBe(NOW - 91 * DAY)
  expect(last.at(-1)!.until).toBe(first[0]!.from)
  expect(planWindows({ ...feed, lastDeepAt: new Date(NOW - 6 * DAY) }, NOW).windows.length).toBe(recent)
})

test('addresses are taken as people paste them', () => {
  expect(baseUrl('https://a.example/v2/requests.json')).toBe('https://a.example/v2')
  expect(baseUrl('https://a.example/')).toBe('https://a.example')
  for (const bad of ['a.example', 'ftp://a.example', 'https://u:p@a.example', 'https://a.example/?key=1']) expect(() => baseUrl(bad)).toThrow('--url')
})
