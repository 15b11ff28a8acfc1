import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { loadConfig } from '../../core/config.ts'
import { SILENT } from '../../core/log.ts'
import { createHealthApp, serveHealth } from '../../jobs/health.ts'
import { deliverNotices } from '../../jobs/deliver.ts'
import { runNight } from '../../pipelines/nightly.ts'
import { openUrl } from '../../sql/db.ts'
import { describeBackends } from '../jobs/backends.ts'
import { freshDatabase } from '../support/database.ts'
import { dumpStore } from '../support/dump.ts'
import { eventually } from '../support/eventually.ts'
import { addTickets } from '../support/tickets.ts'
import { LAST, town } from '../support/town.ts'
import { checkInvariants } from './invariants.ts'
import { makePostgres } from './own-postgres.ts'
import { isDone, owe, run, startWeisu, useTown } from './processes.ts'

const { clone, directory } = useTown()
/** A night takes seconds; a machine that is busy with other things may need minutes. */
const PATIENCE = 240_000
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

/** What an undisturbed service leaves. */
let wanted: string

beforeAll(async () => {
  const calm = await clone()
  const { child, ended } = await startWeisu(calm)
  await eventually('the night is done', () => isDone(calm.db), PATIENCE)
  child.kill('SIGTERM')
  expect(await ended).toEqual({ code: 0, signal: null })
  wanted = await dumpStore(calm.db)
  expect(wanted).toContain('delivered')
  await checkInvariants(calm.db, calm.dataDir)
})

describeBackends((redisUrl) => {
  test('F03: of two services one is killed in the middle of a night, the other ends it', async () => {
    const { db, url, dataDir } = await clone()
    const env = redisUrl() === undefined ? {} : { REDIS_URL: redisUrl()! }
    const dying = run(['start', '--no-web', '--port', '0', '--threads', '0', '--parts', '1'], { url, dataDir, env: { ...env, WEISU_KILL_AT: 'detect:end' } })
    await dying.saw('night_starts')
    const other = await startWeisu({ url, dataDir, env })
    expect((await dying.ended).signal).toBe('SIGKILL')
    const { pid } = other.child
    await eventually('the other has the night', async () => (await db.query(`select 1 from due_runs where worker like $1`, [`${pid} on %`])).rowCount! > 0, 90_000)
    await eventually('the night is done', () => isDone(db), PATIENCE)
    other.child.kill('SIGTERM')
    expect((await other.ended).code).toBe(0)
    expect(await dumpStore(db)).toBe(wanted)
  })
})

test('F09: the server is stopped at once in the middle of a night and comes back; the service goes on by itself', async () => {
  const server = await makePostgres('town')
  try {
    const db = await openUrl(server.url, 'test', false, () => {})
    await addTickets(db, town())
    await owe(db, [LAST])
    const dataDir = join(directory, 'f09')
    const service = await startWeisu({ url: server.url, dataDir })
    await service.saw('night_step')
    await server.stopNow()
    await service.saw('night_goes_on')
    expect((await fetch(`http://127.0.0.1:${service.port}/healthz`)).status).toBe(200)
    const ready = await fetch(`http://127.0.0.1:${service.port}/readyz`)
    expect([ready.status, ((await ready.json()) as { checks: { store: string } }).checks.store]).toEqual([503, 'no answer'])
    await server.start()
    await eventually('the night is done', () => isDone(db).catch(() => false), PATIENCE)
    service.child.kill('SIGTERM')
    expect((await service.ended).code).toBe(0)
    expect(await dumpStore(db)).toBe(wanted)
    await checkInvariants(db, dataDir)
    await db.close()
  } finally {
    await server.remove()
  }
})

test('F10: every connection is cut again and again; the night ends as an undisturbed one', async () => {
  const { db, url, dataDir } = await clone()
  const service = await startWeisu({ url, dataDir })
  await service.saw('night_step')
  for (let cut = 0; cut < 5; cut++) {
    await db.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()')
    await delay(700) // the fault itself: a cut every so often, wherever the night is by then
  }
  await eventually('the night is done', () => isDone(db), PATIENCE)
  expect(service.child.exitCode).toBe(null)
  service.child.kill('SIGTERM')
  expect((await service.ended).code).toBe(0)
  expect(service.events().filter(({ event }) => event === 'night_failed')).toEqual([])
  expect(await dumpStore(db)).toBe(wanted)
})

describe('F14', () => {
  test('a service that is told to stop in the middle of a night ends with 0 within 30 s, and the next one goes on', async () => {
    const { db, url, dataDir } = await clone()
    const service = await startWeisu({ url, dataDir })
    await service.saw('night_step')
    const began = performance.now()
    service.child.kill('SIGTERM')
    expect(await service.ended).toEqual({ code: 0, signal: null })
    expect(performance.now() - began).toBeLessThan(30_000)
    const next = await startWeisu({ url, dataDir })
    await eventually('the night is done', () => isDone(db), PATIENCE)
    next.child.kill('SIGTERM')
    expect((await next.ended).code).toBe(0)
    expect(await dumpStore(db)).toBe(wanted)
  })

  test('a second signal ends it at once', async () => {
    const { db, url, dataDir } = await clone()
    const client = await db.pool.connect()
    await client.query('begin')
    await client.query('lock table run_steps in access exclusive mode') // the night waits here, and stopping with it
    const service = await startWeisu({ url, dataDir })
    await service.saw('night_starts')
    service.child.kill('SIGTERM')
    await service.saw('service_stopping')
    const began = performance.now()
    service.child.kill('SIGTERM')
    expect((await service.ended).code).toBe(130)
    expect(performance.now() - began).toBeLessThan(3000)
    await client.query('rollback')
    client.release()
    await runNight({ db, config: loadConfig({ dataDir }, {}), log: SILENT }, { date: LAST })
    await deliverNotices({ db, config: loadConfig({ dataDir }, {}), log: SILENT })
    await db.query(`update due_runs set error = 'stopped' where finished_at is null`)
  })

  test('requests at hand are answered, new ones are not taken', async () => {
    let answer = (): void => {}
    const asked = new Promise<void>((resolve) => { answer = resolve })
    let began = (): void => {}
    const arrived = new Promise<void>((resolve) => { began = resolve })
    const app = createHealthApp({
      readiness: async () => {
        began()
        await asked
        return { ok: true, checks: {} }
      },
      facts: async () => undefined, queues: async () => undefined, counters: {},
    })
    const server = await serveHealth(app, '127.0.0.1', 0)
    const request = fetch(`http://127.0.0.1:${server.port}/readyz`)
    await arrived
    const closed = server.close()
    await expect(fetch(`http://127.0.0.1:${server.port}/healthz`)).rejects.toThrow()
    answer()
    expect((await request).status).toBe(200)
    await closed
  })

  test('an export that is stopped leaves no file', async () => {
    const { db, url, dataDir } = await clone()
    await runNight({ db, config: loadConfig({ dataDir }, {}), log: SILENT, notices: 'never' }, { date: LAST })
    await db.query(`update due_runs set finished_at = clock_timestamp() where finished_at is null`)
    const client = await db.pool.connect()
    await client.query('begin')
    await client.query('lock table daily_counts in access exclusive mode') // the export waits here
    const path = join(dataDir, 'counts.csv')
    const exporting = run(['export', 'counts', '--out', path], { url, dataDir })
    await eventually('the export waits', async () => {
      const { rows } = await db.query<{ n: number }>(`select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
      return rows[0]!.n > 0
    })
    exporting.child.kill('SIGTERM')
    expect((await exporting.ended).code).toBe(130)
    await client.query('rollback')
    client.release()
    expect(existsSync(path)).toBe(false)
  })
})

test('F21: three nights were missed: they are run oldest first, and what is told is told once, after the newest', async () => {
  const { db, url, dataDir } = await clone()
  await db.query(`insert into due_runs (pipeline, logical_date) values ('nightly', '2024-09-18'), ('nightly', '2024-09-19')`)
  const service = await startWeisu({ url, dataDir })
  await eventually('all nights are done', () => isDone(db), PATIENCE)
  service.child.kill('SIGTERM')
  expect((await service.ended).code).toBe(0)
  const { rows: runs } = await db.query<{ night: string }>('select night::text from runs order by started_at')
  expect(runs.map(({ night }) => night)).toEqual(['2024-09-18', '2024-09-19', LAST])
  const { rows: notices } = await db.query<{ alert: string, unit: number, status: string, error: string | null, late: boolean }>(
    `select n.alert_id as alert, n.unit_id as unit, n.status, n.error, d.delivered_at > (select max(finished_at) from runs where night < $1) as late
     from notices n left join deliveries d on d.notice_id = n.id`, [LAST])
  const sent = notices.filter(({ status }) => status === 'delivered')
  expect(sent.length).toBeGreaterThan(0)
  expect(sent.every(({ late }) => late)).toBe(true)
  expect(new Set(sent.map(({ alert, unit }) => `${alert} ${unit}`)).size).toBe(sent.length)
  expect(notices.filter(({ status }) => status !== 'delivered').map(({ error }) => error).filter((error) => error !== 'overtaken' && error !== 'over_budget')).toEqual([])
  const { rows: reports } = await db.query(`select night from run_steps where name = 'report' and rows_out = 1`)
  expect(reports).toEqual([{ night: LAST }])
})

test('F18: after a restore the ledger goes on, and what was told before the backup is not told again', async () => {
  const { db, name, dataDir } = await clone()
  const config = loadConfig({ dataDir }, {})
  const night = async (store: typeof db, date: string) => {
    const result = await runNight({ db: store, config, log: SILENT }, { date })
    await deliverNotices({ db: store, config, log: SILENT })
    return result
  }
  await night(db, '2024-09-19')
  const told = (await db.query('select id, status from notices order by id')).rows
  expect(told.length).toBeGreaterThan(0)
  await db.query(`update due_runs set finished_at = clock_timestamp() where finished_at is null`)
  await db.close() // the backup is taken of a store at rest
  const restored = await freshDatabase(name)
  expect((await night(restored.db, '2024-09-19')).reused).toBe(true)
  expect((await restored.db.query('select id, status from notices order by id')).rows).toEqual(told)
  expect((await night(restored.db, LAST)).alerts).toMatchObject({ new: 0, continued: 1 })
  const again = (await restored.db.query<{ id: string }>(`select id from notices where reason = 'opened'`)).rows
  expect(again.map(({ id }) => id)).toEqual(told.map((row) => (row as { id: string }).id))
  await checkInvariants(restored.db, dataDir)
  await restored.drop()
})
