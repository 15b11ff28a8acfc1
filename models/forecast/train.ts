/**
 * Learns from rolling origins of the past what the last weeks mean for the coming ones, how far forecasts miss, and how often
 * what seemed likely came: coefficients, scatter, corrected levels, calibrated surges. Seeded; the same past gives the same model.
 * docs/methods/forecast.md
 */
import { createRng } from '../../core/rng.ts'
import { fitNegbinRegression } from '../detect/negbin-regression.ts'
import { cdf, logPmf } from '../math/distributions.ts'
import { nelderMead } from '../math/nelder-mead.ts'
import type { ForecastInput } from './forecast.ts'
import { CLASSES, DENSITIES, DEPTHS, FORECAST_VERSION, PIT_LEVELS, PRIOR_COEFFICIENTS, priorModel, SPANS, WEEKS } from './forecast-model.ts'
import type { ClassModel, ForecastModel } from './forecast-model.ts'
import { createPooledForecast, rowScatter } from './pooled-forecast.ts'
import type { PooledForecast } from './pooled-forecast.ts'
import { REGRESSORS, STEADY_REGRESSORS, YEAR_REGRESSORS } from './recent.ts'
import { trainSurge } from './surge.ts'
import { chooseOrigins, collectLessons, fillOutcome, HORIZON_DAYS } from './training-rows.ts'
import type { Lessons } from './training-rows.ts'

export interface TrainOptions {
  seed: number
  /** Rows of a class at most. */
  perClass: number
  /** Rows whose scatter is judged, at most. */
  perScatter: number
}
export const TRAIN_DEFAULTS: Readonly<TrainOptions> = { seed: 1, perClass: 12000, perScatter: 1500 }

/** Prior standard deviation of a coefficient around what is believed (a class: around all of its density). */
const COEFFICIENT_SD = 0.2
/**
 * Variance of the logarithm by which all series of an origin go wrong together. It bounds what one origin can tell: without it a
 * warm autumn of one year was learned as a rule from ten thousand series.
 */
const COMMON_VARIANCE = 0.0025
/** Rows that an uncorrected level is worth. */
const PIT_PRIOR = 300

/** Trains on the days of the input itself; less than about four months give the prior model. */
export function trainForecast(input: ForecastInput, options: Readonly<TrainOptions> = TRAIN_DEFAULTS): ForecastModel {
  const days = chooseOrigins(input.days - input.knownDays)
  const model: ForecastModel = { ...priorModel(), version: FORECAST_VERSION, seed: options.seed, origins: days.map((d) => input.firstDay + d) }
  if (days.length === 0) return model
  const lessons = collectLessons(input, days, options.perClass, options.seed)
  const coefficients = learnCoefficients(lessons, () => true)
  for (let c = 0; c < CLASSES; c++) model.classes[c] = { ...model.classes[c], coefficients: coefficients[c], rows: lessons.rows[c].length }
  // How far forecasts miss is learned from coefficients that did not see what came.
  const folds = Math.min(FOLDS, days.length)
  const foldOf = (o: number): number => Math.floor((o * folds) / days.length)
  const blind = Array.from({ length: folds }, (_, k): ForecastModel => {
    if (folds === 1) return priorModel()
    const unseeing = learnCoefficients(lessons, (o) => foldOf(o) !== k)
    return { ...model, classes: model.classes.map((each, c) => ({ ...each, coefficients: unseeing[c] })) }
  })
  const misses = judgeOrigins(input, lessons, (o) => blind[foldOf(o)], options)
  for (let c = 0; c < CLASSES; c++) {
    learnScatter(model.classes[c], misses[c].n >= FEWEST_MISSES ? misses[c] : poolMisses(misses, c), options.seed + c)
    for (const each of blind) each.classes[c] = { ...model.classes[c], coefficients: each.classes[c].coefficients }
  }
  model.surge = trainSurge(input, lessons, (o) => blind[foldOf(o)])
  return model
}

/** Parts of the past, one after the other, each judged by what the others taught. */
const FOLDS = 3

/** Coefficients of each class, drawn to those of all places of its density, those to what is believed. */
function learnCoefficients(lessons: Lessons, isSeen: (origin: number) => boolean): number[][] {
  const rows = lessons.rows.map((each) => each.filter((row) => isSeen(lessons.origin[row])))
  const learned: number[][] = rows.map(() => [])
  for (let density = 0; density < DENSITIES.length; density++) {
    const classes = Array.from({ length: DEPTHS }, (_, depth) => depth * DENSITIES.length + density)
    const pooled = classes.flatMap((c) => [...rows[c]])
    for (let w = 0; w < WEEKS; w++) {
      const believed = Float64Array.from(PRIOR_COEFFICIENTS.slice(w * REGRESSORS, (w + 1) * REGRESSORS))
      const all = regress(lessons, pooled, w, believed)
      for (const c of classes) learned[c].push(...regress(lessons, rows[c], w, all))
    }
  }
  return learned
}

function regress(lessons: Lessons, rows: ArrayLike<number>, w: number, prior: Float64Array): Float64Array {
  const usable: number[] = []
  let total = 0
  let expected = 0
  for (let i = 0; i < rows.length; i++) {
    const at = rows[i] * WEEKS + w
    if (!(lessons.usual[at] > 0)) continue
    usable.push(rows[i])
    total += lessons.came[at]
    expected += lessons.usual[at]
  }
  const weight = Math.min(1, lessons.origins.length / (COMMON_VARIANCE * expected))
  if (usable.length < 30 || total < 30) return prior
  const n = usable.length
  const design = new Float64Array(n * REGRESSORS)
  const counts = new Float64Array(n)
  const offset = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    for (let a = 0; a < STEADY_REGRESSORS; a++) design[i * REGRESSORS + a] = lessons.regressors[usable[i] * STEADY_REGRESSORS + a]
    for (let a = 0; a < YEAR_REGRESSORS; a++) design[i * REGRESSORS + STEADY_REGRESSORS + a] = lessons.year[(usable[i] * WEEKS + w) * YEAR_REGRESSORS + a]
    counts[i] = lessons.came[usable[i] * WEEKS + w]
    offset[i] = Math.log(lessons.usual[usable[i] * WEEKS + w])
  }
  const ridge = new Float64Array(REGRESSORS).fill(1 / COEFFICIENT_SD ** 2)
  const weights = new Float64Array(n).fill(weight)
  const fit = fitNegbinRegression({ counts, design, weights, columns: REGRESSORS, offset, ridge, prior, start: prior }, { tolerance: 1e-3, maxIterations: 30 })
  return fit.converged ? fit.coefficients : prior
}

/** Forecast means of a class and what came: rows * HORIZON_DAYS, and the own scatter of each row's series. */
interface Misses { mean: Float64Array, came: Float64Array, own: Float64Array, n: number }

/** Forecasts each origin with the learned coefficients, means adding up as they will. */
function judgeOrigins(input: ForecastInput, lessons: Lessons, modelOf: (origin: number) => ForecastModel, { perScatter, seed }: Readonly<TrainOptions>): Misses[] {
  const rng = createRng(`scatter/${seed}`)
  const chosen = lessons.rows.map((rows) => {
    const list = [...rows]
    for (let i = 0; i < Math.min(perScatter, list.length); i++) {
      const at = i + rng.below(list.length - i)
      const swap = list[i]
      list[i] = list[at]
      list[at] = swap
    }
    return list.slice(0, perScatter)
  })
  const misses = chosen.map((rows) => ({ mean: new Float64Array(rows.length * HORIZON_DAYS), came: new Float64Array(rows.length * HORIZON_DAYS), own: new Float64Array(rows.length), n: 0 }))
  lessons.origins.forEach(({ input: past, base }, o) => {
    const forecast: PooledForecast = createPooledForecast(past, base, modelOf(o))
    const scatter = rowScatter(past, base)
    chosen.forEach((rows, c) => {
      const out = misses[c]
      for (const row of rows) {
        if (lessons.origin[row] !== o) continue
        const s = lessons.series[row]
        fillOutcome(input, s, past.days, out.came.subarray(out.n * HORIZON_DAYS, (out.n + 1) * HORIZON_DAYS))
        out.mean.set(forecast.mean.subarray(s * past.horizon, (s + 1) * past.horizon), out.n * HORIZON_DAYS)
        out.own[out.n++] = scatter[base.row[s]]
      }
    })
  })
  return misses
}

/** Rows below which a class takes its scatter from those about as dense, whatever their depth, and how many of theirs it wants. */
const FEWEST_MISSES = 20
const ENOUGH_MISSES = 60
const FARTHEST = 3
const POOLED_ROWS = 240

function poolMisses(misses: readonly Misses[], c: number): Misses {
  let near: Misses[] = []
  let total = 0
  for (let reach = 0; reach <= FARTHEST && total < ENOUGH_MISSES; reach++) {
    near = misses.filter(({ n }, other) => n > 0 && Math.abs((other % DENSITIES.length) - (c % DENSITIES.length)) <= reach)
    total = near.reduce((sum, each) => sum + each.n, 0)
  }
  // Rows at even steps, so that all origins speak.
  const step = Math.max(1, Math.ceil(total / POOLED_ROWS))
  const rows = near.flatMap((each) => Array.from({ length: Math.floor((each.n + step - 1) / step) }, (_, i) => ({ each, row: i * step })))
  const n = rows.length
  const pooled: Misses = { mean: new Float64Array(n * HORIZON_DAYS), came: new Float64Array(n * HORIZON_DAYS), own: new Float64Array(n), n }
  rows.forEach(({ each, row }, i) => {
    pooled.mean.set(each.mean.subarray(row * HORIZON_DAYS, (row + 1) * HORIZON_DAYS), i * HORIZON_DAYS)
    pooled.came.set(each.came.subarray(row * HORIZON_DAYS, (row + 1) * HORIZON_DAYS), i * HORIZON_DAYS)
    pooled.own[i] = each.own[row]
  })
  return pooled
}

/** A sum of days: what was forecast, what came. */
interface Sum { mean: number, squares: number, weighted: Float64Array, came: number, own: number }

function learnScatter(model: ClassModel, { mean, came, own, n }: Misses, seed: number): void {
  if (n < FEWEST_MISSES) return
  const sums = SPANS.map((span) => collectSums(span))
  const levelAt = (x: Float64Array, w: number): number => x[1] + x[2] * w
  const sizeOf = (sum: Sum, x: Float64Array, factor: number): number => {
    let drift = 0
    for (let w = 0; w < WEEKS; w++) if (sum.weighted[w] > 0) drift += sum.weighted[w] * Math.sqrt(levelAt(x, w))
    const variance = factor * (x[0] * sum.own * sum.squares + drift * drift) / (sum.mean * sum.mean)
    return variance > 1e-9 ? 1 / variance : Infinity
  }
  const loss = (list: readonly Sum[], x: Float64Array, factor: number): number => {
    let total = 0
    for (const sum of list) total -= logPmf(sum.came, sum.mean, sizeOf(sum, x, factor))
    return total
  }
  // Days tell of the own scatter, sums of the level: four weeks count alike as days, as weeks, and as one. Days weighed in full
  // bought their fit with a level that never moved, and sums then scattered seven times as much as they should.
  const days = sums[0].filter((_, i) => i % 3 === 0)
  const prior = (x: Float64Array): number => 2 * (Math.log(x[0]) ** 2) + 0.5 * Math.log(x[1] / 0.01) ** 2
  const found = nelderMead((x) => 3 * loss(days, x, 1) / 28 + loss(sums[1], x, 1) / 4 + loss(sums[3], x, 1) + prior(x), [1, 0.01, 0.002], [0.5, 0.02, 0.004], [0.05, 1e-5, 0], [20, 5, 1], 70, 1e-6)
  model.own = found.at[0]
  model.level = Array.from({ length: WEEKS }, (_, w) => levelAt(found.at, w))
  const rng = createRng(`pit/${seed}`)
  SPANS.forEach((_, k) => {
    const list = sums[k]
    if (list.length < 20) {
      model.span[k] = k > 0 ? model.span[k - 1] : 1
      if (k > 0) model.pit[k] = [...model.pit[k - 1]]
      return
    }
    model.span[k] = Math.exp(nelderMead((x) => loss(list, found.at, Math.exp(x[0])) + x[0] * x[0], [0], [0.3], [-2.5], [2.5], 25, 1e-4).at[0])
    const below = new Float64Array(PIT_LEVELS.length)
    for (const sum of list) {
      const size = sizeOf(sum, found.at, model.span[k])
      const p = Math.exp(logPmf(sum.came, sum.mean, size))
      const u = cdf(sum.came, sum.mean, size) - p * rng.next()
      for (let i = 0; i < PIT_LEVELS.length; i++) if (u <= PIT_LEVELS[i]) below[i]++
    }
    model.pit[k] = PIT_LEVELS.map((level, i) => (below[i] + PIT_PRIOR * level) / (list.length + PIT_PRIOR))
  })

  function collectSums(span: number): Sum[] {
    const list: Sum[] = []
    const until = span === 56 ? 56 : 28
    for (let r = 0; r < n; r++) {
      for (let from = 0; from + span <= until; from += span) {
        const sum: Sum = { mean: 0, squares: 0, weighted: new Float64Array(WEEKS), came: 0, own: own[r] }
        for (let h = from; h < from + span; h++) {
          const m = mean[r * HORIZON_DAYS + h]
          sum.mean += m
          sum.squares += m * m
          sum.weighted[Math.floor(h / 7)] += m
          sum.came += came[r * HORIZON_DAYS + h]
        }
        if (sum.came >= 0 && sum.mean > 0) list.push(sum)
      }
    }
    return list
  }
}
