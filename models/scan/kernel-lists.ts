/**
 * The zones as the kernel has them: only the places that have cases, by numbers without gaps.
 */
import type { Zones } from './zones.ts'

export interface KernelLists {
  /** Row i of the kernel's counts is place rows[i]. */
  rows: Int32Array
  /** Rows in ragged lists, as the places in Zones. */
  entries: Uint32Array
  starts: Uint32Array
  candidate: Uint8Array
}

/** @param cases of each place */
export function compactLists({ neighbours, starts, candidate }: Zones, cases: Float64Array): KernelLists {
  const rows = Int32Array.from(cases.keys()).filter((place) => cases[place] > 0)
  const rowOf = new Int32Array(cases.length).fill(-1)
  rows.forEach((place, row) => { rowOf[place] = row })
  const entries = new Uint32Array(neighbours.length)
  const ends = new Uint8Array(neighbours.length)
  const offsets = new Uint32Array(starts.length)
  let n = 0
  for (let c = 0; c + 1 < starts.length; c++) {
    for (let k = starts[c]; k < starts[c + 1]; k++) {
      const row = rowOf[neighbours[k]]
      if (row >= 0) entries[n++] = row
      // A zone that ends with a place without cases is, for the counts, the zone of the places before it.
      if (candidate[k] && n > offsets[c]) ends[n - 1] = 1
    }
    offsets[c + 1] = n
  }
  return { rows, entries: entries.subarray(0, n), starts: offsets, candidate: ends.subarray(0, n) }
}
