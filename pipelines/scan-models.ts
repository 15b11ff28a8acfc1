/**
 * Scans by the models that share one search.
 */
import { InvalidOptionError } from '../core/errors.ts'
import { findClusters } from '../models/scan/model-scan.ts'
import type { Finding, ScanSettings } from './scan.ts'
import { createModelScan } from './scan-model-search.ts'
import { replicateSearch } from './scan-models-task.ts'
import type { ModelTask } from './scan-models-task.ts'
import { ReplicateThreads, stopOf } from './scan-replicates.ts'
import type { ScanTable } from './scan-table.ts'

/** Replicates between two looks at whether a sequential run may stop. */
const STEP = 96

/**
 * @throws {InvalidOptionError} settings that do not go with the model
 * @throws {BadInputError} no days left to learn a baseline from
 */
export async function findByModel(table: ScanTable, settings: ScanSettings): Promise<Finding> {
  if (settings.analyses > 1) throw new InvalidOptionError('--earlier', settings.analyses, '--model permutation')
  const { replicates, seed, threads: count } = settings
  const threads = new ReplicateThreads(new URL('scan-models-task.ts', import.meta.url), count)
  const { search, before } = await createModelScan(table, settings)
  const clusters = findClusters(search, settings.clusters)
  const stop = stopOf(clusters, settings.stopAfter)
  const task: ModelTask = { table, settings, guess: clusters[0]?.statistic ?? 0 }
  return {
    clusters: clusters.map((cluster) => ({ ...cluster, from: before + cluster.from, until: before + cluster.until })),
    zones: search.zones,
    // Each step learns its own level, so that few are best where nobody waits to stop.
    replicate: () => threads.run(task, replicateSearch(search, task.guess), { seed, replicates, step: stop ? STEP : Math.ceil(replicates / count), stop }),
  }
}
