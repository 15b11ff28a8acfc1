/**
 * How many tickets a period of a series usually brings, how much they scatter, and how well both are known: a quasi-Poisson
 * regression with ridge in which past outbreaks weigh little. After Farrington et al. (1996), JRSS A 159:547-563, and Noufaily
 * et al. (2013), Stat Med 32:1206-1222; scatter and drift by season are ours. docs/methods/weisu-detector.md
 */
import { resolveOptions } from '../../core/options.ts'
import { choleskyDecompose, choleskyInvert, choleskySolve } from '../math/cholesky.ts'
import { normalCdf } from '../math/normal.ts'
import { layColumns, WEEKEND } from './expected-columns.ts'
import type { Columns } from './expected-columns.ts'
import { SeasonalScatter } from './expected-scatter.ts'
import type { Reason } from './verdict.ts'

export interface ExpectedOptions {
  /** Last periods left out of the fit, so that an outbreak does not teach the model that it is usual. */
  guard: number
  /** Fewer usable periods before the guard give 'too_short'. */
  minPeriods: number
  /** Pairs of sine and cosine of the year. */
  harmonics: number
  /** Years after which a period counts half. */
  halfLifeYears: number
  /** Anscombe residual above which a period weighs (threshold / residual)²: Noufaily's 2.58. */
  outlierThreshold: number
  /** Periods that the dispersion of the whole year is worth where that of a fortnight of it is estimated. */
  yearWorth: number
  /** Weighings of a first fit; later fits go on from the last weights. */
  rounds: number
}

export const EXPECTED_DEFAULTS: Readonly<ExpectedOptions> = {
  guard: 28, minPeriods: 28, harmonics: 2, halfLifeYears: 1e9, outlierThreshold: 2.58, yearWorth: 200, rounds: 3,
}
const RANGES = {
  guard: [0, 3650, 'whole'], minPeriods: [2, 36500, 'whole'], harmonics: [0, 6, 'whole'], halfLifeYears: [0.1, 1e9], outlierThreshold: [1, 99], yearWorth: [0, 1e9],
  rounds: [0, 10, 'whole'],
} as const

/** One series. Arrays are read, never kept longer than the model, never written. */
export interface ExpectedSeries {
  /** n counts, oldest first; NaN is a gap. */
  counts: Float64Array
  periodsPerYear: number
  /** Weekdays 1 to 7 and kinds of day of daily series; longer than the counts where later days are to be expected. */
  weekdays?: Uint8Array
  kinds?: Uint8Array
  /** n flags: 1 leaves a period out of the fit, such as one of a confirmed episode. */
  excluded?: Uint8Array
}

export interface Prediction {
  /** Expected count. */
  mean: number
  /** Variance of the count at a known mean, relative to that mean. */
  dispersion: number
  /** Coefficient of variation by which the means of the weeks around may all be wrong: coefficients are estimates, levels drift. */
  cv: number
  /** Next to nothing is expected beside the busiest weekday: the office is closed. */
  closed: boolean
}

/** Newton steps of the first solution at most, and of one that goes on from the last. */
const FIRST_STEPS = 12
const NEXT_STEPS = 1
/** Newton squares a step, and the next solution goes on: this one leaves 4e-4 of a coefficient. */
const SMALL_STEP = 0.02
const LARGEST_STEP = 3
/** Periods from one at which the fit's own variance is asked to the next: no multiple of a week, some 30 a year of days. */
const VARIANCE_STEP = 13
/** Keeps exp() finite. */
const ETA_LIMIT = 30

/**
 * The model of one series. fit() first, then ask of any period, also of later ones; fit() again as the series goes on starts
 * from the last. Never throws on data.
 */
export class ExpectedModel {
  readonly #counts: Float64Array
  readonly #excluded: Uint8Array | undefined
  readonly #periodsPerYear: number
  readonly #options: ExpectedOptions
  readonly #columns: Columns
  readonly #scatter: SeasonalScatter
  /** What weighing outliers down takes from the squares of those that are none. */
  readonly #trimmed: number
  readonly #coefficients: Float64Array
  readonly #ridge: Float64Array
  readonly #information: Float64Array
  readonly #covariance: Float64Array
  readonly #score: Float64Array
  /** Columns of a row that are not 0. */
  readonly #filled: Uint8Array
  readonly #means: Float64Array
  /** What is left of each period's weight by its own residual, 0 for gaps. */
  readonly #trust: Float64Array
  /** That times recency. */
  readonly #weights: Float64Array
  #fittedUntil = 0
  /** Variance of the logarithm of the weeks' level, on average over the tickets expected of the periods fitted. */
  #fittedVariance = 0
  #priorLevel = 0
  /** Share of each weekday in a week's tickets, and the effect of the busiest. */
  readonly #weekShares = new Float64Array(WEEKDAYS)
  #busiest = 0
  readonly #prediction: Prediction = { mean: NaN, dispersion: NaN, cv: NaN, closed: false }

  /** @throws {InvalidOptionError} an unknown option, or one out of range */
  constructor({ counts, periodsPerYear, weekdays, kinds, excluded }: ExpectedSeries, options: Partial<ExpectedOptions> = {}) {
    this.#options = resolveOptions('ExpectedModel', EXPECTED_DEFAULTS, RANGES, options)
    this.#counts = counts
    this.#excluded = excluded
    this.#periodsPerYear = periodsPerYear
    const rows = weekdays ? weekdays.length : counts.length
    this.#columns = layColumns(rows, counts.length, periodsPerYear, this.#options.harmonics, weekdays, kinds)
    this.#trimmed = trimmedSquare(this.#options.outlierThreshold)
    this.#scatter = new SeasonalScatter(periodsPerYear, this.#options.yearWorth)
    const p = this.#columns.columns
    this.#coefficients = new Float64Array(p)
    this.#ridge = new Float64Array(p)
    this.#information = new Float64Array(p * p)
    this.#covariance = new Float64Array(p * p)
    this.#score = new Float64Array(p)
    this.#filled = new Uint8Array(p)
    this.#means = new Float64Array(counts.length)
    this.#trust = new Float64Array(counts.length)
    this.#weights = new Float64Array(counts.length)
  }

  /** Fits to the periods before `now` less the guard; '' or why it could not. O(periods * columns²), allocates nothing. */
  fit(now: number): Reason {
    const end = Math.max(0, Math.min(now, this.#counts.length) - this.#options.guard)
    const first = this.#fittedUntil === 0
    const reason = this.#prepare(end)
    if (reason !== '') return reason
    for (let round = first ? this.#options.rounds : 0; round >= 0; round--) {
      if (!this.#solve(end, first && round === this.#options.rounds ? FIRST_STEPS : NEXT_STEPS)) return 'no_convergence'
      this.#expect(0, end)
      this.#scatter.measure(this.#counts, this.#means, this.#weights, end, this.#columns.columns, this.#trimmed)
      this.#judge(0, end)
    }
    this.#fittedUntil = end
    this.#fittedVariance = this.#averageVariance(end)
    return ''
  }

  /** What is to be expected of period i; the same object each time. O(columns²). */
  predict(i: number): Readonly<Prediction> {
    const { starts, column, value } = this.#columns
    const out = this.#prediction
    const variance = this.#levelVariance(i)
    // The mean over what the coefficients may be. They lean below their most probable values, so that on average over what was
    // fitted both come to the same; later periods are less well known, and sparse series would be told too little.
    out.mean = Math.exp(this.#eta(i) + 0.5 * (variance - this.#fittedVariance))
    // What is not known of the day itself, such as a holiday seen twice, scatters from day to day.
    const ofDay = this.#dayVariance(i) - variance
    out.dispersion = this.#scatter.dispersion(i) + (ofDay > 0 ? ofDay * out.mean : 0)
    out.cv = Math.sqrt(variance + this.#scatter.drift(i))
    let effect = 0
    for (let c = starts[i]; c < starts[i + 1]; c++) effect += value[c] * this.#coefficients[column[c]]
    out.closed = out.mean < 1 && effect - this.#busiest < CLOSED
    return out
  }

  /** Of the logarithm of the weeks' level around period i. What is not known of single weekdays is left out, it averages out. */
  #levelVariance(i: number): number {
    const { columns: p, dense, base } = this.#columns
    const row = this.#score.fill(0)
    for (let a = 0; a < dense; a++) row[a] = base[i * dense + a]
    if (p > dense) {
      row.set(this.#weekShares, dense)
      row[dense + WEEKEND] = this.#weekShares[5] + this.#weekShares[6]
    }
    return this.#varianceOf(row)
  }

  /** Of a row times the coefficients: what is 0 in it costs nothing. */
  #varianceOf(row: Float64Array): number {
    const { columns: p } = this.#columns
    const filled = this.#filled
    const covariance = this.#covariance
    let n = 0
    for (let a = 0; a < p; a++) if (row[a] !== 0) filled[n++] = a
    let variance = 0
    for (let i = 0; i < n; i++) {
      const at = filled[i] * p
      let sum = 0.5 * covariance[at + filled[i]] * row[filled[i]]
      for (let j = 0; j < i; j++) sum += covariance[at + filled[j]] * row[filled[j]]
      variance += 2 * row[filled[i]] * sum
    }
    return Math.max(0, variance) * this.#scatter.overall
  }

  /** Of the logarithm of the mean of period i itself, its weekday and kind of day with it. */
  #dayVariance(i: number): number {
    const { columns: p, dense, base, starts, column, value } = this.#columns
    if (p === dense) return 0
    const row = this.#score.fill(0)
    for (let a = 0; a < dense; a++) row[a] = base[i * dense + a]
    for (let c = starts[i]; c < starts[i + 1]; c++) row[column[c]] += value[c]
    return this.#varianceOf(row)
  }

  #averageVariance(end: number): number {
    let sum = 0
    let tickets = 0
    for (let i = 0; i < end; i += VARIANCE_STEP) {
      const expected = this.#weights[i] * this.#means[i]
      if (expected === 0) continue
      sum += expected * this.#levelVariance(i)
      tickets += expected
    }
    return tickets > 0 ? sum / tickets : 0
  }

  /** Weights, prior and, before the first fit, where to start from. */
  #prepare(end: number): Reason {
    const counts = this.#counts
    const from = this.#fittedUntil
    for (let i = from; i < end; i++) this.#trust[i] = counts[i] >= 0 && this.#excluded?.[i] !== 1 ? 1 : 0
    if (from > 0) {
      this.#expect(from, end)
      this.#judge(from, end)
    }
    const fade = Math.pow(0.5, 1 / (this.#options.halfLifeYears * this.#periodsPerYear))
    let recency = 1
    let used = 0
    let earliest = end
    let tickets = 0
    let exposure = 0
    for (let i = end - 1; i >= 0; i--) {
      const w = this.#trust[i] * recency
      this.#weights[i] = w
      recency *= fade
      if (w === 0) continue
      used++
      earliest = i
      tickets += w * counts[i]
      exposure += w
    }
    if (used === 0) return counts.some((count) => count >= 0) ? 'too_short' : 'no_history'
    if (used < this.#options.minPeriods) return 'too_short'
    this.#priorLevel = Math.log((tickets + 0.5) / exposure)
    const { ridge, needsYears, columns } = this.#columns
    const years = (end - earliest) / this.#periodsPerYear
    for (let a = 0; a < columns; a++) this.#ridge[a] = years >= needsYears[a] ? ridge[a] : UNSUPPORTED
    if (from === 0) this.#start(end)
    return ''
  }

  /** The level, and of the columns that few rows have what these rows say by themselves: a closed day is e^−8 of a usual one. */
  #start(end: number): void {
    const { columns: p, dense, starts, column, value } = this.#columns
    const tickets = this.#score.fill(0)
    const rows = new Float64Array(p)
    for (let i = 0; i < end; i++) {
      const w = this.#weights[i]
      if (w === 0) continue
      for (let c = starts[i]; c < starts[i + 1]; c++) {
        if (value[c] !== 1) continue
        tickets[column[c]] += w * this.#counts[i]
        rows[column[c]] += w
      }
    }
    const level = Math.exp(this.#priorLevel)
    this.#coefficients.fill(0)
    this.#coefficients[0] = this.#priorLevel
    for (let a = dense; a < dense + WEEKDAYS && a < p; a++) this.#coefficients[a] = Math.log((tickets[a] + 1) / (rows[a] * level + 1))
  }

  #solve(end: number, steps: number): boolean {
    const { columns: p, dense } = this.#columns
    const information = this.#information
    const score = this.#score
    let moved = Infinity
    for (let step = 0; step < steps && moved > SMALL_STEP; step++) {
      this.#accumulate(end)
      const dispersion = this.#scatter.overall
      for (let a = 0; a < p; a++) {
        information[a * p + a] += this.#ridge[a] * dispersion
        score[a] -= this.#ridge[a] * dispersion * (this.#coefficients[a] - (a === 0 ? this.#priorLevel : 0))
      }
      if (!choleskyDecompose(information, p)) return false
      choleskySolve(information, score, score, p)
      moved = 0
      for (let a = 0; a < p; a++) {
        const by = Math.max(-LARGEST_STEP, Math.min(LARGEST_STEP, score[a]))
        this.#coefficients[a] += by
        moved = Math.max(moved, Math.abs(by))
      }
    }
    choleskyInvert(information, this.#covariance, p)
    if (p > dense) this.#shareWeek(this.#coefficients.subarray(dense, dense + WEEKDAYS), this.#coefficients[dense + WEEKEND])
    return Number.isFinite(moved)
  }

  #shareWeek(effects: Float64Array, weekend: number): void {
    const shares = this.#weekShares
    let sum = 0
    this.#busiest = -Infinity
    for (let d = 0; d < WEEKDAYS; d++) {
      const effect = effects[d] + (d > 4 ? weekend : 0)
      shares[d] = Math.exp(effect)
      sum += shares[d]
      this.#busiest = Math.max(this.#busiest, effect)
    }
    for (let d = 0; d < WEEKDAYS; d++) shares[d] /= sum
  }

  /** Score and information (lower triangle) at the present coefficients. The hot loop: every row has the dense columns, few of the others. */
  #accumulate(end: number): void {
    const { columns: p, dense, base, starts, column, value } = this.#columns
    const information = this.#information.fill(0)
    const score = this.#score.fill(0)
    const counts = this.#counts
    const weights = this.#weights
    for (let i = 0; i < end; i++) {
      const weight = weights[i]
      if (weight === 0) continue
      const m = Math.exp(this.#eta(i))
      const wm = weight * m
      const residual = weight * (counts[i] - m)
      const row = i * dense
      for (let a = 0; a < dense; a++) {
        const x = base[row + a]
        score[a] += residual * x
        const wx = wm * x
        for (let b = 0; b <= a; b++) information[a * p + b] += wx * base[row + b]
      }
      for (let c = starts[i]; c < starts[i + 1]; c++) {
        const a = column[c]
        score[a] += residual * value[c]
        const wx = wm * value[c]
        for (let b = 0; b < dense; b++) information[a * p + b] += wx * base[row + b]
        for (let e = starts[i]; e <= c; e++) information[a * p + column[e]] += wx * value[e]
      }
    }
  }

  #eta(i: number): number {
    const { dense, base, starts, column, value } = this.#columns
    const coefficients = this.#coefficients
    let eta = 0
    for (let a = 0, row = i * dense; a < dense; a++) eta += base[row + a] * coefficients[a]
    for (let c = starts[i]; c < starts[i + 1]; c++) eta += value[c] * coefficients[column[c]]
    return eta > ETA_LIMIT ? ETA_LIMIT : eta < -ETA_LIMIT ? -ETA_LIMIT : eta
  }

  #expect(from: number, until: number): void {
    for (let i = from; i < until; i++) this.#means[i] = Math.exp(this.#eta(i))
  }

  /** Trusts periods far above what was expected of them less: (threshold / residual)², Farrington (1996), Noufaily (2013). */
  #judge(from: number, until: number): void {
    const threshold = this.#options.outlierThreshold
    for (let i = from; i < until; i++) {
      if (this.#trust[i] === 0) continue
      const y = this.#counts[i]
      const m = this.#means[i]
      const dispersion = this.#scatter.dispersion(i) + this.#scatter.drift(i) * m
      let trust = 1
      if (y - m > Math.sqrt(dispersion * m)) { // else the residual is below any threshold
        const residual = powerResidual(y, m, dispersion)
        if (residual > threshold) trust = (threshold / residual) ** 2
      }
      this.#weights[i] *= trust / this.#trust[i]
      this.#trust[i] = trust
    }
  }
}

/**
 * The count as a standard normal: Anscombe's residual, its exponent 2/3 for Poisson, nearing the 1/3 of Wilson & Hilferty (1931)
 * as the dispersion and with it the skewness (2 − 1/dispersion) √(dispersion / mean) grow. Half a ticket less, as for a tail of
 * whole numbers: one ticket where few come is no outbreak.
 */
function powerResidual(count: number, mean: number, dispersion: number): number {
  const exponent = dispersion > 1 ? (1 + 1 / dispersion) / 3 : 2 / 3
  return (Math.pow((count - 0.5) / mean, exponent) - 1) / (exponent * Math.sqrt(dispersion / mean))
}

/** Mean square of a standard normal that weighs (c / z)² beyond c, 1 elsewhere: E(w z²) / E(w). */
function trimmedSquare(c: number): number {
  const density = Math.exp(-0.5 * c * c) / Math.sqrt(2 * Math.PI)
  const tail = normalCdf(-c)
  return (1 - c * density - tail * (1 - c * c)) / (1 + c * density - tail * (1 + c * c))
}

/** Prior precision of a column that the history is too short for: it stays 0. */
const UNSUPPORTED = 1e12
const WEEKDAYS = 7
/** Log of the share of the busiest weekday's tickets below which a day is closed. */
const CLOSED = Math.log(0.03)
