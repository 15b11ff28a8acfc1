import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { loadConfig } from '../../core/config.ts'
import { formatDay, parseDay } from '../../core/days.ts'
import { InvalidOptionError } from '../../core/errors.ts'
import { SILENT } from '../../core/log.ts'
import { retryPauseMs } from '../../jobs/handlers/nightly.ts'
import type { RunNight } from '../../jobs/handlers/nightly.ts'
import { createQueues } from '../../jobs/queues.ts'
import { newestNight, planDueNights, startSchedule } from '../../jobs/schedule.ts'
import { failDueRun, finishDueRun, startDueRun } from '../../sql/due-runs.ts'
import { readStoreId, withNightsLock } from '../../sql/schedule.ts'
import { useDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { describeBackends } from './backends.ts'
import { insertNotices } from './notices.ts'

const db = useDatabase()
const ZONE = 'Asia/Shanghai'
const dataDir = mkdtempSync(join(tmpdir(), 'weisu-schedule-'))
const at = (text: string): number => Temporal.Instant.from(text).epochMilliseconds
const local = (text: string, zone = ZONE): number => Temporal.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds

beforeEach(async () => {
  if (db()) await db().query('truncate runs, due_runs, notices, deliveries, alerts cascade')
})
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

async function noteRun(night: string, status = 'succeeded', finishedAt = new Date(0)): Promise<void> {
  await db().query(`insert into runs (night, status, code_version, config_hash, finished_at) values ($1, $2, 'v', 'c', $3)`, [night, status, finishedAt])
}

/** Stands for pipelines/nightly.ts: notes each call, and writes the row that tells the schedule. */
function fakeNights(fails: (night: string) => boolean = () => false): { ran: string[], runNight: RunNight, atOnce: () => number } {
  const ran: string[] = []
  let running = 0
  let most = 0
  const runNight: RunNight = async (_, { date }) => {
    most = Math.max(most, ++running)
    ran.push(date)
    if (fails(date)) {
      running--
      await noteRun(date, 'failed')
      throw new Error('gate')
    }
    await noteRun(date)
    running--
  }
  return { ran, runNight, atOnce: () => most }
}

describe('which nights are due', () => {
  const due = async (when: string, most?: number): Promise<string[]> => (await planDueNights(db(), local(when), ZONE, 4, most)).map((run) => run.date)

  test('a fresh store begins with yesterday', async () => {
    expect(await due('2026-11-23T03:59')).toEqual(['2026-11-21'])
    expect(await due('2026-11-23T04:00')).toEqual(['2026-11-21', '2026-11-22'])
  })

  test('missed nights follow the last good one, oldest first, whatever was run by hand meanwhile', async () => {
    await noteRun('2026-11-18')
    await noteRun('2026-11-19', 'running')
    const missed = ['2026-11-19', '2026-11-20', '2026-11-21', '2026-11-22']
    expect(await due('2026-11-23T05:00')).toEqual(missed)
    await noteRun('2026-11-22')
    expect(await due('2026-11-23T05:00')).toEqual(missed)
    for (const night of missed) await finishDueRun(db(), 'nightly', night)
    expect(await due('2026-11-23T05:00')).toEqual([])
  })

  test('a backfill of a night still to come does not hide the missing ones', async () => {
    await noteRun('2026-11-20')
    await noteRun('2026-12-31')
    expect(await due('2026-11-23T05:00')).toEqual(['2026-11-21', '2026-11-22'])
  })

  test('a failed night waits for a pause that grows', async () => {
    const waits = async (minutes: number): Promise<boolean> => (await planDueNights(db(), local('2026-11-23T05:00') + minutes * 60_000, ZONE, 4))[0]!.waits
    expect(await waits(0)).toBe(false)
    for (const [attempt, minutes] of [[1, 2], [3, 8], [20, 60]] as const) {
      await failDueRun(db(), 'nightly', '2026-11-22', 'gate', local('2026-11-23T05:00') + retryPauseMs(attempt))
      expect([await waits(minutes - 0.1), await waits(minutes)]).toEqual([true, false])
    }
    // Failed under a clock that was then set back by days: no pause is that long.
    expect(await waits(-3 * 1440)).toBe(false)
  })

  test('what lies too far back is left to a backfill', async () => {
    await noteRun('2020-01-01')
    expect(await due('2026-11-23T05:00', 3)).toEqual(['2026-11-20', '2026-11-21', '2026-11-22'])
  })

  test('nights that a clock ahead of time entered are taken back, and run again in their time', async () => {
    expect(await due('2026-11-24T05:00')).toEqual(['2026-11-23'])
    await startDueRun(db(), 'nightly', '2026-11-23', 'test')
    await noteRun('2026-11-23')
    await finishDueRun(db(), 'nightly', '2026-11-23')
    expect(await due('2026-11-23T05:00')).toEqual(['2026-11-22'])
    expect((await db().query('select status from runs')).rows).toEqual([{ status: 'failed' }])
    await finishDueRun(db(), 'nightly', '2026-11-22')
    expect(await due('2026-11-24T05:00')).toEqual(['2026-11-23'])
  })

  test.each([
    ['America/New_York', '2026-03-08', '2026-11-01'],
    ['Europe/Berlin', '2026-03-29', '2026-10-25'],
    ['Asia/Shanghai', '2026-03-08', '2026-11-01'],
  ])('in %s each date opens once, also where clocks change', (zone, spring, autumn) => {
    for (const changed of [spring, autumn]) {
      for (const hour of [0, 1, 2, 4]) {
        const from = local(`${changed}T00:00`, zone) - 86_400_000
        const opened: string[] = []
        for (let now = from; now < from + 4 * 86_400_000; now += 10 * 60_000) {
          const night = newestNight(now, zone, hour)
          if (night !== opened.at(-1)) opened.push(night)
        }
        const first = parseDay(opened[0]!)
        expect(opened).toEqual(opened.map((_, i) => formatDay(first + i)))
      }
    }
  })

  test('a skipped wall hour opens right after the gap', () => {
    // 02:00 does not exist on that day in New York: 03:00 EDT is 07:00 UTC.
    expect(newestNight(at('2026-03-08T06:59:59Z'), 'America/New_York', 2)).toBe('2026-03-06')
    expect(newestNight(at('2026-03-08T07:00:00Z'), 'America/New_York', 2)).toBe('2026-03-07')
  })
})

describeBackends((redisUrl) => {
  const open = async (runNight: RunNight, clock: () => Promise<number>, timeZone = ZONE) => {
    const url = redisUrl()
    const config = { ...loadConfig({ dataDir }, {}), ...(url ? { redisUrl: url } : {}) }
    const queues = await createQueues({ databaseUrl: db().url, redisUrl: url, namespace: await readStoreId(db()), log: SILENT })
    const schedule = await startSchedule({ db: db(), config, log: SILENT, queues, runNight }, { timeZone, clock })
    return { ...schedule, queues, close: async () => { await schedule.stop(); await queues.close() } }
  }

  test('three schedulers, restarts and doubled ticks over 30 days: one run a date, in order', async () => {
    const nights = fakeNights()
    let now = local('2026-03-01T05:00', 'America/New_York') // the clocks change on the 8th
    const clock = async (): Promise<number> => now
    const start = () => open(nights.runNight, clock, 'America/New_York')
    let schedulers: Awaited<ReturnType<typeof start>>[] = await Promise.all([start(), start(), start()])
    for (let day = 0; day < 30; day++) {
      await Promise.all(schedulers.flatMap((it) => [it.tick(), it.tick()]))
      const newest = newestNight(now, 'America/New_York', 4)
      await eventually(`night ${newest}`, () => nights.ran.includes(newest))
      if (day % 10 === 5) {
        await schedulers[0]!.close()
        schedulers = [await start(), ...schedulers.slice(1)]
      }
      if (day < 29) now += 86_400_000
      if (day === 20) now -= 3_600_000 // the clock is set back an hour
    }
    await Promise.all(schedulers.map((it) => it.close()))
    const first = parseDay('2026-02-28')
    expect(nights.ran).toEqual(Array.from({ length: 30 }, (_, i) => formatDay(first + i)))
    expect(nights.atOnce()).toBe(1)
  })

  test('after an outage nights are caught up oldest first, and overtaken notices stay', async () => {
    await noteRun('2026-11-18')
    const nights = fakeNights()
    const withNotices: RunNight = async (deps, request) => {
      await nights.runNight(deps, request)
      if (request.date === '2026-11-21') return
      const ids = await insertNotices(db(), request.date, 1)
      if (request.notices === 'later') await db().query(`update notices set status = 'withheld', error = 'catch_up' where id = any($1)`, [ids])
    }
    const scheduler = await open(withNotices, async () => local('2026-11-23T09:00'))
    expect(await scheduler.tick()).toEqual(['2026-11-19', '2026-11-20', '2026-11-21', '2026-11-22'])
    await eventually('notices settled', async () => {
      const { rows } = await db().query<{ n: number }>(`select count(*)::int as n from notices where status in ('delivered', 'withheld')`)
      return rows[0]!.n === 3
    })
    await scheduler.close()
    expect(nights.ran).toEqual(['2026-11-19', '2026-11-20', '2026-11-21', '2026-11-22'])
    const { rows } = await db().query('select night::text, status from notices order by night')
    expect(rows.map((row) => `${row.night} ${row.status}`)).toEqual(['2026-11-19 withheld', '2026-11-20 withheld', '2026-11-22 delivered'])
  })

  test('a night that fails holds back the later ones until it succeeds', async () => {
    await noteRun('2026-11-20')
    let broken = true
    let now = local('2026-11-23T09:00')
    const nights = fakeNights(() => broken)
    const runNight: RunNight = async (deps, request) => {
      await db().query('delete from runs where night = $1', [request.date])
      await nights.runNight(deps, request)
    }
    const scheduler = await open(runNight, async () => now)
    await scheduler.tick()
    await eventually('the first try', async () => nights.ran.length === 1 && await scheduler.queues.count('nights') === 0)
    broken = false
    expect(await scheduler.tick()).toEqual([])
    now += 2 * 60_000
    expect(await scheduler.tick()).toEqual(['2026-11-21', '2026-11-22'])
    await eventually('both nights', () => nights.ran.length === 3)
    await scheduler.close()
    expect(nights.ran).toEqual(['2026-11-21', '2026-11-21', '2026-11-22'])
  })
})

test('who does not get the lock does nothing', async () => {
  const inner = await withNightsLock(db(), async () => await withNightsLock(db(), async () => 'second') ?? 'nobody else')
  expect(inner).toBe('nobody else')
})

test('an unknown time zone is refused by name', async () => {
  const queues = await createQueues({ databaseUrl: db().url, namespace: 'x', log: SILENT })
  const deps = { db: db(), config: loadConfig({ dataDir }, {}), log: SILENT, queues }
  await expect(startSchedule(deps, { timeZone: 'Mars/Olympus' })).rejects.toThrow(InvalidOptionError)
  await queues.close()
})
