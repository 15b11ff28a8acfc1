import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkSchema } from '../../core/json-schema.ts'
import { addToken, endToken } from '../../pipelines/accounts/tokens.ts'
import { readAlertLife } from '../../pipelines/alert-life/timeline.ts'
import { saveDocuments } from '../../pipelines/reports/compute.ts'
import { readCursor, writeCursor } from '../../web/api/cursor.ts'
import { API_ROOT } from '../../web/api/operation.ts'
import type { ApiOperation } from '../../web/api/operation.ts'
import { API_OPERATIONS } from '../../web/api/routes.ts'
import { createRateLimiter } from '../../web/api/rate.ts'
import { REFS } from '../../web/api/schemas.ts'
import { ROUTES } from '../../web/routes.ts'
import { addAlert } from '../support/alerts.ts'
import { useDatabase } from '../support/database.ts'
import { addTickets } from '../support/tickets.ts'
import { startWeb } from '../support/web.ts'
import type { Persona, TestWeb } from '../support/web.ts'

const db = useDatabase()
let web: TestWeb
const ALERTS = 7

beforeAll(async () => {
  await addTickets(db(), [
    { no: 'mill', at: '2024-09-01 08:00:00', place: 'City›North›Mill', topic: 'Heat', unit: 'Heating', caller: 'a' },
    { no: 'port', at: '2024-09-02 08:00:00', place: 'City›South›Port', topic: 'Noise', unit: 'Works', caller: 'b' },
  ])
  for (let i = 0; i < ALERTS; i++) await addAlert(db(), { id: `mill-${i}`, lead: 'Heating', night: `2024-09-0${1 + Math.floor(i / 2)}` })
  await addAlert(db(), { id: 'port', place: 'City›South›Port', topic: 'Noise', lead: 'Works', co: ['Heating water'], level: 'red' })
  for (const night of ['2024-09-01', '2024-09-02', '2024-09-03']) {
    await db().query(`insert into runs (night, status, code_version, config_hash, input_hash, finished_at) values ($1, 'succeeded', '0.1.0/3', 'c', 'i', now())`, [night])
    await db().query(`insert into run_steps (night, name, position, status, rows_in, rows_out, seconds, detail) values ($1, 'count', 2, 'succeeded', 1, 2, 1.5, '{}')`, [night])
  }
  web = await startWeb(db())
  await saveDocuments(db(), web.config, '2024-09-02')
})
afterAll(() => web?.close())

interface Answer { status: number, headers: Headers, body: Record<string, unknown> & { items?: Record<string, unknown>[], next?: string | null, code?: string } }

async function call(path: string, { as = 'supervisor', token, body, form, headers = {}, method }: { as?: Persona | null, token?: string, body?: unknown, form?: Readonly<Record<string, string | File>>, headers?: Record<string, string>, method?: string } = {}): Promise<Answer> {
  const reply = await web.request(`${API_ROOT}${path}`, {
    ...(token !== undefined || as === null ? {} : { as }), ...(body === undefined ? {} : { json: body }), ...(form ? { form } : {}), ...(method ? { method } : {}),
    headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}`, 'sec-fetch-site': 'cross-site' }) },
  })
  const text = await reply.text()
  return { status: reply.status, headers: reply.headers, body: text === '' ? {} : JSON.parse(text) as Answer['body'] }
}

const etagOf = async (id: string): Promise<string> => (await call(`/alerts/${id}`)).headers.get('etag')!
const pdf = (name = 'leak.pdf', content: string | Uint8Array<ArrayBuffer> = '%PDF-1.7 made up'): File => new File([content], name, { type: 'text/html' })
const upload = (id: string, etag: string | undefined, file: File | string, as: Persona = 'liaison', more: Record<string, string> = {}, fields: Record<string, string> = {}): Promise<Answer> =>
  call(`/alerts/${id}/evidence`, { as, form: { file, ...fields }, headers: { ...(etag === undefined ? {} : { 'if-match': etag }), ...more } })
const stored = (): string[] => {
  const at = join(web.config.dataDir, 'evidence')
  return existsSync(at) ? readdirSync(at, { recursive: true }).map(String).filter((name) => name.includes('/')) : []
}
const sign = (id: string, etag: string | undefined, more: Record<string, string> = {}, as: Persona = 'liaison'): Promise<Answer> =>
  call(`/alerts/${id}/transitions`, { as, body: { act: 'sign' }, headers: { ...(etag === undefined ? {} : { 'if-match': etag }), ...more } })

test('every operation of the document is served, and everything served below /api/v1 is in it', async () => {
  const document = await (await web.request('/api/openapi.json')).json() as { openapi: string, paths: Record<string, Record<string, { operationId: string, responses: object, parameters: { name: string, in: string }[] }>> }
  expect(document.openapi).toBe('3.1.0')
  const told = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, { operationId }]) => `${method.toUpperCase()} ${path} ${operationId}`)).sort()
  const served = ROUTES.filter((route) => route.path.startsWith('/api/v1')).map((route) => `${route.method} ${route.path.replace(/:(\w+)/g, '{$1}')} ${route.operation}`).sort()
  expect(told).toEqual(served)
  expect(told.length).toBeGreaterThan(20)
  // Every part of a path is a parameter, every reference has its schema.
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const { parameters } of Object.values(methods)) expect(parameters.filter((each) => each.in === 'path').map(({ name }) => name)).toEqual([...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))
  }
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1]!)
  expect(refs.filter((each) => !(each in REFS))).toEqual([])
})

test('answers fit their schemas, as do refusals', async () => {
  const first = (await call('/silences', { body: { place: 'City›North', to: new Date(Date.now() + 86_400_000 * 5).toISOString().slice(0, 10), reason: 'works' } }))
  expect(first.status).toBe(201)
  const made = await call('/subscriptions', { as: 'admin', body: { channel: 'email', to: 'duty@city.example', units: ['Works'], level: 'yellow' } })
  expect([made.status, made.body.code]).toEqual([201, undefined])
  const paths: Record<string, string> = { 'api.alerts': '/alerts/port', 'api.silences.end': `/silences/${String(first.body.id)}/end` }
  const bodies: Record<string, unknown> = {
    'api.alerts.act': { act: 'remind', why: 'no word yet' }, 'api.alerts.comment': { text: 'seen' }, 'api.silences.add': { topic: 'Noise', to: new Date(Date.now() + 86_400_000 * 3).toISOString().slice(0, 10), reason: 'known' },
    'api.silences.end': { reason: 'over' }, 'api.subscriptions.add': { channel: 'webhook', to: 'https://dispatch.city.example/hook', secret: 'env:WEISU_SECRET_NONE' },
    'api.subscriptions.state': { status: 'disabled', reason: 'moved' },
  }
  const concrete = ({ operation, path }: ApiOperation): string => paths[operation] ?? path.replace(/^\/alerts\/\{id\}/, '/alerts/port').replace('/subscriptions/{id}', `/subscriptions/${String(made.body.id)}`).replace('{night}', '2024-09-02').replace('{period}', 'week')
  // What writes goes first, so that there is something to read.
  for (const operation of [...API_OPERATIONS].sort((a, b) => Number(a.method === 'GET') - Number(b.method === 'GET'))) {
    const query = operation.operation === 'api.routing.explain' ? '?place=Mill&topic=Heat&date=2024-09-02' : ''
    const seen = (await call(concrete(operation).replace(/\/\w+$/, ''), { as: 'admin' })).headers.get('etag')
    const headers: Record<string, string> = operation.ifMatch === 'required' ? { 'if-match': seen! } : {}
    const sent = operation.fileBytes !== undefined ? { form: { file: pdf() } } : operation.method === 'POST' ? { body: bodies[operation.operation] } : {}
    const answer = await call(concrete(operation) + query, { as: 'admin', headers, ...sent })
    expect([operation.operation, answer.status, answer.body.code]).toEqual([operation.operation, operation.success ?? 200, undefined])
    expect([operation.operation, checkSchema(answer.body, operation.reply, REFS)]).toEqual([operation.operation, []])
    if (answer.body.items) expect([operation.operation, answer.body.items.length > 0 || operation.operation === 'api.routing.versions']).toEqual([operation.operation, true])
    const refused = await call(`${concrete(operation)}?no_such=1`, { as: 'admin', headers, ...sent })
    expect([operation.operation, refused.status, checkSchema(refused.body, REFS['#/components/schemas/Problem']!)]).toEqual([operation.operation, 400, []])
    expect(refused.headers.get('content-type')).toContain('application/problem+json')
  }
})

test('pages follow one another without a gap or a repeat, whatever their length; rows of others are not there', async () => {
  const walk = async (as: Persona, limit: number, filter = ''): Promise<string[]> => {
    const seen: string[] = []
    for (let next: string | null | undefined = ''; next !== null;) {
      const { status, body } = await call(`/alerts?limit=${limit}${filter}${next ? `&cursor=${next}` : ''}`, { as })
      expect(status).toBe(200)
      seen.push(...body.items!.map(({ id }) => id as string))
      next = body.next
    }
    return seen
  }
  const all = await walk('supervisor', 200)
  expect([...all].sort()).toEqual([...Array.from({ length: ALERTS }, (_, i) => `mill-${i}`), 'port'])
  for (const limit of [1, 2, 3, 8]) expect(await walk('supervisor', limit)).toEqual(all)
  expect((await walk('outsider', 3)).sort()).toEqual(['port'])
  expect(await walk('supervisor', 3, '&level=red')).toEqual(['port'])
  expect(await walk('supervisor', 3, '&unit=Heating%20water')).toEqual(['port'])
  expect((await walk('supervisor', 3, '&since=2024-09-04')).sort()).toEqual(['mill-6'])
  const { body: { items: places } } = await call('/places?limit=2')
  const north = (await call('/places')).body.items!.find(({ name }) => name === 'North')!
  expect(places!.length).toBe(2)
  expect((await walk('supervisor', 3, `&place=${String(north.id)}`)).length).toBe(ALERTS)
  expect((await call('/alerts/port', { as: 'liaison' })).status).toBe(404)
  expect((await call('/alerts/port/life', { as: 'liaison' })).status).toBe(404)
  expect((await call('/alerts/port/comments', { as: 'liaison', body: { text: 'x' } })).status).toBe(404)
})

test('an act needs the state that was seen: 428 without, 412 on another, 201 on this, which then is another', async () => {
  expect((await sign('mill-0', undefined)).status).toBe(428)
  const etag = await etagOf('mill-0')
  for (const stale of ['"v9.2024-09-01"', '"v0.2024-08-31"', 'W/"v0.2024-09-01"', '"a", "b"', 'v0', '""']) expect([stale, (await sign('mill-0', stale)).status]).toEqual([stale, 412])
  const signed = await sign('mill-0', etag)
  expect(signed.status).toBe(201)
  expect(signed.body).toMatchObject({ state: 'signed', version: 1, number: 1, unit: 'Heating', role: 'unit_liaison', by: 'The liaison' })
  expect(signed.headers.get('etag')).not.toBe(etag)
  expect(await etagOf('mill-0')).toBe(signed.headers.get('etag'))
  expect((await sign('mill-0', etag)).body).toMatchObject({ status: 412, code: 'etag_stale' })
  // The alert is signed already.
  expect((await sign('mill-0', signed.headers.get('etag')!)).body).toMatchObject({ status: 422, code: 'act_not_now' })
  expect((await call('/alerts/mill-0', { headers: { 'if-none-match': signed.headers.get('etag')! } })).status).toBe(304)
  expect((await call('/alerts/mill-0/transitions')).body.items).toHaveLength(1)
})

test('two who saw the same state: one acts, the other is told', async () => {
  const etag = await etagOf('mill-1')
  const answers = await Promise.all([sign('mill-1', etag), sign('mill-1', etag, {}, 'lead')])
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 412])
  expect((await call('/alerts/mill-1/transitions')).body.items).toHaveLength(1)
})

test('the same request under one key is done once and answered alike; another request under it is refused', async () => {
  const key = { 'idempotency-key': 'k-1' }
  const post = (text: string): Promise<Answer> => call('/alerts/mill-2/comments', { as: 'liaison', body: { text }, headers: key })
  const answers = await Promise.all([post('same'), post('same'), post('same')])
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
  expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(2)
  expect((await call('/alerts/mill-2/comments')).body.items).toHaveLength(1)
  expect((await post('other')).body).toMatchObject({ status: 409, code: 'idempotency_conflict' })
  // Somebody else's key is somebody else's.
  expect((await call('/alerts/mill-2/comments', { as: 'supervisor', body: { text: 'mine' }, headers: key })).status).toBe(201)
  // What was refused is not kept: it may be tried again.
  const etag = await etagOf('mill-3')
  expect((await sign('mill-3', '"v5.2024-09-02"', { 'idempotency-key': 'k-2' })).status).toBe(412)
  expect((await sign('mill-3', etag, { 'idempotency-key': 'k-3' })).status).toBe(201)
  const again = await sign('mill-3', etag, { 'idempotency-key': 'k-3' })
  expect([again.status, again.headers.get('etag')]).toEqual([201, await etagOf('mill-3')])
  expect((await call('/alerts/mill-2/comments', { body: { text: 'x' }, headers: { 'idempotency-key': 'two words' } })).status).toBe(400)
})

test('evidence is taken from a form: by its content, up to its size, on the state that was seen, and by whom the alert is', async () => {
  expect((await upload('mill-2', undefined, pdf())).status).toBe(428)
  const etag = await etagOf('mill-2')
  const acts = (await call('/alerts/mill-2/transitions')).body.items!.length
  const before = stored()
  const refused: [number, string, () => Promise<Answer>][] = [
    [412, 'etag_stale', () => upload('mill-2', '"v9.2024-09-02"', pdf())],
    [422, 'evidence_type', () => upload('mill-2', etag, pdf('page.html', '<script>alert(1)</script>'))],
    [422, 'evidence_type', () => upload('mill-2', etag, pdf('page.pdf', '<script>alert(1)</script>'))],
    [422, 'evidence_type', () => upload('mill-2', etag, pdf('none'))],
    [413, 'evidence_too_large', () => upload('mill-2', etag, pdf('large.pdf', new Uint8Array(20 * 1024 * 1024 + 1)))],
    [413, 'body_too_large', () => upload('mill-2', etag, pdf('larger.pdf', new Uint8Array(21 * 1024 * 1024)))],
    [400, 'bad_request', () => upload('mill-2', etag, 'no file')],
    [400, 'bad_request', () => upload('mill-2', etag, pdf('leak.pdf', ''))],
    [400, 'bad_request', () => upload('mill-2', etag, pdf(), 'liaison', {}, { colour: 'red' })],
    [400, 'bad_request', () => call('/alerts/mill-2/evidence', { as: 'liaison', body: { why: 'x' }, headers: { 'if-match': etag } })],
    [404, 'no_such_alert', () => upload('port', '*', pdf(), 'liaison')],
    [404, 'no_such_alert', () => upload('mill-2', etag, pdf(), 'outsider')],
    [403, 'not_your_unit', () => upload('mill-2', etag, pdf(), 'liaison', {}, { unit: 'Works' })],
    [403, 'not_allowed', () => upload('mill-2', etag, pdf(), 'policy')],
    [403, 'not_allowed', () => upload('mill-2', etag, pdf(), 'operator')],
  ]
  for (const [status, code, answer] of refused) {
    const { body, headers } = await answer()
    expect([body.status, body.code, headers.get('content-type')]).toEqual([status, code, 'application/problem+json; charset=utf-8'])
  }
  expect(stored()).toEqual(before)
  expect((await call('/alerts/mill-2/transitions')).body.items).toHaveLength(acts)
  // Done once under one key; another file under it is another request.
  const key = { 'idempotency-key': 'file-1' }
  const added = await upload('mill-2', etag, pdf('../../照片.pdf'), 'liaison', key, { why: 'repaired' })
  expect(added).toMatchObject({ status: 201, body: { act: 'add_evidence', by: 'The liaison', why: 'repaired' } })
  expect((await upload('mill-2', etag, pdf('../../照片.pdf'), 'liaison', key, { why: 'repaired' })).headers.get('idempotency-replayed')).toBe('true')
  expect((await upload('mill-2', etag, pdf('../../照片.pdf', '%PDF-1.7 another'), 'liaison', key, { why: 'repaired' })).body).toMatchObject({ status: 409, code: 'idempotency_conflict' })
  expect((await readAlertLife(db(), 'mill-2')).work.evidence).toMatchObject([{ name: '照片.pdf', type: 'application/pdf', bytes: 16 }])
  const file = await web.request(`/alerts/mill-2/evidence/${String(added.body.number)}`, { as: 'supervisor' })
  expect(await file.text()).toBe('%PDF-1.7 made up')
})

test('a subscription is disabled, enabled and removed on the state that was seen, by an admin, and says by whom', async () => {
  const made = await call('/subscriptions', { as: 'admin', body: { channel: 'email', to: 'night@city.example', level: 'red' } })
  const path = `/subscriptions/${String(made.body.id)}`
  const etag = made.headers.get('etag')!
  expect((await call(path, { as: 'admin' })).headers.get('etag')).toBe(etag)
  const put = (status: string, tag: string | undefined, as: Persona = 'admin', reason = 'as asked'): Promise<Answer> =>
    call(`${path}/state`, { as, body: { status, reason }, headers: tag === undefined ? {} : { 'if-match': tag } })
  expect((await put('disabled', undefined)).status).toBe(428)
  expect((await put('disabled', '"elsewhere"')).body).toMatchObject({ status: 412, code: 'etag_stale' })
  expect((await put('paused', etag)).status).toBe(400)
  expect((await put('disabled', etag, 'admin', '')).status).toBe(400)
  for (const as of ['supervisor', 'operator', 'liaison'] as const) expect((await put('disabled', etag, as)).status).toBe(403)
  // Of two who saw the same state one is told.
  const both = await Promise.all([put('disabled', etag), put('removed', etag)])
  // Who comes after a removal finds nothing.
  const [disabled, removed] = both.map(({ status }) => status)
  expect([[200, 412], [404, 200]]).toContainEqual([disabled, removed])
  const now = (await call(path, { as: 'admin' }))
  if (now.status === 200) {
    expect(now.body).toMatchObject({ status: 'disabled', status_reason: 'as asked' })
    expect((await put('active', now.headers.get('etag')!)).body).toMatchObject({ status: 'active' })
    expect((await put('removed', '*')).body).toMatchObject({ status: 'removed' })
  }
  expect((await call(path, { as: 'admin' })).body).toMatchObject({ status: 404, code: 'no_such_subscription' })
  expect((await put('active', '*')).body).toMatchObject({ status: 404, code: 'no_such_subscription' })
  const { rows } = await db().query<{ by: string }>('select by from subscription_events where subscription_id = $1', [made.body.id])
  expect(new Set(rows.map(({ by }) => by))).toEqual(new Set(['The admin']))
})

test('a subscription names only secrets that are set aside for it', async () => {
  for (const secret of ['file:/etc/passwd', `file:${web.config.dataDir}/secrets/../web-role`, 'env:PATH']) {
    expect([secret, (await call('/subscriptions', { as: 'admin', body: { channel: 'webhook', to: 'https://a.city.example/', secret } })).body.code]).toEqual([secret, 'secret_not_ours'])
    expect([secret, (await call('/subscriptions', { as: 'admin', body: { channel: 'wecom', to: secret } })).body.code]).toEqual([secret, 'secret_not_ours'])
  }
})

test('who does not speak for a unit, or may not, is refused', async () => {
  const etag = await etagOf('mill-4')
  expect((await call('/alerts/mill-4/transitions', { as: 'liaison', body: { act: 'sign', unit: 'Works' }, headers: { 'if-match': etag } })).body).toMatchObject({ status: 403, code: 'not_your_unit' })
  expect((await call('/alerts/mill-4/transitions', { as: 'policy', body: { act: 'sign' }, headers: { 'if-match': etag } })).status).toBe(403)
  expect((await call('/alerts', { as: null })).body).toMatchObject({ status: 401, code: 'not_signed_in' })
  expect((await call('/alerts', { as: 'operator' })).status).toBe(403)
  expect((await call('/silences', { as: 'liaison', body: { topic: 'Heat', to: '2030-01-01', reason: 'x' } })).status).toBe(403)
})

test('a token does what its scopes allow, sees what its role sees, and ends with it', async () => {
  await web.actor('liaison')
  const made = await addToken(db(), { name: 'dispatch', account: 'liaison', scopes: ['alerts:read', 'alerts:write'], days: 1, by: 'test' })
  const { token } = made
  const { rows } = await db().query<{ all: string }>('select json_agg(t)::text as all from api_tokens t')
  expect(rows[0]!.all).not.toContain(token.slice(16))
  expect((await call('/alerts', { token })).body.items!.map(({ id }) => id)).not.toContain('port')
  expect((await call('/alerts', { token })).status).toBe(200)
  // Writes need no same-site page; scopes that were not given are refused, and so is everything that has none.
  expect((await call('/alerts/mill-5/comments', { token, body: { text: 'by a program' } })).status).toBe(201)
  expect((await call('/units', { token })).body).toMatchObject({ status: 403 })
  expect((await web.request('/account', { headers: { authorization: `Bearer ${token}`, accept: 'application/json' } })).status).toBe(403)
  // A token decides alone: a session beside it does not help.
  expect((await web.request(`${API_ROOT}/alerts`, { as: 'supervisor', headers: { authorization: `Bearer ${token}x` } })).status).toBe(401)
  await db().query(`update api_tokens set expires_at = now() - interval '1 second' where id = $1`, [made.id])
  expect((await call('/alerts', { token })).status).toBe(401)
  await db().query(`update api_tokens set expires_at = now() + interval '1 day' where id = $1`, [made.id])
  expect((await call('/alerts', { token })).status).toBe(200)
  await db().query(`update accounts set disabled_at = now() where name = 'liaison'`)
  expect((await call('/alerts', { token })).status).toBe(401)
  await db().query(`update accounts set disabled_at = null where name = 'liaison'`)
  await endToken(db(), made.id, 'test')
  expect((await call('/alerts', { token })).body).toMatchObject({ status: 401 })
  expect((await call('/alerts', { token, body: {}, method: 'POST' })).status).toBe(404)
  await expect(endToken(db(), made.id, 'test')).rejects.toMatchObject({ code: 'no_such_token' })
  await expect(addToken(db(), { name: 'x', account: 'liaison', role: 'admin', scopes: ['alerts:read'], days: 1, by: 'test' })).rejects.toMatchObject({ code: 'no_such_role_of_account' })
  await expect(addToken(db(), { name: 'x', account: 'liaison', scopes: ['alerts:everything'], days: 1, by: 'test' })).rejects.toMatchObject({ code: 'invalid_option' })
})

test('answers say how much may still be asked, and too much is refused until the window is over', async () => {
  const { headers } = await call('/units', { as: 'policy' })
  expect(headers.get('ratelimit-policy')).toBe('"default";q=600;w=60')
  expect(headers.get('ratelimit')).toMatch(/^"default";r=5\d\d;t=\d+$/)
  const limiter = createRateLimiter({ limit: 2, seconds: 10 })
  expect([0, 1, 9_999].map((now) => limiter.take('a', now).allowed)).toEqual([true, true, false])
  expect(limiter.take('b', 5).allowed).toBe(true)
  expect(limiter.take('a', 10_000)).toEqual({ allowed: true, remaining: 1, resetSeconds: 10 })
})

test('cursors made by hand are refused, never followed and never a failure', async () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.base64String(), fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value)).toString('base64url'))), (text) => {
    try {
      readCursor('alerts', text, ['string', 'string'])
    } catch (error) {
      expect((error as { code?: string }).code).toBe('bad_cursor')
      return
    }
    expect(JSON.parse(Buffer.from(text, 'base64url').toString())).toHaveLength(3)
  }), { seed: 1, numRuns: 500 })
  expect(readCursor('a', writeCursor('a', ['x', 3]), ['string', 'number'])).toEqual(['x', 3])
  await fc.assert(fc.asyncProperty(fc.constantFrom('/alerts', '/runs', '/places', '/topics', '/units'), fc.oneof(
    fc.string({ minLength: 1 }), fc.tuple(fc.constantFrom('alerts', 'runs', 'places', 'topics', 'units'), fc.array(fc.oneof(fc.string(), fc.integer(), fc.constantFrom('2024-02-31', '9999-99-99', 1e15, '\u0000')), { maxLength: 3 })).map(([list, key]) => writeCursor(list, key))), async (path, cursor) => {
    const { status, body } = await call(`${path}?cursor=${encodeURIComponent(cursor)}`, { as: 'admin' })
    expect([200, 400]).toContain(status)
    if (status === 400) expect(['bad_cursor', 'bad_request', 'bad_value']).toContain(body.code)
  }), { seed: 2, numRuns: 60 })
})

test('whatever the body, nothing breaks and nothing is written that was not asked for', async () => {
  const etag = await etagOf('mill-6')
  const before = (await call('/alerts/mill-6/transitions')).body.items!.length
  const word = fc.oneof(fc.constantFrom('sign', 'act', 'merge', 'mill-1', 'Heating', '2024-09-09', '\u0000', '__proto__', ''), fc.string())
  const bodies = fc.oneof(
    fc.jsonValue(),
    fc.record({ act: fc.oneof(fc.constantFrom('merge', 'add_task', 'lower_level', 'snooze', 'set_milestone', 'reassign', 'absorb', 'add_evidence'), word), why: word, detail: fc.dictionary(fc.constantFrom('into', 'until', 'unit', 'text', 'due', 'level', 'file', 'members', 'x'), fc.oneof(word, fc.integer(), fc.array(word))) }, { requiredKeys: [] }),
  )
  await fc.assert(fc.asyncProperty(bodies, async (body) => {
    const { status, headers } = await call('/alerts/mill-6/transitions', { as: 'policy', body, headers: { 'if-match': etag } })
    // A reader of policies may do none of this.
    expect([400, 403, 422]).toContain(status)
    expect(headers.get('content-type')).toContain('problem+json')
  }), { seed: 4, numRuns: 60 })
  await fc.assert(fc.asyncProperty(bodies, async (body) => {
    const { status } = await call('/silences', { as: 'supervisor', body })
    expect([400, 422]).toContain(status)
  }), { seed: 5, numRuns: 20 })
  expect((await call('/alerts/mill-6/transitions')).body.items).toHaveLength(before)
  for (const raw of ['{', '[[[[', '"', '\ufffe', '{"act":"sign"}x']) {
    const reply = await web.request(`${API_ROOT}/alerts/mill-6/transitions`, { as: 'liaison', method: 'POST', headers: { 'content-type': 'application/json', 'if-match': etag }, json: raw })
    expect(reply.status).toBe(400)
  }
  expect((await web.request(`${API_ROOT}/alerts/mill-6/comments`, { as: 'liaison', form: { text: 'a form' } })).status).toBe(400)
})

test('the page of the API lists every operation and runs no script', async () => {
  const page = await web.text('/api/docs', { lang: 'zh' })
  for (const { operation, path } of API_OPERATIONS) expect([operation, page.includes(`id="${operation}"`) && page.includes(API_ROOT + path)]).toEqual([operation, true])
  expect(page).toContain('处置预警：签收')
  expect(page).not.toMatch(/https?:\/\/(?!localhost)[^"'\s<]*\.(js|css)/)
  const none = await call('/nowhere', { as: 'admin' })
  expect(none.body).toMatchObject({ status: 404, code: 'no_such_page' })
})
