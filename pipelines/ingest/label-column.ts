/**
 * Columns whose cells repeat: each distinct spelling is understood once. The common case makes no string: the cell's
 * bytes are looked up in a table of recent spellings.
 */
import { mix } from './stage-writer.ts'
import type { StageWriter } from './stage-writer.ts'
import type { Tokenizer } from './tokenizer.ts'
import { fieldText } from './tokenizer.ts'

/** One spelling of a cell, understood. `text` is null where the cell says nothing; `code` is 0 then. */
export interface Label { text: string | null, bytes: Buffer, hash: number, code: number, raw: Buffer }

const RECENT = 4096
/** Most spellings kept; free text in such a column must not fill the memory. */
const MAX_SPELLINGS = 50_000

export class LabelColumn {
  /** Number of the column in the file. */
  readonly column: number
  /** Number of the field, for the row's hash. */
  readonly field: number
  readonly #read: (text: string) => string | null
  readonly #recent: (Label | undefined)[] = Array<Label | undefined>(RECENT).fill(undefined)
  readonly #byText = new Map<string, Label>()
  #codes = 0
  /** The label of the row before: in sorted or uniform columns it is this row's too. */
  #last: Label | undefined

  /** @param read  what a cell's text means: its clean form, or null */
  constructor(column: number, field: number, read: (text: string) => string | null) {
    this.column = column
    this.field = field
    this.#read = read
  }

  get(tokens: Tokenizer): Label {
    const i = this.column
    const { data } = tokens
    const from = tokens.starts[i]!
    const until = tokens.ends[i]!
    if (tokens.escaped[i] === 1) return this.#understand(tokens, data.subarray(0, 0))
    const last = this.#last
    if (last !== undefined && sameBytes(last.raw, data, from, until)) return last
    let hash = until - from
    for (let p = from; p < until; p++) hash = Math.imul(hash ^ data[p]!, 0x01000193)
    const slot = (hash ^ (hash >>> 15)) & (RECENT - 1)
    const recent = this.#recent[slot]
    if (recent !== undefined && sameBytes(recent.raw, data, from, until)) return this.#last = recent
    const label = { ...this.#understand(tokens, data.subarray(from, until)) }
    label.raw = Buffer.from(data.subarray(from, until))
    this.#recent[slot] = label
    return this.#last = label
  }

  #understand(tokens: Tokenizer, raw: Buffer): Label {
    const text = this.#read(fieldText(tokens, this.column))
    const key = text ?? '\u0000'
    let label = this.#byText.get(key)
    if (!label) {
      const bytes = Buffer.from(text ?? '')
      let hash = 0x811c9dc5 | 0
      for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
      label = { text, bytes, hash: mix(hash), code: text === null ? 0 : ++this.#codes, raw }
      if (this.#byText.size >= MAX_SPELLINGS) this.#byText.clear()
      this.#byText.set(key, label)
    }
    return label
  }
}

function sameBytes(raw: Buffer, data: Buffer, from: number, until: number): boolean {
  if (raw.length !== until - from) return false
  for (let i = 0; i < raw.length; i++) if (raw[i] !== data[from + i]) return false
  return true
}

/** Numbers for sequences of codes: a tree of (number so far, next code). */
export class CodeTree {
  readonly #next = new Map<number, number>()
  #count = 0

  /** Follows a row's labels from the root and takes each that says something into the row's hash. @returns the row's number */
  follow(columns: readonly LabelColumn[], tokens: Tokenizer, writer: StageWriter): number {
    let node = 0
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i]!
      const label = column.get(tokens)
      node = this.#step(node, label.code)
      if (label.text === null) continue
      writer.hashField(column.field)
      writer.hashInt(label.hash)
    }
    return node
  }

  #step(node: number, code: number): number {
    const key = node * 0x4000000 + code
    let next = this.#next.get(key)
    if (next === undefined) {
      next = ++this.#count
      this.#next.set(key, next)
    }
    return next
  }
}
