import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { loadConfig } from '../../core/config.ts'
import type { Log } from '../../core/log.ts'
import { SILENT } from '../../core/log.ts'
import { deliverNotices } from '../../jobs/deliver.ts'
import { createFanOut } from '../../jobs/fan-out.ts'
import { createQueues } from '../../jobs/queues.ts'
import { startService } from '../../jobs/service.ts'
import { shardId, workShards } from '../../jobs/shards.ts'
import { runNight } from '../../pipelines/nightly.ts'
import type { NightDeps } from '../../pipelines/nightly.ts'
import { readStoreId } from '../../sql/schedule.ts'
import { forgetShards, planShards, readShardResults, takeShard } from '../../sql/shards.ts'
import { describeBackends } from '../jobs/backends.ts'
import { insertNotices } from '../jobs/notices.ts'
import { useDatabase } from '../support/database.ts'
import { dumpStore } from '../support/dump.ts'
import { eventually } from '../support/eventually.ts'
import { freePort, lacksRedis, startRedis } from '../support/redis.ts'
import { LAST } from '../support/town.ts'
import { checkInvariants } from './invariants.ts'
import { isDone, run, useTown } from './processes.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })
const db = useDatabase()
const town = useTown()
const scratch = mkdtempSync(join(tmpdir(), 'weisu-queue-faults-'))
const LIMITS = { recurrenceDays: 100, minCallers: 3 }
const BLOCKED = fileURLToPath(new URL('blocked-worker.ts', import.meta.url))

afterEach(async () => {
  await checkInvariants(db())
  await db().query('truncate runs, due_runs, night_shards, notices, deliveries, alerts cascade')
})
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

function listen(): { log: Log, events: string[] } {
  const events: string[] = []
  const note = (event: string): void => { events.push(event) }
  return { events, log: { info: note, warn: note, error: note } }
}

describeBackends((redisUrl) => {
  const open = async (log: Log = SILENT, lockMs = 1500) => createQueues({ databaseUrl: db().url, redisUrl: redisUrl(), namespace: await readStoreId(db()), log, lockMs })

  test('F03: a worker killed in the middle of a part: another does it, once', async () => {
    await planShards(db(), LAST, 1, 1, LIMITS)
    const dead = await takeShard(db(), LAST, 1, 0, 'dead', 1000) // and nothing more is heard of it
    expect(dead).toBeDefined()
    const queues = await open()
    const done: number[] = []
    await workShards(queues, { db: db(), log: SILENT, judge: async ({ part }) => {
      done.push(part)
      return { candidates: [1], verdicts: {}, cpuMs: 1 }
    } }, { threads: 2, leaseMs: 1000 })
    await eventually('the part is done', async () => {
      await queues.add('shards', [{ key: 'again', id: shardId(LAST, 1, 0) }])
      return (await readShardResults(db(), LAST, 1))[0]!.result !== null
    })
    await queues.close()
    expect(done).toEqual([0])
    await forgetShards(db(), LAST)
  })

  test('F04: of two workers one stands still beyond its lease: one result is kept, the other is fenced', async () => {
    await planShards(db(), LAST, 1, 1, LIMITS)
    const door = join(scratch, `door-${redisUrl() === undefined ? 'postgres' : 'redis'}`)
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', BLOCKED, db().url, shardId(LAST, 1, 0), '500', door], { stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => { said += chunk.toString() })
    const ended = new Promise((resolve) => child.once('close', resolve))
    await eventually('the first has the part', () => said.includes('taken'))
    const queues = await open()
    await workShards(queues, { db: db(), log: SILENT, judge: async () => ({ candidates: [7], verdicts: {}, cpuMs: 1 }) }, { threads: 1, leaseMs: 500 })
    await eventually('the second has handed in', async () => {
      await queues.add('shards', [{ key: 'again', id: shardId(LAST, 1, 0) }])
      return (await readShardResults(db(), LAST, 1))[0]!.result !== null
    })
    writeFileSync(door, '')
    await ended
    await queues.close()
    expect(said).toContain('"event":"fenced"')
    expect(said).toContain('kept false')
    expect((await readShardResults<{ candidates: number[] }>(db(), LAST, 1)).map(({ result }) => result.candidates)).toEqual([[7]])
    await forgetShards(db(), LAST)
  })

  test('F05: the queue is emptied while a night is shared: nothing is lost, the alerts are the same', async () => {
    const alone = await town.clone()
    const shared = await town.clone()
    const night = (deps: Partial<NightDeps> & Pick<NightDeps, 'db'>, dataDir: string) => runNight({ config: loadConfig({ dataDir }, {}), log: SILENT, notices: 'never', ...deps }, { date: LAST })
    await night({ db: alone.db }, alone.dataDir)
    const url = redisUrl()
    const config = { ...loadConfig({ dataDir: shared.dataDir }, {}), ...(url ? { redisUrl: url } : {}) }
    const queues = await createQueues({ databaseUrl: shared.url, redisUrl: url, namespace: await readStoreId(shared.db), log: SILENT })
    const { log, events } = listen()
    const fanOut = await createFanOut({ db: shared.db, config, log, parts: 5 })
    let emptied = 0
    const worker = await workShards(queues, { db: shared.db, log: SILENT }, { threads: 1 })
    const emptying = eventually('parts are planned', async () => {
      if (events.includes('night_shared')) return true
      const { rows } = await shared.db.query<{ n: number }>('select count(*)::int as n from night_shards')
      if (rows[0]!.n > 0) {
        await queues.clear('shards').catch(() => {}) // a job at work keeps its queue
        emptied++
      }
      return false
    }, 100_000)
    await night({ db: shared.db, detector: fanOut.detector }, shared.dataDir)
    await emptying
    await worker.close()
    await fanOut.close()
    await queues.close()
    expect(emptied).toBeGreaterThan(0)
    expect(await dumpStore(shared.db)).toBe(await dumpStore(alone.db))
    for (const { db: store } of [alone, shared]) await store.query(`update due_runs set finished_at = clock_timestamp() where finished_at is null`)
  })

  test('F05: a queue emptied before the worker comes: the next tick fills it again', async () => {
    const { runNights } = { runNights: [] as string[] }
    const { startSchedule } = await import('../../jobs/schedule.ts')
    const url = redisUrl()
    const config = { ...loadConfig({ dataDir: scratch }, {}), ...(url ? { redisUrl: url } : {}) }
    const queues = await open()
    const now = Date.UTC(2026, 10, 23, 5)
    const schedule = await startSchedule({
      db: db(), config, log: SILENT, queues,
      runNight: async (_, { date }) => { runNights.push(date) },
      deliver: async () => {},
    }, { timeZone: 'UTC', clock: async () => now })
    await schedule.tick()
    await queues.clear('nights').catch(() => {})
    await eventually('the night', async () => {
      await schedule.tick()
      return runNights.length > 0
    })
    await schedule.stop()
    await queues.close()
    expect(runNights).toEqual(['2026-11-22'])
  })
})

test.skipIf(lacksRedis())('F06: Redis is away at the start: the night runs, health says why notices wait, and they leave once it is there', async () => {
  const { db: store, url, dataDir } = await town.clone()
  const port = await freePort()
  const config = { ...loadConfig({ dataDir }, {}), databaseUrl: url, redisUrl: `redis://127.0.0.1:${port}` }
  const service = await startService({ db: store, config, log: SILENT }, { schedule: true, hour: 4, threads: 0, parts: 1, host: '127.0.0.1', port: 0 })
  const ready = async (): Promise<{ status: number, checks: Record<string, string> }> => {
    const answer = await fetch(`http://127.0.0.1:${service.port}/readyz`)
    return { status: answer.status, ...(await answer.json() as { checks: Record<string, string> }) }
  }
  expect((await fetch(`http://127.0.0.1:${service.port}/healthz`)).status).toBe(200)
  expect(await ready()).toMatchObject({ status: 503, checks: { store: 'ok', queue: expect.stringContaining('cannot reach Redis') as string } })
  await eventually('the night is done without a queue', async () => (await store.query(`select 1 from due_runs where finished_at is null`)).rowCount === 0, 240_000)
  expect((await store.query(`select 1 from notices where status = 'pending'`)).rowCount).toBeGreaterThan(0)
  const redis = await startRedis([], port)
  await eventually('notices have left', () => isDone(store), 240_000)
  await eventually('it is ready', async () => (await ready()).status === 200)
  await service.stop()
  await redis.stop()
})

describe.skipIf(lacksRedis())('a Redis that is not fit', () => {
  test('F07: one that may drop jobs is refused, and the message names the setting', async () => {
    const redis = await startRedis(['--maxmemory', '5mb', '--maxmemory-policy', 'allkeys-lru'])
    const service = run(['start', '--no-web', '--port', '0'], { dataDir: scratch, url: db().url, env: { REDIS_URL: redis.url } })
    expect((await service.ended).code).toBe(6)
    expect(service.said()).toContain('maxmemory-policy')
    await redis.stop()
  })

  test('F08: one that is full refuses jobs: notices stay pending, nothing crashes, and they leave when there is room', async () => {
    const redis = await startRedis(['--maxmemory-policy', 'noeviction'])
    const client = new Redis(redis.url)
    const queues = await createQueues({ databaseUrl: db().url, redisUrl: redis.url, namespace: await readStoreId(db()), log: SILENT })
    await client.config('SET', 'maxmemory', '1')
    await expect(queues.add('nights', [{ key: 'x', id: 'x' }])).rejects.toMatchObject({ code: 'queue_refused' })
    await queues.close()
    const ids = await insertNotices(db(), '2026-11-22', 20)
    const config = { ...loadConfig({ dataDir: join(scratch, 'f08') }, {}), redisUrl: redis.url }
    const full = await deliverNotices({ db: db(), config, log: SILENT }, {}, { timeoutMs: 1500 })
    expect(full).toMatchObject({ delivered: 0, failed: 0, pending: ids.length })
    await client.config('SET', 'maxmemory', '0')
    expect(await deliverNotices({ db: db(), config, log: SILENT })).toMatchObject({ delivered: ids.length, failed: 0, pending: 0 })
    client.disconnect()
    await redis.stop()
  })
})
