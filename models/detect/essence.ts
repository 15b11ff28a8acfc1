/**
 * The regression/EWMA switch of ESSENCE: is this count above what the last four weeks lead one to expect, by their weekdays and
 * trend where these explain the counts, else by their level?
 * Burkom, Murphy & Shmueli (2007), Stat Med 26:4202-4218; Elbert & Burkom (2009), Stat Med 28:3226-3248. docs/methods/essence.md
 */
import { resolveOptions } from '../../core/options.ts'
import { choleskyDecompose, choleskySolve } from '../math/cholesky.ts'
import { logStudentTail, studentUpperQuantile } from '../math/student.ts'
import { DAY_HOLIDAY, DAY_MAKE_UP } from './baseline-design.ts'
import { createJudgements, withoutVerdict } from './method.ts'
import type { Judgements, SeriesInput } from './method.ts'

export interface EssenceOptions {
  /** Periods in the baseline, and periods left out between it and the count under test. */
  baseline: number
  guard: number
  /** One-sided level of each test. */
  alpha: number
  /** Adjusted R² of the regression from which on it is used. */
  leastFit: number
  /** Weights of the present count in the two EWMAs: one for slow rises, one for spikes; the smaller p counts. */
  slow: number
  quick: number
  /** Floor of the standard deviations, in counts. */
  minSigma: number
}

export const ESSENCE_DEFAULTS: Readonly<EssenceOptions> = { baseline: 28, guard: 2, alpha: 0.01, leastFit: 0.6, slow: 0.4, quick: 0.9, minSigma: 0.5 }
const RANGES = {
  baseline: [10, 365, 'whole'], guard: [0, 30, 'whole'], alpha: [1e-12, 0.5], leastFit: [0, 2], slow: [0.01, 1], quick: [0.01, 1], minSigma: [0, 1e6],
} as const

/** What a day is expected to bring: P(T >= (y − mean) / error) is the p of a count y. */
interface Forecast { mean: number, error: number, freedom: number }

/**
 * Bounds each count by its own baseline. statistic is −log10 of the smaller p; p is that of one test, of two for the EWMAs. A
 * baseline with gaps is used while three quarters of it are there. O(n · baseline · columns).
 *
 * @throws {InvalidOptionError} an unknown option, or one out of range
 */
export function essence(input: SeriesInput, options: Partial<EssenceOptions> = {}): Judgements {
  const settings = resolveOptions('essence', ESSENCE_DEFAULTS, RANGES, options)
  const { counts, from, until } = input
  const out = createJudgements(until - from)
  const charts = [settings.slow, settings.quick].map((weight) => ({ weight, smoothed: smooth(counts, until, weight) }))
  for (let t = from; t < until; t++) {
    const i = t - from
    const y = counts[t]
    const end = t - settings.guard
    const first = end - settings.baseline
    const level = first < 0 ? null : levelOf(counts, first, end, settings.minSigma)
    if (Number.isNaN(y) || !level || level.n < 0.75 * settings.baseline) {
      withoutVerdict(out, i, t === 0 ? 'no_history' : Number.isNaN(y) || level ? 'gap' : 'too_short')
      continue
    }
    const regression = regress(input, first, end, t, settings)
    out.expected[i] = regression ? Math.max(0, regression.mean) : level.mean
    out.upper[i] = Infinity
    out.logP[i] = 0
    const forecasts = regression ? [regression] : charts.map(({ weight, smoothed }): Forecast => {
      // z = weight · y + (1 − weight) · before, so that a test of z is one of y.
      const before = t > 0 && !Number.isNaN(smoothed[t - 1]) ? smoothed[t - 1] : level.mean
      const error = level.sd * Math.sqrt(weight / (2 - weight) + 1 / level.n)
      return { mean: (level.mean - (1 - weight) * before) / weight, error: error / weight, freedom: level.n - 1 }
    })
    for (const { mean, error, freedom } of forecasts) {
      out.upper[i] = Math.min(out.upper[i], Math.max(0, mean + studentUpperQuantile(settings.alpha, freedom) * error))
      out.logP[i] = Math.min(out.logP[i], logStudentTail((y - mean) / error, freedom))
    }
    out.statistic[i] = -out.logP[i] / Math.LN10
    out.alarm[i] = y > out.upper[i] ? 1 : 0
  }
  return out
}

/** Exponentially weighted means from the first count on; a gap leaves them as they are. */
function smooth(counts: Float64Array, until: number, weight: number): Float64Array {
  const out = new Float64Array(until)
  let value = NaN
  for (let t = 0; t < until; t++) {
    if (counts[t] >= 0) value = Number.isNaN(value) ? counts[t] : weight * counts[t] + (1 - weight) * value
    out[t] = value
  }
  return out
}

function levelOf(counts: Float64Array, first: number, end: number, minSigma: number): { n: number, mean: number, sd: number } {
  let n = 0
  let sum = 0
  let squares = 0
  for (let t = first; t < end; t++) {
    if (!(counts[t] >= 0)) continue
    n++
    sum += counts[t]
    squares += counts[t] * counts[t]
  }
  const mean = sum / n
  return { n, mean, sd: Math.max(minSigma, Math.sqrt(Math.max(0, squares - n * mean * mean) / (n - 1))) }
}

/** Least squares on weekday and time; null where they explain too little, or cannot be told apart. */
function regress(input: SeriesInput, first: number, end: number, t: number, { leastFit, minSigma }: EssenceOptions): Forecast | null {
  const { counts } = input
  const p = input.weekdays ? 8 : 2
  const row = new Float64Array(p)
  const information = new Float64Array(p * p)
  const coefficients = new Float64Array(p)
  let n = 0
  let sum = 0
  let squares = 0
  for (let s = first; s < end; s++) {
    const y = counts[s]
    if (!(y >= 0)) continue
    fillRow(input, s, t, row)
    n++
    sum += y
    squares += y * y
    for (let a = 0; a < p; a++) {
      coefficients[a] += y * row[a]
      for (let b = 0; b <= a; b++) information[a * p + b] += row[a] * row[b]
    }
  }
  const freedom = n - p
  const total = squares - (sum * sum) / n
  if (freedom < 1 || !(total > 0)) return null
  let explained = 0
  const right = coefficients.slice()
  if (!choleskyDecompose(information, p)) return null
  choleskySolve(information, right, coefficients, p)
  for (let a = 0; a < p; a++) explained += coefficients[a] * right[a]
  const residual = Math.max(0, squares - explained) / freedom
  if (1 - residual / (total / (n - 1)) < leastFit) return null
  fillRow(input, t, t, row)
  let mean = 0
  for (let a = 0; a < p; a++) mean += coefficients[a] * row[a]
  const solved = new Float64Array(p)
  choleskySolve(information, row, solved, p)
  let leverage = 0
  for (let a = 0; a < p; a++) leverage += solved[a] * row[a]
  return { mean, error: Math.max(minSigma, Math.sqrt(residual)) * Math.sqrt(1 + leverage), freedom }
}

/** 1, time before t, six weekdays against Monday. A holiday counts as a Sunday, a weekend day that is worked as a Wednesday. */
function fillRow({ weekdays, kinds }: SeriesInput, s: number, t: number, row: Float64Array): void {
  row.fill(0)
  row[0] = 1
  row[1] = (s - t) / 28
  if (!weekdays) return
  const kind = kinds?.[s]
  const day = kind === DAY_HOLIDAY ? 7 : kind === DAY_MAKE_UP ? 3 : weekdays[s]
  if (day > 1) row[day] = 1
}
