/**
 * sqlmap finds the hole of a route that was made with one, and none in ours. By default the most exposed routes; with WEISU_SQLMAP=all every route and parameter
 * (docs/security.md has the result), with WEISU_SQLMAP=<operation>
 * that one; WEISU_SQLMAP_TECHNIQUE are sqlmap's letters, B (boolean, blind) unless told otherwise.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { ROUTES } from '../../web/routes.ts'
import { isAllowed } from '../../web/allowed.ts'
import type { Route } from '../../web/route.ts'
import { addAlert } from '../support/alerts.ts'
import { useDatabase } from '../support/database.ts'
import { addTickets } from '../support/tickets.ts'
import { startWeb } from '../support/web.ts'
import type { Persona, TestWeb } from '../support/web.ts'
import { attack, NO_SQLMAP, targetOf, watched } from './sqlmap.ts'
import type { Known, Target, Verdict } from './sqlmap.ts'

// Refused requests would tell nothing: what the limit does is tested elsewhere.
vi.mock('../../web/api/rate.ts', async (original) => ({ ...await original<typeof import('../../web/api/rate.ts')>(), createRateLimiter: () => ({ take: () => ({ allowed: true, remaining: 1, resetSeconds: 1 }) }) }))

const wanted = process.env.WEISU_SQLMAP ?? ''
/** Open to anybody, or to every program with a token. */
const EXPOSED = ['sign-in', 'open311.requests-json', 'api.alerts.list']
const TECHNIQUE = process.env.WEISU_SQLMAP_TECHNIQUE ?? 'B'
/** Forms that end the session under which the attack goes on. */
const ENDING = new Set(['sign-out', 'account.role', 'account.end-session', 'account.password', 'inbox.live'])
const VALUES: Readonly<Record<string, string>> = { id: 'zq-mill', ids: 'zq-mill', source: 'test', no: 'mill', night: '2024-09-01', date: '2024-09-01', from: '2024-09-01', until: '2024-09-02', period: 'week', version: '1', limit: '10', place: 'Mill', topic: 'Heat', unit: 'Heating', q: 'heat', name: 'admin', level: 'blue', sort: 'due' }
const valueOf = (name: string): string => VALUES[name] ?? '1'

describe.skipIf(NO_SQLMAP)('sqlmap', () => {
  const db = useDatabase()
  const known = new Map<string, Known>()
  const directory = mkdtempSync(join(tmpdir(), 'weisu-sqlmap-'))
  let web: TestWeb
  let server: ReturnType<typeof serve>
  let origin = ''
  let asked = 0

  /** The hole: what was sent is part of the statement. */
  const toy: Route = {
    method: 'GET', path: '/toy', operation: 'toy', allow: 'signed-in',
    handle: async (request) => {
      const { rows } = await db().query<{ title: string }>(`select title from tickets where ticket_no = '${request.query('no')}'`).catch(() => ({ rows: [] }))
      return new Response(rows.map(({ title }) => `<p>${title}</p>`).join('') || '<p>none</p>', { headers: { 'content-type': 'text/html' } })
    },
  }

  beforeAll(async () => {
    await addTickets(db(), [{ no: 'mill', at: '2024-09-01 08:00:00', place: 'City›North›Mill', topic: 'Heat', unit: 'Heating', caller: 'a' }, { no: 'port', at: '2024-09-01 08:00:00', place: 'City›South›Port', topic: 'Noise', unit: 'Works', caller: 'b' }])
    await db().query(`update tickets set title = 'cold rooms of ' || ticket_no`)
    await addAlert(db(), { id: 'zq-mill', lead: 'Heating' })
    web = await startWeb(db(), { routes: watched([...ROUTES, toy], known) })
    // Each request from another address: limits of tries by address would end the attack.
    server = await new Promise((resolve) => {
      const opened = serve({ hostname: '127.0.0.1', port: 0, fetch: (request) => {
        asked++
        const headers = new Headers(request.headers)
        headers.set('x-test-address', `10.${(asked >> 16) & 255}.${(asked >> 8) & 255}.${asked & 255}`)
        return web.fetch(new Request(request, { headers }))
      } }, () => resolve(opened))
    })
    const address = server.address()
    origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  })
  afterAll(async () => {
    if ('closeAllConnections' in server) server.closeAllConnections()
    await new Promise<void>((resolve) => { server.close(() => resolve()) })
    await web?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  const visitor = async (route: Route): Promise<Persona> => {
    for (const persona of ['supervisor', 'admin', 'liaison', 'operator', 'policy'] as const) if (isAllowed(route, { actor: await web.actor(persona) })) return persona
    return 'admin'
  }

  /** Asked once with plain values, a route shows what it reads. */
  async function target(route: Route): Promise<Target> {
    const path = route.path.replace(/:(\w+)(?:\{[^}]*\})?\??/g, (_, name: string) => encodeURIComponent(valueOf(name)))
    const fields = Object.fromEntries(['why', 'reason', 'name', 'from', 'until', 'text', 'act', 'id', 'ids', 'version', 'place', 'topic', 'unit', 'note', 'file', 'source'].map((name) => [name, valueOf(name)]))
    const response = await web.request(path, { as: await visitor(route), method: route.method, ...(route.method === 'GET' ? {} : /^api\./.test(route.operation) ? { json: {} } : { form: fields }) })
    await response.body?.cancel()
    return targetOf(route, known.get(route.operation) ?? { queries: new Set(), fields: new Set() }, valueOf)
  }

  async function assault(route: Route, technique: string, seconds: number): Promise<Verdict> {
    const before = asked
    const verdict = await attack(origin, await target(route), { cookie: `${await web.cookieOf(await visitor(route))}; lang=en`, directory, technique, seconds })
    return { ...verdict, requests: asked - before }
  }

  test('finds a hole where there is one', async () => {
    const verdict = await assault(toy, 'BE', 120)
    expect([verdict.operation, verdict.outcome]).toEqual(['toy', 'injectable'])
  }, 130_000)

  const chosen = ROUTES.filter(({ operation }) => (wanted === 'all' ? !ENDING.has(operation) : wanted === '' ? EXPOSED.includes(operation) : operation === wanted))
  test.each(chosen.map((route) => [`${route.method} ${route.path}`, route] as const))('finds none in %s', async (_, route) => {
    const { points } = await target(route)
    if (points === 0) return
    const verdict = await assault(route, TECHNIQUE, wanted === '' ? 120 : 900)
    if (wanted !== '') console.log(`${verdict.operation}\t${points} parameters\t${verdict.requests} requests\t${verdict.outcome}`)
    // A parameter that changes nothing, or a route that never answers, tells nothing: what it said is shown.
    expect(`${verdict.outcome} ${verdict.outcome === 'clean' ? '' : verdict.said}`.trim()).toBe('clean')
    expect(verdict.requests).toBeGreaterThan(points * 5)
  }, 960_000)
})
