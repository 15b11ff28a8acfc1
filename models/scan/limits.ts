/**
 * Which counts can reach a statistic? For a fixed total the permutation statistic depends on a count and its expectation only,
 * so that "statistic > level" is "count > limit(expected)": a table made once instead of logarithms for every window.
 */
import { conditionalRatio } from './ratios.ts'

/** Grid points per unit of √expected: between two of them a limit moves by a fraction of a standard deviation. */
export const FINENESS = 32
/**
 * Part of the level that a count above a block's first limit must still have at the block's end. Less makes longer blocks, of
 * which more are looked into for nothing; measured, and flat from 0.3 to 0.5.
 */
const STILL_UNUSUAL = 0.4

export interface Limits {
  /**
   * At FINENESS * √expected, rounded down: counts up to this do not exceed the level. It is that of the grid point below, so that
   * it may be too low, never too high.
   */
  limit: Uint32Array
  /** For each count the expectation up to which it is unusual. */
  patience: Float64Array
}

/**
 * O(most).
 *
 * @param level     of the statistic, 0 or more
 * @param minCases  counts below it never exceed the level
 * @param most      largest count and expectation that can occur
 */
export function createLimits(level: number, total: number, minCases: number, most: number): Limits {
  const reach = widestExpectations(level, total, most + 1)
  const limit = new Uint32Array(Math.ceil(Math.sqrt(most) * FINENESS) + 2)
  for (let i = 0, count = 1; i < limit.length; i++) {
    while (count <= most && reach[count] <= (i / FINENESS) ** 2) count++
    limit[i] = Math.max(minCases, count) - 1
  }
  return { limit, patience: widestExpectations(STILL_UNUSUAL * level, total, Math.max(minCases, most + 1)) }
}

/** For each count up to `most` the expectation from which on it does not exceed the level. */
function widestExpectations(level: number, total: number, most: number): Float64Array {
  const widest = new Float64Array(most + 1)
  for (let count = 1; count <= most; count++) widest[count] = widestExpectation(count, level, total, widest[count - 1])
  return widest
}

/**
 * The statistic falls and is convex in the expectation, so that Newton's steps from below stay below; the end is pushed a hair
 * beyond the root.
 *
 * @param from an expectation below the root
 */
function widestExpectation(count: number, level: number, total: number, from: number): number {
  if (level === 0 || count >= total) return count
  let expected = Math.max(from, count * Math.exp(-1 - level / count))
  for (let step = 0; step < 50; step++) {
    const slope = (total * (count - expected)) / (expected * (total - expected))
    const forward = (conditionalRatio(count, expected, total) - level) / slope
    if (!(forward > 1e-9 * expected)) break
    expected += forward
  }
  return Math.min(count, expected * (1 + 1e-6))
}
