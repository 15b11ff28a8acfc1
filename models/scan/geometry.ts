/**
 * Which places lie nearest to a place, and how far away: on a plane in kilometres, or on the earth by the great circle.
 */

/** Earth's radius in kilometres as SaTScan has it, so that radii agree. */
export const EARTH_RADIUS_KM = 6367

/** Squared distances closer than this, relatively, are one distance: computed coordinates of a grid differ in the last digits. */
const SAME = 1e-9

/** n places. */
export interface Points {
  /** 'plane': x km east, y km north. 'earth': x degrees of longitude, y degrees of latitude. */
  kind: 'plane' | 'earth'
  x: Float64Array
  y: Float64Array
}

/** The places in some order of nearness, with the tied ones told apart. */
export interface Neighbours {
  /** All places, nearest first; equally far ones in the order in which they were given. */
  order: Int32Array
  /** 1 where order[k] is the last of the places that are equally far, so that a tie can be taken whole or not at all. */
  closes: Uint8Array
}

/** Asks for neighbours of one centre after the other without allocating; each answer overwrites the one before. */
export interface NeighbourFinder {
  neighbours(centre: number): Neighbours
}

/** Kilometres between two places. */
export function distanceKm(points: Points, a: number, b: number): number {
  if (points.kind === 'plane') return Math.hypot(points.x[a] - points.x[b], points.y[a] - points.y[b])
  const [u, v] = [unitVector(points, a), unitVector(points, b)]
  const chord = Math.hypot(u[0] - v[0], u[1] - v[1], u[2] - v[2])
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, chord / 2))
}

/** O(n) a centre. On the earth it sorts by the chord, which grows with the great circle. */
export function createNeighbourFinder(points: Points): NeighbourFinder {
  const n = points.x.length
  const { x, y, z } = inSpace(points)
  const squares = new Float64Array(n)
  const rounded = new Float32Array(n)
  const sort = createRadixSort(rounded)
  const order = new Int32Array(n)
  const closes = new Uint8Array(n)

  const neighbours = (centre: number): Neighbours => {
    const x0 = x[centre]
    const y0 = y[centre]
    const z0 = z[centre]
    for (let i = 0; i < n; i++) {
      const dx = x[i] - x0
      const dy = y[i] - y0
      const dz = z[i] - z0
      rounded[i] = squares[i] = dx * dx + dy * dy + dz * dz
    }
    sort(order)
    settle(order, squares, closes)
    return { order, closes }
  }
  return { neighbours }
}

/**
 * Writes the order of the values, which are 0 or more, by their 22 upper bits: almost sorted, equal ones as given. The bits of
 * such numbers are in the order of the numbers.
 */
function createRadixSort(values: Float32Array): (order: Int32Array) => void {
  const n = values.length
  const bits = new Uint32Array(values.buffer)
  const byLow = new Int32Array(n)
  const low = new Int32Array(1024)
  const high = new Int32Array(2048)
  return (order) => {
    low.fill(0)
    high.fill(0)
    for (let i = 0; i < n; i++) {
      low[(bits[i] >>> 10) & 1023]++
      high[bits[i] >>> 20]++
    }
    startsOf(low)
    startsOf(high)
    for (let i = 0; i < n; i++) byLow[low[(bits[i] >>> 10) & 1023]++] = i
    for (let k = 0; k < n; k++) order[high[bits[byLow[k]] >>> 20]++] = byLow[k]
  }
}

/** Counts become where each begins. */
function startsOf(counts: Int32Array): void {
  for (let i = 0, sum = 0; i < counts.length; i++) {
    const count = counts[i]
    counts[i] = sum
    sum += count
  }
}

/** Makes an almost sorted order exact, puts ties into given order and marks where they end. */
function settle(order: Int32Array, squares: Float64Array, closes: Uint8Array): void {
  const n = order.length
  for (let k = 1; k < n; k++) {
    const place = order[k]
    const square = squares[place]
    let j = k
    for (; j > 0 && squares[order[j - 1]] > square; j--) order[j] = order[j - 1]
    order[j] = place
  }
  for (let from = 0; from < n;) {
    const limit = squares[order[from]] * (1 + SAME)
    let until = from + 1
    while (until < n && squares[order[until]] <= limit) until++
    if (until > from + 1) order.subarray(from, until).sort()
    for (let k = from; k < until - 1; k++) closes[k] = 0
    closes[until - 1] = 1
    from = until
  }
}

/** Coordinates in which the straight distance orders the places: the plane itself, or the unit sphere. */
function inSpace(points: Points): { x: Float64Array, y: Float64Array, z: Float64Array } {
  const n = points.x.length
  if (points.kind === 'plane') return { x: points.x, y: points.y, z: new Float64Array(n) }
  const space = { x: new Float64Array(n), y: new Float64Array(n), z: new Float64Array(n) }
  for (let i = 0; i < n; i++) [space.x[i], space.y[i], space.z[i]] = unitVector(points, i)
  return space
}

function unitVector({ x, y }: Points, i: number): [number, number, number] {
  const longitude = (x[i] * Math.PI) / 180
  const latitude = (y[i] * Math.PI) / 180
  return [Math.cos(latitude) * Math.cos(longitude), Math.cos(latitude) * Math.sin(longitude), Math.sin(latitude)]
}
