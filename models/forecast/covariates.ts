/**
 * Weather and the like as regressors: how unusual a day is for its time of the year, in standard deviations. The usual course of
 * the year is the base's business; what is not known of the coming days fades from the last known day as it did in the past.
 */
import type { Day } from '../../core/days.ts'
import { choleskyDecompose, choleskySolve } from '../math/cholesky.ts'

const YEAR = 365.2425
/** Constant and two pairs of harmonics; one year at least tells them apart. */
const COLUMNS = 5
const RIDGE = 1
/** Beyond this a day is told no more unusual: a sensor's slip must not make a forecast. */
const LARGEST = 4

/**
 * @param values   history and coming days, NaN unknown
 * @param firstDay day number of values[0]
 * @param days     days of history
 * @returns as many numbers, none NaN: anomalies in standard deviations, 0 for unknown days of the history
 */
export function standardise(values: Float64Array, firstDay: Day, days: number): Float64Array {
  const n = values.length
  const out = new Float64Array(n)
  const information = new Float64Array(COLUMNS * COLUMNS)
  const score = new Float64Array(COLUMNS)
  const x = new Float64Array(COLUMNS)
  let sum = 0
  let known = 0
  for (let i = 0; i < days; i++) {
    if (Number.isNaN(values[i])) continue
    sum += values[i]
    known++
  }
  if (known < 28) return out
  const mean = sum / known
  for (let i = 0; i < days; i++) {
    if (Number.isNaN(values[i])) continue
    fill(firstDay + i)
    for (let a = 0; a < COLUMNS; a++) {
      score[a] += x[a] * (values[i] - mean)
      for (let b = 0; b < COLUMNS; b++) information[a * COLUMNS + b] += x[a] * x[b]
    }
  }
  for (let a = 0; a < COLUMNS; a++) information[a * COLUMNS + a] += RIDGE
  if (!choleskyDecompose(information, COLUMNS)) return out
  choleskySolve(information, score, score, COLUMNS)
  let squares = 0
  for (let i = 0; i < n; i++) {
    if (Number.isNaN(values[i])) {
      out[i] = NaN
      continue
    }
    fill(firstDay + i)
    let usual = mean
    for (let a = 0; a < COLUMNS; a++) usual += x[a] * score[a]
    out[i] = values[i] - usual
    if (i < days) squares += out[i] * out[i]
  }
  const sd = Math.sqrt(squares / known)
  for (let i = 0; i < n; i++) if (!Number.isNaN(out[i])) out[i] = sd > 0 ? Math.max(-LARGEST, Math.min(LARGEST, out[i] / sd)) : 0
  fade(out, days)
  for (let i = 0; i < days; i++) if (Number.isNaN(out[i])) out[i] = 0
  return out

  function fill(day: Day): void {
    x[0] = 1
    for (let h = 1; h <= 2; h++) {
      const angle = (2 * Math.PI * h * day) / YEAR
      x[2 * h - 1] = Math.cos(angle)
      x[2 * h] = Math.sin(angle)
    }
  }
}

/**
 * Overwrites unknown coming days with the last known one times ρ per day, ρ being the correlation of neighbouring days of the history.
 *
 * @param forget also forgets what is known of the coming days: the past as a forecaster had it
 */
export function fade(anomalies: Float64Array, days: number, forget = false): void {
  let cross = 0
  let squares = 0
  for (let i = 1; i < days; i++) {
    if (Number.isNaN(anomalies[i]) || Number.isNaN(anomalies[i - 1])) continue
    cross += anomalies[i] * anomalies[i - 1]
    squares += anomalies[i - 1] * anomalies[i - 1]
  }
  const rho = squares > 0 ? Math.max(0, Math.min(0.99, cross / squares)) : 0
  let last = 0
  for (let i = 0; i < anomalies.length; i++) {
    if (i >= days && (forget || Number.isNaN(anomalies[i]))) anomalies[i] = rho * last
    last = Number.isNaN(anomalies[i]) ? rho * last : anomalies[i]
  }
}
