/**
 * How much the sparse series of one level scatter around what is expected of them, beyond chance: from day to day, which
 * averages out over a window, and in their level, which does not. Moments over blocks of two lengths, pooled over all series
 * of the level, since none of them has tickets enough to tell. Breslow (1984), Applied Statistics 33:38-44. docs/methods/tree-pool.md
 */

/** Sums over the blocks of each of n levels. */
export interface ScatterSums {
  /** Σ (observed − expected)² − expected. */
  excess: Float64Array
  /** Σ expected². */
  weight: Float64Array
}

/** A level's scatter: variance of a window's sum = mean + mean² (1 / (dailySize · days) + cv²). */
export interface Scatter { dailySize: number, cv: number }

/** Expected² below which a level's own scatter is drawn to the belief, and the belief: a size of 8 whatever the window. */
const BELIEF = { weight: 200, dispersion: 1 / 8 } as const

export function createScatterSums(levels: number): ScatterSums {
  return { excess: new Float64Array(levels), weight: new Float64Array(levels) }
}

/**
 * One block of one series. Past bursts are outbreaks, not habit: nothing counts beyond one and a half standard deviations and one ticket. What is
 * summed is the scatter of usual blocks, for a level whose tickets come in clumps less than their variance.
 */
export function addBlock(sums: ScatterSums, level: number, observed: number, expected: number): void {
  const difference = Math.min(observed, expected + 1.5 * Math.sqrt(expected) + 1) - expected
  sums.excess[level] += difference * difference - expected
  sums.weight[level] += expected * expected
}

/**
 * Scatter of a level from its blocks of two lengths: dispersion(days) = 1 / (dailySize · days) + cv².
 *
 * @param shortDays length of the blocks in `short`, below that of `long`
 */
export function scatterOf(short: ScatterSums, shortDays: number, long: ScatterSums, longDays: number, level: number): Scatter {
  const near = dispersionOf(short, level)
  const far = dispersionOf(long, level)
  const daily = Math.max(0, (near - far) / (1 / shortDays - 1 / longDays))
  return { dailySize: daily > 0 ? 1 / daily : Infinity, cv: Math.sqrt(Math.max(0, Math.min(near, far - daily / longDays))) }
}

function dispersionOf({ excess, weight }: ScatterSums, level: number): number {
  return Math.max(0, (excess[level] + BELIEF.weight * BELIEF.dispersion) / (weight[level] + BELIEF.weight))
}
