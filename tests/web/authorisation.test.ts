import { afterAll, beforeAll, expect, test } from 'vitest'
import { WEB_ROLES } from '../../pipelines/accounts/web-actor.ts'
import type { Route } from '../../web/route.ts'
import { ROUTES } from '../../web/routes.ts'
import { addAlert } from '../support/alerts.ts'
import { useDatabase } from '../support/database.ts'
import { addTickets } from '../support/tickets.ts'
import { PERSONAS, startWeb } from '../support/web.ts'
import type { Persona, TestWeb } from '../support/web.ts'
import { MAY } from './authorisation.ts'

const db = useDatabase()
let web: TestWeb
const ANSWER = 299

beforeAll(async () => {
  await addTickets(db(), [
    { no: 'mill', at: '2024-09-01 08:00:00', place: 'City›North›Mill', topic: 'Heat', unit: 'Heating', caller: 'a' },
    { no: 'port', at: '2024-09-01 08:00:00', place: 'City›South›Port', topic: 'Noise', unit: 'Works', caller: 'b' },
  ])
  await db().query(`update tickets set title = 'cold rooms', content = 'whole text of ' || ticket_no`)
  await addAlert(db(), { id: 'zq-mill', lead: 'Heating' })
  await addAlert(db(), { id: 'zq-port', place: 'City›South›Port', topic: 'Noise', lead: 'Works' })
  // What the handlers do is tested elsewhere: here each says that it was reached.
  const routes: Route[] = ROUTES.map((route) => ({ ...route, handle: () => new Response(route.operation, { status: ANSWER }) }))
  web = await startWeb(db(), { routes })
})
afterAll(() => web.close())

test('every route has a row in the table, and every row a route', () => {
  const operations = ROUTES.map((route) => route.operation)
  expect(operations.filter((operation) => !(operation in MAY))).toEqual([])
  expect(Object.keys(MAY).filter((operation) => !operations.includes(operation))).toEqual([])
})

test('no two routes answer the same request, and operations have names', () => {
  const keys = ROUTES.map((route) => `${route.method} ${route.path}`)
  expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([])
  expect(ROUTES.filter((route) => !/^[a-z][\w.-]*$/.test(route.operation)).map((route) => route.operation)).toEqual([])
})

test('every role of the product has a persona', async () => {
  const roles = await Promise.all(PERSONAS.map(async (persona) => (await web.actor(persona)).role))
  expect(WEB_ROLES.filter((role) => !roles.includes(role))).toEqual([])
})

test.each([undefined, ...PERSONAS].map((persona) => [persona ?? 'anonymous', persona] as const))('%s reaches exactly what the table says', async (_, persona) => {
  const role = persona && (await web.actor(persona)).role
  const wrong: string[] = []
  for (const route of ROUTES) {
    const may = MAY[route.operation]
    const expected = may === 'anyone' || (role !== undefined && may?.includes(role) === true)
    const path = route.path.replace(/:(\w+)(?:\{[^}]*\})?\??/g, 'x').replace('*', 'x')
    const { status } = await web.request(path, { ...(persona ? { as: persona } : {}), method: route.method, headers: { accept: 'application/json' } })
    // Refusals: 401 without a session, 403 with one.
    const fits = expected ? status === ANSWER : status === (persona ? 403 : 401)
    if (!fits) wrong.push(`${route.operation}: ${status}, expected ${expected ? 'to be let in' : 'to be refused'}`)
  }
  expect(wrong).toEqual([])
})

test('what is refused is noted', async () => {
  await web.request('/users', { as: 'liaison' })
  const { rows } = await db().query<{ name: string, object: string }>(`select name, object from audit_log where act = 'denied' order by id desc limit 1`)
  expect(rows).toEqual([{ name: 'The liaison', object: '/users' }])
})

/** Who may see what belongs to the alert at the mill (Heating, North) and the one at the port (Works, South). */
const SEES: Readonly<Record<Persona, { mill: boolean, port: boolean }>> = {
  liaison: { mill: true, port: false }, lead: { mill: true, port: false }, outsider: { mill: false, port: true }, territory: { mill: true, port: false },
  analyst: { mill: true, port: true }, supervisor: { mill: true, port: true }, policy: { mill: true, port: true }, admin: { mill: true, port: true }, operator: { mill: false, port: false },
}

test('an id of another unit is not found, whoever guesses it', async () => {
  const real = await startWeb(db())
  try {
    for (const persona of PERSONAS) {
      for (const no of ['mill', 'port'] as const) {
        const { status } = await real.request(`/tickets/test/${no}`, { as: persona })
        expect([persona, no, status]).toEqual([persona, no, persona === 'operator' ? 403 : SEES[persona][no] ? 200 : 404])
        const text = await real.request(`/tickets/test/${no}/text`, { as: persona, form: { purpose: 'to answer the caller' } })
        const reads = SEES[persona][no] && !['policy', 'admin', 'operator'].includes(persona)
        expect([persona, no, (await text.text()).includes(`whole text of ${no}`)]).toEqual([persona, no, reads])
      }
      // As if it had never been there.
      if (persona !== 'operator') expect((await real.request('/tickets/test/never', { as: persona })).status).toBe(404)
    }
    const { rows } = await db().query<{ n: number }>(`select count(*)::int as n from audit_log where act = 'text.open' and purpose = 'to answer the caller'`)
    expect(rows[0]!.n).toBe(3 + 1 + 2 + 2)
  } finally {
    await real.close()
  }
})

test('every page and form of an alert treats another unit’s alert as one that never was', async () => {
  const real = await startWeb(db())
  // What a form says when it fails stands in a cookie; what it did would stand here.
  const count = async (): Promise<string> => JSON.stringify((await db().query(`select (select count(*) from alert_acts) as acts, (select count(*) from alert_verdicts) as verdicts, (select count(*) from notices) as notices, (select count(*) from clock_events) as clocks`)).rows)
  try {
    const before = await count()
    const routes = ROUTES.filter(({ path }) => /alerts\/:id/.test(path))
    const wrong: string[] = []
    for (const route of routes) {
      for (const persona of PERSONAS.filter((one) => !SEES[one].port)) {
        const ask = async (id: string): Promise<Response> => real.request(route.path.replace(':id', id).replace(/:(\w+)/g, '1'), {
          as: persona, method: route.method, ...(route.method === 'GET' ? {} : { form: { act: 'comment', why: 'x', text: 'x', verdict: 'true', finding: 'true', version: '0', unit: 'Heating' } }),
        })
        const [hidden, never] = [await ask('zq-port'), await ask('zq-none')]
        // But for the id itself and the number of the request.
        const said = async (answer: Response): Promise<string> => [answer.status, answer.headers.get('location'), ...answer.headers.getSetCookie().filter((line) => !line.startsWith('flash=')), await answer.text()].join(' ')
          .replace(/zq-(port|none)/g, 'X').replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '')
        const [one, two] = [await said(hidden), await said(never)]
        if (one !== two) wrong.push(`${route.operation} as ${persona}: ${hidden.status}, of one that never was ${never.status}${one === two ? '' : ', in other words'}`)
      }
    }
    expect(wrong).toEqual([])
    expect(await count()).toBe(before)
  } finally {
    await real.close()
  }
}, 120_000)

test('the database agrees, asked directly as the web’s role', async () => {
  for (const persona of PERSONAS) {
    const actor = await web.actor(persona)
    const { VIEW_OF } = await import('../../pipelines/accounts/web-actor.ts')
    const seen = await web.gate.enter({ account: actor.id, role: actor.role, view: VIEW_OF[actor.role], unitNames: actor.units, ...actor.scope }, async (client) => ({
      alerts: (await client.query<{ id: string }>('select id from alerts')).rows.map((row) => row.id), tickets: (await client.query<{ no: string }>('select ticket_no as no from tickets')).rows.map((row) => row.no),
    }))
    const expected = (['mill', 'port'] as const).filter((id) => SEES[persona][id])
    expect([persona, seen.alerts.sort(), seen.tickets.sort()]).toEqual([persona, expected.map((id) => `zq-${id}`), expected])
  }
})
