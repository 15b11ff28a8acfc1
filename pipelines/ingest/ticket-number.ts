/**
 * Which ticket is this row? The number is read as bytes, in ASCII digits, and remembered to find rows that repeat it.
 */
import { RepeatFilter } from './repeats.ts'
import type { RowColumns } from './row-columns.ts'
import { mix } from './stage-writer.ts'
import { fieldText } from './tokenizer.ts'
import type { Tokenizer } from './tokenizer.ts'

export class TicketNumber {
  readonly column: number
  readonly repeats = new RepeatFilter()
  /** Bytes of the number read last: `from` until `until` of `data`, trimmed. */
  data: Buffer = Buffer.alloc(0)
  from = 0
  until = 0
  readonly #columns: RowColumns

  constructor(columns: RowColumns) {
    this.#columns = columns
    this.column = columns.at('ticket_no')
  }

  get length(): number {
    return this.until - this.from
  }

  get text(): string {
    return this.data.toString('utf8', this.from, this.until)
  }

  /** Finds the number, in the record itself where it can; false where there is none. */
  read(tokens: Tokenizer): boolean {
    const i = this.column
    const { data } = tokens
    let from = tokens.starts[i]!
    let until = tokens.ends[i]!
    while (from < until && data[from]! <= 32) from++
    while (from < until && data[until - 1]! <= 32) until--
    let plain = tokens.escaped[i] === 0
    for (let p = from; plain && p < until; p++) plain = data[p]! < 128
    if (plain) {
      if (from === until || (until - from < 8 && this.#columns.isNullBytes(data, from, until))) return false
      this.data = data
      this.from = from
      this.until = until
      return true
    }
    const text = fieldText(tokens, i).normalize('NFKC').trim()
    if (this.#columns.isNull(text)) return false
    this.data = Buffer.from(text)
    this.from = 0
    this.until = this.data.length
    return true
  }

  /** True where the number read last came before in the file, or may have; remembers it. */
  isRepeated(): boolean {
    const { data, until } = this
    let high = 0x811c9dc5 | 0
    let low = 0x27d4eb2f | 0
    for (let i = this.from; i < until; i++) {
      const c = data[i]!
      high = Math.imul(high ^ c, 0x01000193)
      low = Math.imul(low ^ c, 0x5bd1e995)
      low ^= low >>> 15
    }
    return this.repeats.seen(mix(high), mix(low))
  }
}
