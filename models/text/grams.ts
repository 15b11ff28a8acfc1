/**
 * What is a text made of, for machines that compare texts? Hashed n-grams: pairs and triples of Han characters, and whole words
 * with their neighbours in other scripts. No segmentation and no dictionary: a name that nobody has heard of counts at once.
 * Hashing: Weinberger et al. (2009), ICML; n-grams for Chinese: Luo, Ogawa, Callan (1996), SIGIR-WS.
 */

/** Distinct grams of one text; arrays belong to the reader, the first `size` entries are valid until its next call of `clear`. */
export interface GramCounts { ids: Int32Array, counts: Float32Array, size: number }

/** Characters read of one text: what a complaint is about stands at its beginning. */
const MAX_CHARACTERS = 800

export class GramReader {
  readonly bits: number
  readonly #mask: number
  /** Weight of each gram in the present text, 0 for most. */
  readonly #weights: Float32Array
  readonly #touched: Int32Array
  #size = 0

  /** @param bits  the grams' numbers are below 2 ** bits */
  constructor(bits: number) {
    this.bits = bits
    this.#mask = (1 << bits) - 1
    this.#weights = new Float32Array(1 << bits)
    this.#touched = new Int32Array(1 << bits)
  }

  clear(): void {
    const weights = this.#weights
    const touched = this.#touched
    for (let i = 0; i < this.#size; i++) weights[touched[i]!] = 0
    this.#size = 0
  }

  /** Adds the grams of `text`, each occurrence with `weight`. O(length), at most the first 800 characters. */
  add(text: string, weight: number): void {
    const end = Math.min(text.length, MAX_CHARACTERS)
    let before = 0 // the Han character before this one, 0 for none
    let twoBefore = 0
    let word = 0 // hash of the word being read, 0 for none
    let lastWord = 0
    for (let i = 0; i < end; i++) {
      let c = text.charCodeAt(i)
      if (c >= 0xff01 && c <= 0xff5e) c -= 0xfee0
      if (c >= 0x3400 && c <= 0x9fff) {
        if (word !== 0) {
          lastWord = this.#word(word, lastWord, weight)
          word = 0
        }
        if (before !== 0) {
          this.#count(Math.imul(before, 0x9e3779b1) ^ Math.imul(c, 0x85ebca6b), weight)
          if (twoBefore !== 0) this.#count(Math.imul(twoBefore, 0xc2b2ae35) ^ Math.imul(before, 0x27d4eb2f) ^ Math.imul(c, 0x165667b1), weight)
        }
        twoBefore = before
        before = c
        lastWord = 0
      } else if ((c >= 48 && c <= 57) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || (c >= 0xc0 && c <= 0x24f)) {
        word = Math.imul(word ^ (c >= 65 && c <= 90 ? c + 32 : c), 0x01000193) || 1
        twoBefore = before = 0
      } else {
        if (word !== 0) {
          lastWord = this.#word(word, lastWord, weight)
          word = 0
        }
        // Dots and marks within a name do not part it: 伊景园·滨河苑 and 伊景园.滨河苑 are 伊景园滨河苑.
        if (c !== 0xb7 && c !== 0x2022 && c !== 46 && c !== 0x30fb) twoBefore = before = 0
        if (c !== 32 && c !== 45 && c !== 39) lastWord = 0
      }
    }
    if (word !== 0) this.#word(word, lastWord, weight)
  }

  /** The grams added since the last `clear`, in order of first occurrence, which the text alone decides. */
  read(into: GramCounts): void {
    const size = Math.min(this.#size, into.ids.length)
    for (let i = 0; i < size; i++) {
      const id = this.#touched[i]!
      into.ids[i] = id
      into.counts[i] = this.#weights[id]!
    }
    into.size = size
  }

  #word(word: number, last: number, weight: number): number {
    this.#count(Math.imul(word, 0x9e3779b1), weight)
    if (last !== 0) this.#count(Math.imul(last, 0x85ebca6b) ^ Math.imul(word, 0xc2b2ae35), weight)
    return word
  }

  #count(hash: number, weight: number): void {
    let h = hash ^ (hash >>> 15)
    h = Math.imul(h, 0x2c1b3c6d)
    h ^= h >>> 12
    h = Math.imul(h, 0x297a2d39)
    const id = (h ^ (h >>> 15)) & this.#mask
    if (this.#weights[id] === 0) this.#touched[this.#size++] = id
    this.#weights[id]! += weight
  }
}

/** Room for the grams of one text. */
export function gramRoom(): GramCounts {
  const most = 4 * MAX_CHARACTERS
  return { ids: new Int32Array(most), counts: new Float32Array(most), size: 0 }
}
