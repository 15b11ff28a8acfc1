/**
 * Where do the records and fields of a CSV file begin and end? Works on bytes, makes no strings and no row objects.
 *
 * RFC 4180, forgiving: any one-byte delimiter, LF, CRLF or CR, quotes only where a field begins with one, a quote inside
 * a quoted field that no delimiter follows is text. Feed bytes with `push`, then call `read` until it answers false; the
 * record stands in `starts`, `ends` and `escaped` until the next call.
 */
import { isUtf8 } from 'node:buffer'
import { BadInputError } from '../../core/errors.ts'

/** Why a record cannot become a ticket; '' is a sound one. */
export type RecordFault = '' | 'wrong_columns' | 'unterminated_quote' | 'nul_byte' | 'bad_encoding' | 'record_too_long' | 'too_many_columns'

export interface TokenizerOptions {
  delimiter: number
  /** Columns of a sound record; 0 takes any number. */
  columns: number
  /** Longest record, in bytes; a longer one is skipped and reported. */
  maxRecordBytes: number
  /** A record beyond this length ends the reading with an error. */
  maxSkippedBytes: number
  /** Most columns of a record. */
  maxColumns: number
  /** True where the bytes were decoded from another encoding: U+FFFD then marks what could not be. */
  replacementIsBad: boolean
}

export const TOKENIZER_DEFAULTS: Readonly<TokenizerOptions> = {
  delimiter: 0x2c, columns: 0, maxRecordBytes: 10_000_000, maxSkippedBytes: 100_000_000, maxColumns: 2000, replacementIsBad: false,
}

const LF = 10
const CR = 13
const QUOTE = 34
/** Bytes that may be read again after unclosed quotes before the file counts as damaged beyond use. */
const MAX_REREAD_BYTES = 400_000_000

export class Tokenizer {
  /** Bytes that `starts` and `ends` point into; replaced by `push`. */
  data: Buffer = Buffer.alloc(0)
  /** Fields of the current record, without their quotes. */
  count = 0
  readonly starts: Int32Array
  readonly ends: Int32Array
  /** 1 where a field holds doubled quotes that stand for one. */
  readonly escaped: Uint8Array
  /** Line on which the current record begins, from 1. */
  line = 0
  fault: RecordFault = ''
  /** Span of the current record in `data`, line break excluded. */
  from = 0
  until = 0

  readonly #options: TokenizerOptions
  #position = 0
  #end = 0
  #nextLine = 1
  #needed = 0
  /** Something in the buffer is no text: each record is looked at by itself. */
  #doubtful = false
  #tailChecked = true
  #skipped = 0
  #reread = 0
  /** Position until which a quoted field is read as plain text, after its quote was found unclosed. */
  #plain = -1

  constructor(options: Partial<TokenizerOptions> = {}) {
    this.#options = { ...TOKENIZER_DEFAULTS, ...options }
    this.starts = new Int32Array(this.#options.maxColumns + 2)
    this.ends = new Int32Array(this.#options.maxColumns + 2)
    this.escaped = new Uint8Array(this.#options.maxColumns + 2)
  }

  /** From now on a sound record has so many columns. */
  expectColumns(columns: number): void {
    this.#options.columns = columns
  }

  /** Whether the bytes pushed from now on were decoded from another encoding (`replacementIsBad`). */
  setDecoded(decoded: boolean): void {
    this.#options.replacementIsBad = decoded
  }

  /** Adds bytes behind those not read yet. The chunk is copied. */
  push(chunk: Uint8Array): void {
    const rest = this.#end - this.#position
    const size = rest + chunk.length
    if (size > this.data.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(size + (size >> 1), 1 << 16))
      this.data.copy(grown, 0, this.#position, this.#end)
      this.data = grown
    } else if (this.#position > 0) this.data.copyWithin(0, this.#position, this.#end)
    this.data.set(chunk, rest)
    if (this.#plain >= 0) this.#plain -= this.#position
    this.#position = 0
    this.#end = size
    this.#doubtful = !this.#isSoundText(this.#lastBreak())
    this.#tailChecked = false
  }

  /**
   * Reads the next record.
   *
   * @param last  no more bytes will come
   * @returns false where more bytes are needed, or at the end
   * @throws {BadInputError} one record is longer than maxSkippedBytes, or too much had to be read again
   */
  read(last = false): boolean {
    if (last && !this.#tailChecked) {
      this.#doubtful ||= !this.#isSoundText(this.#end)
      this.#tailChecked = true
    }
    for (;;) {
      if (this.#skipped > 0 && !this.#skipLine(last)) return false
      if (this.#skipped < 0) {
        this.#skipped = 0
        this.fault = 'record_too_long'
        this.count = 0
        return true
      }
      if (this.#position >= this.#end) return false
      if (!last && this.#end - this.#position < this.#needed) return false
      this.#needed = 0
      const outcome = this.#scan(last)
      if (outcome === 'record') {
        if (this.count === 1 && this.from === this.until) continue // a blank line is no record
        return true
      }
      if (outcome === 'skip') continue
      // Incomplete: scan again only when there is twice as much, so that the work stays linear.
      this.#needed = Math.min((this.#end - this.#position) * 2, this.#options.maxRecordBytes + 1)
      return false
    }
  }

  #scan(last: boolean): 'record' | 'more' | 'skip' {
    const { delimiter, maxColumns, maxRecordBytes } = this.#options
    const { data, starts, ends, escaped } = this
    const end = this.#end
    const begin = this.#position
    let p = begin
    let n = 0
    let breaks = 0
    let firstBreak = -1
    let open = false
    let tangled = false
    let until = end
    let next = end
    let complete = last
    const plain = this.#plain === begin
    for (;;) {
      if (p < end && data[p] === QUOTE && !plain) {
        let q = p + 1
        let doubled = 0
        let stray = false
        const breaksBefore = breaks
        for (; q < end; q++) {
          const c = data[q]!
          if (c === QUOTE) {
            if (q + 1 >= end) break
            const after = data[q + 1]!
            if (after === QUOTE) {
              doubled = 1
              q++
            } else if (after === delimiter || after === LF || after === CR) break
            else stray = true
          } else if (c === LF) {
            if (firstBreak < 0) firstBreak = q + 1
            breaks++
          }
        }
        if (q >= end || (q + 1 >= end && !last)) {
          if (!last && end - begin <= maxRecordBytes) return 'more'
          open = q >= end
        }
        // An unclosed quote meets the opening one of a later line: that is no cell of several lines.
        if (stray && breaks > breaksBefore) tangled = true
        if (n <= maxColumns) {
          starts[n] = p + 1
          ends[n] = q
          escaped[n] = doubled
        }
        n++
        p = q + 1
      } else {
        const start = p
        let c = 0
        while (p < end && (c = data[p]!) !== delimiter && c !== LF && c !== CR) p++
        if (n <= maxColumns) {
          starts[n] = start
          ends[n] = p
          escaped[n] = 0
        }
        n++
      }
      if (open || p >= end) break
      const c = data[p]!
      if (c === delimiter) {
        p++
        continue
      }
      until = p
      if (c === CR && p + 1 >= end && !last) return 'more'
      next = c === CR && data[p + 1] === LF ? p + 2 : p + 1
      complete = true
      break
    }
    if (open || (!complete && end - begin > maxRecordBytes)) {
      if (open && firstBreak >= 0) return this.#reopen(end - firstBreak)
      if (!last || end - begin > maxRecordBytes) return this.#beginSkip()
    }
    if (!complete) return 'more'
    const wrong = this.#options.columns > 0 && (n !== this.#options.columns || tangled)
    // A stray quote swallows lines until the next one: give them back, and lose the first line only.
    if (wrong && firstBreak >= 0 && !plain) return this.#reopen(next - firstBreak)
    this.count = Math.min(n, maxColumns)
    this.line = this.#nextLine
    this.from = begin
    this.until = Math.min(until, end)
    this.#position = next
    this.#nextLine += breaks + 1
    this.fault = this.#judge(n, open, plain)
    if (this.fault === '' && wrong) this.fault = 'wrong_columns'
    return 'record'
  }

  #judge(fields: number, open: boolean, plain: boolean): RecordFault {
    if (this.until - this.from > this.#options.maxRecordBytes) return 'record_too_long'
    if (fields > this.#options.maxColumns) return 'too_many_columns'
    if (open || plain) return 'unterminated_quote'
    if (!this.#doubtful) return ''
    const record = this.data.subarray(this.from, this.until)
    if (record.includes(0)) return 'nul_byte'
    if (!isUtf8(record)) return 'bad_encoding'
    return this.#options.replacementIsBad && record.includes('\uFFFD') ? 'bad_encoding' : ''
  }

  /** Takes the first line of the record at hand by itself and frees those behind it. */
  #reopen(bytes: number): 'skip' {
    this.#reread += bytes
    if (this.#reread > MAX_REREAD_BYTES) {
      throw new BadInputError('unclosed_quotes', `too many quotes are not closed, the last of them on line ${this.#nextLine}`, { line: this.#nextLine })
    }
    this.#plain = this.#position
    return 'skip'
  }

  #beginSkip(): 'skip' {
    this.line = this.#nextLine
    this.#skipped = 1
    return 'skip'
  }

  /** Drops bytes up to the next line break; false where it is still to come. */
  #skipLine(last: boolean): boolean {
    const at = this.data.subarray(0, this.#end).indexOf(LF, this.#position)
    this.#skipped += (at < 0 ? this.#end : at) - this.#position
    if (this.#skipped > this.#options.maxSkippedBytes) {
      throw new BadInputError('line_too_long', `line ${this.line} is longer than ${this.#options.maxSkippedBytes / 1e6} MB`, { line: this.line })
    }
    this.#position = at < 0 ? this.#end : at + 1
    if (at < 0 && !last) return false
    this.#nextLine++
    this.from = this.until = this.#position
    this.#skipped = -1
    return true
  }

  /** Where the last whole line ends; what is behind it is looked at with the next chunk. */
  #lastBreak(): number {
    const bytes = this.data.subarray(0, this.#end)
    return Math.max(bytes.lastIndexOf(LF), bytes.lastIndexOf(CR), 0)
  }

  #isSoundText(until: number): boolean {
    const text = this.data.subarray(0, until)
    if (text.includes(0) || !isUtf8(text)) return false
    return !this.#options.replacementIsBad || !text.includes('\uFFFD')
  }
}

/** Text of field `i` of the tokenizer's record. */
export function fieldText(tokens: Tokenizer, i: number): string {
  const text = tokens.data.toString('utf8', tokens.starts[i]!, tokens.ends[i]!)
  return tokens.escaped[i] ? text.replaceAll('""', '"') : text
}
