import { expect, test } from 'vitest'
import { PipelineError } from '../../core/errors.ts'
import { ReplicateThreads } from '../../pipelines/scan-replicates.ts'
import { createSearch, statisticOf } from './replicate-task.ts'

const MODULE = new URL('replicate-task.ts', import.meta.url)
const all = Float64Array.from({ length: 250 }, (_, r) => statisticOf(r))

test.each([1, 2, 3])('%i threads find all replicates, those below the level too', async (threads) => {
  const found = await new ReplicateThreads(MODULE, threads).run('task', createSearch('task'), { seed: 1, replicates: 250, step: 7 })
  expect(found).toEqual({ maxima: all, stoppedAt: 0 })
})

test.each([1, 2])('a sequential run on %i threads stops where one thread would', async (threads) => {
  const stop = { statistic: 15, exceedances: 60 }
  const found = await new ReplicateThreads(MODULE, threads).run('task', createSearch('task'), { seed: 1, replicates: 250, step: 7, stop })
  const reaching = Array.from(all.keys()).filter((r) => all[r] >= 15)
  expect(found.stoppedAt).toBe(60)
  expect(found.maxima).toEqual(all.slice(0, reaching[59] + 1))
})

test('no replicates are no work', async () => {
  expect((await new ReplicateThreads(MODULE, 2).run('task', createSearch('task'), { seed: 1, replicates: 0, step: 7 })).maxima.length).toBe(0)
})

test('a thread that fails is told of', async () => {
  const run = new ReplicateThreads(MODULE, 2).run('fail', createSearch('task'), { seed: 1, replicates: 250, step: 7 })
  await expect(run).rejects.toThrow(PipelineError)
  await expect(run).rejects.toMatchObject({ code: 'shard_failed', details: { reason: 'no memory' } })
})
