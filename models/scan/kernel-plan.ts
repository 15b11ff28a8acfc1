/**
 * How the kernel goes through the zones of one centre: in blocks of nested zones of which it looks at the last one only. A zone
 * holds no more cases than the last of its block and expects no less than the first, so that a block whose last zone stays within
 * the first one's limit holds nothing.
 */
import type { Limits } from './limits.ts'
import type { Zones } from './zones.ts'

/** Windows that go together: the lanes of a vector of eight. */
export const LANES = 8

/** The zones, with only the places that have cases. */
export interface Lists {
  /** Row i of the kernel's counts is place rows[i]. */
  rows: Int32Array
  /** Rows in ragged lists, as the places in Zones. */
  entries: Uint32Array
  starts: Uint32Array
  candidate: Uint8Array
}

/** Blocks of all centres, for the windows of one strip. */
export interface Plan {
  /** centres + 1 offsets of their blocks. */
  centreBlocks: Uint32Array
  /** First entry after each block. */
  blockEnds: Uint32Array
  /** blocks * LANES. */
  blockLimits: Uint16Array | Uint32Array
  /** blocks * strata: cases of the zone that ends the block. */
  blockSizes: Float64Array
}

/** @param cases of each place */
export function compactLists({ neighbours, starts, candidate }: Zones, cases: Float64Array): Lists {
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

/** Makes plans; each one overwrites the one before. */
export class Planner {
  readonly #lists: Lists
  readonly #sizes: Float64Array
  readonly #strata: number
  readonly #plan: Plan

  /**
   * @param sizes  strata a row: cases of the row's place
   * @param bytes  of a limit
   */
  constructor(lists: Lists, sizes: Float64Array, strata: number, bytes: 2 | 4) {
    this.#lists = lists
    this.#sizes = sizes
    this.#strata = strata
    const most = lists.entries.length
    this.#plan = {
      centreBlocks: new Uint32Array(lists.starts.length),
      blockEnds: new Uint32Array(most),
      blockLimits: bytes === 2 ? new Uint16Array(most * LANES) : new Uint32Array(most * LANES),
      blockSizes: new Float64Array(most * strata),
    }
  }

  /**
   * O(entries + blocks).
   *
   * @param weights  LANES a stratum: expected cases of a window per case of a place
   * @param open     LANES: whether the lane is a window; the limit of another is never exceeded
   */
  plan(weights: Float64Array, open: readonly boolean[], limits: Limits): Plan {
    const { entries, starts, candidate } = this.#lists
    const { centreBlocks, blockEnds, blockLimits, blockSizes } = this.#plan
    const sizes = this.#sizes
    const strata = this.#strata
    const widest = open.lastIndexOf(true)
    const inside = new Float64Array(strata)
    let block = 0
    for (let c = 0; c + 1 < starts.length; c++) {
      inside.fill(0)
      let patience = -1
      for (let k = starts[c]; k < starts[c + 1]; k++) {
        const row = entries[k] * strata
        for (let s = 0; s < strata; s++) inside[s] += sizes[row + s]
        if (candidate[k] === 0) continue
        const expected = dot(inside, weights, widest)
        if (expected > patience) {
          for (let i = 0; i < LANES; i++) blockLimits[block * LANES + i] = open[i] ? limits.of(dot(inside, weights, i)) : -1 // the largest number
          patience = limits.patience(blockLimits[block * LANES + widest])
          block++
        }
        blockEnds[block - 1] = k + 1
        for (let s = 0; s < strata; s++) blockSizes[(block - 1) * strata + s] = inside[s]
      }
      centreBlocks[c + 1] = block
    }
    return {
      centreBlocks, blockEnds: blockEnds.subarray(0, block),
      blockLimits: blockLimits.subarray(0, block * LANES), blockSizes: blockSizes.subarray(0, block * strata),
    }
  }
}

/** Expected cases of a zone in one window. */
function dot(inside: Float64Array, weights: Float64Array, lane: number): number {
  let sum = inside[0] * weights[lane]
  for (let s = 1; s < inside.length; s++) sum += inside[s] * weights[s * LANES + lane]
  return sum
}
