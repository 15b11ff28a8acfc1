/**
 * Is something up, and since when? Each period's count is weighed between two explanations: as usual, or more by a rise that
 * began some time ago; rises of several heights and lengths, each a state of a hidden Markov chain. One number comes out, the
 * odds that some rise is on. Forward filter: Hamilton (1989), Econometrica 57:357-384; with onsets ever rarer it is the sum over
 * all windows of Shiryaev (1963) and Roberts (1966), mixed over heights. docs/methods/weisu-detector.md
 */
import { InvalidOptionError } from '../../core/errors.ts'
import { logGamma } from '../math/gamma.ts'

/** A kind of rise. */
export interface Rise {
  /** Extra tickets a period, in standard deviations of a usual one. */
  height: number
  /** Mean number of periods it lasts. */
  length: number
  /** How often it begins, relative to the others. */
  weight: number
}

/** Heights a factor of two apart, so that none is far from any; about as short as outbreaks begin. */
export const SHARP_RISES: readonly Rise[] = [0.5, 1, 2, 4, 8].map((height) => ({ height, length: 2.2, weight: 1 }))
/** What grows slowly is looked for over weeks of days, with less weight: a level that strays looks the same. */
export const SLOW_RISES: readonly Rise[] = [
  ...[0.5, 1, 2].map((height) => ({ height, length: 10, weight: 0.03 })),
  ...[0.25, 0.5, 1].map((height) => ({ height, length: 40, weight: 0.03 })),
]

/** Keeps the odds finite; e^600 is certain enough. */
const LARGEST_LOG = 600

/**
 * The filter of one series at a time; reset() before the next. Periods are given in order, oldest first.
 */
export class EvidenceFilter {
  /** Index into #heights and #memories of each rise. */
  readonly #heightOf: Uint8Array
  readonly #memoryOf: Uint8Array
  readonly #ending: Float64Array
  readonly #onset: Float64Array
  readonly #heights: Float64Array
  readonly #memories: Float64Array
  /** Odds of each rise, of the usual course, and how long each rise has been on if it is. */
  readonly #on: Float64Array
  readonly #age: Float64Array
  #off = 1
  /** Expected tickets / dispersion that each memory holds. */
  readonly #held: Float64Array
  readonly #logs: Float64Array
  readonly #onsets: number

  /**
   * @param onset probability that a rise of weight 1 begins in a period. The smaller, the longer evidence outlasts its rise:
   *              odds that have grown beyond 1 are forgotten with the rise, smaller ones fade with its length.
   * @throws {InvalidOptionError} no rises, or one that cannot be
   */
  constructor(rises: readonly Rise[], onset: number) {
    if (!(onset > 0 && onset < 1)) throw new InvalidOptionError('onset', onset, 'above 0 and below 1')
    for (const rise of rises) {
      if (!(rise.height > 0 && rise.length >= 1 && rise.weight > 0)) throw new InvalidOptionError('rise', JSON.stringify(rise), 'height and weight above 0, length of 1 or more')
    }
    if (rises.length === 0) throw new InvalidOptionError('rises', '[]', 'at least one')
    this.#heights = Float64Array.from(new Set(rises.map((rise) => rise.height)))
    this.#memories = Float64Array.from(new Set(rises.map((rise) => 1 / rise.length)))
    this.#heightOf = Uint8Array.from(rises, (rise) => this.#heights.indexOf(rise.height))
    this.#memoryOf = Uint8Array.from(rises, (rise) => this.#memories.indexOf(1 / rise.length))
    this.#ending = Float64Array.from(rises, (rise) => 1 / rise.length)
    this.#onset = Float64Array.from(rises, (rise) => onset * rise.weight)
    this.#onsets = this.#onset.reduce((sum, onset) => sum + onset, 0)
    this.#on = new Float64Array(rises.length)
    this.#age = new Float64Array(rises.length)
    this.#held = new Float64Array(this.#memories.length)
    this.#logs = new Float64Array(this.#heights.length)
  }

  reset(): void {
    this.#on.fill(0)
    this.#age.fill(0)
    this.#held.fill(0)
    this.#off = 1
  }

  /**
   * Takes one period more. O(rises), allocates nothing.
   *
   * @param count      NaN is a gap: time passes, nothing is learnt
   * @param mean       expected count, above 0
   * @param dispersion variance / mean of a usual count
   * @param cv         coefficient of variation by which the means of all these periods together may be wrong
   * @returns logarithm of (odds that a rise is on) / (odds that one begins in a period): 0 says that nothing was learnt lately
   */
  step(count: number, mean: number, dispersion: number, cv: number): number {
    const on = this.#on
    const age = this.#age
    const known = count >= 0 && mean > 0
    const logs = this.#logs
    const held = this.#held
    for (let j = 0; j < held.length; j++) held[j] = (1 - this.#memories[j]) * held[j] + (known ? mean / dispersion : 0)
    if (known) logRises(count, mean, dispersion, Math.sqrt(mean * (dispersion + cv * cv * mean)), this.#heights, logs)

    const off = this.#off
    let back = off * (1 - this.#onsets)
    let total = 0
    for (let j = 0; j < on.length; j++) {
      back += on[j] * this.#ending[j]
      const stays = on[j] * (1 - this.#ending[j])
      const begins = off * this.#onset[j]
      age[j] = 1 + (stays * age[j]) / (stays + begins)
      on[j] = stays + begins
      if (known) {
        // A rise of the level looks like a level that is not well known: of the evidence counts the share of the variance that is not the level's.
        const log = logs[this.#heightOf[j]] / (1 + cv * cv * held[this.#memoryOf[j]])
        on[j] *= Math.exp(Math.min(LARGEST_LOG, log))
      }
      total += on[j]
    }
    const scale = 1 / (total + back)
    for (let j = 0; j < on.length; j++) on[j] *= scale
    this.#off = back * scale
    return Math.log(total / (back * this.#onsets))
  }

  /** If a rise is on: how many periods, this one included, it has been on; the mean over all that may be. */
  get age(): number {
    let sum = 0
    let total = 0
    for (let j = 0; j < this.#on.length; j++) {
      sum += this.#on[j] * this.#age[j]
      total += this.#on[j]
    }
    return sum / total
  }
}

/** Below this excess the negative binomial is Poisson to three digits. */
const LEAST_EXCESS = 1e-3
/** Up to this count a product of ratios is quicker than gamma functions. */
const FEW = 16

/**
 * Log likelihood ratios of one count: mean + height · sd against mean, dispersion (variance / mean) the same. Counts are negative
 * binomial with size mean / (dispersion − 1), so that the ratio grows with the count for ever; Poisson at dispersion 1; below, the
 * Poisson likelihood by its quasi-likelihood, divided by the dispersion (Wedderburn 1974).
 *
 * @param out one a height, overwritten
 */
export function logRises(count: number, mean: number, dispersion: number, sd: number, heights: Float64Array, out: Float64Array): void {
  const excess = dispersion - 1
  if (excess < LEAST_EXCESS) {
    const power = excess < 0 ? 1 / dispersion : 1
    for (let k = 0; k < heights.length; k++) {
      const extra = heights[k] * sd
      out[k] = power * (count * Math.log1p(extra / mean) - extra)
    }
    return
  }
  const size = mean / excess
  const logDispersion = Math.log(dispersion)
  const usual = count > FEW ? logGamma(count + size) - logGamma(size) : 0
  for (let k = 0; k < heights.length; k++) {
    const more = (heights[k] * sd) / excess
    out[k] = -more * logDispersion + (count > FEW ? logGamma(count + size + more) - logGamma(size + more) - usual : logRatio(count, size, more))
  }
}

/** ln Π (size + more + i) / (size + i), i below count. */
function logRatio(count: number, size: number, more: number): number {
  let product = 1
  for (let i = 0; i < count; i++) product *= 1 + more / (size + i)
  return Math.log(product)
}
