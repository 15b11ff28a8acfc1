import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { loadConfig } from '../../core/config.ts'
import { formatDay, localDay, parseDay } from '../../core/days.ts'
import { SILENT } from '../../core/log.ts'
import { routeNotices } from '../../jobs/delivery/route.ts'
import { runDueNights } from '../../jobs/handlers/nightly.ts'
import { planDueNights } from '../../jobs/schedule.ts'
import { countDirtyDays } from '../../pipelines/count.ts'
import { runNight, runNights } from '../../pipelines/nightly.ts'
import { openUrl, withWriteLock } from '../../sql/db.ts'
import { countWaiting } from '../../sql/deliveries.ts'
import { readDueRuns } from '../../sql/due-runs.ts'
import { readClock } from '../../sql/schedule.ts'
import { forgetShards, planShards, takeShard } from '../../sql/shards.ts'
import { insertNotices } from '../jobs/notices.ts'
import { freshDatabase, useDatabase } from '../support/database.ts'
import { dumpStore } from '../support/dump.ts'
import { addPlace, addTickets } from '../support/tickets.ts'
import { LAST, town } from '../support/town.ts'
import { checkInvariants } from './invariants.ts'
import { isDone, owe, run, useTown } from './processes.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })
const { clone, directory: scratch } = useTown()
const db = useDatabase()
const LIMITS = { recurrenceDays: 100, minCallers: 3 }

beforeEach(() => vi.useRealTimers())
afterEach(async () => {
  vi.useRealTimers()
  await db().query('truncate runs, due_runs, night_shards, notices, deliveries, alerts cascade')
})

const done = (store: ReturnType<typeof db>): Promise<unknown> => store.query(`update due_runs set finished_at = clock_timestamp() where finished_at is null`)

test('F19: a night that is started eight times at once runs once; the others find it done', async () => {
  const { db: store, url, dataDir } = await clone()
  const config = loadConfig({ dataDir }, {})
  const processes = Array.from({ length: 4 }, () => run(['nightly', '--date', LAST, '--json', '--wait', '300'], { url, dataDir }))
  const others = await Promise.all(Array.from({ length: 4 }, () => openUrl(url, 'nightly', false, () => {})))
  const here = await Promise.all(others.map((other) => withWriteLock(other, 300_000, () => {}, () => runNight({ db: other, config, log: SILENT }, { date: LAST }))))
  const there = await Promise.all(processes.map((process) => process.json<{ reused: boolean }>()))
  expect(await Promise.all(processes.map(async ({ ended }) => (await ended).code))).toEqual([0, 0, 0, 0])
  expect([...here, ...there].filter(({ reused }) => !reused)).toHaveLength(1)
  expect((await store.query('select attempt from runs')).rows).toEqual([{ attempt: 1 }])
  for (const other of others) await other.close()
  await done(store)
  expect(await isDone(store)).toBe(true)
})

test.each([
  ['America/New_York', '2026-03-08', 23], ['America/New_York', '2026-11-01', 25], ['Europe/Berlin', '2026-03-29', 23], ['Europe/Berlin', '2026-10-25', 25], ['Asia/Shanghai', '2026-03-08', 24],
])('F22: in %s the day of %s has %i hours, and each of them counts for it', (zone, date, hours) => {
  const start = Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: zone }).epochMilliseconds
  const days = Array.from({ length: 49 }, (_, i) => formatDay(localDay(start - 12 * 3_600_000 + i * 3_600_000, zone)))
  expect(days.filter((day) => day === date)).toHaveLength(hours)
  expect(days).toEqual([...days].sort())
})

test('F23: the clock of the machine jumps a day ahead, an hour and a day back during a night: the same result, no duration below zero', async () => {
  const [calm, jumping] = [await clone(), await clone()]
  await runNight({ db: calm.db, config: loadConfig({ dataDir: calm.dataDir }, {}), log: SILENT, notices: 'never' }, { date: LAST })
  const jumps = [86_400_000, -3_600_000, -86_400_000]
  const real = Date.now()
  vi.useFakeTimers({ toFake: ['Date'], now: real })
  let step = 0
  await runNight({
    db: jumping.db, config: loadConfig({ dataDir: jumping.dataDir }, {}), log: SILENT, notices: 'never',
    onStep: () => { vi.setSystemTime(real + jumps[step++ % jumps.length]!) },
  }, { date: LAST })
  vi.useRealTimers()
  expect(step).toBe(18)
  expect(await dumpStore(jumping.db)).toBe(await dumpStore(calm.db))
  expect((await jumping.db.query('select 1 from run_steps where seconds < 0 or seconds > 600')).rowCount).toBe(0)
  for (const { db: store } of [calm, jumping]) await done(store)
})

test('F23: a lease that ends further ahead than any lease is one of before the clock was set back', async () => {
  await planShards(db(), LAST, 1, 1, LIMITS)
  expect(await takeShard(db(), LAST, 1, 0, 'first')).toBeDefined()
  expect(await takeShard(db(), LAST, 1, 0, 'second')).toBeUndefined()
  await db().query(`update night_shards set lease_until = clock_timestamp() + interval '1 day'`)
  expect(await takeShard(db(), LAST, 1, 0, 'third')).toMatchObject({ shard: 0 })
  await forgetShards(db(), LAST)
})

describe.each([['ten minutes ahead', 600_000], ['ten minutes behind', -600_000]])('F24: a machine whose clock is %s of the server\'s', (_, skew) => {
  test('finds the same due, and takes nobody\'s lease', async () => {
    const due = async (): Promise<string[]> => (await planDueNights(db(), await readClock(db()), 'UTC', 4)).map(({ date }) => date)
    const before = await due()
    await db().query(`update due_runs set error = 'gate', retry_at = clock_timestamp() + interval '5 minutes'`)
    await planShards(db(), LAST, 1, 1, LIMITS)
    await takeShard(db(), LAST, 1, 0, 'first')
    await insertNotices(db(), '2026-11-22', 1)
    await routeNotices(db(), { night: null, hotlineUnit: 'streets' })
    await db().query(`update deliveries set status = 'failed', next_at = clock_timestamp() + interval '5 minutes'`)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + skew })
    expect(await due()).toEqual(before)
    expect((await readDueRuns(db(), 'nightly', await readClock(db())))[0]).toMatchObject({ waits: true })
    expect(await takeShard(db(), LAST, 1, 0, 'second')).toBeUndefined()
    expect(await countWaiting(db(), null)).toMatchObject({ open: 1, due: 0 })
    await db().query(`update deliveries set next_at = clock_timestamp() - interval '1 second'`)
    expect(await countWaiting(db(), null)).toMatchObject({ open: 1, due: 1 })
  })
})

test('F27: a backfill and the night that falls due take turns, twenty times, and neither ends in a deadlock', async () => {
  const { db: store, url, drop } = await freshDatabase()
  const config = loadConfig({ dataDir: scratch }, {})
  const from = parseDay(LAST) - 20
  await addTickets(store, town().filter(({ at }) => parseDay(at.slice(0, 10)) >= from))
  await addPlace(store, 'Elsewhere') // a city of a registry that nobody called about once stopped the forecast: "reading 'first'" of undefined
  await owe(store, [])
  const filler = await openUrl(url, 'backfill', false, () => {})
  for (let i = 0; i < 20; i++) {
    await store.query(`insert into due_runs (pipeline, logical_date) values ('nightly', $1) on conflict (pipeline, logical_date) do update set finished_at = null`, [LAST])
    const backfill = withWriteLock(filler, 60_000, () => {}, () => runNights({ db: filler, config, log: SILENT, notices: 'never' }, { from: formatDay(parseDay(LAST) - 2), until: LAST, force: true }))
    const night = runDueNights({
      db: store, config, log: SILENT, deliver: async () => {},
      runNight: (deps, { date, signal }) => runNight({ db: deps.db, config, log: SILENT, signal }, { date, force: true }),
    }, async () => readDueRuns(store, 'nightly', await readClock(store)))
    const [filled, ran] = await Promise.all([backfill, night])
    expect([filled.map(({ date }) => date), ran]).toEqual([[formatDay(parseDay(LAST) - 2), formatDay(parseDay(LAST) - 1)], [LAST]])
  }
  await filler.close()
  await checkInvariants(store, undefined, ['a notice still waits'])
  await drop()
})

test('F28: tickets of a transaction that began before a count and ended after it are counted by the next', async () => {
  const { db: store, drop } = await freshDatabase()
  const ticket = (no: string) => ({ no, at: '2024-09-01 10:00:00', place: 'City›North›Mill', topic: 'Heat›Cold', caller: no })
  await addTickets(store, [ticket('seen')])
  const slow = await store.pool.connect()
  await slow.query('begin')
  // Its number was drawn first; it commits last.
  await slow.query(`insert into tickets (source_id, ticket_no, accepted_at, recorded_at, day, known_on, batch_id, row_hash, place_id, topic_id, recorded_assumed)
    select source_id, 'late', accepted_at, recorded_at, '2024-09-02', '2024-09-02', 0, 0, place_id, topic_id, false from tickets where ticket_no = 'seen'`)
  await slow.query(`insert into dirty_days values ('2024-09-02') on conflict do nothing`)
  await countDirtyDays(store)
  const counted = async (): Promise<number> => (await store.query<{ n: number }>(
    `select coalesce(sum(tickets), 0)::int as n from daily_counts d join places p on p.id = d.place_id where p.parent_id is null and topic_id = 1 and day in ('2024-09-01', '2024-09-02')`)).rows[0]!.n
  expect(await counted()).toBe(1)
  await slow.query('commit')
  slow.release()
  await countDirtyDays(store)
  expect(await counted()).toBe(2)
  expect((await store.query('select 1 from dirty_days')).rowCount).toBe(0)
  await drop()
})
