/**
 * The web without a port: requests as persons of every role, on a store of the test.
 */
import { loadConfig } from '../../core/config.ts'
import type { Config } from '../../core/config.ts'
import { SILENT } from '../../core/log.ts'
import type { WebActor, WebRole } from '../../pipelines/accounts/web-actor.ts'
import type { Db } from '../../sql/db.ts'
import { openWebGate } from '../../sql/web-gate.ts'
import { createWeb } from '../../web/app.ts'
import type { Route } from '../../web/route.ts'

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
  close(): Promise<void>
}

/** Units that do not exist yet are made; a place must be there before its territory asks. English unless a request says otherwise. */
export async function startWeb(db: Db, { own = 'Heating', other = 'Works', place = 'City›North', desk = 'Hotline desk', config, routes }: WebOptions = {}): Promise<TestWeb> {
  const gate = await openWebGate(db)
  const actor = async (persona: Persona): Promise<WebActor> => {
    const role = ROLE_OF[persona]
    const unit = persona === 'outsider' ? other : persona === 'liaison' || persona === 'lead' ? own : desk
    const unitId = (await db.query<{ id: number }>('insert into units (name) values ($1) on conflict (name) do update set name = excluded.name returning id', [unit])).rows[0]!.id
    const { rows: places } = await db.query<{ id: number }>('select id from places where path = $1', [place])
    const units = persona === 'territory' ? [] : [unit]
    return {
      id: PERSONAS.indexOf(persona) + 1, account: persona, name: `The ${persona}`, role, units, territories: persona === 'territory' ? [place] : [], topics: [],
      scope: { units: units.length ? [unitId] : [], places: persona === 'territory' ? places.map(({ id }) => id) : [], topics: [] },
    }
  }
  const app = createWeb({
    gate, config: { ...loadConfig({ lang: 'en' }), ...config }, log: SILENT, ...(routes ? { routes } : {}),
    identify: async ({ headers }) => {
      const persona = headers.get('x-test-as') as Persona | null
      return persona ? { actor: await actor(persona), session: { id: 1, demo: false } } : undefined
    },
  })
  const request = async (path: string, { as, method, form, json, headers = {}, lang = 'en' }: WebRequestInit = {}): Promise<Response> => {
    const sent = new Headers({ cookie: `lang=${lang}`, 'sec-fetch-site': 'same-origin', ...(as ? { 'x-test-as': as } : {}), ...headers })
    let body: FormData | URLSearchParams | string | undefined
    if (json !== undefined) {
      body = JSON.stringify(json)
      sent.set('content-type', 'application/json')
    } else if (form) body = formBody(form)
    return app.request(path, { method: method ?? (body === undefined ? 'GET' : 'POST'), headers: sent, ...(body === undefined ? {} : { body }) })
  }
  return { request, actor, text: async (path, init) => (await request(path, init)).text(), close: () => gate.close() }
}

function formBody(form: NonNullable<WebRequestInit['form']>): FormData | URLSearchParams {
  const entries = Object.entries(form).flatMap(([name, value]) => (typeof value === 'string' || value instanceof File ? [[name, value] as const] : value.map((one) => [name, one] as const)))
  if (!entries.some(([, value]) => value instanceof File)) return new URLSearchParams(entries as [string, string][])
  const data = new FormData()
  for (const [name, value] of entries) data.append(name, value)
  return data
}
