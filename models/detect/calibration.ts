/**
 * How often does chance alone give as much evidence? The odds of evidence.ts become the probability that a usual period ends with
 * as much, by tables of simulated usual series: calibration-table.ts, made by bench/calibration.ts.
 * Recurrence intervals: Kleinman, Lazarus, Platt (2004), Am J Epidemiol 159:217-224. docs/methods/weisu-detector.md
 */
import { DAY_TABLE, WEEK_TABLE } from './calibration-table.ts'

/** One table: for each cell (mean, dispersion, cv) the log odds that a usual period reaches with each probability of LEVELS. */
export interface Calibration {
  /** Expected count a period, ascending. */
  means: Float64Array
  values: Float64Array
}

/** Variance / mean of a count, and coefficient of variation of the level: the other axes. Values outside an axis are taken at its end. */
export const DISPERSIONS = Float64Array.of(1, 1.5, 2.2, 5, 20)
export const CVS = Float64Array.of(0, 0.1, 0.2, 0.4, 0.7)
/** Those that alarms are asked at among them: once in 30, 100, 120, 365. */
export const LEVELS = Float64Array.of(
  0.5, 0.3, 0.2, 0.1, 0.05, 1 / 30, 0.02, 0.014, 0.01, 1 / 120, 0.006, 0.004, 1 / 365, 0.002, 0.001, 6e-4, 3e-4, 1e-4,
)

/** Fine where each ticket is an event of its own. */
export const CALIBRATIONS: Readonly<Record<'day' | 'week', Calibration>> = {
  day: { means: Float64Array.of(5e-4, 1e-3, 2e-3, 5e-3, ...powers(0.01, 3, 28), 10, 100), values: DAY_TABLE },
  week: { means: Float64Array.of(...powers(0.02, 3, 16), 10, 100), values: WEEK_TABLE },
}

/** Beyond the rarest level p falls as the odds rise: P(odds ≥ x) is at most E(odds) / x, so a slope of 1 is honest. */
const TAIL_SLOPE = 1

const LOG_LEVELS = LEVELS.map((p) => Math.log(p))
/** What an uncertain level adds to the variance goes with its square. */
const SQUARED_CVS = CVS.map((cv) => cv * cv)

/**
 * Natural logarithm of the probability that a usual period ends with such odds or larger, at most 0.
 *
 * @param logOdds    of EvidenceFilter.step
 * @param mean       expected count a period, on average over the last weeks: EvidenceFilter.mean
 * @param dispersion variance / mean of a count, likewise
 * @param cv         coefficient of variation of the level, as given to the filter
 */
export function logPOfOdds(logOdds: number, mean: number, dispersion: number, cv: number, period: 'day' | 'week' = 'day'): number {
  if (!(mean > 0) || Number.isNaN(logOdds)) return NaN
  const { means, values } = CALIBRATIONS[period]
  const m = place(means, mean, true)
  const d = place(DISPERSIONS, dispersion, true)
  const c = place(SQUARED_CVS, cv * cv, false)
  let below = quantileAt(values, 0, m, d, c)
  // More often than the commonest level: a straight line of p towards 1, which is reached one unit lower.
  if (logOdds <= below) return Math.log(Math.min(1, LEVELS[0] + (1 - LEVELS[0]) * (below - logOdds)))
  for (let k = 1; k < LEVELS.length; k++) {
    const above = Math.max(below, quantileAt(values, k, m, d, c))
    if (logOdds < above) return LOG_LEVELS[k - 1] + ((logOdds - below) / (above - below)) * (LOG_LEVELS[k] - LOG_LEVELS[k - 1])
    below = above
  }
  return LOG_LEVELS[LEVELS.length - 1] - TAIL_SLOPE * (logOdds - below)
}

/** First entry of a cell. */
export function cellOf(mean: number, dispersion: number, cv: number): number {
  return ((mean * DISPERSIONS.length + dispersion) * CVS.length + cv) * LEVELS.length
}

/** Where a value lies on an axis: between `at` and the next, `part` of the way. */
interface Place { at: number, part: number }

function place(axis: Float64Array, value: number, logarithmic: boolean): Place {
  let at = 0
  while (at < axis.length - 2 && axis[at + 1] <= value) at++
  const part = logarithmic ? Math.log(value / axis[at]) / Math.log(axis[at + 1] / axis[at]) : (value - axis[at]) / (axis[at + 1] - axis[at])
  return { at, part: Math.min(1, Math.max(0, part)) }
}

/** Log odds of level k, from the eight cells around. */
function quantileAt(values: Float64Array, k: number, m: Place, d: Place, c: Place): number {
  let sum = 0
  for (let i = 0; i < 2; i++) {
    const byMean = i === 0 ? 1 - m.part : m.part
    for (let j = 0; j < 2; j++) {
      const byDispersion = j === 0 ? 1 - d.part : d.part
      if (byMean * byDispersion === 0) continue
      const low = values[cellOf(m.at + i, d.at + j, c.at) + k]
      const high = values[cellOf(m.at + i, d.at + j, c.at + 1) + k]
      sum += byMean * byDispersion * (low + c.part * (high - low))
    }
  }
  return sum
}

/** n numbers from `first` to `last`, each the same multiple of the one before. */
function powers(first: number, last: number, n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => first * Math.pow(last / first, i / (n - 1)))
}
