/**
 * How quickly inbox and reports answer: `node bench/inbox.ts [--alerts 100000] [--tickets 10000000] [--users 50] [--seconds 20] [--only list,alert] [--data-dir D]`. The web is a
 * process of its own on a port, its users are accounts with sessions, supervisors and liaisons in turn. Each kind of page is asked once a second by each user, at a moment of
 * their own (autocannon), as people work; then as fast as it goes. With the time of an answer stands the CPU time that it took, of the web and of PostgreSQL (where /proc tells).
 * Without --data-dir the store is made for the run, which takes some minutes at the defaults; a directory is filled once and used again.
 */
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { loadConfig } from '../core/config.ts'
import { SILENT } from '../core/log.ts'
import { openSession } from '../pipelines/accounts/sessions.ts'
import { findScope, grantRole, insertAccount, findAccount } from '../sql/accounts.ts'
import { openDb } from '../sql/db.ts'
import type { Db } from '../sql/db.ts'
import { startWebServer } from '../web/server.ts'
import { OPEN_SHARE, seedInbox } from './inbox-seed.ts'
import { removeOnceStopped, serverFile, serveStore } from './store.ts'

/** What is used of autocannon, which brings no types. */
interface Shot { method: 'GET' | 'POST', headers: Record<string, string>, path?: string, body?: string, setupRequest?: (request: Shot) => Shot }
interface Volley { url: string, connections: number, duration: number, requests: Shot[], overallRate?: number }
interface Running extends PromiseLike<{ errors: number }> { on(event: 'response', heard: (client: unknown, status: number, bytes: number, ms: number) => void): void }
const LIBRARY = 'autocannon'
const { default: autocannon } = await import(LIBRARY) as { default: (volley: Volley) => Running }

const { values } = parseArgs({ options: {
  alerts: { type: 'string', default: '100000' }, tickets: { type: 'string', default: '10000000' }, seconds: { type: 'string', default: '20' }, users: { type: 'string', default: '50' },
  only: { type: 'string', default: '' }, 'data-dir': { type: 'string' }, serve: { type: 'boolean', default: false },
} })
const [alerts, tickets, seconds, users] = [values.alerts, values.tickets, values.seconds, values.users].map(Number) as [number, number, number, number]

const WARM_SECONDS = 8

interface Person { cookie: string, unit: string | null }
interface Kind { name: string, as?: 'supervisor', method?: 'POST', next(person: Person): { path: string, body?: string } }

if (values.serve) await serve(values['data-dir']!)
else await measureAll()

async function serve(dataDir: string): Promise<void> {
  const config = loadConfig({ dataDir })
  const db = await openDb(config, 'bench web')
  const server = await startWebServer({ db, config, log: SILENT }, { host: '127.0.0.1', port: 0 })
  console.log(server.port)
  await once(process.stdin.resume(), 'end')
  await server.close()
  await db.close()
}

async function measureAll(): Promise<void> {
  const dataDir = values['data-dir'] ?? mkdtempSync(join(tmpdir(), 'weisu-bench-inbox-'))
  const db = await openDb(loadConfig({ dataDir }), 'bench')
  try {
    if ((await db.query('select from sources limit 1')).rowCount === 0) {
      const began = performance.now()
      await seedInbox(db, { alerts, tickets }, (step, took) => console.log(`  ${step}: ${took.toFixed(0)} s`))
      console.log(`filled in ${((performance.now() - began) / 1000).toFixed(0)} s`)
    }
    const { rows: [size] } = await db.query<{ alerts: number, tickets: number }>('select (select count(*)::int from alerts) as alerts, (select count(*)::int from tickets) as tickets')
    console.log(`${cpus().length} cores, load ${loadavg()[0]!.toFixed(1)}; ${size!.alerts} alerts (${Math.round(size!.alerts * OPEN_SHARE)} open), ${size!.tickets} tickets; ${users} users`)
    const people = await signIn(db)
    const kinds = await kindsOf(db)
    const web = serveStore(dataDir)
    try {
      const [port] = await once(createInterface(web.stdout), 'line') as [string]
      const only = values.only === '' ? [] : values.only.split(',')
      for (const kind of kinds.filter(({ name }) => only.length === 0 || only.some((one) => name.startsWith(one)))) {
        const asked = kind.as === 'supervisor' ? people.filter(({ unit }) => unit === null) : people
        // What each connection prepares and what is kept for an hour: as after a first minute of work.
        await volley(`http://127.0.0.1:${port}`, kind, asked, WARM_SECONDS, true)
        console.log(`${kind.name}: ${await measured(web.pid!, dataDir, () => volley(`http://127.0.0.1:${port}`, kind, asked, seconds, true))}`)
        console.log(`  as fast as it goes: ${await measured(web.pid!, dataDir, () => volley(`http://127.0.0.1:${port}`, kind, asked, Math.ceil(seconds / 4), false))}`)
      }
    } finally {
      web.stdin.end()
      if (web.exitCode === null) await once(web, 'exit')
    }
  } finally {
    await db.close()
    if (values['data-dir'] === undefined) await removeOnceStopped(dataDir)
  }
}

/** Every second one sees the whole city, the others their unit. */
async function signIn(db: Db): Promise<Person[]> {
  const people: Person[] = []
  for (let i = 0; i < users; i++) {
    const unit = i % 2 === 0 ? null : `Unit ${1 + i % 60}`
    const id = await insertAccount(db, { name: `bench${i}`, fullName: `Bench ${i}`, createdBy: 'bench' }) ?? (await findAccount(db, `bench${i}`))!.id
    await grantRole(db, id, { role: unit === null ? 'supervisor' : 'unit_liaison', ...await findScope(db, unit === null ? [] : [unit], [], []) }, 'bench')
    people.push({ unit, cookie: `sid=${(await openSession(db, id, 'password', { address: '127.0.0.1', agent: 'bench' })).token}; lang=zh` })
  }
  return people
}

async function kindsOf(db: Db): Promise<Kind[]> {
  const { rows: open } = await db.query<{ id: string, lead: string, version: number }>('select alert_id as id, lead, version from inbox_items where open order by due_at, rank, alert_id limit 6000')
  const { rows: [last] } = await db.query<{ night: string, area: number }>(`select max(night)::text as night, (select id from places where depth = 2 order by id limit 1) as area from report_documents`)
  const ofUnit = Map.groupBy(open, ({ lead }) => lead)
  const turns = new Map<string, number>()
  // Each its own, one after the other, and around again.
  const next = ({ unit }: Person): { id: string, version: number } => {
    const list = unit === null ? open : ofUnit.get(unit)!
    const turn = turns.get(unit ?? '') ?? Math.floor(list.length / 2)
    turns.set(unit ?? '', turn + 1)
    return list[turn % list.length]!
  }
  const page = (name: string, path: string): Kind => ({ name, next: () => ({ path }) })
  const report = (name: string, path: string): Kind => ({ name, as: 'supervisor', next: () => ({ path }) })
  return [
    page('list', '/inbox'), page('list by level', '/inbox?sort=level&level=red,orange'), page('search', '/inbox?q=District%203'),
    { name: 'glance', next: (person) => ({ path: `/alerts/${next(person).id}/peek` }) },
    { name: 'alert', next: (person) => ({ path: `/alerts/${next(person).id}` }) },
    { name: 'act', method: 'POST', next: (person) => {
      const alert = next(person)
      return { path: `/alerts/${alert.id}/acts`, body: `act=comment&why=seen&version=${alert.version++}` }
    } },
    { name: 'feedback', method: 'POST', next: (person) => ({ path: `/alerts/${next(person).id}/feedback`, body: 'verdict=true&version=0' }) },
    ...['night', 'week', 'month', 'coverage', 'outcome', 'quality'].map((name) => report(`report: ${name}`, `/reports/${name}`)),
    report('report: all places', '/reports/month/table?name=places'),
    report('report: tickets behind the month', `/reports/month/tickets?night=${last!.night}&area=0&topic=1&window=now`),
    report('report: tickets behind a street', `/reports/week/tickets?night=${last!.night}&area=${last!.area}&topic=1&window=now`),
  ]
}

interface Answers { ms: number[], refused: number, errors: number }

/** Each person on a connection of their own: one request a second, begun at a moment of their own, or the next as soon as one is answered. */
async function volley(url: string, kind: Kind, asked: readonly Person[], duration: number, byTheSecond: boolean): Promise<Answers> {
  const answers: Answers = { ms: [], refused: 0, errors: 0 }
  await Promise.all(Array.from({ length: users }, async (_, i) => {
    const person = asked[i % asked.length]!
    if (byTheSecond) await delay(1000 * i / users)
    const method = kind.method ?? 'GET'
    const headers: Record<string, string> = { cookie: person.cookie, 'sec-fetch-site': 'same-origin', ...(method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' } : {}) }
    const running = autocannon({ url, connections: 1, duration, requests: [{ method, headers, setupRequest: (request) => ({ ...request, ...kind.next(person) }) }], ...(byTheSecond ? { overallRate: 1 } : {}) })
    running.on('response', (_client, status, _bytes, ms) => {
      answers.ms.push(ms)
      if (status >= 300) answers.refused++
    })
    answers.errors += (await running).errors
  }))
  return answers
}

async function measured(web: number, dataDir: string, work: () => Promise<Answers>): Promise<string> {
  const [web0, server0, began] = [cpuOf((pid) => pid === web), cpuOfServer(dataDir), performance.now()]
  const { ms, refused, errors } = await work()
  const [webMs, serverMs, took] = [cpuOf((pid) => pid === web) - web0, cpuOfServer(dataDir) - server0, (performance.now() - began) / 1000]
  ms.sort((a, b) => a - b)
  const at = (share: number): string => (ms[Math.min(ms.length - 1, Math.floor(share * ms.length))] ?? NaN).toFixed(0)
  const each = (total: number): string => (Number.isNaN(total) ? '–' : (total / ms.length).toFixed(1))
  return `${(ms.length / took).toFixed(0)} a second, median ${at(0.5)} ms, p95 ${at(0.95)} ms, most ${at(1)} ms; CPU ${each(webMs)} ms of the web, ${each(serverMs)} ms of PostgreSQL; refused ${refused}, errors ${errors}`
}

/** Milliseconds of user and system time so far; NaN where /proc does not tell. */
function cpuOf(isOne: (pid: number, parent: number) => boolean): number {
  let total = 0
  try {
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue
      const stat = statOf(name)
      if (stat && isOne(Number(name), Number(stat[1]))) total += 10 * (Number(stat[11]) + Number(stat[12]))
    }
  } catch {
    return NaN
  }
  return total
}

/** Fields of /proc/PID/stat from the state on; undefined where the process has gone. */
function statOf(pid: string): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

function cpuOfServer(dataDir: string): number {
  const server = serverPid(dataDir)
  if (server === undefined) return NaN
  // With what its processes that ended had used.
  const stat = statOf(String(server))
  return cpuOf((pid, parent) => parent === server || pid === server) + 10 * (Number(stat?.[13]) + Number(stat?.[14]))
}

function serverPid(dataDir: string): number | undefined {
  try {
    return Number(readFileSync(serverFile(dataDir), 'utf8').split('\n')[0])
  } catch {
    return undefined
  }
}
