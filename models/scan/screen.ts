/**
 * The inner loop of the replicates: which windows hold more than a threshold that was worked out beforehand? Logarithms
 * are then taken for the few that do. Eight replicates go through the zones together.
 * This is the plain twin of kernel-screen/, which does the same with vectors; it is its fallback and its oracle.
 */
import type { Zones } from './zones.ts'

/** Replicates that go together. */
export const LANES = 8

/**
 * Told of each sum above its threshold.
 *
 * @param row     of Search.expected
 * @param column  of the zone: column c and lane l of its sums are at c * LANES + l of Screen.sums
 * @param lane    the replicate's number among those that go together
 */
export type Hit = (row: number, column: number, lane: number) => void

export interface Screen {
  /** Sums of each place, column (span and topic) and lane; the caller fills them before each run. */
  readonly cells: Float32Array | Float64Array
  /** One for each row; the caller fills them. */
  readonly thresholds: Float32Array
  /** Those of the zone that a hit is told of. */
  readonly sums: Float32Array | Float64Array
  /** O(entries * columns). */
  run(): void
}

/**
 * @param columns  spans times topics
 * @param rows     zones times columns
 */
export type CreateScreen = (zones: Zones, columns: number, rows: number, hit: Hit) => Screen

export const createPlainScreen: CreateScreen = ({ places, starts, neighbours, candidate }, columns, rows, hit) => {
  const width = columns * LANES
  const cells = new Float64Array(places * width)
  const thresholds = new Float32Array(rows)
  const sums = new Float64Array(width)
  const run = (): void => {
    let row = 0
    for (let c = 0; c + 1 < starts.length; c++) {
      sums.fill(0)
      for (let k = starts[c]; k < starts[c + 1]; k++) {
        const cell = neighbours[k] * width
        for (let i = 0; i < width; i++) sums[i] += cells[cell + i]
        if (candidate[k] === 0) continue
        for (let column = 0; column < columns; column++, row++) {
          const threshold = thresholds[row]
          for (let lane = 0; lane < LANES; lane++) if (sums[column * LANES + lane] > threshold) hit(row, column, lane)
        }
      }
    }
  }
  return { cells, thresholds, sums, run }
}
