import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readBody } from '../../web/body.ts'
import { readMessage } from '../../web/reply.ts'
import { isAllowed } from '../../web/allowed.ts'
import type { Route } from '../../web/route.ts'
import { ROUTES } from '../../web/routes.ts'
import { nearestAddress, trustedProxies } from '../../web/server.ts'
import { addAlert } from '../support/alerts.ts'
import { useDatabase } from '../support/database.ts'
import { addTickets } from '../support/tickets.ts'
import { PERSONAS, startWeb } from '../support/web.ts'
import type { Persona, TestWeb } from '../support/web.ts'

const db = useDatabase()
let web: TestWeb
const ROOT = fileURLToPath(new URL('../../web/', import.meta.url))

/** What a citizen, a file or a colleague may have written anywhere. */
const STORED = `<img src=x onerror=alert(1)>"'`
/** It must come out escaped; this is how it would come out if it were not. */
const RAW = /<img src=x onerror|<script>alert|"><script|<svg onload|javascript:alert/i
const PAYLOADS = [`'"><script>alert(1)</script>`, `' or '1'='1' --`, `\\`, `%00`, `..%2f..%2fetc%2fpasswd`, '99999999999999999999', '2024-13-45']
/** A statement that was put together from what was sent fails in PostgreSQL, and that is a 500. */
const BROKEN = /syntax error at|unterminated quoted|invalid input syntax|ECONN|at file:|node_modules|root:x:0/

beforeAll(async () => {
  const place = `City›North›Mill ${STORED}`
  await addTickets(db(), Array.from({ length: 6 }, (_, i) => ({ no: `t${i}${STORED}`, at: '2024-09-01 08:00:00', place, topic: `Heat ${STORED}`, unit: `Heating ${STORED}`, caller: `c${i}` })))
  await db().query('update tickets set title = $1, content = $1, address_text = $1, channel = $1, status = $1, tags = $1', [STORED])
  await addAlert(db(), { id: 'bad', place, topic: `Heat ${STORED}`, lead: `Heating ${STORED}`, co: ['Heating'] })
  await db().query(`insert into alert_tickets select 'bad', source_id, ticket_no, '2024-09-01' from tickets`)
  await db().query(`insert into alert_acts (alert_id, seq, act, state_before, state_after, by_whom, unit, role, party, why, detail, known_on)
    values ('bad', 1, 'comment', 'unsigned', 'unsigned', $1, 'Heating', 'unit_liaison', 'co', $1, jsonb_build_object('text', $1::text), '2024-09-02')`, [STORED])
  await db().query(`insert into silences (level, reason, by_whom, known_on, until_on) values ('blue', $1, $1, '2024-01-01', '2027-01-02')`, [STORED])
  await db().query(`insert into runs (night, status, code_version, config_hash, error, finished_at) values ('2024-09-01', 'failed', 'x', 'x', $1, now())`, [STORED])
  web = await startWeb(db())
  for (const persona of PERSONAS) await web.cookieOf(persona)
  await db().query('update accounts set full_name = $1 || name', [STORED])
})
afterAll(() => web.close())

/** Names of query parameters and fields that the sources of a folder read. */
function namesIn(folder: string): string[] {
  const text = readdirSync(join(ROOT, folder), { encoding: 'utf8' }).filter((name) => name.endsWith('.ts')).map((name) => readFileSync(join(ROOT, folder, name), 'utf8')).join('\n')
  return [...new Set([...text.matchAll(/(?:query|searchParams\.get|searchParams\.getAll)\(\s*'([\w-]+)'/g)].map((match) => match[1]!))]
}
const FOLDERS = readdirSync(ROOT, { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== 'static').map(({ name }) => name)
const NAMES = [...new Set(['.', ...FOLDERS].flatMap(namesIn))]

/** Somebody who may use the route. */
async function visitor(route: Route): Promise<Persona | undefined> {
  for (const persona of ['supervisor', 'admin', 'liaison', 'operator', 'policy'] as const) if (isAllowed(route, { actor: await web.actor(persona) })) return persona
  return undefined
}

/** The answer as text; a stream of news is cut off after its first part. */
async function read(response: Response): Promise<string> {
  if (!(response.headers.get('content-type') ?? '').startsWith('text/event-stream')) return Buffer.from(await response.arrayBuffer()).toString('latin1')
  await response.body?.cancel()
  return ''
}

const filled = (route: Route, value: string): string => route.path.replace(/:(\w+)(?:\{[^}]*\})?\??/g, encodeURIComponent(value)).replace('*', encodeURIComponent(value))
const isPage = (response: Response): boolean => /html|svg/.test(response.headers.get('content-type') ?? '')

async function faults(path: string, as: Persona | undefined, what: string): Promise<string[]> {
  const response = await web.request(path, { ...(as ? { as } : {}) })
  const body = await read(response)
  return [
    ...(response.status >= 500 ? [`${what}: ${response.status}`] : []),
    ...(isPage(response) && RAW.test(body) ? [`${what}: ${RAW.exec(body)![0]} unescaped`] : []),
    ...(BROKEN.test(body) ? [`${what}: ${BROKEN.exec(body)![0]}`] : []),
    ...(response.headers.get('x-content-type-options') === 'nosniff' ? [] : [`${what}: sniffable`]),
  ]
}

test('parameters are found in the sources', () => {
  expect(NAMES).toContain('lang')
  expect(NAMES).toContain('next')
  expect(NAMES.length).toBeGreaterThan(8)
})

test('whatever stands in a query or a path is never script, and never part of a statement', async () => {
  const wrong: string[] = []
  for (const route of ROUTES.filter(({ method }) => method === 'GET')) {
    const as = await visitor(route)
    for (const payload of PAYLOADS) {
      const query = new URLSearchParams(NAMES.filter((name) => name !== 'lang').map((name) => [name, payload]))
      wrong.push(...await faults(`${filled(route, 'bad')}?${query}`, as, `${route.operation} ${payload} in the query`))
      if (route.path.includes(':')) wrong.push(...await faults(filled(route, payload), as, `${route.operation} ${payload} in the path`))
    }
  }
  expect(wrong).toEqual([])
}, 200_000)

test('one parameter at a time, where the first bad one would hide the others', async () => {
  const wrong: string[] = []
  for (const route of ROUTES.filter(({ method }) => method === 'GET')) {
    const as = await visitor(route)
    // Those that the route's own folder reads.
    const folder = FOLDERS.find((one) => route.operation.startsWith(`${one}.`)) ?? (/^(alerts|clocks)\./.test(route.operation) ? 'inbox' : '.')
    for (const name of namesIn(folder).filter((one) => one !== 'lang')) {
      wrong.push(...await faults(`${filled(route, 'bad')}?${new URLSearchParams([[name, `'"><script>alert(1)</script>`]])}`, as, `${route.operation} ${name}`))
    }
  }
  expect(wrong).toEqual([])
}, 200_000)

test('what is stored is shown as text, on every page of every role', async () => {
  const wrong: string[] = []
  const shown = new Set<string>()
  for (const route of ROUTES.filter(({ method }) => method === 'GET')) {
    for (const persona of PERSONAS) {
      if (!isAllowed(route, { actor: await web.actor(persona) })) continue
      for (const id of route.path.includes(':') ? ['bad', '2024-09-01', 'week', '1'] : ['']) {
        const response = await web.request(filled(route, id), { as: persona })
        const body = await read(response)
        if (isPage(response) && RAW.test(body)) wrong.push(`${route.operation} for the ${persona}: ${RAW.exec(body)![0]}`)
        if (body.includes('&lt;img src=x onerror')) shown.add(route.operation)
      }
    }
  }
  expect(wrong).toEqual([])
  // The pages did show it: else this test saw nothing.
  expect(shown.size).toBeGreaterThan(3)
}, 200_000)

test('no form of another site gets through, on any route', async () => {
  const reached: string[] = []
  const routes: Route[] = ROUTES.map((route) => ({ ...route, allow: 'anyone', handle: () => { reached.push(route.operation); return new Response('reached') } }))
  const open = await startWeb(db(), { routes })
  try {
    for (const route of routes.filter(({ method }) => method !== 'GET')) {
      for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { 'sec-fetch-site': 'cross-site', origin: 'http://localhost' }]) {
        expect([route.operation, (await open.request(filled(route, 'x'), { as: 'admin', method: route.method, headers })).status]).toEqual([route.operation, 403])
      }
    }
    expect(reached).toEqual([])
  } finally {
    await open.close()
  }
})

test('a browser without Sec-Fetch-Site says its origin, and what says nothing is no browser', async () => {
  const { isCrossSite } = await import('../../web/guard.ts')
  const own = ['https://hotline.city.example']
  const ask = (headers: Record<string, string>): boolean => isCrossSite('POST', new Headers(headers), own)
  expect(ask({ origin: 'https://hotline.city.example' })).toBe(false)
  for (const origin of ['https://evil.example', 'http://hotline.city.example', 'https://hotline.city.example.evil.example', 'null']) expect([origin, ask({ origin })]).toEqual([origin, true])
  expect(ask({})).toBe(true)
  expect(ask({ 'sec-fetch-site': 'cross-site', origin: 'https://hotline.city.example' })).toBe(true)
})

test('no GET changes anything', async () => {
  const marks = async (): Promise<string> => JSON.stringify((await db().query(`select (select count(*) from alert_acts) as acts, (select count(*) from silences) as silences, (select count(*) from accounts where disabled_at is null) as accounts,
    (select count(*) from account_roles) as roles, (select count(*) from rule_versions) as rules, (select count(*) from due_runs) as due, (select count(*) from errands) as errands`)).rows)
  const before = await marks()
  for (const route of ROUTES.filter(({ method }) => method !== 'GET')) await read(await web.request(filled(route, 'bad'), { as: (await visitor(route)) ?? 'admin', method: 'GET' }))
  expect(await marks()).toBe(before)
})

test('a body without a length is read no further than its limit', async () => {
  let pulled = 0
  const endless = new ReadableStream<Uint8Array>({ pull: (controller) => { pulled++; controller.enqueue(new Uint8Array(65_536)) } })
  await expect(readBody(new Request('http://localhost/', { method: 'POST', body: endless, duplex: 'half' } as RequestInit), 1_000_000)).rejects.toMatchObject({ code: 'body_too_large' })
  expect(pulled).toBeLessThan(20)
})

test('JSON that is nested to no end is refused before it is parsed', async () => {
  const { parseJson } = await import('../../web/body.ts')
  expect(() => parseJson(new TextEncoder().encode('['.repeat(100_000)))).toThrow(/deep/)
  expect(parseJson(new TextEncoder().encode(JSON.stringify({ a: '[[[['.repeat(50), b: [1] })))).toMatchObject({ b: [1] })
})

test('a message cookie that somebody made says nothing of their own', () => {
  const made = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  expect(readMessage(made({ key: 'web.saved' }))).toEqual({ key: 'web.saved' })
  for (const wrong of [made({ key: 'no.such.text' }), made({ key: '__proto__' }), made({ key: 'constructor' }), made('x'), 'x', '']) expect(readMessage(wrong)).toBeUndefined()
})

test('an address is believed from trusted proxies only', () => {
  const trusted = trustedProxies(['10.0.0.0/8', '::1'])
  expect(nearestAddress('203.0.113.9', '198.51.100.1', trusted)).toBe('203.0.113.9')
  expect(nearestAddress('10.0.0.1', '198.51.100.1', trusted)).toBe('198.51.100.1')
  expect(nearestAddress('10.0.0.1', '1.2.3.4, 198.51.100.1, 10.9.9.9', trusted)).toBe('198.51.100.1')
  expect(nearestAddress('::ffff:10.0.0.1', 'nonsense', trusted)).toBe('10.0.0.1')
  expect(nearestAddress('10.0.0.1', null, trustedProxies([]))).toBe('10.0.0.1')
  expect(() => trustedProxies(['10.0.0.0/99'])).toThrow()
})

test('pages hold no inline script, style or handler', async () => {
  const wrong: string[] = []
  for (const route of ROUTES.filter(({ method, path }) => method === 'GET' && !path.includes(':'))) {
    const response = await web.request(route.path, { as: (await visitor(route)) ?? 'admin' })
    if (!(response.headers.get('content-type') ?? '').includes('html')) continue
    const body = await read(response)
    const found = /<script(?![^>]* src=)[^>]*>(?!\s*<\/script)|<style|\sstyle="|\son[a-z]+="/.exec(body)
    if (found && !/type="application\/json"/.test(found[0])) wrong.push(`${route.operation}: ${found[0]}`)
  }
  expect(wrong).toEqual([])
})

