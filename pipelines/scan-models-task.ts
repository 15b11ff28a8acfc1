/**
 * What a thread of scan-replicates.ts is asked for by a scan of any other model.
 */
import { findNullMaxima } from '../models/scan/null-maxima.ts'
import type { ReplicateSearch } from '../models/scan/permutation-maxima.ts'
import { createScreen } from '../models/scan/screen-kernel.ts'
import type { Search } from '../models/scan/window-search.ts'
import { createModelScan } from './scan-model-search.ts'
import type { ScanSettings } from './scan.ts'
import type { ScanTable } from './scan-table.ts'

/** Deterministic, so that every thread can build its own search. */
export interface ModelTask {
  table: ScanTable
  settings: ScanSettings
  /** Statistic of the most likely cluster. */
  guess: number
}

export async function createSearch({ table, settings, guess }: ModelTask): Promise<ReplicateSearch> {
  return replicateSearch((await createModelScan(table, settings)).search, guess)
}

/** A search of any model's replicates, which come in numbers without gaps. */
export function replicateSearch(search: Search, guess: number): ReplicateSearch {
  const exactly: ReplicateSearch['exactly'] = (seed, replicates) =>
    findNullMaxima(search, { from: replicates[0], replicates: replicates.length, seed, guess }, createScreen).maxima
  return { mostly: exactly, exactly }
}
