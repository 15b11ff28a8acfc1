/**
 * What a day's tickets say, packed: of each state of a ticket its place, topic, caller and the hashes of its terms, as whole numbers
 * of 32 bits in a row. About 28 + 4 × terms bytes a ticket.
 */

/** key, place, topic, caller, hash of the text, number of terms; the terms follow. -1 terms: the ticket is gone from the day. */
const HEAD = 6
const GONE = -1

export interface WordEntry {
  /** 32 bits of the ticket's source and number. */
  key: number
  place: number
  topic: number
  /** 32 bits of the caller's key; 0 where the source tells no caller. */
  caller: number
  /** Of the text and place that the terms were made from. */
  text: number
  terms: ArrayLike<number>
}

/** Null: as of this night the ticket is no longer one of the day. */
export type WordChange = WordEntry | { key: number, gone: true }

export function packEntries(changes: readonly WordChange[]): Buffer {
  const size = changes.reduce((sum, change) => sum + HEAD + ('gone' in change ? 0 : change.terms.length), 0)
  const words = new Int32Array(size)
  let at = 0
  for (const change of changes) {
    words[at] = change.key
    if ('gone' in change) words[at + 5] = GONE
    else {
      words.set([change.place, change.topic, change.caller, change.text, change.terms.length], at + 1)
      words.set(change.terms, at + HEAD)
      at += change.terms.length
    }
    at += HEAD
  }
  return Buffer.from(words.buffer)
}

/** The entries of one day as they stand after the given changes, oldest first. Terms are views into the bytes. */
export function unpackEntries(packed: readonly Buffer[]): WordEntry[] {
  const entries = new Map<number, WordEntry>()
  for (const bytes of packed) {
    // A slice of its own: the driver's buffers need not begin at a multiple of four.
    const words = new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
    for (let at = 0; at < words.length;) {
      const [key, n] = [words[at]!, words[at + 5]!]
      if (n === GONE) entries.delete(key)
      else entries.set(key, { key, place: words[at + 1]!, topic: words[at + 2]!, caller: words[at + 3]!, text: words[at + 4]!, terms: words.subarray(at + HEAD, at + HEAD + n) })
      at += HEAD + Math.max(0, n)
    }
  }
  return [...entries.values()]
}
