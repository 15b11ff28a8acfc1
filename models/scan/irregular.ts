/**
 * Irregular windows: all connected sets of places among the nearest places of a centre, so that a cluster may follow a river,
 * a road or a district's border. Tango, Takahashi (2005), Int J Health Geogr 4:11 (the flexible scan).
 * docs/methods/irregular-windows.md
 */
import { resolveOptions } from '../../core/options.ts'
import type { Adjacency } from './adjacency.ts'
import { createNeighbourFinder, distanceKm } from './geometry.ts'
import type { Points } from './geometry.ts'
import { ZoneLists } from './zones.ts'
import type { Zones } from './zones.ts'

export interface IrregularOptions {
  /** Places that a set is taken from, the centre among them. The number of sets about doubles with each. */
  nearest: number
  /** Most of the population that a set may hold, in percent. */
  maxPercent: number
  /** Farthest place from the centre, in kilometres. */
  maxRadiusKm: number
}

export const IRREGULAR_DEFAULTS: Readonly<IrregularOptions> = { nearest: 12, maxPercent: 50, maxRadiusKm: Infinity }
const RANGES = { nearest: [1, 20, 'whole'], maxPercent: [0, 100], maxRadiusKm: [0, Infinity] } as const

/**
 * Each connected set once: at the first of its places that has all others among its nearest. A list of the result is a path
 * through the tree of sets, in which every set is the one before it and one more place; what an earlier list held already is no
 * candidate in the next.
 *
 * @param population  n weights that maxPercent speaks of
 * @throws {InvalidOptionError} an unknown option, or one out of range
 */
export function irregularZones(points: Points, adjacency: Adjacency, population: Float64Array, options: Partial<IrregularOptions> = {}): Zones {
  const { nearest, maxPercent, maxRadiusKm } = resolveOptions('irregularZones', IRREGULAR_DEFAULTS, RANGES, options)
  const n = points.x.length
  const near = nearestPlaces(points, nearest, maxRadiusKm)
  const total = population.reduce((sum, x) => sum + x, 0)
  const most = (maxPercent / 100) * total * (1 + 1e-12)
  const lists = new ZoneLists(n)
  for (let centre = 0; centre < n; centre++) listSets(centre, near, adjacency, population, most, lists)
  return lists.zones(n)
}

/** Sets are bits here: bit i is the i-th nearest place of the centre, which is bit 0 itself. */
function listSets(centre: number, near: readonly Int32Array[], adjacency: Adjacency, population: Float64Array, most: number, lists: ZoneLists): void {
  const places = near[centre]
  const bits = (some: Iterable<number>): number => {
    let set = 0
    for (const place of some) {
      const i = places.indexOf(place)
      if (i >= 0) set |= 1 << i
    }
    return set
  }
  const touching = Array.from(places, (p) => bits(adjacency.others.subarray(adjacency.starts[p], adjacency.starts[p + 1])))
  const reached = Array.from(places, (p) => bits(near[p]))
  const earlier = bits(places.filter((p) => p < centre))
  const path: number[] = []
  let written = 0

  /** Whether an earlier place has listed the set already. */
  const known = (set: number): boolean => {
    for (let left = set & earlier; left !== 0; left &= left - 1) {
      if ((set & ~reached[31 - Math.clz32(left & -left)]) === 0) return true
    }
    return false
  }
  /**
   * Adds place i to the set, lists it and goes on to the sets that hold it: each place of the frontier is either in all of them
   * or, once its turn is over, in none.
   */
  const grow = (i: number, set: number, weight: number, frontier: number, seen: number): void => {
    const heavier = weight + population[places[i]]
    if (heavier > most) return
    path.push(places[i])
    const larger = set | (1 << i)
    if (heavier > weight && !known(larger)) {
      for (; written < path.length; written++) lists.add(path[written], written === path.length - 1)
    }
    const nowSeen = seen | touching[i]
    for (let left = frontier | (touching[i] & ~seen); left !== 0;) {
      const next = left & -left
      left ^= next
      grow(31 - Math.clz32(next), larger, heavier, left, nowSeen)
    }
    path.pop()
    if (written > path.length) {
      lists.close()
      written = 0
    }
  }
  grow(0, 0, 0, 0, 1)
}

/** The centre first, then its nearest. */
function nearestPlaces(points: Points, nearest: number, maxRadiusKm: number): Int32Array[] {
  const finder = createNeighbourFinder(points)
  return Array.from(points.x, (_, centre) => {
    const { order } = finder.neighbours(centre)
    const others = order.filter((place) => place !== centre).subarray(0, nearest - 1)
    return Int32Array.of(centre, ...others.filter((place) => distanceKm(points, centre, place) <= maxRadiusKm * (1 + 1e-12)))
  })
}
