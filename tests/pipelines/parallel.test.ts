import { threadId } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { PipelineError } from '../../core/errors.ts'
import { eachShard, ranges, runShards } from '../../pipelines/parallel.ts'
import type { Shard } from './parallel-shards.ts'

const MODULE = new URL('parallel-shards.ts', import.meta.url)
const squares = (n: number): Shard[] => Array.from({ length: n }, (_, i) => ({ do: 'square', of: i }))
const values = (results: { square: Float64Array }[]): number[] => results.map(({ square }) => square[0]!)

/** Threads of this process that still run. */
const threadsAlive = (): number => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length

test.each([1, 2, 3])('results come in the order of the shards on %i threads', async (threads) => {
  expect(values(await runShards(MODULE, squares(20), threads))).toEqual(Array.from({ length: 20 }, (_, i) => i * i))
})

test('a shard that ends late keeps its place', async () => {
  const flag = new Int32Array(new SharedArrayBuffer(4))
  const shards: Shard[] = [{ do: 'wait for the flag' }, { do: 'square', of: 3 }, { do: 'raise the flag' }]
  const [waited, square, raised] = await runShards<Shard, unknown>(MODULE, shards, 2, flag)
  expect([waited === 'ok' || waited === 'not-equal', (square as { square: Float64Array }).square[0], raised]).toEqual([true, 9, true])
})

test('two threads are not the caller, one thread is', async () => {
  const shards: Shard[] = [{ do: 'whose thread' }]
  expect(await runShards(MODULE, shards, 1)).toEqual([threadId])
  expect(await runShards(MODULE, shards, 2)).not.toEqual([threadId])
})

test.each([1, 2])('each of %i threads has one shard at a time', async (threads) => {
  const shards = Array.from({ length: 12 }, (): Shard => ({ do: 'count those at work' }))
  expect(await runShards(MODULE, shards, threads)).toEqual(new Array(12).fill(1))
})

test.each([1, 2])('what a shard throws reaches the caller on %i threads', async (threads) => {
  const before = threadsAlive()
  const error = await runShards(MODULE, [...squares(3), { do: 'throw' }, ...squares(30)], threads).catch((e: unknown) => e) as PipelineError
  expect(error).toBeInstanceOf(PipelineError)
  expect([error.code, error.message, error.details]).toEqual(['shard_failed', 'shard 3 failed: no such luck', { shard: 3, reason: 'no such luck' }])
  expect((error.cause as Error).name).toBe('TypeError')
  expect(threadsAlive()).toBe(before)
})

test.each([1, 2])('the only shard may fail, on %i threads', async (threads) => {
  await expect(runShards(MODULE, [{ do: 'throw' }], threads)).rejects.toThrow('no such luck')
})

test('a thread that ends is an error, not a wait for ever', async () => {
  const error = await runShards(MODULE, [...squares(3), { do: 'exit' }], 2).catch((e: unknown) => e) as PipelineError
  expect([error.code, error.message]).toEqual(['shard_failed', 'shard 3 failed: the thread ended with 7'])
})

test('a module that does not load is an error', async () => {
  for (const threads of [1, 2]) await expect(runShards(new URL('absent.ts', MODULE), squares(3), threads)).rejects.toThrow('absent.ts')
})

test('shards are drawn as they are needed, and leaving early ends the threads', async () => {
  const before = threadsAlive()
  let drawn = 0
  function* endless(): Generator<Shard> {
    for (;;) yield { do: 'square', of: drawn++ }
  }
  const seen: number[] = []
  for await (const { square } of eachShard<Shard, { square: Float64Array }>(MODULE, endless(), 2)) {
    seen.push(square[0]!)
    if (seen.length === 5) break
  }
  expect(seen).toEqual([0, 1, 4, 9, 16])
  expect(drawn).toBeLessThan(20)
  expect(threadsAlive()).toBe(before)
})

test('an error of the source of shards reaches the caller', async () => {
  function* broken(): Generator<Shard> {
    yield { do: 'square', of: 1 }
    throw new RangeError('the file ends here')
  }
  await expect(runShards(MODULE, broken(), 2)).rejects.toThrow('the file ends here')
})

test('ranges cover everything once and none is empty', () => {
  for (const [total, parts] of [[0, 3], [1, 3], [10, 3], [500_000, 61]] as const) {
    const all = ranges(total, parts)
    expect(all.every(({ from, until }, i) => from < until && from === (i === 0 ? 0 : all[i - 1]!.until))).toBe(true)
    expect(all.at(-1)?.until ?? 0).toBe(total)
    const sizes = all.map(({ from, until }) => until - from)
    if (total > 0) expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
  }
})
