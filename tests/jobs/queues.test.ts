import { expect, test } from 'vitest'
import type { Log } from '../../core/log.ts'
import { SILENT } from '../../core/log.ts'
import { createQueues, jobKey } from '../../jobs/queues.ts'
import { readStoreId } from '../../sql/schedule.ts'
import { useDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { freePort, lacksRedis, startRedis } from '../support/redis.ts'
import { describeBackends } from './backends.ts'

const db = useDatabase()
const job = (id: string): { key: string, id: string } => ({ key: jobKey('test', id), id })

describeBackends((redisUrl) => {
  const open = async (log: Log = SILENT) => createQueues({ databaseUrl: db().url, redisUrl: redisUrl(), namespace: await readStoreId(db()), log })

  test('jobs arrive once, in the order in which they were added', async () => {
    const queues = await open()
    const ids = Array.from({ length: 60 }, (_, i) => `n${i}`)
    await queues.add('notices', ids.map(job))
    const seen: string[] = []
    await queues.work('notices', async (id) => { seen.push(id) })
    await eventually('all jobs done', () => seen.length >= ids.length)
    await queues.close()
    expect(seen).toEqual(ids)
  })

  test('a key that already waits is not added again, and can be once it is done', async () => {
    const queues = await open()
    await queues.add('notices', [job('a:1'), job('a:1')])
    await queues.add('notices', [job('a:1')])
    expect(await queues.count('notices')).toBe(1)
    const seen: string[] = []
    await queues.work('notices', async (id) => { seen.push(id) })
    await eventually('first', async () => seen.length === 1 && await queues.count('notices') === 0)
    await queues.add('notices', [job('a:1')])
    await eventually('second', () => seen.length === 2)
    await queues.close()
  })

  test('a job that fails is gone: the tables, not the queue, know what is undone', async () => {
    const events: string[] = []
    const queues = await open({ ...SILENT, warn: (event) => events.push(event) })
    await queues.add('notices', [job('bad')])
    await queues.work('notices', async () => { throw new Error('broken') })
    await eventually('failed', async () => events.includes('job_failed') && await queues.count('notices') === 0)
    await queues.close()
  })

  test('a queue is emptied at once', async () => {
    const queues = await open()
    await queues.add('notices', ['x', 'y', 'z'].map(job))
    await queues.clear('notices')
    expect(await queues.count('notices')).toBe(0)
    await queues.close()
  })
})

test('a server that is not there is said at once', async () => {
  const port = await freePort()
  await expect(createQueues({ databaseUrl: `postgres://weisu@127.0.0.1:${port}/weisu`, namespace: 'x', log: SILENT }))
    .rejects.toMatchObject({ code: 'no_queue', exitCode: 6 })
  await expect(createQueues({ databaseUrl: db().url, redisUrl: `redis://127.0.0.1:${port}`, namespace: 'x', log: SILENT }))
    .rejects.toMatchObject({ code: 'no_queue', exitCode: 6 })
})

test('a worker whose server drops every connection works on', async () => {
  const events: string[] = []
  const queues = await createQueues({ databaseUrl: db().url, namespace: 'x', log: { ...SILENT, warn: (event) => events.push(event) } })
  const seen: string[] = []
  await queues.work('notices', async (id) => { seen.push(id) }, { guard: { firstRestMs: 10 } })
  for (let round = 0; round < 3; round++) {
    await db().query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and (application_name like 'weisu queue%' or application_name = 'notices')`)
    await eventually('a job added', () => queues.add('notices', [job(`r${round}`)]).then(() => true, () => false))
    await eventually('the job done', () => seen.includes(`r${round}`))
  }
  await queues.close()
})

test('a worker without its schema rests between errors and gives up', async () => {
  // Without the rests BullMQ's worker logged this error for ever, thousands of times a second.
  const events: { event: string, queue: unknown }[] = []
  const note = (event: string, fields: Record<string, unknown> = {}): void => { events.push({ event, queue: fields.queue }) }
  const queues = await createQueues({ databaseUrl: db().url, namespace: 'x', log: { info: note, warn: note, error: note } })
  const worker = await queues.work('nights', async () => {}, { guard: { limit: 3, firstRestMs: 5 } })
  await db().query('alter schema bullmq rename to hidden')
  try {
    // Wakes the worker, which then finds nothing it knows.
    await db().query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'nights'`)
    await eventually('the worker gave up', () => worker.problem() !== undefined)
    expect(events.filter((it) => it.event === 'worker_rests' && it.queue === 'nights')).toHaveLength(3)
    await queues.close()
  } finally {
    await db().query('alter schema hidden rename to bullmq')
  }
})

test.skipIf(lacksRedis())('a Redis that may evict jobs is refused by the name of the setting', async () => {
  const redis = await startRedis(['--maxmemory', '50mb', '--maxmemory-policy', 'allkeys-lru'])
  try {
    await expect(createQueues({ databaseUrl: db().url, redisUrl: redis.url, namespace: 'x', log: SILENT }))
      .rejects.toMatchObject({ code: 'queue_evicts', message: expect.stringContaining('maxmemory-policy noeviction') })
  } finally {
    await redis.stop()
  }
})

test.skipIf(lacksRedis())('a Redis without persistence is allowed with a warning', async () => {
  const events: string[] = []
  const log = { ...SILENT, warn: (event: string) => events.push(event) }
  for (const [settings, warned] of [[[], true], [['--appendonly', 'yes'], false]] as const) {
    const redis = await startRedis([...settings])
    events.length = 0
    await (await createQueues({ databaseUrl: db().url, redisUrl: redis.url, namespace: 'x', log })).close()
    await redis.stop()
    expect(events.includes('queue_not_durable')).toBe(warned)
  }
})
