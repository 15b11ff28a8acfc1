/**
 * The shard module of parallel.test.ts: each shard says what to do.
 */
import { threadId } from 'node:worker_threads'

export type Shard =
  | { do: 'square', of: number }
  | { do: 'wait for the flag' } | { do: 'raise the flag' }
  | { do: 'throw' } | { do: 'exit' } | { do: 'whose thread' } | { do: 'count those at work' }

const EMPTY = new Int32Array(new SharedArrayBuffer(4))

let atWork = 0

export function runShard(shard: Shard, flag: Int32Array = EMPTY): unknown {
  switch (shard.do) {
    case 'square': return { square: Float64Array.of(shard.of * shard.of) }
    case 'wait for the flag': return Atomics.wait(flag, 0, 0, 20_000)
    case 'raise the flag':
      Atomics.store(flag, 0, 1)
      return Atomics.notify(flag, 0) >= 0
    case 'throw': throw new TypeError('no such luck')
    case 'exit': return process.exit(7)
    case 'whose thread': return threadId
    case 'count those at work': return countAtWork()
  }
}

/** Shards that this thread has begun and not ended, after giving others the chance to begin. */
async function countAtWork(): Promise<number> {
  atWork++
  await new Promise((resolve) => setImmediate(resolve))
  return atWork--
}
