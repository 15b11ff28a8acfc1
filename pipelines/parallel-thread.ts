/**
 * What runs on each thread of pipelines/parallel.ts: loads the shard module once, answers one shard after the other.
 */
import { parentPort, workerData } from 'node:worker_threads'
import type { Answer, RunShard } from './parallel.ts'

const { module, shared } = workerData as { module: string, shared: unknown }
const loaded = import(module) as Promise<{ runShard: RunShard<unknown, unknown, unknown> }>
loaded.catch(() => {}) // told with the first shard

parentPort!.on('message', async (shard: unknown) => {
  let answer: Answer
  try {
    answer = { result: await (await loaded).runShard(shard, shared) }
    parentPort!.postMessage(answer, buffersOf(answer.result))
  } catch (error) {
    answer = { error }
    parentPort!.postMessage(answer)
  }
})

/** The buffers of the typed arrays in a result: itself, its fields, or the fields of those. Shared memory need not move. */
function buffersOf(value: unknown, found = new Set<ArrayBuffer>(), depth = 0): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer)
  } else if (typeof value === 'object' && value !== null && depth < 3) {
    for (const field of Object.values(value)) buffersOf(field, found, depth + 1)
  }
  return [...found]
}
