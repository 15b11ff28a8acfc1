import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { readNightLog } from '../../../pipelines/operations/log-lines.ts'
import { inert } from '../../../pipelines/ingest/csv-text.ts'
import { writeRejectsCsv } from '../../../pipelines/operations/rejects-csv.ts'
import { readStanding } from '../../../pipelines/operations/standing.ts'
import { failDueRun, planRuns } from '../../../sql/due-runs.ts'
import { readLedger, readUsualSeconds } from '../../../sql/run-ledger.ts'
import { dropBeat, noteBeat } from '../../../sql/service-beats.ts'
import { useDatabase } from '../../support/database.ts'
import { addTickets } from '../../support/tickets.ts'

const db = useDatabase()

beforeAll(async () => {
  await addTickets(db(), [{ no: '1', at: '2026-11-20 10:00:00', place: 'City›North', topic: 'Heat', caller: 'a' }])
  await db().query(`update sources set time_zone = 'Asia/Shanghai'`)
  await db().query(`insert into import_batches (source_id, file_name, file_hash, bytes, preset, mapping, status, read, new, first_day, last_day, finished_at)
    select id, 'a.csv', 'a', 1, 'p', '{}', 'done', 1, 1, '2026-11-20', '2026-11-20', now() from sources`)
})
beforeEach(async () => {
  await db().query('truncate runs, due_runs, service_beats cascade')
})

const at = (text: string): number => Temporal.PlainDateTime.from(text).toZonedDateTime('Asia/Shanghai').epochMilliseconds
const noteRun = (night: string, status = 'succeeded', seconds = 0): Promise<unknown> => db().query(
  `with run as (insert into runs (night, status, code_version, config_hash, finished_at) values ($1, $2, 'v', 'c', now()) returning night)
   insert into run_steps (night, name, position, status, seconds) select night, 'detect', 0, $2, $3 from run`, [night, status, seconds])

test('before the first night, and with it done', async () => {
  expect((await readStanding(db(), at('2026-11-23T05:00'))).state).toBe('never')
  await noteRun('2026-11-22')
  expect(await readStanding(db(), at('2026-11-23T05:00'))).toMatchObject({ state: 'fresh', expected: '2026-11-22', next: { night: '2026-11-23', at: new Date(at('2026-11-24T04:00')).toISOString() }, served: false })
})

test('last night is not late while it may still run, and late six hours after its hour', async () => {
  await noteRun('2026-11-21')
  const states = await Promise.all(['2026-11-23T03:59', '2026-11-23T04:00', '2026-11-23T09:59', '2026-11-23T10:00'].map(async (time) => (await readStanding(db(), at(time))).state))
  expect(states).toEqual(['fresh', 'running', 'running', 'late'])
})

test('two nights behind is late whatever the hour', async () => {
  await noteRun('2026-11-20')
  expect((await readStanding(db(), at('2026-11-23T04:30'))).state).toBe('late')
})

test('a failed night is told as failed, until a later one succeeds', async () => {
  await noteRun('2026-11-21')
  await noteRun('2026-11-22', 'failed')
  expect(await readStanding(db(), at('2026-11-23T05:00'))).toMatchObject({ state: 'failed', failedNight: '2026-11-22' })
  await db().query(`update runs set status = 'succeeded'`)
  expect((await readStanding(db(), at('2026-11-23T05:00'))).state).toBe('fresh')
  await planRuns(db(), 'nightly', '2026-11-23', 1)
  await failDueRun(db(), 'nightly', '2026-11-23', 'gate', at('2026-11-24T05:00'))
  expect(await readStanding(db(), at('2026-11-24T05:00'))).toMatchObject({ state: 'failed', failedNight: '2026-11-23', owed: 1 })
})

test('the hour is that of the service that was heard of; one that fell silent serves no more', async () => {
  const state = { backend: 'postgres' as const, queueProblem: null, jobs: {}, events: {} }
  await noteRun('2026-11-21')
  await noteBeat(db(), { worker: '1 on host', version: 'v', startedAt: new Date(), hour: 8, state })
  expect(await readStanding(db(), at('2026-11-23T07:00'))).toMatchObject({ state: 'fresh', served: true })
  await db().query(`update service_beats set seen_at = now() - interval '3 minutes'`)
  expect(await readStanding(db(), at('2026-11-23T07:00'))).toMatchObject({ served: false })
  await dropBeat(db(), '1 on host')
  expect((await readStanding(db(), at('2026-11-23T07:00'))).state).toBe('running')
})

test('what is usual is the median of nights that succeeded', async () => {
  for (const [night, seconds] of [['2026-11-18', 10], ['2026-11-19', 12], ['2026-11-20', 500]] as const) await noteRun(night, 'succeeded', seconds)
  await noteRun('2026-11-21', 'failed', 9000)
  expect([...await readUsualSeconds(db(), 28)].sort()).toEqual([['', 12], ['detect', 12]])
  expect((await readLedger(db(), { status: 'failed', limit: 5 })).map(({ night }) => night)).toEqual(['2026-11-21'])
  expect((await readLedger(db(), { from: '2026-11-19', until: '2026-11-20', limit: 5 })).map(({ night }) => night)).toEqual(['2026-11-20', '2026-11-19'])
})

test('the log of a night is its lines, in order over both files, newest kept', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'weisu-log-'))
  try {
    expect(await readNightLog(dir, '2026-11-22', 10)).toEqual({ lines: [], more: 0, missing: true })
    const line = (n: number, fields: object): string => JSON.stringify({ at: `2026-11-23T04:00:0${n}.000Z`, level: 'info', event: `e${n}`, ...fields })
    writeFileSync(join(dir, 'weisu.log.1'), [line(1, { night: '2026-11-22', attempt: 1 }), 'no json 2026-11-22', line(2, { night: '2026-11-21', note: '2026-11-22' })].join('\n'))
    writeFileSync(join(dir, 'weisu.log'), [line(3, { night: '2026-11-22' }), line(4, { night: '2026-11-22' })].join('\n') + '\n')
    const found = await readNightLog(dir, '2026-11-22', 10)
    expect(found.lines.map(({ event, fields }) => [event, fields])).toEqual([['e1', '{"attempt":1}'], ['e3', ''], ['e4', '']])
    expect(await readNightLog(dir, '2026-11-22', 2)).toMatchObject({ more: 1, lines: [{ event: 'e3' }, { event: 'e4' }] })
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})

test('rejected rows leave as CSV that no spreadsheet executes', async () => {
  const { rows } = await db().query<{ id: string }>(
    `insert into import_batches (source_id, file_name, file_hash, bytes, preset, mapping, status) select id, 'f.csv', 'h', 1, 'p', '{}', 'running' from sources limit 1 returning id::text as id`)
  const id = rows[0]!.id
  await db().query(`insert into import_rejects (batch_id, line, reason, detail, raw) values ($1, 7, 'bad_time', 'a "b", c', '{"时间": "=cmd()", "n": "-5"}'), ($1, 9, 'no_place', null, null)`, [id])
  expect(await writeRejectsCsv(db(), id, ['line', 'reason', 'detail'], (reason) => `(${reason})`)).toBe(
    '\ufeffline,reason,detail,n,时间\n7,(bad_time),"a ""b"", c",-5,\'=cmd()\n9,(no_place),,,\n')
  expect(['=1', '+1', '-x', '@a', '\tx', '＝1', '-3.5', 'a=1'].map(inert)).toEqual(["'=1", "'+1", "'-x", "'@a", "'\tx", "'＝1", '-3.5', 'a=1'])
})
