import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../core/config.ts'
import { SILENT } from '../../core/log.ts'
import { listAlerts } from '../../pipelines/alerts.ts'
import { runNight, runNights, STEPS } from '../../pipelines/nightly.ts'
import type { NightDeps } from '../../pipelines/nightly.ts'
import type { Db } from '../../sql/db.ts'
import { checkInvariants } from '../faults/invariants.ts'
import type { FreshDatabase } from '../support/database.ts'
import { freshDatabase } from '../support/database.ts'
import { dumpStore } from '../support/dump.ts'
import { addTickets } from '../support/tickets.ts'
import { LAST, town } from '../support/town.ts'

const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'weisu-night-'))

let prepared: FreshDatabase

beforeAll(async () => {
  prepared = await freshDatabase()
  await addTickets(prepared.db, town())
  await prepared.db.close()
})
afterAll(async () => {
  await prepared.drop()
  rmSync(directory, { recursive: true, force: true })
})

const config = { ...loadConfig({ dataDir: directory }, {}), settings: { ...loadConfig({}, {}).settings } }
const deps = (db: Db): NightDeps => ({ db, config, log: SILENT })

test('a cluster of callers becomes one alert at its place, and one insistent caller none', async () => {
  const { db, drop } = await clone()
  await runNights(deps(db), { from: '2024-09-15', until: '2024-09-21' })
  const alerts = await listAlerts(db, { date: LAST, locale: 'en' })
  expect(alerts.map((alert) => [alert.place.join('/'), alert.family.join('/'), alert.lead_unit])).toEqual([['City/North/Mill', 'Heat', 'Heating']])
  expect(alerts[0]).toMatchObject({ first_night: '2024-09-17', last_night: LAST, callers: 15, tickets: 15, level: 'orange' })
  expect(alerts[0]!.title).toContain('Mill')
  await drop()
})

test('the same night again does nothing, and forced again gives the same, without a second notice', async () => {
  const { db, drop } = await clone()
  const first = await runNight(deps(db), { date: LAST })
  expect(first.reused).toBe(false)
  expect(first.steps.map((step) => step.name)).toEqual([...STEPS])
  const before = await dumpStore(db)
  const again = await runNight(deps(db), { date: LAST })
  expect(again).toMatchObject({ reused: true, alerts: first.alerts })
  expect(await dumpStore(db)).toBe(before)
  const forced = await runNight(deps(db), { date: LAST, force: true })
  expect(forced.reused).toBe(false)
  expect(await dumpStore(db)).toBe(before)
  await drop()
})

test('nights run one by one, in a range, or over again leave the same alerts', async () => {
  const tables = ['signals', 'alerts', 'alert_nights', 'alert_events', 'alert_tickets', 'alert_series', 'alert_routes', 'alert_places', 'routing_counts', 'forecasts', 'reviews']
  const range = await clone()
  await runNights(deps(range.db), { from: '2024-09-14', until: '2024-09-21' })
  const wanted = await dumpStore(range.db, tables)
  expect(wanted).toContain('opened')
  const single = await clone()
  for (let day = 14; day <= 20; day++) await runNight(deps(single.db), { date: `2024-09-${day}` })
  expect(await dumpStore(single.db, tables)).toBe(wanted)
  await runNights(deps(range.db), { from: '2024-09-14', until: '2024-09-21', force: true })
  expect(await dumpStore(range.db, tables)).toBe(wanted)
  await range.drop()
  await single.drop()
})

test('a night is run again when a night before it was missing', async () => {
  const { db, drop } = await clone()
  const alone = await runNight(deps(db), { date: LAST })
  expect(alone.alerts).toMatchObject({ new: 1, continued: 0 })
  const results = await runNights(deps(db), { from: '2024-09-16', until: '2024-09-21' })
  expect(results.at(-1)).toMatchObject({ reused: false, alerts: { new: 0, continued: 1 } })
  // Under its older name the cause is no news to the units that were told of it.
  const { rows } = await db.query<{ unit: number, n: number }>(`select unit_id as unit, count(*)::int as n from notices where status <> 'withheld' group by 1`)
  expect(rows.map((row) => row.n)).toEqual([1])
  const alerts = await listAlerts(db, { date: LAST, all: true, locale: 'en' })
  expect(alerts.filter((alert) => alert.place.at(-1) === 'Mill').map((alert) => alert.first_night)).toEqual(['2024-09-17'])
  expect((await runNights(deps(db), { from: '2024-09-16', until: '2024-09-21' })).every((result) => result.reused)).toBe(true)
  await drop()
})

test('tickets that come later change the nights that know them, not the nights before', async () => {
  const { db, drop } = await clone()
  await runNight(deps(db), { date: '2024-09-17' })
  const before = await dumpStore(db, ['signals', 'alert_nights'])
  await addTickets(db, Array.from({ length: 6 }, (_, i) => (
    { no: `late${i}`, at: '2024-09-17 10:00:00', place: 'City›South›Hill', topic: 'Roads›Hole', caller: `late${i}`, known: '2024-09-19' })))
  await runNight(deps(db), { date: '2024-09-17', force: true })
  expect(await dumpStore(db, ['signals', 'alert_nights'])).toBe(before)
  await runNights(deps(db), { from: '2024-09-18', until: '2024-09-20' })
  const places = async (date: string): Promise<string[]> => (await listAlerts(db, { date, locale: 'en' })).map((alert) => alert.place.at(-1)!)
  expect(await places('2024-09-18')).not.toContain('Hill')
  expect(await places('2024-09-19')).toContain('Hill')
  await drop()
})

const KILL_POINTS = [
  'ingest:end', 'resolve:start', 'resolve:end', 'count:middle', 'count:end', 'detect:start', 'detect:end', 'forecast:end', 'alert:start',
  'alert:middle', 'alert:end', 'notify:start', 'notify:end', 'report:start', 'report:end', 'review:start', 'review:end',
]

test('a night killed at any step and started again ends as an undisturbed one', async () => {
  const calm = await clone()
  await nightly(calm.url, join(directory, 'calm'))
  const wanted = normalised(await dumpStore(calm.db))
  expect(wanted).toContain('delivered')
  await calm.drop()
  for (const point of KILL_POINTS) {
    const { db, url, drop } = await clone()
    const dataDir = join(directory, point.replace(':', '-'))
    const killed = await nightly(url, dataDir, point).catch((error: { signal?: string }) => error.signal)
    expect(killed, point).toBe('SIGKILL')
    await nightly(url, dataDir)
    expect(normalised(await dumpStore(db)), point).toBe(wanted)
    await checkInvariants(db, dataDir)
    await drop()
  }
}, 300_000)

/** The report's path holds the run's own directory. */
function normalised(dump: string): string {
  return dump.replaceAll(/weisu-night-[^/]*\/[^/]*\//g, '')
}

function nightly(url: string, dataDir: string, killAt?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [MAIN, 'nightly', '--date', LAST, '--json', '--data-dir', dataDir], {
      env: { ...process.env, NODE_ENV: 'test', DATABASE_URL: url, ...(killAt ? { WEISU_KILL_AT: killAt } : {}) },
    }, (error, stdout, stderr) => (error ? reject(Object.assign(error, { message: `${error.message}\n${stderr}` })) : resolve(stdout)))
  })
}

function clone(): Promise<FreshDatabase> {
  return freshDatabase(prepared.name)
}
