/**
 * How does a row become a line of PostgreSQL's COPY text format? Bytes go into large buffers that are handed on when
 * full. The content hash of the row is folded from the same bytes while they are written.
 */
const TAB = 9
const LF = 10
const CR = 13
const BACKSLASH = 92
const HEX = Buffer.from('0123456789abcdef')
const BUFFER_BYTES = 1 << 18

export class StageWriter {
  /** Buffers that are ready to be sent; whoever sends them takes them out. */
  readonly full: Buffer[] = []
  #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES)
  #at = 0
  #lineStart = true
  #high = 0
  #low = 0

  /** Begins a row: `line` is its first column. */
  begin(line: number): void {
    if (this.#at > BUFFER_BYTES - 8192) this.#rotate(0)
    this.#lineStart = true
    this.#high = 0x811c9dc5 | 0
    this.#low = 0x1b873593 | 0
    this.int(line)
  }

  end(): void {
    this.#buffer[this.#at++] = LF
  }

  /** Folds a field's number into the hash, so that the same text in another field gives another hash. */
  hashField(field: number): void {
    this.#high = Math.imul(this.#high ^ (field + 1), 0x85ebca6b)
    this.#low = Math.imul(this.#low ^ (field + 1), 0xc2b2ae35)
  }

  hashInt(value: number): void {
    this.#high = Math.imul(this.#high ^ value, 0x01000193) ^ (this.#high >>> 15)
    this.#low = Math.imul(this.#low ^ value, 0x5bd1e995) ^ (this.#low >>> 13)
  }

  null(): void {
    this.#separate()
    this.#buffer[this.#at++] = BACKSLASH
    this.#buffer[this.#at++] = 78 // N
  }

  int(value: number): void {
    this.#separate()
    const b = this.#buffer
    if (value < 0) {
      b[this.#at++] = 45
      value = -value
    }
    let digits = 1
    for (let bound = 10; value >= bound; bound *= 10) digits++
    let at = this.#at + digits
    this.#at = at
    do {
      const rest = Math.floor(value / 10)
      b[--at] = 48 + value - rest * 10
      value = rest
    } while (value > 0)
  }

  /** A number given in ten-millionths. */
  fixed7(value: number): void {
    const magnitude = Math.abs(value)
    const whole = Math.floor(magnitude / 1e7)
    let rest = magnitude - whole * 1e7
    this.#separate()
    this.#lineStart = true // `int` follows without another separator
    if (value < 0) this.#buffer[this.#at++] = 45
    this.int(whole)
    this.#buffer[this.#at++] = 46
    this.#at += 7
    for (let i = 1; i <= 7; i++) {
      const next = Math.floor(rest / 10)
      this.#buffer[this.#at - i] = 48 + rest - next * 10
      rest = next
    }
  }

  /** Bytes from `from` until `until` of `source`, escaped, and folded into the hash where `hashed`. */
  bytes(source: Uint8Array, from: number, until: number, hashed: boolean): void {
    this.#reserve((until - from) * 2 + 2048) // room for the fixed columns that may follow
    this.#separate()
    const b = this.#buffer
    let at = this.#at
    let high = this.#high
    let low = this.#low
    for (let i = from; i < until; i++) {
      const c = source[i]!
      high = Math.imul(high ^ c, 0x01000193)
      low = Math.imul(low ^ c, 0x5bd1e995)
      if (c <= CR || c === BACKSLASH) {
        if (c === TAB || c === LF || c === CR || c === BACKSLASH) {
          b[at++] = BACKSLASH
          b[at++] = c === TAB ? 116 : c === LF ? 110 : c === CR ? 114 : BACKSLASH
          continue
        }
      }
      b[at++] = c
    }
    this.#at = at
    if (!hashed) return
    this.#high = high ^ (high >>> 15)
    this.#low = low ^ (low >>> 13)
  }

  text(value: string, hashed: boolean): void {
    const bytes = Buffer.from(value)
    this.bytes(bytes, 0, bytes.length, hashed)
  }

  /** 'YYYY-MM-DD HH:MM:SS' of seconds since 1970 on some clock, with +00 where that clock is UTC. */
  time(seconds: number, utc: boolean): void {
    this.#separate()
    const days = Math.floor(seconds / 86400)
    const clock = seconds - days * 86400
    const b = this.#buffer
    let at = writeDate(b, this.#at, days)
    const hour = (clock / 3600) | 0
    const minute = ((clock - hour * 3600) / 60) | 0
    b[at++] = 32
    at = digits2(b, at, hour)
    b[at++] = 58
    at = digits2(b, at, minute)
    b[at++] = 58
    at = digits2(b, at, clock - hour * 3600 - minute * 60)
    if (utc) {
      b[at++] = 43
      b[at++] = 48
      b[at++] = 48
    }
    this.#at = at
  }

  /** 'YYYY-MM-DD' of a day number. */
  date(days: number): void {
    this.#separate()
    this.#at = writeDate(this.#buffer, this.#at, days)
  }

  /** The row's hash as a non-negative 63-bit number in hexadecimal, which PostgreSQL 16 reads as bigint. */
  hash(): void {
    this.#separate()
    const high = mix(this.#high ^ this.#low) & 0x7fffffff
    const low = mix(this.#low + Math.imul(this.#high, 0x9e3779b1))
    const b = this.#buffer
    let at = this.#at
    b[at++] = 48
    b[at++] = 120
    for (let shift = 28; shift >= 0; shift -= 4) b[at++] = HEX[(high >>> shift) & 15]!
    for (let shift = 28; shift >= 0; shift -= 4) b[at++] = HEX[(low >>> shift) & 15]!
    this.#at = at
  }

  /** Hands over what is in the current buffer. */
  finish(): Buffer {
    return this.#buffer.subarray(0, this.#at)
  }

  #separate(): void {
    if (this.#lineStart) this.#lineStart = false
    else this.#buffer[this.#at++] = TAB
  }

  #reserve(bytes: number): void {
    if (this.#buffer.length - this.#at < bytes) this.#rotate(bytes)
  }

  #rotate(bytes: number): void {
    this.full.push(this.#buffer.subarray(0, this.#at))
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(BUFFER_BYTES, bytes + 8192))
    this.#at = 0
  }
}

function writeDate(b: Buffer, start: number, days: number): number {
  const date = civil(days)
  let at = digits2(b, start, (date.year / 100) | 0)
  at = digits2(b, at, date.year % 100)
  b[at++] = 45
  at = digits2(b, at, date.month)
  b[at++] = 45
  return digits2(b, at, date.day)
}

function digits2(b: Buffer, at: number, value: number): number {
  const tens = (value / 10) | 0
  b[at] = 48 + tens
  b[at + 1] = 48 + value - tens * 10
  return at + 2
}

/** MurmurHash3's finaliser: every bit of the input moves every bit of the result. */
export function mix(h: number): number {
  h ^= h >>> 16
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return h ^ (h >>> 16)
}

interface Civil { year: number, month: number, day: number }
const calendar: Civil[] = []
/** Calendar date of a day number; days from 1970 on are kept, there being few. */
function civil(days: number): Civil {
  const known = calendar[days]
  if (known) return known
  const date = new Date(days * 86400000)
  const made = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
  if (days >= 0 && days < 60000) calendar[days] = made
  return made
}
