/**
 * Which places touch: from pairs (shared borders, say), or from points as the Gabriel graph, in which two places are adjacent
 * when no third lies in the circle that has them at opposite ends. Gabriel, Sokal (1969), Syst Zool 18:259-278.
 */
import { createNeighbourFinder, distanceKm } from './geometry.ts'
import type { Points } from './geometry.ts'

/** Ragged lists: place p touches others[starts[p]] until others[starts[p + 1]], ascending. Both directions are in it. */
export interface Adjacency {
  starts: Int32Array
  others: Int32Array
}

/** @param pairs places a0, b0, a1, b1, …; order and repetitions do not matter */
export function adjacencyOfPairs(places: number, pairs: ArrayLike<number>): Adjacency {
  const touching = Array.from({ length: places }, () => new Set<number>())
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    if (pairs[i] === pairs[i + 1]) continue
    touching[pairs[i]].add(pairs[i + 1])
    touching[pairs[i + 1]].add(pairs[i])
  }
  const starts = new Int32Array(places + 1)
  touching.forEach((set, p) => { starts[p + 1] = starts[p] + set.size })
  return { starts, others: Int32Array.from(touching.flatMap((set) => [...set].sort((a, b) => a - b))) }
}

/**
 * Connects all places whose distances differ; several at one point touch each other and what the point touches.
 * O(n (n log n + reach)): a third place in the circle is nearer to either end than the other end is.
 *
 * @param reach nearest places of each that are asked
 */
export function gabrielGraph(points: Points, reach = 64): Adjacency {
  const n = points.x.length
  const finder = createNeighbourFinder(points)
  const pairs: number[] = []
  for (let a = 0; a < n; a++) {
    const { order } = finder.neighbours(a)
    const near = Math.min(n, reach + 1)
    for (let k = 0; k < near; k++) {
      const b = order[k]
      if (b === a) continue
      const diameter = distanceKm(points, a, b) ** 2
      let free = true
      for (let i = 0; i < k && free; i++) {
        const c = order[i]
        if (c !== a) free = distanceKm(points, a, c) ** 2 + distanceKm(points, c, b) ** 2 >= diameter * (1 - 1e-9)
      }
      if (free) pairs.push(a, b)
    }
  }
  return adjacencyOfPairs(n, pairs)
}
