import { gunzipSync } from 'node:zlib'
import { html } from 'hono/html'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Route } from '../../web/route.ts'
import { page } from '../../web/shell.ts'
import { mayBeSqueezed, takesGzip } from '../../web/squeeze.ts'
import { useDatabase } from '../support/database.ts'
import { startWeb } from '../support/web.ts'
import type { TestWeb, WebRequestInit } from '../support/web.ts'

const db = useDatabase()
let web: TestWeb

const LONG = 'a ticket like any other, '.repeat(200)
const get = (path: string, headers: Record<string, string>, body: () => Response): Route => ({ method: 'GET', path, operation: path.slice(1), allow: 'anyone', handle: () => new Response(body().body, { headers }) })
const routes: Route[] = [
  { method: 'GET', path: '/long', operation: 'long', allow: 'anyone', handle: (request) => page(request, { title: 'long', body: html`<p>${LONG}</p>` }) },
  get('/short', { 'content-type': 'application/json' }, () => new Response('{"ok":true}')),
  get('/tagged', { 'content-type': 'application/json', etag: '"1"' }, () => new Response(LONG)),
  get('/events', { 'content-type': 'text/event-stream' }, () => new Response(LONG)),
  get('/packed', { 'content-type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' }, () => new Response(LONG)),
]
beforeAll(async () => { web = await startWeb(db(), { routes }) })
afterAll(() => web.close())

const ask = (path: string, headers: Record<string, string> = {}, as?: WebRequestInit['as']): Promise<Response> =>
  web.request(path, { headers: { 'accept-encoding': 'gzip, deflate, br', ...headers }, ...(as === undefined ? {} : { as }) })
const isSqueezed = (response: Response): boolean => response.headers.get('content-encoding') === 'gzip'

test('a page that our own page or the visitor asks for is sent gzipped, and is the same page', async () => {
  const plain = await (await web.request('/long', { as: 'analyst' })).text()
  for (const site of ['same-origin', 'none']) {
    const squeezed = await ask('/long', { 'sec-fetch-site': site }, 'analyst')
    expect(isSqueezed(squeezed)).toBe(true)
    expect(squeezed.headers.get('vary')).toBe('accept-encoding')
    const bytes = new Uint8Array(await squeezed.arrayBuffer())
    expect(gunzipSync(bytes).toString()).toBe(plain)
    expect(bytes.byteLength).toBeLessThan(plain.length / 2)
  }
})

test('a page that holds a visitor\'s things is not, where a page of another site may have asked', async () => {
  for (const site of ['cross-site', 'same-site']) {
    const response = await ask('/long', { 'sec-fetch-site': site }, 'analyst')
    expect(isSqueezed(response)).toBe(false)
    expect(await response.text()).toContain(LONG)
  }
  // A browser that does not say who asked; a program with a token, whom no page can make ask.
  expect(mayBeSqueezed(new Headers({ cookie: 'sid=1' }))).toBe(false)
  expect(mayBeSqueezed(new Headers({ authorization: 'Bearer x' }))).toBe(true)
})

test('what is short, tagged, a stream or packed already stays as it is', async () => {
  for (const path of ['/short', '/tagged', '/events', '/packed']) expect([path, isSqueezed(await ask(path))]).toEqual([path, false])
  expect(isSqueezed(await web.request('/long'))).toBe(false) // did not ask for it
})

describe('Accept-Encoding', () => {
  test.each([['gzip', true], ['deflate, gzip;q=0.5', true], ['*', true], ['gzip;q=0', false], ['gzip; q=0.0, br', false], ['br', false], ['x-gzip-like', false], ['', false]] as const)('%j takes gzip: %s', (accepted, takes) => {
    expect(takesGzip(accepted)).toBe(takes)
  })
})
