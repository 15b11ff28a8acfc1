/**
 * Which known names stand in a text? A trie over names and spellings, walked once from every place of the text; the longest name wins.
 */
export interface GazetteerEntry {
  /** A name or spelling. */
  name: string
  /** Names from the first level below the city. */
  path: readonly string[]
  kind: string
}

export interface GazetteerHit { at: number, length: number, entries: readonly GazetteerEntry[] }

const SHORTEST = 2
const WORD = /[a-z0-9]/

export class Gazetteer {
  readonly size: number
  /** Children of a node by character; node 0 is the root. */
  readonly #next: Map<number, number>[] = [new Map()]
  readonly #ends: (GazetteerEntry[] | undefined)[] = [undefined]

  /** Names of one character are left out: they stand everywhere. */
  constructor(entries: Iterable<GazetteerEntry>) {
    let size = 0
    for (const entry of entries) {
      const name = fold(entry.name).trim()
      if ([...name].length < SHORTEST) continue
      size++
      let node = 0
      for (let i = 0; i < name.length; i++) {
        const c = name.charCodeAt(i)
        let next = this.#next[node]!.get(c)
        if (next === undefined) {
          next = this.#next.length
          this.#next.push(new Map())
          this.#ends.push(undefined)
          this.#next[node]!.set(c, next)
        }
        node = next
      }
      const ends = this.#ends[node]
      if (!ends) this.#ends[node] = [entry]
      else if (!ends.some((one) => one.path.join('›') === entry.path.join('›'))) ends.push(entry)
    }
    this.size = size
  }

  /** Names in order of the text, none within another. Linear in the text's length times the longest name's. */
  find(text: string): GazetteerHit[] {
    const folded = fold(text)
    const hits: GazetteerHit[] = []
    for (let at = 0; at < folded.length;) {
      let node = 0
      let length = 0
      let entries: readonly GazetteerEntry[] | undefined
      for (let i = at; i < folded.length; i++) {
        const next = this.#next[node]!.get(folded.charCodeAt(i))
        if (next === undefined) break
        node = next
        const ends = this.#ends[node]
        if (ends && isWhole(folded, at, i + 1)) {
          entries = ends
          length = i + 1 - at
        }
      }
      if (entries) hits.push({ at, length, entries })
      at += entries ? length : 1
    }
    return hits
  }
}

/** Small letters and half width, one character for one. */
function fold(text: string): string {
  return text.toLowerCase().replace(/[！-～]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0).toLowerCase()).replace(/[\u3000\u00a0\t\n\r]/g, ' ')
}

/** Latin names are whole words; Chinese has none. */
function isWhole(text: string, from: number, until: number): boolean {
  return !(WORD.test(text[from]!) && from > 0 && WORD.test(text[from - 1]!)) && !(WORD.test(text[until - 1]!) && until < text.length && WORD.test(text[until]!))
}
