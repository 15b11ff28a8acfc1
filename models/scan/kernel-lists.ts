/**
 * The zones as the kernel has them: only the places that have cases, by numbers without gaps.
 */
import type { Zones } from './zones.ts'

export interface KernelLists {
  /** Row i of the kernel's counts is place rows[i]. */
  rows: Int32Array
  /** Rows, times `step`, in ragged lists as the places in Zones. */
  entries: Uint32Array
  starts: Uint32Array
  candidate: Uint8Array
  /** How many candidates there are. */
  zones: number
}

/** @param cases of each place */
export function compactLists({ neighbours, starts, candidate }: Zones, cases: Float64Array, step: number): KernelLists {
  const rows = Int32Array.from(cases.keys()).filter((place) => cases[place] > 0)
  const offsetOf = new Int32Array(cases.length).fill(-1)
  rows.forEach((place, row) => { offsetOf[place] = row * step })
  const entries = new Uint32Array(neighbours.length)
  const ends = new Uint8Array(neighbours.length)
  const offsets = new Uint32Array(starts.length)
  let n = 0
  let zones = 0
  for (let c = 0; c + 1 < starts.length; c++) {
    for (let k = starts[c]; k < starts[c + 1]; k++) {
      const offset = offsetOf[neighbours[k]]
      if (offset >= 0) entries[n++] = offset
      // A zone that ends with a place without cases is, for the counts, the zone of the places before it.
      if (candidate[k] === 0 || n === offsets[c]) continue
      zones += 1 - ends[n - 1]
      ends[n - 1] = 1
    }
    offsets[c + 1] = n
  }
  return { rows, entries: entries.subarray(0, n), starts: offsets, candidate: ends.subarray(0, n), zones }
}
