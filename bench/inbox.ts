/**
 * How quickly the inbox answers: `node bench/inbox.ts [--alerts 100000] [--tickets 1000000] [--seconds 20] [--users 50]`. A store of its own with alerts over three years, the
 * web on a port, autocannon with as many connections as users: once each at one request a second and user, as people work, and once as fast as it goes.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { serve } from '@hono/node-server'
import { loadConfig } from '../core/config.ts'
import { SILENT } from '../core/log.ts'
import { openDb } from '../sql/db.ts'
import type { Db } from '../sql/db.ts'
import { openWebGate } from '../sql/web-gate.ts'
import type { Accounts } from '../web/accounts/service.ts'
import { createWeb } from '../web/app.ts'

/** What is used of autocannon, which brings no types. */
interface Shot { method: string, headers?: Record<string, string>, path?: string, body?: string, setupRequest?: (request: Shot) => Shot }
interface Volley { url: string, connections: number, duration: number, requests: Shot[], overallRate?: number }
interface Hits { latency: { p50: number, p97_5: number, max: number }, requests: { average: number }, non2xx: number, errors: number }
const LIBRARY = 'autocannon'
const { default: autocannon } = await import(LIBRARY) as { default: (volley: Volley) => Promise<Hits> }

const { values } = parseArgs({ options: { alerts: { type: 'string', default: '100000' }, tickets: { type: 'string', default: '1000000' }, seconds: { type: 'string', default: '20' }, users: { type: 'string', default: '50' } } })
const [alerts, tickets, seconds, users] = [values.alerts, values.tickets, values.seconds, values.users].map(Number) as [number, number, number, number]
const OPEN_SHARE = 0.05

const dataDir = mkdtempSync(join(tmpdir(), 'weisu-bench-inbox-'))
const config = loadConfig({ dataDir })
const db = await openDb(config, 'bench')
const gate = await openWebGate(db, { dataDir })
const unit = 'Unit 1'
const actor = { id: 1, account: 'bench', name: 'bench', role: 'supervisor', units: [unit], territories: [], topics: [], scope: { units: [], places: [], topics: [] } }
const accounts = { cookie: 's', identify: async () => ({ actor, session: { id: 1, demo: false } }) } as unknown as Accounts
const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
  const app = createWeb({ gate, accounts, config, log: SILENT })
  const opened = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, () => resolve(opened))
})
try {
  const began = performance.now()
  await seed(db)
  console.log(`${cpus().length} cores; ${alerts} alerts (${Math.round(alerts * OPEN_SHARE)} open), ${tickets} tickets, seeded in ${((performance.now() - began) / 1000).toFixed(0)} s; ${users} users`)
  const address = server.address()
  const origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  const ids = (await db.query<{ id: string }>('select alert_id as id from inbox_items where open order by due_at, rank, alert_id limit 2000')).rows.map(({ id }) => id)
  let turn = 0
  const next = (): string => ids[turn++ % ids.length]!
  const get = (path: () => string): Shot => ({ method: 'GET', setupRequest: (request) => ({ ...request, path: path() }) })
  const act: Shot = {
    method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin', accept: 'application/json' },
    setupRequest: (request) => ({ ...request, path: `/alerts/${next()}/feedback`, body: 'verdict=true&version=0' }),
  }
  const comment: Shot = { ...act, setupRequest: (request) => ({ ...request, path: `/alerts/${next()}/acts`, body: `act=comment&why=seen&version=${Math.floor((turn - 1) / ids.length)}` }) }
  for (const [name, request] of [['list', get(() => '/inbox')], ['list by level', get(() => '/inbox?sort=level&level=red,orange')], ['search', get(() => '/inbox?q=District%203')], ['alert', get(() => `/alerts/${next()}`)], ['act', comment], ['feedback', act]] as const) {
    await measure(`${name}, one a second and user`, origin, request, users)
    await measure(`${name}, as fast as it goes`, origin, request)
  }
} finally {
  if ('closeAllConnections' in server) server.closeAllConnections()
  await new Promise<void>((resolve) => { server.close(() => resolve()) })
  await gate.close()
  await db.close()
  rmSync(dataDir, { recursive: true, force: true })
}

async function measure(name: string, url: string, request: Shot, rate?: number): Promise<void> {
  const result = await autocannon({ url, connections: users, duration: seconds, requests: [request], ...(rate === undefined ? {} : { overallRate: rate }) })
  const { latency } = result
  console.log(`${name}: ${result.requests.average.toFixed(0)} a second, median ${latency.p50} ms, p97.5 ${latency.p97_5} ms, most ${latency.max} ms, refused ${result.non2xx}, errors ${result.errors}`)
}

/** Places, topics and units of a city, alerts over three years of which a twentieth is open, five to forty tickets each, notices and clocks of the open ones. */
async function seed(store: Db): Promise<void> {
  await store.query(`insert into sources (name, preset, city, country, time_zone) values ('bench', 'test', 'City', 'US', 'UTC')`)
  await store.query(`insert into places (depth, kind, name, path) values (0, 'city', 'City', 'City')`)
  await store.query(`insert into places (parent_id, depth, kind, name, path) select (select id from places where path = 'City'), 1, 'district', 'District ' || n, 'City›District ' || n from generate_series(1, 16) as n`)
  await store.query(`insert into places (parent_id, depth, kind, name, path, lng, lat) select p.id, 2, 'compound', 'House ' || n, p.path || '›House ' || n, 121 + (n % 50) * 0.004, 31 + n * 0.0005 from places p, generate_series(1, 125) as n where p.depth = 1`)
  await store.query(`update places c set rollup = case c.depth when 0 then array[c.id] when 1 then array[c.parent_id, c.id] else array[(select parent_id from places d where d.id = c.parent_id), c.parent_id, c.id] end`)
  await store.query(`insert into topics (parent_id, depth, name, path, is_family) select 1, 1, 'Topic ' || n, 'Topic ' || n, true from generate_series(1, 50) as n`)
  await store.query('update topics set rollup = array[1, id], family_id = id where depth = 1')
  await store.query(`insert into units (name) select 'Unit ' || n from generate_series(1, 60) as n`)
  await store.query('alter table alerts disable trigger alerts_inbox; alter table alert_nights disable trigger alert_nights_inbox')
  await store.query(
    `insert into alerts (id, kind, level, status, place_id, topic_id, family_id, first_night, last_night, lead_unit_id, due_on)
     select 'a-' || lpad(n::text, 7, '0'), 'emerging', (array['blue', 'blue', 'blue', 'yellow', 'yellow', 'orange', 'red'])[1 + n % 7], case when n <= $1::int * $2::float8 then 'open' else 'ended' end, (select min(id) from places where depth = 2) + n % 2000,
            2 + n % 50, 2 + n % 50, current_date - 3 - n % 1000, current_date - 1 - n % 1000, (select min(id) from units) + n % 60, current_date + n % 9 - 1
     from generate_series(1, $1::int) as n`, [alerts, OPEN_SHARE])
  await store.query(
    `insert into alert_nights (alert_id, night, level, place_id, topic_id, tickets, callers, observed, expected, upper, window_days, log10_p, recurrence_days, rank, why)
     select id, last_night, level, place_id, topic_id, 9, 8, 8, 1.5, 4, 7, -6, 900, 1, '{"rule": "callers_5_in_7_days"}' from alerts`)
  await store.query(`insert into alert_series (alert_id, day, observed, expected, upper) select id, last_night - d, (d * 7 + length(id)) % 4, 0.5, 3 from alerts, generate_series(0, 89) as d where status = 'open'`)
  await store.query(
    `insert into tickets (source_id, ticket_no, accepted_at, recorded_at, day, known_on, batch_id, row_hash, place_id, topic_id, caller_key, recorded_assumed, channel, content)
     select (select id from sources), 't' || n, current_date - (n % 1000), current_date - (n % 1000), current_date - (n % 1000), current_date - (n % 1000), 1, 0, (select min(id) from places where depth = 2) + n % 2000, 2 + n % 50,
            md5((n / 2)::text)::uuid, false, (array['phone', 'app', 'web'])[1 + n % 3], 'The lamp in front of the house has been out for days, ' || n from generate_series(1, $1::int) as n`, [tickets])
  await store.query(
    `insert into alert_tickets (alert_id, source_id, ticket_no, first_night) select a.id, (select id from sources), 't' || (1 + (substr(a.id, 3)::int * 37 + k) % $1::int), a.last_night from alerts a, generate_series(0, 12) as k where status = 'open' on conflict do nothing`, [tickets])
  await store.query(`insert into runs (night, status, code_version, config_hash, finished_at) values (current_date - 1, 'succeeded', 'bench', 'x', now())`)
  await store.query('alter table alerts enable trigger alerts_inbox; alter table alert_nights enable trigger alert_nights_inbox')
  await store.query('select inbox_refresh(array(select id from alerts))')
  await store.query('vacuum analyze')
}
