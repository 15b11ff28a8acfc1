/**
 * Nights of a small demo city: run live, again in a range, again alone, in threads, and after an interruption.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../../core/config.ts'
import { formatDay, parseDay } from '../../../core/days.ts'
import { SILENT } from '../../../core/log.ts'
import { loadDemo } from '../../../pipelines/demo/load.ts'
import { runNights } from '../../../pipelines/nightly.ts'
import { drop, listAll } from '../../../pipelines/replay/register.ts'
import { replay } from '../../../pipelines/replay/replay.ts'
import type { ReplayDeps, ReplayRequest } from '../../../pipelines/replay/replay.ts'
import type { ReplayResult } from '../../../pipelines/replay/result.ts'
import { useDatabase } from '../../support/database.ts'
import { dumpNights } from './dump-nights.ts'

const db = useDatabase()
const directory = mkdtempSync(join(tmpdir(), 'weisu-replay-'))
const config = loadConfig({ dataDir: directory }, {})
const NIGHTS = 8
let first: string
let last: string
let middle: string
let live: string

const deps = (): ReplayDeps => ({ db: db(), config, log: SILENT })
const run = (name: string, from: string, more: Partial<ReplayRequest> = {}, with_: Partial<ReplayDeps> = {}): Promise<ReplayResult> =>
  replay({ ...deps(), ...with_ }, { name, from: parseDay(from), until: parseDay(last) + 1, warmUpNights: 0, threads: 2, ...more })

beforeAll(async () => {
  await loadDemo({ db: db(), config, log: SILENT }, {
    seed: 5, params: { districts: 2, streets: 6, sites: 50, days: 120, ticketsPerDay: 70, housing: 1, sweeps: 1, campaigns: 1 },
  })
  const { rows } = await db().query<{ last: string }>('select max(day)::text as last from tickets')
  last = rows[0]!.last
  first = formatDay(parseDay(last) + 1 - NIGHTS)
  middle = formatDay(parseDay(last) - 2)
  await runNights({ db: db(), config, log: SILENT }, { from: first, until: formatDay(parseDay(last) + 1) })
  live = await dumpNights(db(), 'public', first, last)
}, 300_000)
afterAll(() => rmSync(directory, { recursive: true, force: true }))

test('a range of nights gives the alerts of the live nights, byte for byte, and touches none of theirs', async () => {
  expect(live.match(/^alert_nights/gm)?.length).toBeGreaterThan(10)
  const result = await run('range', first)
  expect(result).toMatchObject({ nights: NIGHTS, memory: 'none', nights_run: NIGHTS, resumed: false, warm_up: { nights: 0 } })
  expect(await dumpNights(db(), 'replay_range', first, last)).toBe(live)
  expect(await dumpNights(db(), 'public', first, last)).toBe(live)
})

test('its notices are all withheld', async () => {
  const { rows } = await db().query<{ status: string, error: string }>('select distinct status, error from replay_range.notices')
  expect(rows.length).toBeGreaterThan(0)
  for (const row of rows) expect([row.status, ['replay', 'inhibited', 'over_budget'].includes(row.error)]).toEqual(['withheld', true])
})

test('a night alone, and a few of them, begin with the alerts that the live nights left open', async () => {
  const alone = await run('alone', last, { warmUpNights: 4 })
  expect(alone).toMatchObject({ nights: 1, memory: 'live', nights_run: 1 })
  expect(await dumpNights(db(), 'replay_alone', last, last)).toBe(await dumpNights(db(), 'public', last, last))
  const few = await run('few', middle, { warmUpNights: 5 })
  expect(few.memory).toBe('live')
  expect(await dumpNights(db(), 'replay_few', middle, last)).toBe(await dumpNights(db(), 'public', middle, last))
})

test('without live nights the nights before are run first, and are not counted', async () => {
  const result = await run('warm', middle, { warmUpNights: NIGHTS })
  expect(result).toMatchObject({ nights: 3, memory: 'warm_up', warm_up: { nights: NIGHTS }, nights_run: NIGHTS + 3 })
  const { rows } = await db().query<{ n: number }>(`select count(*)::int as n from replay_warm.alert_events where kind = 'opened' and night >= $1`, [middle])
  expect(result.alerts.new).toBe(rows[0]!.n)
  expect(result.score!.nights).toBe(3)
})

test('one thread gives the same as two', async () => {
  await run('single', first, { threads: 1 })
  expect(await dumpNights(db(), 'replay_single', first, last)).toBe(live)
})

test('stopped half-way and asked again it goes on, to the same end', async () => {
  const stop = new AbortController()
  const seen: string[] = []
  await expect(run('cut', first, {}, {
    signal: stop.signal,
    onNight: ({ night, done }) => {
      seen.push(night)
      if (done === 3) stop.abort()
    },
  })).rejects.toThrow()
  expect(seen).toHaveLength(3)
  expect((await listAll(db())).find((row) => row.name === 'cut')).toMatchObject({ status: 'running', alerts: null })
  const result = await run('cut', first)
  expect(result).toMatchObject({ resumed: true, nights_run: NIGHTS - 3, nights: NIGHTS })
  expect(await dumpNights(db(), 'replay_cut', first, last)).toBe(live)
})

test('asked once more it is read, not run', async () => {
  const again = await run('range', first)
  expect(again).toMatchObject({ resumed: true, nights_run: 0, nights: NIGHTS, nights_per_second: null })
})

test('other rules, settings, ranges or tickets are refused by name; anew is anew', async () => {
  const settings = { ...config.settings, minCallers: 5 }
  await expect(replay({ ...deps(), config: { ...config, settings } }, { name: 'range', from: parseDay(first), until: parseDay(last) + 1, warmUpNights: 0, threads: 1 }))
    .rejects.toMatchObject({ code: 'replay_changed', details: { changed: ['rules'] } })
  await expect(run('range', middle)).rejects.toMatchObject({ code: 'replay_changed' })
  await db().query(`update tickets set row_hash = row_hash + 1 where ticket_no = (select min(ticket_no) from tickets)`)
  await expect(run('range', first)).rejects.toMatchObject({ code: 'replay_changed', details: { changed: ['input'] } })
  expect(await run('range', first, { fresh: true })).toMatchObject({ resumed: false, nights_run: NIGHTS })
  expect(await dumpNights(db(), 'replay_range', first, last)).toBe(live)
})

test('a dropped replay is gone with its schema; one that is run by another is not dropped', async () => {
  const { rows } = await db().query<{ key: number }>(`select hashtext('few') as key`)
  const holder = await db().pool.connect()
  await holder.query('select pg_advisory_lock(7106, $1)', [rows[0]!.key])
  await expect(drop(db(), 'few')).rejects.toMatchObject({ code: 'replay_locked' })
  await holder.query('select pg_advisory_unlock(7106, $1)', [rows[0]!.key])
  holder.release()
  await drop(db(), 'few')
  expect((await db().query(`select from pg_namespace where nspname = 'replay_few'`)).rows).toEqual([])
  await expect(drop(db(), 'few')).rejects.toMatchObject({ code: 'no_such_replay' })
})

test('names that cannot stand in a schema are refused', async () => {
  for (const name of ['Public', 'a-b', '', '../x', 'a'.repeat(41)]) await expect(run(name, first)).rejects.toMatchObject({ code: 'invalid_option' })
})
