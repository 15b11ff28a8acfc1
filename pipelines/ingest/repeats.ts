/**
 * Has this ticket number come before in the file? A set of 64-bit hashes in typed arrays: 8 bytes an entry, no strings.
 * It may say yes wrongly (SQL compares the numbers themselves), never no.
 */
export class RepeatFilter {
  #mask: number
  #high: Int32Array
  #low: Int32Array
  #size = 0
  /** False once more numbers came than the set may hold: from then on every answer is yes. */
  exact = true
  readonly #limit: number

  /** @param limit  most numbers kept; 2^23 of them take 128 MB */
  constructor(limit = 1 << 23) {
    this.#limit = limit
    this.#mask = (1 << 12) - 1
    this.#high = new Int32Array(1 << 12)
    this.#low = new Int32Array(1 << 12)
  }

  /** True where the number with this hash was added before; adds it. */
  seen(high: number, low: number): boolean {
    if (!this.exact) return true
    if (high === 0 && low === 0) low = 1 // 0, 0 marks a free place
    let at = (low ^ (high >>> 3)) & this.#mask
    for (;;) {
      const a = this.#high[at]!
      const b = this.#low[at]!
      if (a === high && b === low) return true
      if (a === 0 && b === 0) break
      at = (at + 1) & this.#mask
    }
    this.#high[at] = high
    this.#low[at] = low
    if (++this.#size * 5 > this.#mask * 3) this.#grow()
    return false
  }

  #grow(): void {
    if (this.#size >= this.#limit) {
      this.exact = false
      return
    }
    const high = this.#high
    const low = this.#low
    const size = high.length * 2
    this.#mask = size - 1
    this.#high = new Int32Array(size)
    this.#low = new Int32Array(size)
    for (let i = 0; i < high.length; i++) {
      const a = high[i]!
      const b = low[i]!
      if (a === 0 && b === 0) continue
      let at = (b ^ (a >>> 3)) & this.#mask
      while (this.#high[at] !== 0 || this.#low[at] !== 0) at = (at + 1) & this.#mask
      this.#high[at] = a
      this.#low[at] = b
    }
  }
}
