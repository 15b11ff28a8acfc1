/**
 * What is usual for every series on every day, past and coming: regressions for the series with calls enough, each pulled
 * towards the one above it, and shares of those for all others, by both trees (models/detect/tree-pool.ts).
 * docs/methods/forecast.md
 */
import { fitNegbinRegression } from '../detect/negbin-regression.ts'
import { poolAlongTrees } from '../detect/tree-pool.ts'
import { calendarRidge, layCalendar, LEVEL } from './calendar-columns.ts'
import type { ForecastInput } from './forecast.ts'

export interface BaseOptions {
  /** Callers in the history from which a series has a regression of its own: of the topmost place, of others. */
  ownRoot: number
  ownBelow: number
  /** Days after which a day counts half: in the regressions, in the shares. */
  halfLifeDays: number
  shareHalfLifeDays: number
  /** Pearson residual of a week above which its days weigh less. */
  outlier: number
}

export const BASE_DEFAULTS: Readonly<BaseOptions> = { ownRoot: 60, ownBelow: 700, halfLifeDays: 365, shareHalfLifeDays: 180, outlier: 3 }

/** mean of series s on day i of the history and beyond = share[s] * profile[row[s] * span + i]. */
export interface Base {
  /** Days of history and horizon. */
  span: number
  days: number
  row: Int32Array
  share: Float64Array
  profile: Float64Array
  /** Series s whose own regression is row r. */
  owner: Int32Array
  /** Callers of each series in the history. */
  totals: Float64Array
}

/** Dense row of a series: out[i] is the day input.firstDay + i; gaps and left-out days are NaN. */
export function fillCounts(input: ForecastInput, s: number, out: Float64Array): Float64Array {
  const { starts, day, callers, firstDay, days, gaps, excluded } = input
  out.fill(0, 0, days)
  for (let e = starts[s]; e < starts[s + 1]; e++) {
    const i = day[e] - firstDay
    if (i >= 0 && i < days) out[i] += callers[e]
  }
  if (gaps) for (let i = 0; i < days; i++) if (gaps[i] === 1) out[i] = NaN
  if (excluded) {
    for (let k = 0; k < excluded.series.length; k++) {
      if (excluded.series[k] === s) out.fill(NaN, Math.max(0, excluded.from[k] - firstDay), Math.max(0, Math.min(days, excluded.until[k] - firstDay)))
    }
  }
  return out
}

/** Share of the tickets of day i that is known by the night. */
export function knownShare({ known, knownDays, knownRow, days }: ForecastInput, s: number, i: number): number {
  const ago = days - 1 - i
  if (!known || ago >= knownDays) return 1
  return known[(knownRow ? knownRow[s] : 0) * knownDays + ago]
}

/** Indices of the series, those above before those below. */
export function orderAlongTrees({ placeDepth, topicDepth }: ForecastInput): Int32Array {
  return Int32Array.from(placeDepth.keys()).sort((a, b) => placeDepth[a] - placeDepth[b] || topicDepth[a] - topicDepth[b] || a - b)
}

export function fitBase(input: ForecastInput, options: Readonly<BaseOptions> = BASE_DEFAULTS): Base {
  const { days, horizon, placeAbove, topicAbove, firstDay, kinds } = input
  const series = placeAbove.length
  const span = days + horizon
  const calendar = layCalendar(firstDay, kinds.subarray(0, span), days - 1, input.covariates)
  const p = calendar.columns
  const past = calendar.design.subarray(0, days * p)
  const order = orderAlongTrees(input)
  const row = new Int32Array(series).fill(-1)
  const rows: { owner: number, coefficients: Float64Array }[] = []
  const counts = new Float64Array(days)
  const { totals, capped } = sumSeries(input, options)

  for (const s of order) {
    const above = placeAbove[s] >= 0 ? row[placeAbove[s]] : topicAbove[s] >= 0 ? row[topicAbove[s]] : -1
    const isOwn = above < 0 || totals[s] >= (placeAbove[s] < 0 ? options.ownRoot : options.ownBelow)
    const fit = isOwn ? fitOwn(s, above < 0 ? undefined : rows[above].coefficients) : undefined
    if (fit) {
      row[s] = rows.length
      rows.push({ owner: s, coefficients: fit })
    } else {
      row[s] = above
    }
  }

  const profile = new Float64Array(rows.length * span)
  for (let r = 0; r < rows.length; r++) {
    const { coefficients } = rows[r]
    for (let i = 0; i < span; i++) {
      let eta = 0
      for (let a = 0, at = i * p; a < p; a++) eta += calendar.design[at + a] * coefficients[a]
      profile[r * span + i] = Math.exp(eta)
    }
  }
  const owner = Int32Array.from(rows, (each) => each.owner)
  return { span, days, row, profile, owner, totals, share: shareOut() }

  function fitOwn(s: number, prior: Float64Array | undefined): Float64Array | undefined {
    fillCounts(input, s, counts)
    const y = counts
    const weights = new Float64Array(days)
    const offset = new Float64Array(days)
    let first = 0
    while (first < days && !(y[first] > 0)) first++
    let used = 0
    let tickets = 0
    let exposure = 0
    for (let i = 0; i < days; i++) {
      if (!(y[i] >= 0)) continue
      const w = Math.pow(0.5, (days - 1 - i) / options.halfLifeDays)
      weights[i] = w
      const share = knownShare(input, s, i)
      offset[i] = Math.log(share)
      used++
      tickets += w * y[i]
      exposure += w * share
    }
    if (used < 21 || tickets === 0) return undefined
    const centre = prior ? prior.slice() : new Float64Array(p)
    centre[LEVEL] = Math.log((tickets + 0.5) / exposure)
    const ridge = calendarRidge(p, (days - first) / 365.2425, prior === undefined)
    const data = { counts: y, design: past, columns: p, weights, offset, ridge, prior: centre, start: centre }
    const shrink = { tolerance: 1e-3, priorDispersion: 0.1, priorInformation: 2, maxIterations: 30 }
    let fit = fitNegbinRegression(data, shrink)
    if (!fit.converged) return undefined
    if (weighOutliers(y, fit.fitted, fit.size, weights, options)) {
      const again = fitNegbinRegression({ ...data, start: fit.coefficients }, shrink)
      if (again.converged) fit = again
    }
    return fit.coefficients
  }

  function shareOut(): Float64Array {
    const part = new Float64Array(series).fill(0.1)
    const level = Uint16Array.from(placeAbove, (_, s) => (input.placeDepth[s] + input.topicDepth[s]) * 256 + input.placeDepth[s])
    const bothAbove = Int32Array.from(placeAbove, (r, s) => r < 0 || topicAbove[s] < 0 ? -1 : topicAbove[r])
    const { expected } = poolAlongTrees({ counts: capped, placeAbove, topicAbove, bothAbove, part, level })
    const share = new Float64Array(series)
    const exposures = new Float64Array(rows.length)
    for (let r = 0; r < rows.length; r++) {
      for (let i = 0; i < days; i++) {
        if (input.gaps && input.gaps[i] === 1) continue
        exposures[r] += Math.pow(0.5, (days - 1 - i) / options.shareHalfLifeDays) * profile[r * span + i] * knownShare(input, owner[r], i)
      }
    }
    for (let s = 0; s < series; s++) {
      const r = row[s]
      if (r < 0) share[s] = NaN
      else if (rows[r].owner === s) share[s] = 1
      else share[s] = expected[s] / exposures[r]
    }
    return share
  }
}

/** Callers of each series in all, and by age, where no day counts more than three or three times the mean. */
function sumSeries({ starts, day, callers, firstDay, days, gaps }: ForecastInput, options: Readonly<BaseOptions>): { totals: Float64Array, capped: Float64Array } {
  const series = starts.length - 1
  const totals = new Float64Array(series)
  const capped = new Float64Array(series)
  const weight = Float64Array.from({ length: days }, (_, i) => Math.pow(0.5, (days - 1 - i) / options.shareHalfLifeDays))
  for (let s = 0; s < series; s++) {
    for (let e = starts[s]; e < starts[s + 1]; e++) {
      const i = day[e] - firstDay
      if (i >= 0 && i < days && !(gaps && gaps[i] === 1)) totals[s] += callers[e]
    }
    const cap = Math.max(3, (3 * totals[s]) / days)
    for (let e = starts[s]; e < starts[s + 1]; e++) {
      const i = day[e] - firstDay
      if (i >= 0 && i < days && !(gaps && gaps[i] === 1)) capped[s] += weight[i] * Math.min(cap, callers[e])
    }
  }
  return { totals, capped }
}

/** Days of a week far above what is expected weigh (outlier / residual)²: Farrington (1996). @returns whether there are any */
function weighOutliers(y: Float64Array, fitted: Float64Array, size: number, weights: Float64Array, { outlier }: Readonly<BaseOptions>): boolean {
  const n = y.length
  let any = false
  for (let i = 0; i < n; i++) {
    if (weights[i] === 0) continue
    let sum = 0
    let mean = 0
    let squares = 0
    for (let j = Math.max(0, i - 3); j <= Math.min(n - 1, i + 3); j++) {
      if (!(y[j] >= 0)) continue
      sum += y[j]
      mean += fitted[j]
      squares += fitted[j] * fitted[j]
    }
    const own = (y[i] - fitted[i]) / Math.sqrt(fitted[i] + (fitted[i] * fitted[i]) / size + 0.25)
    const week = (sum - mean) / Math.sqrt(mean + squares / size + 0.25)
    const worst = Math.max(own, week)
    if (worst <= outlier) continue
    weights[i] *= (outlier / worst) ** 2
    any = true
  }
  return any
}
