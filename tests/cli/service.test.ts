import { expect, test, vi } from 'vitest'
import { SILENT } from '../../core/log.ts'
import { createQueues } from '../../jobs/queues.ts'
import { shardId } from '../../jobs/shards.ts'
import { createJudge } from '../../pipelines/detect.ts'
import type { JudgedPart } from '../../pipelines/detect.ts'
import { countDirtyDays } from '../../pipelines/count.ts'
import { parseDay } from '../../core/days.ts'
import { readStoreId } from '../../sql/schedule.ts'
import { forgetShards, planShards, readShardResults } from '../../sql/shards.ts'
import { describeBackends } from '../jobs/backends.ts'
import { eventually } from '../support/eventually.ts'
import { LAST } from '../support/town.ts'
import { run, useTown } from '../faults/processes.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })
const { clone } = useTown()

test('a backfill runs its nights in order and tells nobody', async () => {
  const { db, url, dataDir } = await clone()
  const backfill = run(['backfill', '--from', '2024-09-17', '--to', LAST, '--json'], { url, dataDir })
  expect((await backfill.ended).code).toBe(0)
  expect((await db.query('select night::text, status from runs order by 1')).rows.map((row) => `${row.night} ${row.status}`))
    .toEqual(['2024-09-17', '2024-09-18', '2024-09-19', LAST].map((night) => `${night} succeeded`))
  const told = (await db.query<{ status: string, error: string }>('select distinct status, error from notices')).rows
  expect(told).toEqual([{ status: 'withheld', error: 'past_night' }])
  await db.query('update due_runs set finished_at = clock_timestamp() where finished_at is null')
})

test('a range that ends before it begins, or is not over yet, is refused', async () => {
  const { url, dataDir, db } = await clone()
  const wrong = run(['backfill', '--from', LAST, '--to', '2024-09-01'], { url, dataDir })
  expect((await wrong.ended).code).toBe(2)
  expect(wrong.said()).toContain('--to')
  expect((await run(['backfill', '--from', LAST, '--to', '2999-01-01'], { url, dataDir }).ended).code).toBe(2)
  expect((await db.query('select 1 from runs')).rowCount).toBe(0)
  await db.query('update due_runs set finished_at = clock_timestamp() where finished_at is null')
})

describeBackends((redisUrl) => {
  test('a worker on another machine judges parts as one process would, and ends with 0', async () => {
    const { db, url, dataDir } = await clone()
    const limits = { recurrenceDays: 100, minCallers: 3 }
    await countDirtyDays(db)
    await planShards(db, LAST, 1, 3, limits)
    const redis = redisUrl()
    const queues = await createQueues({ databaseUrl: url, redisUrl: redis, namespace: await readStoreId(db), log: SILENT })
    let gathered = 0
    await queues.work('gathers', async () => { gathered++ })
    const child = (shard: number) => ({ queue: 'shards' as const, key: `s${shard}`, id: shardId(LAST, 1, shard) })
    await queues.addFlow({ queue: 'gathers', key: 'g', id: 'g' }, [0, 1, 2].map(child))
    const worker = run(['worker', '--no-http', '--threads', '1', '--json'], { url, dataDir, env: redis === undefined ? {} : { REDIS_URL: redis } })
    expect(await worker.json()).toMatchObject({ backend: redis === undefined ? 'postgres' : 'redis', port: null })
    await eventually('all parts are done and the parent says so', () => gathered === 1, 60_000)
    const judge = createJudge(db, limits)
    const expected = []
    for (const part of [0, 1, 2]) expected.push(await judge.part(parseDay(LAST), part, 3))
    expect((await readShardResults<JudgedPart>(db, LAST, 1)).map(({ result }) => result)).toEqual(expected)
    expect(expected.flatMap(({ candidates }) => candidates).length).toBeGreaterThan(0)
    worker.child.kill('SIGTERM')
    expect((await worker.ended).code).toBe(0)
    await queues.close()
    await forgetShards(db, LAST)
    await db.query('update due_runs set finished_at = clock_timestamp() where finished_at is null')
  })
})
