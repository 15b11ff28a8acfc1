import { html } from 'hono/html'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BadInputError } from '../../core/errors.ts'
import type { Route } from '../../web/route.ts'
import { ROUTES } from '../../web/routes.ts'
import { page } from '../../web/shell.ts'
import { redirect } from '../../web/reply.ts'
import { useDatabase } from '../support/database.ts'
import { startWeb } from '../support/web.ts'
import type { TestWeb } from '../support/web.ts'

const db = useDatabase()
let web: TestWeb

const routes: Route[] = [
  ...ROUTES,
  { method: 'GET', path: '/echo', operation: 'echo', allow: 'anyone', handle: (request) => page(request, { title: request.query('q'), body: html`<p>${request.query('q')}</p>` }) },
  { method: 'POST', path: '/save', operation: 'save', allow: ['supervisor'], handle: async (request) => redirect((await request.form()).text('next'), { key: 'web.not_found' }) },
  { method: 'GET', path: '/broken', operation: 'broken', allow: 'signed-in', handle: () => { throw new Error('secret of the inside') } },
  { method: 'GET', path: '/stale', operation: 'stale', allow: 'signed-in', handle: () => { throw new BadInputError('conflict', 'stale', { id: 'a', state: 'signed', version: 2, seen: 1 }) } },
  { method: 'GET', path: '/who', operation: 'who', allow: 'signed-in', handle: async (request) => Response.json(await request.withActor(async (client) => (await client.query(`select current_setting('weisu.actor')::jsonb->>'role' as role`)).rows[0])) },
  { method: 'POST', path: '/small', operation: 'small', allow: 'signed-in', maxBytes: 1000, handle: async (request) => Response.json({ bytes: (await request.bytes()).length }) },
]
beforeAll(async () => { web = await startWeb(db(), { routes }) })
afterAll(() => web.close())

test('text is escaped wherever it stands', async () => {
  const answer = await web.text('/echo?q=%3Cscript%3Ealert(1)%3C/script%3E%22%27')
  expect(answer).not.toContain('<script>alert')
  expect(answer).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;')
})

test('pages come with a policy that allows nothing inline and nothing from elsewhere', async () => {
  const { headers } = await web.request('/echo')
  const policy = headers.get('content-security-policy')!
  expect(policy).toContain(`default-src 'none'`)
  expect(policy).not.toMatch(/unsafe|\*|http/)
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('cache-control')).toBe('no-store')
})

test('files of the style have a hash in their path and are kept; another path is not found', async () => {
  const path = /href="(\/static\/[0-9a-f]{12}\/weisu\.css)"/.exec(await web.text('/echo'))![1]!
  const sheet = await web.request(path)
  expect(sheet.headers.get('content-type')).toContain('text/css')
  expect(sheet.headers.get('cache-control')).toContain('immutable')
  for (const wrong of ['/static/000000000000/weisu.css', path.replace('weisu.css', '../shell.ts'), path.replace('weisu.css', '..%2fshell.ts'), path.replace('weisu.css', '%2e%2e/%2e%2e/package.json')]) {
    expect([404, wrong]).toEqual([(await web.request(wrong)).status, wrong])
  }
})

test('whoever has not signed in is sent to sign in, and comes back', async () => {
  const answer = await web.request('/who?x=1')
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe('/sign-in?next=%2Fwho%3Fx%3D1')
  expect((await web.request('/who', { headers: { accept: 'application/json' } })).status).toBe(401)
})

test('another role is turned away', async () => {
  expect((await web.request('/save', { as: 'liaison', form: { next: '/' } })).status).toBe(403)
  expect((await web.request('/save', { as: 'supervisor', form: { next: '/echo' } })).headers.get('location')).toBe('/echo')
})

test('a form leads to paths of our own only', async () => {
  for (const next of ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '/a\r\nset-cookie: x=1']) {
    expect((await web.request('/save', { as: 'supervisor', form: { next } })).headers.get('location')).toBe('/')
  }
})

test('a form of another site is refused, and so is one that does not say', async () => {
  const send = (headers: Record<string, string>): Promise<Response> => web.request('/save', { as: 'supervisor', form: { next: '/' }, headers })
  expect((await send({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  expect((await send({ 'sec-fetch-site': 'same-site' })).status).toBe(403)
  expect((await send({ 'sec-fetch-site': 'same-origin' })).status).toBe(303)
})

test('the message of a form is shown once, as text', async () => {
  const { headers } = await web.request('/save', { as: 'supervisor', form: { next: '/' } })
  const flash = headers.getSetCookie().find((line) => line.startsWith('flash='))!.split(';')[0]!
  const next = await web.request('/echo', { headers: { cookie: flash } })
  expect(await next.text()).toContain('<div class="message good" role="status">Not found</div>')
  expect(next.headers.getSetCookie().some((line) => line.startsWith('flash=;'))).toBe(true)
})

test('what nobody foresaw tells nothing of the inside', async () => {
  const answer = await web.request('/broken', { as: 'admin' })
  expect(answer.status).toBe(500)
  expect(await answer.text()).not.toContain('secret of the inside')
  expect((await web.request('/stale', { as: 'admin' })).status).toBe(409)
  expect((await web.request('/nowhere', { as: 'admin' })).status).toBe(404)
})

test('only methods of the table are answered', async () => {
  for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']) expect([method, (await web.request('/broken', { as: 'admin', method })).status]).toEqual([method, 404])
})

test('bodies end where their route says', async () => {
  expect(await (await web.request('/small', { as: 'admin', json: { a: 'b' } })).json()).toEqual({ bytes: 9 })
  expect((await web.request('/small', { as: 'admin', json: { a: 'b'.repeat(2000) } })).status).toBe(413)
})

test('the database is told who asks', async () => {
  expect(await (await web.request('/who', { as: 'territory' })).json()).toEqual({ role: 'territory_lead' })
})

test('language by query, then cookie, Chinese first', async () => {
  expect(await web.text('/echo', { headers: { cookie: '' } })).toContain('<html lang="zh-CN"')
  expect(await web.text('/echo?lang=en', { lang: 'zh' })).toContain('<html lang="en"')
})
