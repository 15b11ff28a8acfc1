/**
 * The web without a port: requests as persons of every role, on a store of the test.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../../core/config.ts'
import type { Config } from '../../core/config.ts'
import { SILENT } from '../../core/log.ts'
import type { WebActor, WebRole } from '../../pipelines/accounts/web-actor.ts'
import { findAccount, findScope, grantRole, insertAccount } from '../../sql/accounts.ts'
import type { Db } from '../../sql/db.ts'
import { dropWebRole, openWebGate } from '../../sql/web-gate.ts'
import type { WebGate } from '../../sql/web-gate.ts'
import { createAccounts } from '../../web/accounts/service.ts'
import type { Accounts } from '../../web/accounts/service.ts'
import { createWeb } from '../../web/app.ts'
import type { Route } from '../../web/route.ts'
import { addPlace } from './tickets.ts'

/** Who a test may be. `own` is the unit of liaison and lead, `other` the unit of the outsider, `place` the territory. */
export const PERSONAS = ['liaison', 'lead', 'outsider', 'territory', 'analyst', 'supervisor', 'policy', 'operator', 'admin'] as const
export type Persona = (typeof PERSONAS)[number]

const ROLE_OF: Readonly<Record<Persona, WebRole>> = {
  liaison: 'unit_liaison', lead: 'unit_lead', outsider: 'unit_liaison', territory: 'territory_lead', analyst: 'analyst', supervisor: 'supervisor', policy: 'policy_reader', operator: 'batch_operator', admin: 'admin',
}

export interface WebOptions { own?: string, other?: string, place?: string, desk?: string, config?: Partial<Config>, routes?: readonly Route[] }

export interface WebRequestInit {
  /** Nobody without it. */
  as?: Persona
  method?: string
  /** Sent as a form of the same site; makes the method POST. Lists are sent as several fields. */
  form?: Readonly<Record<string, string | readonly string[] | File>>
  json?: unknown
  headers?: Record<string, string>
  lang?: 'zh' | 'en'
}

export interface TestWeb {
  request(path: string, init?: WebRequestInit): Promise<Response>
  /** The page as text. */
  text(path: string, init?: WebRequestInit): Promise<string>
  actor(persona: Persona): Promise<WebActor>
  /** The application itself, for a test that gives it a port. */
  fetch(request: Request): Response | Promise<Response>
  /** Name and value of the persona's session cookie. */
  cookieOf(persona: Persona): Promise<string>
  readonly accounts: Accounts
  readonly gate: WebGate
  readonly config: Config
  /** Ends connections and takes the database role away; before the database is dropped. */
  close(): Promise<void>
}

const SHARED = new Map<string, { dataDir: string, users: number }>()

/** Units and places that do not exist yet are made. English unless a request says otherwise. */
export async function startWeb(db: Db, { own = 'Heating', other = 'Works', place = 'City›North', desk = 'Hotline desk', config: given = {}, routes }: WebOptions = {}): Promise<TestWeb> {
  // Several webs of one store share its role, and the file with the role's password.
  const shared = SHARED.get(db.url) ?? { dataDir: mkdtempSync(join(tmpdir(), 'weisu-web-')), users: 0 }
  SHARED.set(db.url, shared)
  shared.users++
  const dataDir = given.dataDir ?? shared.dataDir
  const base = loadConfig({ dataDir, lang: 'en' })
  const config: Config = { ...base, settings: { ...base.settings, hotlineUnit: desk }, ...given, dataDir }
  const gate = await openWebGate(db, { dataDir: shared.dataDir, connections: 4 })
  const accounts = createAccounts({ db, config })
  const app = createWeb({ gate, accounts, config, log: SILENT, addressOf: (context) => context.req.header('x-test-address') ?? '127.0.0.1', ...(routes ? { routes } : {}) })
  const cookies = new Map<Persona, Promise<string>>()
  const signIn = async (persona: Persona): Promise<string> => {
    const role = ROLE_OF[persona]
    const unit = persona === 'outsider' ? other : persona === 'liaison' || persona === 'lead' ? own : persona === 'analyst' || persona === 'supervisor' ? desk : undefined
    if (unit !== undefined) await db.query('insert into units (name) values ($1) on conflict (name) do nothing', [unit])
    if (persona === 'territory') await addPlace(db, place)
    const id = await insertAccount(db, { name: persona, fullName: `The ${persona}`, createdBy: 'test' }) ?? (await findAccount(db, persona))!.id
    const scope = await findScope(db, unit === undefined ? [] : [unit], persona === 'territory' ? [place] : [], [])
    await grantRole(db, id, { role, ...scope }, 'test')
    return `${accounts.cookie}=${(await accounts.admit(id, 'link', { address: '127.0.0.1', agent: 'test' })).token}`
  }
  const cookieOf = (persona: Persona): Promise<string> => {
    let made = cookies.get(persona)
    if (!made) cookies.set(persona, made = signIn(persona))
    return made
  }
  const request = async (path: string, { as, method, form, json, headers = {}, lang = 'en' }: WebRequestInit = {}): Promise<Response> => {
    const cookie = [`lang=${lang}`, ...(as ? [await cookieOf(as)] : []), ...(headers.cookie ? [headers.cookie] : [])].join('; ')
    const sent = new Headers({ 'sec-fetch-site': 'same-origin', ...headers, cookie: headers.cookie === '' ? '' : cookie })
    let body: FormData | URLSearchParams | string | undefined
    if (json !== undefined) {
      body = JSON.stringify(json)
      sent.set('content-type', 'application/json')
    } else if (form) body = formBody(form)
    return app.request(path, { method: method ?? (body === undefined ? 'GET' : 'POST'), headers: sent, ...(body === undefined ? {} : { body }) })
  }
  return {
    request, accounts, gate, config, cookieOf, fetch: (asked) => app.fetch(asked),
    actor: async (persona) => (await accounts.identify({ headers: new Headers(), cookies: new Map([[accounts.cookie, (await cookieOf(persona)).split('=')[1]!]]), address: '' }))!.actor,
    text: async (path, init) => (await request(path, init)).text(),
    close: async () => {
      await gate.close()
      if (--shared.users > 0) return
      SHARED.delete(db.url)
      if (!db.pool.ended) await dropWebRole(db, gate.role)
      rmSync(shared.dataDir, { recursive: true, force: true })
    },
  }
}

function formBody(form: NonNullable<WebRequestInit['form']>): FormData | URLSearchParams {
  const entries = Object.entries(form).flatMap(([name, value]) => (typeof value === 'string' || value instanceof File ? [[name, value] as const] : value.map((one) => [name, one] as const)))
  if (!entries.some(([, value]) => value instanceof File)) return new URLSearchParams(entries as [string, string][])
  const data = new FormData()
  for (const [name, value] of entries) data.append(name, value)
  return data
}
