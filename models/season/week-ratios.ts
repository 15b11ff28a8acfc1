/**
 * Ratios of weekly counts and how much they scatter without any season: by the counts themselves, and by the drift of levels.
 * Medians, so that bursts and the few series with a season do not decide.
 */
import { smoothYear } from './smooth-year.ts'

/** Weeks of the present level, up to and with the last known one. */
export const PRESENT_WEEKS = 4
/** Weeks of a level ahead: the week and its neighbours. */
export const TARGET_WEEKS = 3
/** Median of a squared standard normal. */
const MEDIAN_SQUARE = 0.4549364

/** Sum of the weeks [from, until). */
export function sumWeeks(row: Float64Array, from: number, until: number): number {
  let sum = 0
  for (let i = Math.max(0, from); i < Math.min(row.length, until); i++) sum += row[i]!
  return sum
}

/**
 * Level of the weeks around `target` over that of the weeks up to and with `present`, and what to multiply with variance / mean to
 * have the variance of its logarithm.
 */
export function logRatio(row: Float64Array, present: number, target: number): { log: number, noise: number } {
  const before = sumWeeks(row, present - PRESENT_WEEKS + 1, present + 1) + 0.5
  const after = sumWeeks(row, target - 1, target + 2) + 0.5
  return { log: Math.log((after / TARGET_WEEKS) / (before / PRESENT_WEEKS)), noise: 1 / after + 1 / before }
}

/** Variance / mean of a week's count around its two neighbours, at least 1. */
export function dispersionOf(row: Float64Array): number {
  const squares: number[] = []
  for (let i = 1; i + 1 < row.length; i++) {
    const mean = (row[i - 1]! + row[i + 1]!) / 2
    const difference = row[i]! - mean
    if (mean > 0) squares.push((difference * difference) / (1.5 * mean))
  }
  return Math.max(1, median(squares) / MEDIAN_SQUARE)
}

/**
 * Variance of log ratios over `gap` weeks beyond that of counts: of all series together as they are, most of them having no
 * season, and of each by itself: from one year to the next, or around a smooth course of the year where there is not enough to compare.
 */
export interface Drift { common: number, own: Float64Array }

/** Fewest callers of a ratio's weeks that tell of drift. */
const LEAST_CALLERS = 20
/** Ratios with one of the year before, from which on these are compared. */
const LEAST_PAIRS = 20
const YEAR_WEEKS = 52
/** Of fewer series most may have a season: then each speaks for itself. */
const LEAST_SERIES = 8

export function driftOf(counts: readonly Float64Array[], dispersions: readonly number[], gap: number): Drift {
  const squares: number[] = []
  const noises: number[] = []
  const own = Float64Array.from(counts, (row, s) => {
    if (sumWeeks(row, 0, row.length) * TARGET_WEEKS < LEAST_CALLERS * row.length / 2) return 0
    const around: number[] = []
    const by: number[] = []
    const yearly: number[] = []
    const yearlyBy: number[] = []
    const smooth = smoothYear(row)
    const meanOf = (from: number, until: number): number => smooth.subarray(from, until).reduce((sum, value) => sum + value, 0) / (until - from)
    for (let present = PRESENT_WEEKS - 1; present + gap + 1 < row.length; present++) {
      const { log, noise } = logRatio(row, present, present + gap)
      if (noise > 2 / LEAST_CALLERS) continue
      const usual = meanOf(present + gap - 1, present + gap + 2) - meanOf(present - PRESENT_WEEKS + 1, present + 1)
      around.push((log - usual) * (log - usual))
      squares.push(log * log)
      by.push(noise * dispersions[s]!)
      if (present - YEAR_WEEKS < PRESENT_WEEKS - 1) continue
      const before = logRatio(row, present - YEAR_WEEKS, present - YEAR_WEEKS + gap)
      if (before.noise > 2 / LEAST_CALLERS) continue
      yearly.push((log - before.log) * (log - before.log) / 2)
      yearlyBy.push((noise + before.noise) * dispersions[s]! / 2)
    }
    noises.push(...by)
    // The noises of one series are alike.
    const [of, noise] = yearly.length >= LEAST_PAIRS ? [yearly, yearlyBy] : [around, by]
    return Math.max(0, median(of) / MEDIAN_SQUARE - median(noise))
  })
  return { common: counts.length >= LEAST_SERIES ? excess(squares, noises) : 0, own }
}

/** Halvings of [0, 4]: to 0.0005. */
const ROUNDS = 13
/** A median of so many is known well enough: of more, every second or third is taken. */
const ENOUGH = 4000

/** The d² at which the median of square / (noise + d²) is that of a squared normal. */
function excess(squares: readonly number[], noises: readonly number[]): number {
  if (squares.length === 0) return 0
  const step = Math.ceil(squares.length / ENOUGH)
  const scaled = new Float64Array(Math.ceil(squares.length / step))
  let low = 0
  let high = 4
  for (let round = 0; round < ROUNDS; round++) {
    const middle = (low + high) / 2
    for (let i = 0; i < scaled.length; i++) scaled[i] = squares[i * step]! / (noises[i * step]! + middle)
    scaled.sort()
    if ((scaled[(scaled.length - 1) >> 1]! + scaled[scaled.length >> 1]!) / 2 > MEDIAN_SQUARE) low = middle
    else high = middle
  }
  return high
}

/** 0 where there is nothing. */
export function median(values: ArrayLike<number>): number {
  if (values.length === 0) return 0
  const sorted = Float64Array.from(values).sort()
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2
}
