/**
 * Which grams tell this text from others? TF-IDF vectors that learn their document frequencies as texts come in: a word that many
 * texts have says little, the name of one building site says nearly all. Salton, Buckley (1988), Inf. Process. Manage. 24(5):513-523.
 */
import { GramReader, gramRoom } from './grams.ts'
import type { GramCounts } from './grams.ts'

/** Unit vector: `ids` ascending, `weights` their shares, squares adding up to 1. Empty where the text says nothing. */
export interface TextVector { ids: Int32Array, weights: Float32Array }

/** Occurrences in the title count this often. */
const TITLE_WEIGHT = 3

export class CauseVectors {
  /** Texts that have each gram. */
  readonly frequencies: Int32Array
  /** Texts seen. */
  texts = 0
  readonly #reader: GramReader
  readonly #room: GramCounts = gramRoom()
  readonly #most: number
  /** Grams of the present ticket's place names are 1. */
  readonly #named: Uint8Array
  readonly #names: GramCounts = gramRoom()

  /**
   * @param bits  2 ** bits grams are told apart
   * @param most  entries kept of a vector, the heaviest
   */
  constructor(bits: number, most: number) {
    this.#reader = new GramReader(bits)
    this.frequencies = new Int32Array(1 << bits)
    this.#most = most
    this.#named = new Uint8Array(1 << bits)
  }

  /** Counts a text, before the vectors of its night are made. */
  learn(title: string, content: string): void {
    const room = this.#grams(title, content)
    for (let i = 0; i < room.size; i++) this.frequencies[room.ids[i]!]!++
    this.texts++
  }

  /**
   * @param placeName  names of the places that the text is about, '' for none
   * @param placeWeight  factor of their grams, which would else outweigh what happened there
   */
  vector(title: string, content: string, placeName: string, placeWeight: number): TextVector {
    const names = this.#names
    this.#reader.clear()
    if (placeName !== '') this.#reader.add(placeName, 1)
    this.#reader.read(names)
    for (let i = 0; i < names.size; i++) this.#named[names.ids[i]!] = 1
    const room = this.#grams(title, content)
    const { size } = room
    const all = Math.log(this.texts + 1)
    for (let i = 0; i < size; i++) {
      const id = room.ids[i]!
      const idf = all - Math.log(this.frequencies[id]! + 0.5)
      room.counts[i] = idf > 0 ? (1 + Math.log(room.counts[i]!)) * idf * (this.#named[id] === 1 ? placeWeight : 1) : 0
    }
    for (let i = 0; i < names.size; i++) this.#named[names.ids[i]!] = 0
    const kept = heaviest(room, this.#most)
    kept.sort()
    const ids = new Int32Array(kept.length)
    const weights = new Float32Array(kept.length)
    let square = 0
    for (let i = 0; i < kept.length; i++) {
      // The low bits hold the place within the room.
      ids[i] = Math.floor(kept[i]! / 8192)
      weights[i] = room.counts[kept[i]! % 8192]!
      square += weights[i]! * weights[i]!
    }
    const scale = square > 0 ? 1 / Math.sqrt(square) : 0
    for (let i = 0; i < weights.length; i++) weights[i]! *= scale
    return { ids, weights }
  }

  #grams(title: string, content: string): GramCounts {
    this.#reader.clear()
    this.#reader.add(title, TITLE_WEIGHT)
    this.#reader.add(content, 1)
    this.#reader.read(this.#room)
    return this.#room
  }
}

/** The `most` entries of greatest weight, as gram * 8192 + place; of equal ones the smaller gram. */
function heaviest({ ids, counts, size }: GramCounts, most: number): Float64Array {
  const kept = new Float64Array(size)
  let n = 0
  for (let i = 0; i < size; i++) if (counts[i]! > 0) kept[n++] = ids[i]! * 8192 + i
  const positive = kept.subarray(0, n)
  if (n <= most) return positive
  const sorted = Float64Array.from(positive, (key) => counts[key % 8192]!).sort()
  const limit = sorted[n - most]!
  let room = most
  const chosen = new Float64Array(most)
  let m = 0
  for (let i = 0; i < n; i++) if (counts[positive[i]! % 8192]! > limit) chosen[m++] = positive[i]!
  room -= m
  const ties = positive.filter((key) => counts[key % 8192] === limit).sort()
  for (let i = 0; i < room; i++) chosen[m++] = ties[i]!
  return chosen
}
