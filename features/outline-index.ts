/**
 * In which area does a point lie? Polygons in a grid of their bounding boxes: a look-up tests the few whose box covers the point's cell.
 * Outside of all of them, the nearest within a few hundred metres, since borders are drawn more roughly than points are measured.
 */
export type Ring = readonly (readonly [lng: number, lat: number])[]

/** Polygons of rings in degrees: the first ring outside, the others holes. Deeper outlines lie within less deep ones. */
export interface Outline<T> { value: T, depth: number, polygons: readonly (readonly Ring[])[] }

export interface Located<T> { value: T, depth: number, inside: boolean, metres: number }

/** Cells a side. */
const CELLS = 64
const METRES_A_DEGREE = 111_320

interface Box<T> { outline: Outline<T>, rings: readonly Ring[], west: number, south: number, east: number, north: number }

export class OutlineIndex<T> {
  readonly size: number
  readonly #cells: Box<T>[][] = Array.from({ length: CELLS * CELLS }, () => [])
  readonly #nearMetres: number
  #west = Infinity
  #south = Infinity
  #east = -Infinity
  #north = -Infinity

  /** @param nearMetres how far outside an outline a point may lie and still belong to it */
  constructor(outlines: readonly Outline<T>[], nearMetres = 300) {
    this.size = outlines.length
    this.#nearMetres = nearMetres
    const boxes = outlines.flatMap((outline) => outline.polygons.map((rings) => boxOf(outline, rings)))
    for (const { west, south, east, north } of boxes) {
      this.#west = Math.min(this.#west, west)
      this.#south = Math.min(this.#south, south)
      this.#east = Math.max(this.#east, east)
      this.#north = Math.max(this.#north, north)
    }
    const margin = nearMetres / METRES_A_DEGREE * 2
    for (const box of boxes) {
      const [x0, y0] = this.#cell(box.west - margin, box.south - margin)
      const [x1, y1] = this.#cell(box.east + margin, box.north + margin)
      for (let y = y0; y <= y1; y++) for (let x = x0; x <= x1; x++) this.#cells[y * CELLS + x]!.push(box)
    }
  }

  /** The deepest outline that holds the point, else the nearest that is near enough; null where there is none. */
  locate(lng: number, lat: number): Located<T> | null {
    if (this.size === 0 || !Number.isFinite(lng) || !Number.isFinite(lat)) return null
    const [x, y] = this.#cell(lng, lat)
    let best: Located<T> | null = null
    let near: Located<T> | null = null
    for (const { outline, rings, west, south, east, north } of this.#cells[y * CELLS + x]!) {
      if (lng >= west && lng <= east && lat >= south && lat <= north && isInside(rings, lng, lat)) {
        if (!best || outline.depth > best.depth) best = { value: outline.value, depth: outline.depth, inside: true, metres: 0 }
      } else if (!best) {
        const metres = metresTo(rings, lng, lat)
        if (metres <= this.#nearMetres && (!near || metres < near.metres || (metres === near.metres && outline.depth > near.depth))) near = { value: outline.value, depth: outline.depth, inside: false, metres }
      }
    }
    return best ?? near
  }

  #cell(lng: number, lat: number): [x: number, y: number] {
    const clamp = (share: number): number => Math.max(0, Math.min(CELLS - 1, Math.floor(share * CELLS)))
    return [clamp((lng - this.#west) / (this.#east - this.#west || 1)), clamp((lat - this.#south) / (this.#north - this.#south || 1))]
  }
}

function boxOf<T>(outline: Outline<T>, rings: readonly Ring[]): Box<T> {
  const box = { outline, rings, west: Infinity, south: Infinity, east: -Infinity, north: -Infinity }
  for (const [lng, lat] of rings[0] ?? []) {
    box.west = Math.min(box.west, lng)
    box.east = Math.max(box.east, lng)
    box.south = Math.min(box.south, lat)
    box.north = Math.max(box.north, lat)
  }
  return box
}

/** Even-odd rule: holes are outside. A point on an edge belongs to one of the two sides. */
function isInside(rings: readonly Ring[], lng: number, lat: number): boolean {
  let inside = false
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [x1, y1] = ring[i]!
      const [x2, y2] = ring[j]!
      if (y1 > lat !== y2 > lat && lng < (x2 - x1) * (lat - y1) / (y2 - y1) + x1) inside = !inside
    }
  }
  return inside
}

function metresTo(rings: readonly Ring[], lng: number, lat: number): number {
  const east = Math.cos(lat * Math.PI / 180) * METRES_A_DEGREE
  let least = Infinity
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const ax = (ring[i]![0] - lng) * east
      const ay = (ring[i]![1] - lat) * METRES_A_DEGREE
      const bx = (ring[j]![0] - lng) * east
      const by = (ring[j]![1] - lat) * METRES_A_DEGREE
      const length = (bx - ax) ** 2 + (by - ay) ** 2
      const share = length === 0 ? 0 : Math.max(0, Math.min(1, -(ax * (bx - ax) + ay * (by - ay)) / length))
      least = Math.min(least, Math.hypot(ax + share * (bx - ax), ay + share * (by - ay)))
    }
  }
  return least
}
