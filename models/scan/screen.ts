/**
 * The inner loop of the replicates: which windows hold more than a threshold that was worked out beforehand? Logarithms are then
 * taken for the few that do. Several replicates, the lanes, go through the zones together.
 * This is the plain twin of screen.as.ts, which does the same with vectors; it is its fallback and its oracle.
 */
import type { Zones } from './zones.ts'

/** Largest sum of a narrow screen. */
export const NARROW = 32_767
const LANES = 8

export interface ScreenShape {
  /** Spans times topics. */
  columns: number
  /** Zones times columns. */
  rows: number
  /** Whether all sums are whole numbers of at most NARROW: then more replicates go together. */
  narrow: boolean
}

/**
 * Told of each sum above its threshold.
 *
 * @param row     of Search.expected
 * @param column  of the zone: column c and lane l of its sums are at c * lanes + l of Screen.sums
 * @param lane    the replicate's number among those that go together
 */
export type Hit = (row: number, column: number, lane: number) => void

export type Numbers = Int16Array | Float32Array | Float64Array

export interface Screen {
  /** Replicates that go together. */
  readonly lanes: number
  /** Sums of each place, column and lane; the caller fills them before each run. */
  readonly cells: Numbers
  /** One for each row; the caller fills them. */
  readonly thresholds: Numbers
  /** Those of the zone that a hit is told of. */
  readonly sums: Numbers
  /** O(entries * columns). */
  run(): void
}

export type CreateScreen = (zones: Zones, shape: ScreenShape, hit: Hit) => Screen

export const createPlainScreen: CreateScreen = ({ places, starts, neighbours, candidate }, { columns, rows }, hit) => {
  const width = columns * LANES
  const cells = new Float64Array(places * width)
  const thresholds = new Float64Array(rows)
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
  return { lanes: LANES, cells, thresholds, sums, run }
}
