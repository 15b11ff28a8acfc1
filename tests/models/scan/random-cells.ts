/**
 * Small random studies for properties: cases by place and day, and places to go with them.
 */
import type { Rng } from '../../../core/rng.ts'
import type { Points } from '../../../models/scan/geometry.ts'
import type { CellCounts } from '../../../models/scan/scan-model.ts'

/** Poisson counts whose means differ between places; one place in four has none. */
export function randomCells(random: Rng, places: number, days: number, mean: number): CellCounts {
  const means = Float64Array.from({ length: places }, () => (random.next() < 0.25 ? 0 : mean * random.gamma(2, 0.5)))
  return { places, days, counts: Float64Array.from({ length: places * days }, (_, i) => random.poisson(means[Math.floor(i / days)])) }
}

/** Anywhere in a square, or on the points of a grid, where many are equally far. */
export function randomPoints(random: Rng, places: number, grid: boolean): Points {
  const one = (): number => (grid ? random.below(4) : 4 * random.next())
  return { kind: 'plane', x: Float64Array.from({ length: places }, one), y: Float64Array.from({ length: places }, one) }
}
