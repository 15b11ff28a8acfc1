/**
 * What a thread of scan-replicates.ts is asked for by a permutation scan.
 */
import { createReplicateSearch } from '../models/scan/permutation-maxima.ts'
import type { ReplicateSearch } from '../models/scan/permutation-maxima.ts'
import type { Horizon, Margins } from '../models/scan/permutation.ts'
import type { Zones } from '../models/scan/zones.ts'

export interface PermutationTask { margins: Margins, zones: Zones, horizon: Horizon }

export function createSearch({ margins, zones, horizon }: PermutationTask): ReplicateSearch {
  return createReplicateSearch(margins, zones, horizon)
}
