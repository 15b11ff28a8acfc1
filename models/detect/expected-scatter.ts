/**
 * How much the counts of a series scatter around what is expected of them, from period to period and from month to month, at
 * each time of the year: where the season comes late in one year and early in the next, counts are believed less.
 * Dispersion: Pearson's moment estimate, Breslow (1984), Applied Statistics 33:38-44. docs/methods/weisu-detector.md
 */

/** Parts of a year, two weeks each; what is said of one is drawn from it and its two neighbours on either side. */
const PARTS = 26
const REACH = 2
/** Dispersion believed before seeing data, and the periods that belief is worth. */
const PRIOR_DISPERSION = { value: 1, periods: 2 }
/** Rounding alone leaves a twelfth; below this no count is that regular. */
const LEAST_DISPERSION = 0.02
/** Squared drift believed before seeing data (3 % of the level), and the standard deviation of that belief. */
const PRIOR_DRIFT = { square: 0.001, sd: 0.02 }
/** Months are weighed as if they drifted by about a fifth: what chance adds to that decides. */
const USUAL_DRIFT = 0.05
/** Squares of months count up to 2.58 of their standard deviations, as those of outliers do. */
const CAP = 2.58 ** 2
/** A part's squared drift is believed to be the year's, give or take as much again and this. */
const PARTS_DRIFT_SD = 0.005

export class SeasonalScatter {
  /** Dispersion over the whole year: variance / mean of a count. */
  overall = 1
  readonly #periodsPerYear: number
  readonly #yearWorth: number
  readonly #dispersion = new Float64Array(PARTS).fill(1)
  readonly #drift = new Float64Array(PARTS).fill(PRIOR_DRIFT.square)
  readonly #chi = new Float64Array(PARTS)
  readonly #seen = new Float64Array(PARTS)
  readonly #excess = new Float64Array(PARTS)
  readonly #information = new Float64Array(PARTS)

  /** @param yearWorth  periods that the dispersion of the whole year is worth where that of a part is estimated */
  constructor(periodsPerYear: number, yearWorth: number) {
    this.#periodsPerYear = periodsPerYear
    this.#yearWorth = yearWorth
  }

  /** Variance / mean of the count of period i. */
  dispersion(i: number): number {
    return this.#dispersion[this.#part(i)]
  }

  /** Square of the coefficient of variation by which a month's level around period i strays from what is expected. */
  drift(i: number): number {
    return this.#drift[this.#part(i)]
  }

  /**
   * Measures the periods before `end` anew, taking what was found last for granted where one needs the other. O(end), allocates
   * nothing.
   *
   * @param weights    case weights, 0 leaves a period out
   * @param parameters that were fitted to the same periods
   * @param trimmed    mean square that the weights leave of a period that scatters as it should, where 1 is all
   */
  measure(counts: Float64Array, means: Float64Array, weights: Float64Array, end: number, parameters: number, trimmed: number): void {
    const chi = this.#chi.fill(0)
    const seen = this.#seen.fill(0)
    const excess = this.#excess.fill(0)
    const information = this.#information.fill(0)
    let used = 0
    let before = { miss: 0, mean: 0, variance: 0 }
    for (let from = 0, until = 0; from < end; from = until) {
      const part = this.#part(from)
      while (until < end && this.#part(until) === part) until++
      const here = this.#addFortnight(counts, means, weights, from, until, part)
      used += here.used
      this.#addMonth(part, before.miss + here.miss, before.mean + here.mean, before.variance + here.variance)
      before = here
    }
    this.#setDispersion(chi, seen, trimmed * Math.max(0.5, 1 - parameters / Math.max(1, used)))
    this.#setDrift(excess, information)
  }

  /**
   * Squares of a fortnight's misses around its own level, drawn to the expected one by what drift allows (Robinson 1991): what
   * strays together is drift. A period counts by m / (m + ½): where next to nothing is expected, nothing is learnt of the scatter.
   */
  #addFortnight(counts: Float64Array, means: Float64Array, weights: Float64Array, from: number, until: number, part: number): Fortnight {
    let miss = 0
    let mean = 0
    let variance = 0
    let used = 0
    for (let i = from; i < until; i++) {
      const w = weights[i]
      if (w === 0) continue
      miss += w * (counts[i] - means[i])
      mean += w * means[i]
      variance += w * w * means[i]
      used++
    }
    if (used === 0) return { miss, mean, variance, used }
    const drift = this.#drift[part] * mean
    const own = drift / (drift + this.#dispersion[part])
    const level = Math.max(0.01, 1 + (own * miss) / mean)
    let chi = 0
    let seen = 0
    for (let i = from; i < until; i++) {
      if (weights[i] === 0) continue
      const m = level * means[i]
      const share = weights[i] / (m + 0.5)
      chi += share * (counts[i] - m) * (counts[i] - m)
      seen += share * m
    }
    this.#chi[part] += chi
    this.#seen[part] += seen * (1 - own / used)
    return { miss, mean, variance: variance * this.#dispersion[part], used }
  }

  /** Square of four weeks' miss beyond what the scatter of their periods gives, relative to the squared mean. */
  #addMonth(part: number, miss: number, mean: number, variance: number): void {
    if (!(mean > 0)) return
    const chance = variance / (mean * mean)
    // A month tells of the squared drift with variance 2 (drift² + chance)².
    const weight = 0.5 / (USUAL_DRIFT + chance) ** 2
    // Capped by what was found last: drift that comes back year after year grows from round to round, one outbreak does not.
    const square = Math.min((miss / mean) ** 2, CAP * (this.#drift[part] + chance))
    this.#excess[part] += weight * (square - chance)
    this.#information[part] += weight
  }

  #setDispersion(chi: Float64Array, seen: Float64Array, freedom: number): void {
    let allChi = 0
    let allSeen = 0
    for (let part = 0; part < PARTS; part++) {
      allChi += chi[part]
      allSeen += seen[part]
    }
    const { value, periods } = PRIOR_DISPERSION
    this.overall = Math.max(LEAST_DISPERSION, (allChi / freedom + periods * value) / (allSeen + periods))
    for (let part = 0; part < PARTS; part++) {
      const [c, s] = around(chi, seen, part)
      this.#dispersion[part] = Math.max(LEAST_DISPERSION, (c / freedom + this.#yearWorth * this.overall) / (s + this.#yearWorth))
    }
  }

  #setDrift(excess: Float64Array, information: Float64Array): void {
    let all = 0
    let known = 0
    for (let part = 0; part < PARTS; part++) {
      all += excess[part]
      known += information[part]
    }
    const belief = 1 / PRIOR_DRIFT.sd ** 2
    const year = Math.max(0, (all + belief * PRIOR_DRIFT.square) / (known + belief))
    const worth = 1 / (year + PARTS_DRIFT_SD) ** 2
    for (let part = 0; part < PARTS; part++) {
      const [e, s] = around(excess, information, part)
      this.#drift[part] = Math.max(0, (e + worth * year) / (s + worth))
    }
  }

  #part(i: number): number {
    const years = i / this.#periodsPerYear
    return Math.floor((years - Math.floor(years)) * PARTS)
  }
}

interface Fortnight { miss: number, mean: number, variance: number, used: number }

/** Sums over a part of the year and its neighbours. */
function around(a: Float64Array, b: Float64Array, part: number): [number, number] {
  let sumA = 0
  let sumB = 0
  for (let d = -REACH; d <= REACH; d++) {
    const at = (part + d + PARTS) % PARTS
    sumA += a[at]
    sumB += b[at]
  }
  return [sumA, sumB]
}
