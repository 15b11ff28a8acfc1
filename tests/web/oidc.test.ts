import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { changeClaim, grantsOf } from '../../pipelines/accounts/oidc.ts'
import { useDatabase } from '../support/database.ts'
import { startWeb } from '../support/web.ts'
import type { TestWeb } from '../support/web.ts'

const db = useDatabase()
const SECRET = 'a secret of the tests, long enough'
let web: TestWeb
let server: Server
let issuer = ''
/** Whom the service signs in next, and what it says of them. */
let person = { sub: 'u1', name: 'Chen Wei', groups: ['housing'] as string[] }

beforeAll(async () => {
  server = createServer()
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'weisu', client_secret: SECRET, redirect_uris: ['http://localhost/sign-in/callback'] }],
    pkce: { required: () => true },
    claims: { profile: ['name', 'groups', 'preferred_username'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ['x'] },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ ...person, sub, preferred_username: 'admin' }) }),
  })
  const answer = provider.callback()
  server.on('request', (request, response) => {
    if (!request.url!.startsWith('/interaction/')) return void answer(request, response)
    void (async () => {
      const { prompt, params, session, grantId } = await provider.interactionDetails(request, response)
      if (prompt.name === 'login') return provider.interactionFinished(request, response, { login: { accountId: person.sub } }, { mergeWithLastSubmission: false })
      const grant = grantId ? (await provider.Grant.find(grantId))! : new provider.Grant({ accountId: session!.accountId, clientId: params.client_id as string })
      grant.addOIDCScope('openid profile')
      return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true })
    })()
  })
  process.env.WEISU_TEST_OIDC = SECRET
  web = await startWeb(db())
  const base = web.config
  await web.close()
  web = await startWeb(db(), { config: { web: { ...base.web, oidcIssuer: issuer, oidcClientId: 'weisu', oidcSecret: 'env:WEISU_TEST_OIDC' } } })
  await db().query(`insert into units (name) values ('Housing') on conflict do nothing`)
  await changeClaim(db(), 'groups', 'housing', { role: 'unit_liaison', units: ['Housing'] }, false, { id: null, name: 'test', role: '' })
})
afterAll(async () => {
  await web.close()
  delete process.env.WEISU_TEST_OIDC
  server.closeAllConnections()
  await new Promise((resolve) => { server.close(resolve) })
})

interface Begun { location: string, kept: string }

async function begin(next = '/account'): Promise<Begun> {
  const answer = await web.request(`/sign-in/service?next=${encodeURIComponent(next)}`)
  return { location: answer.headers.get('location')!, kept: answer.headers.getSetCookie().find((line) => line.startsWith('oidc='))!.split(';')[0]! }
}

/** Goes through the service as a browser would. @returns the path and query it comes back with */
async function throughService(location: string): Promise<string> {
  const jar = new Map<string, string>()
  let at = location
  for (let i = 0; i < 10; i++) {
    const answer = await fetch(at, { redirect: 'manual', headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') } })
    for (const line of answer.headers.getSetCookie()) {
      const [name, value] = line.split(';')[0]!.split('=') as [string, string]
      jar.set(name, value)
    }
    await answer.arrayBuffer()
    at = new URL(answer.headers.get('location')!, at).href
    if (at.startsWith('http://localhost/')) return at.slice('http://localhost'.length)
  }
  throw new Error(`the service does not come back: ${at}`)
}
const sid = (response: Response): string => response.headers.getSetCookie().find((line) => /^sid=[^;]/.test(line))?.split(';')[0] ?? ''

test('the way there carries state, nonce and a challenge, and no secret', async () => {
  const url = new URL((await begin()).location)
  expect(url.origin).toBe(issuer)
  expect(url.searchParams.get('code_challenge_method')).toBe('S256')
  for (const name of ['state', 'nonce', 'code_challenge']) expect(url.searchParams.get(name)!.length).toBeGreaterThan(20)
  expect(url.search).not.toContain(encodeURIComponent(SECRET))
})

test('whom the service vouches for comes in with the role of the table, as an account of their own', async () => {
  const { location, kept } = await begin()
  const answer = await web.request(await throughService(location), { headers: { cookie: kept } })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/account'])
  const page = await web.text('/account', { headers: { cookie: sid(answer) } })
  expect(page).toContain('Chen Wei')
  expect(page).toContain('Housing')
  // The service says "admin" as the name to sign in by: that is nobody here.
  const { rows } = await db().query<{ name: string, roles: string[] }>(`select a.name, array(select role from account_roles r where r.account_id = a.id) as roles from accounts a where oidc_subject = 'u1'`)
  expect(rows).toEqual([{ name: expect.stringMatching(/^admin@[0-9a-f]{8}$/) as string, roles: ['unit_liaison'] }])
})

test('an answer comes once, and to the browser that asked', async () => {
  const { location, kept } = await begin()
  const back = await throughService(location)
  expect((await web.request(back)).status).toBe(400)
  const other = await begin()
  expect((await web.request(back, { headers: { cookie: other.kept } })).status).toBe(400)
  expect((await web.request(back, { headers: { cookie: kept } })).status).toBe(303)
  expect((await web.request(back, { headers: { cookie: kept } })).status).toBe(400)
})

test('a state that nobody began, an old one, another code: refused', async () => {
  expect((await web.request('/sign-in/callback?code=x&state=made-up', { headers: { cookie: 'oidc=made-up' } })).status).toBe(400)
  const old = await begin()
  const late = await throughService(old.location)
  await db().query(`update oidc_requests set expires_at = expires_at - interval '11 minutes'`)
  expect((await web.request(late, { headers: { cookie: old.kept } })).status).toBe(400)
  const { location, kept } = await begin()
  const back = await throughService(location)
  expect((await web.request(back.replace(/code=[^&]+/, 'code=another'), { headers: { cookie: kept } })).status).toBe(400)
})

test('the answer for another request is refused: nonce and verifier are of this one', async () => {
  const [mine, theirs] = [await begin(), await begin()]
  const back = new URLSearchParams((await throughService(theirs.location)).split('?')[1])
  back.set('state', mine.kept.split('=')[1]!)
  expect((await web.request(`/sign-in/callback?${back}`, { headers: { cookie: mine.kept } })).status).toBe(400)
})

test('claims that the table does not know give nothing; those that are gone take it back', async () => {
  const come = async (): Promise<Response> => {
    const { location, kept } = await begin()
    return web.request(await throughService(location), { headers: { cookie: kept } })
  }
  person = { sub: 'u2', name: 'Nobody', groups: ['admin', 'supervisor'] }
  const refused = await come()
  expect(refused.status).toBe(400)
  expect((await db().query(`select from accounts where oidc_subject = 'u2'`)).rowCount).toBe(0)
  person = { sub: 'u1', name: 'Chen Wei', groups: [] }
  expect((await come()).status).toBe(400)
  expect((await db().query(`select from account_roles r join accounts a on a.id = r.account_id where a.oidc_subject = 'u1'`)).rowCount).toBe(0)
})

test('after it, the next page is one of ours', async () => {
  person = { sub: 'u3', name: 'Lin', groups: ['housing'] }
  const { location, kept } = await begin('https://evil.example/')
  expect((await web.request(await throughService(location), { headers: { cookie: kept } })).headers.get('location')).toBe('/')
})

test('of several rows of one role the reach is what they reach together', () => {
  const row = (value: string, units: number[], places: number[]) => ({ claim: 'groups', value, role: 'unit_liaison', units, places, topics: [] })
  expect(grantsOf({ groups: ['a', 'b'] }, [row('a', [1], [7]), row('b', [2, 1], [8]), row('c', [3], [])])).toEqual([{ role: 'unit_liaison', units: [1, 2], places: [7, 8], topics: [] }])
  expect(grantsOf({ groups: 'a' }, [row('a', [1], []), row('c', [3], [7])])).toEqual([{ role: 'unit_liaison', units: [1], places: [], topics: [] }])
})
