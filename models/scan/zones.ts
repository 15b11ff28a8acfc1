/**
 * The zones a scan looks at: around every centre its nearest places, one zone for each number of them, up to a cap.
 * Kulldorff (1997), Commun Stat Theory Methods 26:1481-1496; the caps as in SaTScan.
 */
import { InvalidOptionError } from '../../core/errors.ts'
import { resolveOptions } from '../../core/options.ts'
import { createNeighbourFinder, distanceKm } from './geometry.ts'
import type { Points } from './geometry.ts'

export interface ZoneOptions {
  /** Most of the population that a zone may hold, in percent. */
  maxPercent: number
  /** Farthest place from the centre, in kilometres. */
  maxRadiusKm: number
  /** Most places in a zone. */
  maxPlaces: number
  /** Whether equally far places enter a zone together, or one by one in the order in which they were given, as in SaTScan. */
  ties: TieRule
}

export type TieRule = 'all-or-none' | 'one-at-a-time'
export const TIE_RULES: readonly TieRule[] = ['all-or-none', 'one-at-a-time']

export const ZONE_DEFAULTS: Readonly<ZoneOptions> = { maxPercent: 50, maxRadiusKm: Infinity, maxPlaces: 1e9, ties: 'all-or-none' }
const RANGES = { maxPercent: [0, 100], maxRadiusKm: [0, Infinity], maxPlaces: [1, 1e9, 'whole'] } as const

/**
 * Ragged lists: centre c has the places neighbours[starts[c]] until neighbours[starts[c + 1]], itself first, and a zone for
 * every k of them with candidate[k] = 1: the places neighbours[starts[c]] … neighbours[k].
 * Lists of any nested places will do, not only circles.
 */
export interface Zones {
  /** Number of places that the lists speak of. */
  places: number
  neighbours: Int32Array
  /** centres + 1 offsets. */
  starts: Int32Array
  /** 0 inside a tie, and where the last place has no population: that zone says no more than the one before. */
  candidate: Uint8Array
}

/**
 * Circles around every place. Growth stops at the first place (or tie) that would exceed a cap. O(n² log n) time.
 *
 * @param population  n weights that maxPercent speaks of: people, baselines, or cases for the permutation scan
 * @throws {InvalidOptionError} an unknown option, or one out of range
 */
export function circularZones(points: Points, population: Float64Array, options: Partial<ZoneOptions> = {}): Zones {
  const { maxPercent, maxRadiusKm, maxPlaces, ties } = resolveOptions('circularZones', ZONE_DEFAULTS, RANGES, options)
  if (!TIE_RULES.includes(ties)) throw new InvalidOptionError('circularZones.ties', ties, TIE_RULES.join(', '))
  const n = points.x.length
  let total = 0
  for (let i = 0; i < n; i++) total += population[i]
  const most = (maxPercent / 100) * total * (1 + 1e-12)
  const farthest = maxRadiusKm * (1 + 1e-12)
  const together = ties === 'all-or-none'
  const finder = createNeighbourFinder(points)
  const ends = new Uint8Array(n)
  const lists = new ZoneLists(n)
  for (let centre = 0; centre < n; centre++) {
    const { order, closes } = finder.neighbours(centre)
    let inside = 0
    let from = 0
    while (from < n) {
      let until = from + 1
      if (together) while (closes[until - 1] === 0) until++
      let added = 0
      for (let k = from; k < until; k++) {
        added += population[order[k]]
        ends[k] = 0
      }
      if (until > maxPlaces || inside + added > most) break
      if (farthest < Infinity && distanceKm(points, centre, order[until - 1]) > farthest) break
      ends[until - 1] = added > 0 ? 1 : 0
      inside += added
      from = until
    }
    lists.append(order.subarray(0, from), ends.subarray(0, from))
    lists.close()
  }
  return lists.zones(n)
}

/** The places of the zone that ends with entry `last` of centre c's list; a copy. */
export function placesOf(zones: Zones, centre: number, last: number): Int32Array {
  return zones.neighbours.slice(zones.starts[centre], last + 1)
}

/** Ragged lists that grow while they are written. */
export class ZoneLists {
  #length = 0
  #neighbours: Int32Array<ArrayBuffer>
  #candidate: Uint8Array<ArrayBuffer>
  readonly #starts: number[] = [0]

  /** @param places an idea of the size, for the first allocation */
  constructor(places: number) {
    this.#neighbours = new Int32Array(64 + 16 * places)
    this.#candidate = new Uint8Array(this.#neighbours.length)
  }

  /** Appends a place to the list of the present centre; with `candidate` the list so far is a zone. */
  add(place: number, candidate: boolean): void {
    this.#reserve(1)
    this.#neighbours[this.#length] = place
    this.#candidate[this.#length++] = candidate ? 1 : 0
  }

  /** Appends places, with 1 for each that ends a zone. */
  append(places: Int32Array, candidate: Uint8Array): void {
    this.#reserve(places.length)
    this.#neighbours.set(places, this.#length)
    this.#candidate.set(candidate, this.#length)
    this.#length += places.length
  }

  /** Ends the list of the present centre. */
  close(): void {
    this.#starts.push(this.#length)
  }

  zones(places: number): Zones {
    return {
      places,
      neighbours: this.#neighbours.slice(0, this.#length),
      candidate: this.#candidate.slice(0, this.#length),
      starts: Int32Array.from(this.#starts),
    }
  }

  #reserve(more: number): void {
    const needed = this.#length + more
    if (needed <= this.#neighbours.length) return
    const neighbours = new Int32Array(Math.max(needed, 2 * this.#length))
    const candidate = new Uint8Array(neighbours.length)
    neighbours.set(this.#neighbours)
    candidate.set(this.#candidate)
    this.#neighbours = neighbours
    this.#candidate = candidate
  }
}
