/**
 * One thread's part of the replicates of a scan by any model; see parallel.ts.
 */
import { findNullMaxima } from '../models/scan/null-maxima.ts'
import { createScreen } from '../models/scan/screen-kernel.ts'
import type { Search } from '../models/scan/window-search.ts'
import { createModelScan } from './scan-models.ts'
import type { ModelTask } from './scan-models.ts'
import type { ReplicateRange } from './scan-replicates.ts'

let prepared: { task: ModelTask, search: Search } | undefined

export async function runShard({ from, until }: ReplicateRange, task: ModelTask): Promise<Float64Array> {
  if (prepared?.task !== task) prepared = { task, search: (await createModelScan(task.table, task.settings)).search }
  return findNullMaxima(prepared.search, { from, replicates: until - from, seed: task.settings.seed, guess: task.guess }, createScreen).maxima
}
