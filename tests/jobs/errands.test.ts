import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { loadConfig } from '../../core/config.ts'
import { SILENT } from '../../core/log.ts'
import { workErrands } from '../../jobs/errands.ts'
import type { NightRequest, RunNight } from '../../jobs/handlers/nightly.ts'
import { runNights } from '../../pipelines/nightly.ts'
import { ask, askBackfill, askRerun, cancelAsked, findErrand } from '../../pipelines/operations/ask.ts'
import { initialRules } from '../../pipelines/rules.ts'
import { planRuns, finishDueRun } from '../../sql/due-runs.ts'
import { insertErrand, takeErrand } from '../../sql/errands.ts'
import type { Errand } from '../../sql/errands.ts'
import { readTrial } from '../../sql/rules.ts'
import { useDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { addTickets } from '../support/tickets.ts'
import { LAST, town } from '../support/town.ts'

const db = useDatabase()
const dataDir = mkdtempSync(join(tmpdir(), 'weisu-errands-'))
const config = { ...loadConfig({ dataDir }), locale: 'en' as const }
const BY = { by: 'Li', reason: 'late files' }

beforeAll(async () => {
  await addTickets(db(), town())
  await db().query(`insert into import_batches (source_id, file_name, file_hash, bytes, preset, mapping, status, read, new, first_day, last_day, finished_at)
    select id, 'a.csv', 'a', 1, 'p', '{}', 'done', 1, 1, '2023-10-26', '${LAST}', now() from sources`)
}, 120_000)
beforeEach(async () => {
  if (db()) await db().query('truncate errands, due_runs, runs cascade')
})
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

function fakeNights(work: (request: NightRequest) => Promise<void> = async () => {}): { asked: NightRequest[], runNight: RunNight } {
  const asked: NightRequest[] = []
  return {
    asked,
    runNight: async (_, request) => {
      asked.push(request)
      await work(request)
      await db().query(`insert into runs (night, status, code_version, config_hash, finished_at) values ($1, 'succeeded', 'v', 'c', now()) on conflict do nothing`, [request.date])
      return { reused: false, warnings: [] }
    },
  }
}

async function until(id: string, ended: (errand: Errand) => boolean, runNight: RunNight, pollMs = 10, timeoutMs = 20_000): Promise<Errand> {
  const stop = new AbortController()
  const working = workErrands({ db: db(), config, log: SILENT, runNight, waitMs: 10 }, stop.signal, { pollMs })
  try {
    await eventually(`errand ${id} in the state waited for`, async () => ended(await findErrand(db(), id)), timeoutMs)
    return await findErrand(db(), id)
  } finally {
    stop.abort(new Error('the test is over'))
    await working
  }
}
const hasEnded = ({ status }: Errand): boolean => !['waiting', 'running'].includes(status)

test('a backfill runs its nights in order, tells nobody, and says what became of each', async () => {
  const { asked, runNight } = fakeNights()
  const id = await askBackfill(db(), { from: '2024-09-15', until: '2024-09-18', force: false }, BY)
  const errand = await until(id, hasEnded, runNight)
  expect(errand).toMatchObject({ status: 'done', done: 4, total: 4, attempts: 1, askedBy: 'Li', reason: 'late files' })
  expect(asked.map(({ date, notices, newest, force }) => [date, notices, newest, force])).toEqual([
    ['2024-09-15', 'never', false, false], ['2024-09-16', 'never', false, false], ['2024-09-17', 'never', false, false], ['2024-09-18', 'never', true, false],
  ])
  expect((errand.result as { nights: unknown[] }).nights).toHaveLength(4)
})

test('asked twice, done once; another range is another errand', async () => {
  const one = await askBackfill(db(), { from: '2024-09-15', until: '2024-09-16', force: false }, BY)
  expect(await askBackfill(db(), { from: '2024-09-15', until: '2024-09-16', force: false }, { by: 'Wang', reason: '' })).toBe(one)
  expect(await askBackfill(db(), { from: '2024-09-15', until: '2024-09-17', force: false }, BY)).not.toBe(one)
})

test.each([
  ['2024-09-18', '2024-09-15', 'range_backwards'],
  ['2022-01-01', '2024-09-15', 'range_too_long'],
  ['2023-10-01', '2023-10-02', 'range_outside_data'],
  ['2024-09-31', '2024-10-02', 'invalid_option'],
])('a backfill from %s to %s is refused: %s', async (from, last, code) => {
  await expect(askBackfill(db(), { from, until: last, force: false }, BY)).rejects.toMatchObject({ code })
  expect((await db().query('select from errands')).rowCount).toBe(0)
})

test('a night that is due goes before the nights that were asked for', async () => {
  await planRuns(db(), 'nightly', LAST, 1)
  const { asked, runNight } = fakeNights()
  const id = await askBackfill(db(), { from: '2024-09-15', until: '2024-09-15', force: false }, BY)
  await until(id, ({ at }) => at === `due:${LAST}`, runNight)
  expect(asked).toEqual([])
  await finishDueRun(db(), 'nightly', LAST)
  await until(id, hasEnded, runNight)
  expect(asked.map(({ date }) => date)).toEqual(['2024-09-15'])
})

test('a night that was not run cannot be run again', async () => {
  await expect(askRerun(db(), LAST, { force: false, notify: false }, BY)).rejects.toMatchObject({ code: 'night_not_run' })
})

test('a night that fails ends the errand, with its reason, and what was done stays', async () => {
  const { runNight } = fakeNights(async ({ date }) => {
    if (date === '2024-09-16') throw new Error('gate')
  })
  const errand = await until(await askBackfill(db(), { from: '2024-09-15', until: '2024-09-17', force: false }, BY), hasEnded, runNight)
  expect(errand).toMatchObject({ status: 'failed', done: 1, error: 'gate' })
})

test('what a dead process left is gone on with where it stood, and given up after three of them', async () => {
  const { asked, runNight } = fakeNights()
  const id = await askBackfill(db(), { from: '2024-09-15', until: '2024-09-17', force: false }, BY)
  await takeErrand(db(), ['backfill'], 'a process that died')
  await db().query('update errands set done = 2 where id = $1', [id])
  expect(await until(id, hasEnded, runNight)).toMatchObject({ status: 'done', attempts: 2 })
  expect(asked.map(({ date }) => date)).toEqual(['2024-09-17'])

  const other = await askBackfill(db(), { from: '2024-09-14', until: '2024-09-14', force: false }, BY)
  for (let i = 0; i < 3; i++) await takeErrand(db(), ['backfill'], 'a process that died')
  expect(await until(other, hasEnded, runNight)).toMatchObject({ status: 'failed', errorCode: 'errand_died' })
})

test('a stopped process hands its errand on without counting the attempt', async () => {
  const { runNight } = fakeNights(({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })))
  const id = await askBackfill(db(), { from: '2024-09-15', until: '2024-09-15', force: false }, BY)
  await until(id, ({ at }) => at === 'night:2024-09-15', runNight)
  expect(await findErrand(db(), id)).toMatchObject({ status: 'waiting', attempts: 0 })
})

test('one that waits is cancelled at once, one that runs at its next step, one that has ended not at all', async () => {
  const waiting = await askBackfill(db(), { from: '2024-09-15', until: '2024-09-15', force: false }, BY)
  await cancelAsked(db(), waiting, 'Wang')
  expect(await findErrand(db(), waiting)).toMatchObject({ status: 'cancelled', cancelledBy: 'Wang' })
  await expect(cancelAsked(db(), waiting, 'Wang')).rejects.toMatchObject({ code: 'errand_ended' })

  const running = await askBackfill(db(), { from: '2024-09-16', until: '2024-09-17', force: false }, BY)
  const { asked, runNight } = fakeNights(async () => { await cancelAsked(db(), running, 'Wang').catch(() => {}) })
  expect(await until(running, hasEnded, runNight)).toMatchObject({ status: 'cancelled', cancelledBy: 'Wang', error: null })
  expect(asked.map(({ date }) => date)).toEqual(['2024-09-16'])
  await expect(findErrand(db(), '4711')).rejects.toMatchObject({ code: 'no_such_errand' })
})

test('rules are tried in another process’s thread, and the trial is kept', async () => {
  await runNights({ db: db(), config, log: SILENT, notices: 'never' }, { from: LAST, until: '2024-09-21' })
  const rules = { ...initialRules(config.settings), name: 'fewer', budget: { perUnitWeek: 1, units: {} } }
  const id = await ask(db(), 'rules_trial', { rules, base: 0 }, BY)
  const errand = await until(id, hasEnded, fakeNights().runNight, 50, 150_000)
  expect(errand).toMatchObject({ status: 'done', error: null })
  const { hash, how, before, nights } = errand.result as { hash: string, how: string, before: { alerts: Record<string, number> }, nights: number }
  expect({ how, nights }).toEqual({ how: 'kept', nights: 1 })
  expect(Object.values(before.alerts).reduce((sum, n) => sum + n, 0)).toBeGreaterThan(0)
  expect(await readTrial(db(), hash)).toMatchObject({ from: LAST })
}, 240_000)

test('a test message to a subscription that is gone fails with its reason', async () => {
  const id = await insertErrand(db(), 'test_message', { subscription: 'none' }, 'Li', '')
  expect(await until(id, hasEnded, fakeNights().runNight)).toMatchObject({ status: 'failed', errorCode: 'no_such_subscription', errorDetails: { id: 'none' } })
})
