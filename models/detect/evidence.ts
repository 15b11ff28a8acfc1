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
  /** How much of the time it is on where many tickets are expected, relative to the others; where few are, all begin equally often. */
  weight: number
}

const SHARP_LENGTH = 2.2
/** Heights a factor of two apart, so that none is far from any; as short as outbreaks begin. */
export const SHARP_RISES: readonly Rise[] = [0.5, 1, 2, 4, 8].map((height) => ({ height, length: SHARP_LENGTH, weight: 1 }))
/** Storms, of which clumped counts have tails. */
export const HUGE_RISES: readonly Rise[] = [16, 32].map((height) => ({ height, length: SHARP_LENGTH, weight: 0.3 }))
/** Of weeks: what is as high as eight standard deviations is as rare as a storm among days. */
export const WEEKLY_RISES: readonly Rise[] = SHARP_RISES.map((rise) => (rise.height < 8 ? rise : { ...rise, weight: 0.3 }))
/** What grows slowly is looked for over weeks; with less weight where tickets are many: a level that strays looks the same. */
export const SLOW_RISES: readonly Rise[] = [
  ...[0.5, 1, 2].map((height) => ({ height, length: 8, weight: 0.05 })),
  ...[0.25, 0.5, 1].map((height) => ({ height, length: 28, weight: 0.05 })),
]
/** Expected tickets a period at which a weight is half way to its length: where tickets are few, each is sharp, and only what adds up tells. */
const FEW_EXPECTED = 0.08

/** Weight of the period before in what is usual of late: some two weeks of days. */
const FADE = 0.93
/** More than the sums of a bound may be off. */
const ROUNDING = 1e-6
/** Keeps the odds finite; e^600 is certain enough. */
const LARGEST_LOG = 600

/**
 * The filter of one series at a time; reset() before the next. Periods are given in order, oldest first.
 */
export class EvidenceFilter {
  /** Index into #heights of each rise. */
  readonly #heightOf: Uint8Array
  readonly #ending: Float64Array
  readonly #weight: Float64Array
  readonly #fewWeight: Float64Array
  readonly #onset: number
  readonly #heights: Float64Array
  /** Odds of each rise and of the usual course; for how long each rise has been on if it is, and expected tickets / dispersion since then. */
  readonly #on: Float64Array
  readonly #age: Float64Array
  readonly #held: Float64Array
  #off = 1
  #periods = 0
  #expected = 0
  #variance = 0
  readonly #logs: Float64Array
  readonly #best: Float64Array
  /** Of the bound: the log odds of rises that nothing speaks for, and what each period may take from the usual course. */
  readonly #atRest: number
  readonly #fading: number

  /**
   * @param onset share of the time that a rise of weight 1 is on. The smaller, the longer evidence outlasts its rise:
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
    this.#heightOf = Uint8Array.from(rises, (rise) => this.#heights.indexOf(rise.height))
    this.#ending = Float64Array.from(rises, (rise) => 1 / rise.length)
    this.#weight = Float64Array.from(rises, (rise) => rise.weight)
    this.#fewWeight = Float64Array.from(rises, (rise) => rise.length / SHARP_LENGTH)
    this.#onset = onset
    this.#on = new Float64Array(rises.length)
    this.#age = new Float64Array(rises.length)
    this.#held = new Float64Array(rises.length)
    this.#logs = new Float64Array(this.#heights.length)
    this.#best = new Float64Array(this.#heights.length)
    // A rise j that begins with chance b(j) a period and ends with e(j) is on at most b(j) / e(j) of the time; b lies between e(j) times its two weights.
    let on = 0
    let least = 0
    let most = 0
    for (let j = 0; j < rises.length; j++) {
      on += Math.max(this.#weight[j], this.#fewWeight[j])
      least += this.#ending[j] * Math.min(this.#weight[j], this.#fewWeight[j])
      most += this.#ending[j] * Math.max(this.#weight[j], this.#fewWeight[j])
    }
    this.#atRest = Math.log(on / least) + ROUNDING
    this.#fading = onset * most < 1 ? -Math.log1p(-onset * most) : Infinity
  }

  #remember(known: boolean, mean: number, dispersion: number): void {
    this.#periods = this.#periods * FADE + (known ? 1 : 0)
    this.#expected = this.#expected * FADE + (known ? mean : 0)
    this.#variance = this.#variance * FADE + (known ? mean * dispersion : 0)
  }

  reset(): void {
    this.#periods = 0
    this.#expected = 0
    this.#variance = 0
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
    this.#remember(known, mean, dispersion)
    if (known) logRises(count, mean, dispersion, Math.sqrt(mean * (dispersion + cv * cv * mean)), this.#heights, logs)

    const square = cv * cv
    const information = mean / dispersion
    const off = this.#off
    // Of the last weeks, not of tonight: else weights would change with the day of the week, and odds with them.
    const few = this.#expected > 0 ? 1 / (1 + (this.mean / FEW_EXPECTED) ** 3) : 1
    let back = off
    let total = 0
    let onsets = 0
    for (let j = 0; j < on.length; j++) {
      const onset = this.#onset * this.#ending[j] * (this.#weight[j] + (this.#fewWeight[j] - this.#weight[j]) * few)
      onsets += onset
      back += on[j] * this.#ending[j]
      const stays = on[j] * (1 - this.#ending[j])
      const begins = off * onset
      const older = stays / (stays + begins)
      age[j] = 1 + older * age[j]
      on[j] = stays + begins
      if (known) {
        // A rise looks like a level that is not well known. Of a window's evidence the share of its variance that is not the
        // level's counts, 1 / (1 + cv² held); this is by how much that grows from yesterday to today.
        const before = older * held[j]
        held[j] = before + information
        on[j] *= Math.exp(Math.min(LARGEST_LOG, logs[this.#heightOf[j]] / (1 + square * held[j])))
      }
      total += on[j]
    }
    back -= off * onsets
    const scale = 1 / (total + back)
    for (let j = 0; j < on.length; j++) on[j] *= scale
    this.#off = back * scale
    return Math.log(total / (back * onsets))
  }

  /**
   * A bound that `step` cannot exceed after the last of these periods, from a fresh filter: all rises of one height began when that suits them best.
   * Where this is too little, the filter need not run. O(periods * heights); afterwards `mean` and `dispersion` are those of the periods, and the
   * filter is to be reset.
   *
   * @param counts @param means @param dispersions  as `step` takes them, oldest first
   */
  atMost(counts: Float64Array, means: Float64Array, dispersions: Float64Array, cv: number): number {
    this.reset()
    const heights = this.#heights
    const logs = this.#logs
    const best = this.#best.fill(0)
    const square = cv * cv
    let information = 0
    for (let i = 0; i < counts.length; i++) {
      const count = counts[i]
      const mean = means[i]
      const dispersion = dispersions[i]
      const known = count >= 0 && mean > 0
      this.#remember(known, mean, dispersion)
      if (!known) continue
      information += mean / dispersion
      const sd = Math.sqrt(mean * (dispersion + square * mean))
      // What speaks against a rise counts by what no rise can have held more than, what speaks for it in full.
      const share = 1 / (1 + square * information)
      if (count === 0) {
        // As logRises, but for ln(1 + x) / x ≥ 2 / (2 + x).
        const against = share * sd * (dispersion < 1 ? 1 / dispersion : 2 / (1 + dispersion))
        for (let k = 0; k < heights.length; k++) best[k] = Math.max(0, best[k]) - heights[k] * against
      } else {
        logRises(count, mean, dispersion, sd, heights, logs)
        for (let k = 0; k < heights.length; k++) best[k] = Math.max(0, best[k]) + (logs[k] < 0 ? share * logs[k] : logs[k])
      }
    }
    let most = -Infinity
    for (let k = 0; k < heights.length; k++) most = Math.max(most, best[k])
    return most + this.#atRest + this.#fading * counts.length
  }

  /** Expected count a period, and variance / mean of a count, on average over the last weeks. */
  get mean(): number {
    return this.#expected / this.#periods
  }

  get dispersion(): number {
    return this.#variance / this.#expected
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
const SMALL_COUNT = 16

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
  const usual = count > SMALL_COUNT ? logGamma(count + size) - logGamma(size) : 0
  for (let k = 0; k < heights.length; k++) {
    const more = (heights[k] * sd) / excess
    out[k] = -more * logDispersion + (count > SMALL_COUNT ? logGamma(count + size + more) - logGamma(size + more) - usual : logRatio(count, size, more))
  }
}

/** ln Π (size + more + i) / (size + i), i below count. */
function logRatio(count: number, size: number, more: number): number {
  let product = 1
  for (let i = 0; i < count; i++) product *= 1 + more / (size + i)
  return Math.log(product)
}
