/**
 * One night judged by one process and by several: seconds of the step, processor time by worker, and whether the alerts are the same to
 * the byte. Workers are real `weisu worker` processes, the last of them in network namespaces of their own, which reach one PostgreSQL
 * and one Redis through a forwarder and nothing else.
 */
import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadConfig } from '../core/config.ts'
import type { Config } from '../core/config.ts'
import type { Log } from '../core/log.ts'
import { SILENT } from '../core/log.ts'
import { createFanOut } from '../jobs/fan-out.ts'
import { loadDemo } from '../pipelines/demo/load.ts'
import { runNight } from '../pipelines/nightly.ts'
import { openDb } from '../sql/db.ts'
import type { Db } from '../sql/db.ts'
import { TOWN } from './store.ts'

const NIGHT = '2026-11-22'
const ROUNDS = 3
const PARTS = 8
const SMALL = { ticketsPerDay: 500, districts: 5, streets: 33, sites: 500 } as const
const MAIN = fileURLToPath(new URL('../cli/main.ts', import.meta.url))
const TABLES = ['signals', 'night_coverage', 'alerts', 'alert_nights', 'alert_events', 'alert_tickets', 'alert_facts']

interface Setting { name: string, parts: number, workers: number, redis: boolean, namespaces: boolean }

const SETTINGS: readonly Setting[] = [
  { name: '1 process', parts: 1, workers: 0, redis: false, namespaces: false },
  { name: '1 process, in parts', parts: PARTS, workers: 0, redis: false, namespaces: false },
  { name: '+ 1 worker', parts: PARTS, workers: 1, redis: false, namespaces: false },
  { name: '+ 2 workers', parts: PARTS, workers: 2, redis: false, namespaces: false },
  { name: '+ 2 workers, Redis', parts: PARTS, workers: 2, redis: true, namespaces: false },
  { name: '+ 2 workers in namespaces, Redis', parts: PARTS, workers: 2, redis: true, namespaces: true },
]

/** @param quick  a smaller one, one round, one worker at most; @param keep  directory of a store with the night's tickets counted; without it a small city is drawn */
export async function benchWorkers(quick: boolean, keep?: string): Promise<object[]> {
  const directory = keep ?? mkdtempSync(join(tmpdir(), 'weisu-bench-workers-'))
  const config = loadConfig({ dataDir: directory }, {})
  const db = await openDb(config, 'bench')
  const rows: object[] = []
  try {
    if (!existsSync(join(directory, 'labels.json'))) await loadDemo({ db, config, log: SILENT }, { seed: 1, params: quick ? TOWN : SMALL })
    await runNight({ db, config, log: SILENT, notices: 'never' }, { date: NIGHT }) // counts, trains, warms up
    let wanted: string | undefined
    let alone: number | undefined
    for (const setting of quick ? SETTINGS.filter(({ workers }) => workers < 2) : SETTINGS) {
      const row = await measure(db, config, setting, quick ? 1 : ROUNDS).catch((error: Error) => ({ setting: setting.name, problem: error.message }))
      if (!('hash' in row)) {
        rows.push(row)
        continue
      }
      const { hash, ...figures } = row
      wanted ??= hash
      alone ??= figures.detect_seconds
      rows.push({ ...figures, times: alone / figures.detect_seconds, same_alerts: hash === wanted })
    }
  } finally {
    await db.close()
    if (!keep) rmSync(directory, { recursive: true, force: true, maxRetries: 30, retryDelay: 300 })
  }
  return rows
}

async function measure(db: Db, given: Config, { name, parts, workers, redis, namespaces }: Setting, rounds: number): Promise<{ setting: string, detect_seconds: number, cpu_seconds: string, hash: string, cores: number }> {
  const server = redis ? await startRedis() : undefined
  const config: Config = { ...given, ...(server ? { redisUrl: server.url } : {}) }
  const net = namespaces ? await makeNamespaces(workers, [Number(new URL(db.url).port), server!.port]) : undefined
  const children: ChildProcess[] = []
  try {
    for (let i = 0; i < workers; i++) children.push(await startWorker(net?.urlFor(db.url, i) ?? db.url, server && (net?.urlFor(server.url, i) ?? server.url), net?.prefix(i) ?? []))
    const seconds: number[] = []
    let shares = ''
    for (let round = 0; round < rounds; round++) {
      const log: Log = { ...SILENT, info: (event, fields) => { if (event === 'night_shared') shares = describeShares(fields!) } }
      const fanOut = parts > 1 ? await createFanOut({ db, config, log, parts }) : undefined
      const result = await runNight({ db, config, log, notices: 'never', ...(fanOut ? { detector: fanOut.detector } : {}) }, { date: NIGHT, force: true })
      await fanOut?.close()
      seconds.push(result.steps.find((step) => step.name === 'detect')!.seconds)
    }
    return { setting: name, detect_seconds: Math.min(...seconds), cpu_seconds: shares, hash: await hashOf(db), cores: availableParallelism() }
  } finally {
    for (const child of children) child.kill('SIGTERM')
    await Promise.all(children.map((child) => child.exitCode ?? new Promise((resolve) => child.once('exit', resolve))))
    net?.remove()
    await server?.stop()
  }
}

/** Parts and processor time of each worker, and of who asked. */
function describeShares({ workers }: Record<string, unknown>): string {
  return (workers as { worker: string, parts: number, cpuMs: number }[]).map(({ worker, parts, cpuMs }) => `${worker.endsWith('asked') ? 'asked' : 'worker'}: ${parts} parts ${(cpuMs / 1000).toFixed(1)} s`).sort().join(', ')
}

async function hashOf(db: Db): Promise<string> {
  const hashes = []
  for (const table of TABLES) hashes.push((await db.query<{ hash: string }>(`select md5(string_agg(x::text, e'\\n' order by x::text)) as hash from ${table} as x`)).rows[0]!.hash)
  return hashes.join()
}

async function startWorker(databaseUrl: string, redisUrl: string | undefined, prefix: readonly string[]): Promise<ChildProcess> {
  const [command, ...args] = [...prefix, process.execPath, '--disable-warning=ExperimentalWarning', MAIN, 'worker', '--threads', '1', '--no-http', '--json', '--data-dir', join(tmpdir(), 'weisu-bench-worker')]
  const { REDIS_URL: _, ...env } = process.env
  const child = spawn(command!, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...env, DATABASE_URL: databaseUrl, ...(redisUrl ? { REDIS_URL: redisUrl } : {}) } })
  let said = ''
  await new Promise<void>((resolve, reject) => {
    child.stdout!.once('data', () => resolve())
    child.stderr!.on('data', (chunk: Buffer) => { said = (said + chunk.toString()).slice(-500) })
    child.once('exit', (code) => reject(new Error(`a worker ended with ${code}: ${said}`)))
  })
  return child
}

async function startRedis(): Promise<{ url: string, port: number, stop(): Promise<void> }> {
  const probe = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => probe.once('listening', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], { stdio: ['ignore', 'pipe', 'inherit'], cwd: tmpdir() })
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.stdout.on('data', (chunk: Buffer) => { if (chunk.toString().includes('Ready to accept')) resolve() })
  })
  return {
    url: `redis://127.0.0.1:${port}`, port,
    stop: async () => {
      child.kill('SIGTERM')
      await new Promise((resolve) => child.once('exit', resolve))
    },
  }
}

interface Namespaces { prefix(i: number): string[], urlFor(url: string, i: number): string, remove(): void }

/** A namespace a worker, joined to this one by a pair of virtual cards; `ports` of this machine's loopback are forwarded on this end of each. */
async function makeNamespaces(count: number, ports: readonly number[]): Promise<Namespaces> {
  const ip = (...args: string[]): void => {
    const { status, stderr } = spawnSync('ip', args, { encoding: 'utf8' })
    if (status !== 0) throw new Error(`network namespaces are not allowed here: ip ${args.join(' ')}: ${stderr?.trim()}`)
  }
  const name = (i: number): string => `weisu-bench-${process.pid}-${i}`
  const servers: Server[] = []
  const remove = (): void => {
    for (const server of servers) server.close()
    for (let i = 0; i < count; i++) spawnSync('ip', ['netns', 'del', name(i)])
  }
  try {
    for (let i = 0; i < count; i++) {
      const card = `wb${process.pid % 100000}-${i}`
      ip('netns', 'add', name(i))
      ip('link', 'add', card, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name(i))
      ip('addr', 'add', `10.231.${i}.1/30`, 'dev', card)
      ip('link', 'set', card, 'up')
      ip('-n', name(i), 'addr', 'add', `10.231.${i}.2/30`, 'dev', 'eth0')
      ip('-n', name(i), 'link', 'set', 'eth0', 'up')
      for (const port of ports) {
        const server = createServer((near) => {
          const far = connect(port, '127.0.0.1')
          for (const [from, to] of [[near, far], [far, near]] as const) from.pipe(to).on('error', () => from.destroy())
        }).listen(port, `10.231.${i}.1`)
        await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject))
        servers.push(server)
      }
    }
  } catch (error) {
    remove()
    throw error
  }
  return {
    remove,
    prefix: (i) => ['ip', 'netns', 'exec', name(i)],
    urlFor: (url, i) => url.replace('127.0.0.1', `10.231.${i}.1`),
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(JSON.stringify(await benchWorkers(process.argv.includes('quick'), process.argv[2]), null, 1))
