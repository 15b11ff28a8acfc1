/**
 * Isotonic regression of counts that come one by one, by pooling adjacent violators: Barlow, Bartholomew, Bremner & Brunk
 * (1972), Statistical Inference under Order Restrictions, §1.2. With Poisson counts it is the likelihood's maximum too.
 */

/** The never falling levels that fit the counts so far best; one count more costs constant time on average. */
export class RisingLevels {
  /** Counts so far. */
  length = 0
  #sum = 0
  /** Blocks of equal level, the last one on top: their counts, periods, and Σ sum ln(sum / periods) up to and with them. */
  #blocks = 0
  readonly #sums: Float64Array
  readonly #periods: Float64Array
  readonly #logs: Float64Array

  /** @param capacity counts to come at most */
  constructor(capacity: number) {
    this.#sums = new Float64Array(capacity)
    this.#periods = new Float64Array(capacity)
    this.#logs = new Float64Array(capacity)
  }

  push(count: number): void {
    const block = this.#pool(count)
    this.#sums[block.at] = block.sum
    this.#periods[block.at] = block.periods
    this.#logs[block.at] = block.logs
    this.#blocks = block.at + 1
    this.#sum += count
    this.length++
  }

  /** The constant level. */
  mean(): number {
    return this.#sum / this.length
  }

  /** ln of the likelihood of the rising levels over that of the constant one: Σ count ln(level / mean), 0 or more. */
  logRatio(): number {
    return this.length === 0 ? 0 : Math.max(0, this.#logs[this.#blocks - 1] - timesLog(this.#sum, this.length))
  }

  /** logRatio as it would be after one count more. */
  logRatioWith(count: number): number {
    return Math.max(0, this.#pool(count).logs - timesLog(this.#sum + count, this.length + 1))
  }

  /** The level of each count so far. */
  fitted(): Float64Array {
    const out = new Float64Array(this.length)
    for (let b = 0, at = 0; b < this.#blocks; b++) {
      out.fill(this.#sums[b] / this.#periods[b], at, at + this.#periods[b])
      at += this.#periods[b]
    }
    return out
  }

  /** The last block as it would be with one count more: those that would be higher are pooled with it. */
  #pool(count: number): { at: number, sum: number, periods: number, logs: number } {
    let at = this.#blocks
    let sum = count
    let periods = 1
    while (at > 0 && this.#sums[at - 1] * periods >= sum * this.#periods[at - 1]) {
      at--
      sum += this.#sums[at]
      periods += this.#periods[at]
    }
    return { at, sum, periods, logs: (at > 0 ? this.#logs[at - 1] : 0) + timesLog(sum, periods) }
  }
}

/** sum ln(sum / periods), 0 for a sum of 0. */
function timesLog(sum: number, periods: number): number {
  return sum > 0 ? sum * Math.log(sum / periods) : 0
}
