/**
 * What runs on each thread of scan-replicates.ts: loads the task's module at once, works when it is told on what, and ends.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { takeSteps } from './scan-replicates.ts'
import type { CreateSearch, Share } from './scan-replicates.ts'

const loaded = import(workerData as string) as Promise<{ createSearch: CreateSearch<unknown> }>

parentPort!.once('message', async (share: Share) => {
  const { createSearch } = await loaded
  takeSteps(await createSearch(share.task), share)
})
