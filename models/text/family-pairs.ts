/**
 * Which topics come together? Pairs of families heard of at the same place in the same weeks more often than places and weeks alone would
 * have it: a place with much of everything says nothing. Expected counts as for a 2 × 2 table within each place, summed (Mantel, Haenszel (1959)).
 */

/** One family at one place in one period; no cell twice. */
export interface FamilyCell { place: number, period: number, family: number }

export interface FamilyPair {
  a: number
  b: number
  /** Cells of place and period that have both, and how many chance would give. */
  together: number
  expected: number
  lift: number
  /** Standard deviations above chance. */
  z: number
}

/** @param periods  how many there are @param least  fewest cells with both @param z  fewest standard deviations @returns strongest first */
export function familyPairs(cells: readonly FamilyCell[], periods: number, least = 5, z = 4): FamilyPair[] {
  const places = Map.groupBy(cells, (cell) => cell.place)
  const pairs = new Map<string, { a: number, b: number, together: number, expected: number, variance: number }>()
  const T = Math.max(2, periods)
  for (const own of places.values()) {
    const families = Map.groupBy(own, (cell) => cell.family)
    const ids = [...families.keys()].sort((x, y) => x - y)
    const seen = new Map(ids.map((id) => [id, new Set(families.get(id)!.map((cell) => cell.period))]))
    for (let i = 0; i < ids.length; i++) {
      for (let j = i + 1; j < ids.length; j++) {
        const [a, b] = [seen.get(ids[i]!)!, seen.get(ids[j]!)!]
        let together = 0
        for (const period of a) if (b.has(period)) together++
        const expected = (a.size * b.size) / T
        // Hypergeometric: both margins of the place are given.
        const variance = (a.size * b.size * (T - a.size) * (T - b.size)) / (T * T * (T - 1))
        const key = `${ids[i]}:${ids[j]}`
        const pair = pairs.get(key) ?? { a: ids[i]!, b: ids[j]!, together: 0, expected: 0, variance: 0 }
        pair.together += together
        pair.expected += expected
        pair.variance += variance
        pairs.set(key, pair)
      }
    }
  }
  return [...pairs.values()]
    .map(({ a, b, together, expected, variance }) => ({ a, b, together, expected, lift: together / expected, z: variance > 0 ? (together - expected) / Math.sqrt(variance) : 0 }))
    .filter((pair) => pair.together >= least && pair.z >= z)
    .sort((x, y) => y.z - x.z || x.a - y.a || x.b - y.b)
}
