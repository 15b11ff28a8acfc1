import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { loadConfig } from '../../core/config.ts'
import type { Config } from '../../core/config.ts'
import { SILENT } from '../../core/log.ts'
import { createFileChannel } from '../../jobs/channels/file.ts'
import { deliverNotices } from '../../jobs/deliver.ts'
import { createQueues } from '../../jobs/queues.ts'
import { resendDeliveries, takeBundles } from '../../sql/deliveries.ts'
import type { Notice } from '../../sql/notices.ts'
import { readStoreId } from '../../sql/schedule.ts'
import { useDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { freePort, lacksRedis, startRedis } from '../support/redis.ts'
import { describeBackends } from './backends.ts'
import { insertNotices } from './notices.ts'

const db = useDatabase()
const NIGHT = '2026-11-22'
const dataDir = mkdtempSync(join(tmpdir(), 'weisu-deliver-'))
const file = (night = NIGHT): string => `${dataDir}/notices/${night}.jsonl`

beforeEach(async () => {
  rmSync(`${dataDir}/notices`, { recursive: true, force: true })
  if (db()) await db().query('truncate notices, alerts, deliveries, subscriptions cascade')
})
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

function linesOf(path: string): { id: string, night: string, alert: string, unit: string, title: string }[] {
  return readFileSync(path, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line))
}

async function statuses(): Promise<Record<string, number>> {
  const { rows } = await db().query<{ status: string, n: number }>('select status, count(*)::int as n from notices group by 1')
  return Object.fromEntries(rows.map((row) => [row.status, row.n]))
}

describeBackends((redisUrl) => {
  const deps = () => {
    const url = redisUrl()
    const config: Config = { ...loadConfig({ dataDir }, {}), ...(url ? { redisUrl: url } : {}) }
    return { db: db(), config, log: SILENT }
  }

  test('every pending notice becomes one line, in order, and is marked', async () => {
    const ids = await insertNotices(db(), NIGHT, 25)
    expect(await deliverNotices(deps(), { night: NIGHT })).toEqual({ delivered: 25, failed: 0, pending: 0 })
    expect(linesOf(file()).map((line) => line.id)).toEqual(ids)
    expect(linesOf(file())[0]).toEqual({ id: ids[0], night: NIGHT, alert: 'a1', reason: 'opened', unit: 'streets', level: 'blue', title: '停工' })
    const before = readFileSync(file(), 'utf8')
    expect(await deliverNotices(deps(), { night: NIGHT })).toEqual({ delivered: 0, failed: 0, pending: 0 })
    expect(readFileSync(file(), 'utf8')).toBe(before)
  })

  test('only the night that is asked for leaves', async () => {
    await insertNotices(db(), NIGHT, 2)
    await insertNotices(db(), '2026-11-21', 3)
    expect(await deliverNotices(deps(), { night: '2026-11-21' })).toEqual({ delivered: 3, failed: 0, pending: 0 })
    expect(existsSync(file())).toBe(false)
    expect(await deliverNotices(deps())).toEqual({ delivered: 2, failed: 0, pending: 0 })
  })

  test('emptying the queue in the middle loses nothing', async () => {
    await insertNotices(db(), NIGHT, 20)
    const queues = await createQueues({ databaseUrl: db().url, redisUrl: redisUrl(), namespace: await readStoreId(db()), log: SILENT })
    let taken = 0
    const real = createFileChannel(`${dataDir}/notices`)
    const channel = { ...real, deliver: async (notice: Notice) => {
      if (++taken === 5) await queues.clear('notices')
      await real.deliver(notice)
    } }
    const result = await deliverNotices({ ...deps(), channels: { file: channel } })
    await queues.close()
    expect(result).toEqual({ delivered: 20, failed: 0, pending: 0 })
    expect(linesOf(file())).toHaveLength(20)
  })

  test('a failing channel is tried again, later and later, then the notice has failed and can be sent again', async () => {
    const [id] = await insertNotices(db(), NIGHT, 1, 'robot')
    const at: number[] = []
    const robot = { deliver: async () => { at.push(performance.now()); throw new Error('errcode 45009') }, flush: async () => {}, close: async () => {} }
    const result = await deliverNotices({ ...deps(), channels: { robot } }, {}, { maxAttempts: 3, firstRetryMs: 40 })
    expect(result).toEqual({ delivered: 0, failed: 1, pending: 0 })
    expect(at).toHaveLength(3)
    expect(at[1]! - at[0]!).toBeGreaterThan(39)
    expect(at[2]! - at[1]!).toBeGreaterThan(79)
    const { rows } = await db().query('select attempts, error from notices where id = $1', [id])
    expect(rows).toEqual([{ attempts: 3, error: 'errcode 45009' }])
    expect(await resendDeliveries(db(), null, NIGHT)).toHaveLength(1)
    expect(await statuses()).toEqual({ pending: 1 })
  })

  test('one bad notice does not hold the others up; what waits beyond the deadline stays pending', async () => {
    await insertNotices(db(), NIGHT, 3)
    await insertNotices(db(), NIGHT, 1, 'nowhere', 'a')
    const result = await deliverNotices(deps(), {}, { timeoutMs: 5000, firstRetryMs: 60_000 })
    expect(result).toEqual({ delivered: 3, failed: 0, pending: 1 })
  })

  test('a worker killed between writing and marking doubles no line', async () => {
    const ids = await insertNotices(db(), NIGHT, 12)
    const url = redisUrl()
    const worker = fileURLToPath(new URL('deliver-then-die.ts', import.meta.url))
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', worker, db().url, dataDir, '5'], {
      stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...(url ? { REDIS_URL: url } : {}) },
    })
    const code = await new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)))
    expect(code).toBe('SIGKILL')
    expect(linesOf(file())).toHaveLength(5)
    await eventually('the row is free', async () => (await statuses()).pending === 12 && Boolean(await db().transaction((client) => takeBundles(client, [], 'channel:file'))))
    expect(await deliverNotices(deps())).toEqual({ delivered: 12, failed: 0, pending: 0 })
    expect(linesOf(file()).map((line) => line.id)).toEqual(ids)
  })

  test('two processes deliver side by side without a double', async () => {
    await insertNotices(db(), NIGHT, 60)
    const results = await Promise.all([deliverNotices(deps()), deliverNotices(deps()), deliverNotices(deps())])
    for (const { failed, pending } of results) expect([failed, pending]).toEqual([0, 0])
    const lines = linesOf(file())
    expect([lines.length, new Set(lines.map((line) => line.id)).size]).toEqual([60, 60])
  })
})

test('a line that a crash left unfinished is cut off before the next one is written', async () => {
  const [first, second] = await insertNotices(db(), NIGHT, 2)
  mkdirSync(`${dataDir}/notices`)
  writeFileSync(file(), JSON.stringify({ id: first }) + '\n')
  appendFileSync(file(), JSON.stringify({ id: second }).slice(0, 12))
  await deliverNotices({ db: db(), config: loadConfig({ dataDir }, {}), log: SILENT })
  expect(linesOf(file()).map((line) => line.id)).toEqual([first, second])
})

test('without its queue the outbox waits, and the night does not fail', async () => {
  await insertNotices(db(), NIGHT, 4)
  const config = { ...loadConfig({ dataDir }, {}), redisUrl: `redis://127.0.0.1:${await freePort()}` }
  const result = await deliverNotices({ db: db(), config, log: SILENT })
  expect(result).toEqual({ delivered: 0, failed: 0, pending: 4, problem: expect.stringContaining('cannot reach Redis') })
})

test.skipIf(lacksRedis())('a Redis killed in the middle leaves the targets that had not begun; the next run delivers to them', async () => {
  const names = Array.from({ length: 12 }, (_, i) => `way${i}`)
  for (const name of names) await insertNotices(db(), NIGHT, 2, name, name)
  const redis = await startRedis()
  const config = { ...loadConfig({ dataDir }, {}), redisUrl: redis.url }
  const taken: string[] = []
  const channel = { deliver: async ({ id }: Notice) => {
    if (taken.push(id) === 3) await redis.kill()
  }, flush: async () => {}, close: async () => {} }
  const channels = Object.fromEntries(names.map((name) => [name, channel]))
  const result = await deliverNotices({ db: db(), config, log: SILENT, channels }, {}, { timeoutMs: 2500 })
  expect(result.failed).toBe(0)
  expect(result.delivered + result.pending).toBe(24)
  expect(result.pending).toBeGreaterThan(0)
  const again = await startRedis([], redis.port)
  const rest = await deliverNotices({ db: db(), config, log: SILENT, channels })
  await again.stop()
  expect(rest).toEqual({ delivered: result.pending, failed: 0, pending: 0 })
  expect([taken.length, new Set(taken).size]).toEqual([24, 24])
})
