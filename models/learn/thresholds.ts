/**
 * Thresholds of single series that learn: a series whose alerts came to nothing needs more evidence, one whose alerts were true needs less.
 * An offset is in decades of the recurrence interval. The false alarms of the whole stay what they were, as in weighted multiple testing: series of
 * weight w may alarm w times as often, and the weights have mean 1. Genovese, Roeder & Wasserman (2006), Biometrika 93:509-524.
 */
import { resolveOptions } from '../../core/options.ts'

export interface ThresholdOptions {
  /** Decades by which a verdict or an outcome moves a series. */
  judgedFalse: number
  judgedTrue: number
  cameToNothing: number
  /** Bounds of an offset, in decades. */
  least: number
  most: number
  /** Days in which half of an offset is forgotten. */
  halfLife: number
}

export const THRESHOLD_DEFAULTS: Readonly<ThresholdOptions> = {
  judgedFalse: 0.3, judgedTrue: -0.2, cameToNothing: 0.15, least: -0.3, most: 1, halfLife: 90,
}
const RANGES = {
  judgedFalse: [0, 3], judgedTrue: [-3, 0], cameToNothing: [0, 3], least: [-3, 0], most: [0, 3], halfLife: [1, 3660],
} as const

export type MoveReason = 'judged_false' | 'judged_true' | 'came_to_nothing'

export interface Move { day: number, reason: MoveReason }

export function resolveThresholds(given: Partial<ThresholdOptions> = {}): ThresholdOptions {
  return resolveOptions('thresholds', THRESHOLD_DEFAULTS, RANGES, given)
}

/** An offset after `days` without a move. */
export function decayed(offset: number, days: number, { halfLife }: ThresholdOptions): number {
  return offset * 0.5 ** (days / halfLife)
}

/** An offset after one more move. */
export function moved(offset: number, reason: MoveReason, options: ThresholdOptions): number {
  const by = { judged_false: options.judgedFalse, judged_true: options.judgedTrue, came_to_nothing: options.cameToNothing }[reason]
  return Math.min(options.most, Math.max(options.least, offset + by))
}

/** Offset of a series on a day, from its moves in order of day. Offsets under a thousandth are none. */
export function offsetOn(moves: readonly Move[], day: number, options: ThresholdOptions): number {
  let offset = 0
  let at = day
  for (const move of moves) {
    offset = moved(decayed(offset, move.day - at, options), move.reason, options)
    at = move.day
  }
  const now = moves.length > 0 ? decayed(offset, day - at, options) : 0
  return Math.abs(now) < 0.001 ? 0 : now
}

/**
 * What is added to every offset so that the weights 10^-offset have mean 1 over all series, moved or not.
 *
 * @param offsets offsets of the series that were moved
 * @param series  all series that are judged
 */
export function weightCorrection(offsets: readonly number[], series: number): number {
  if (!(series > 0)) return 0
  const still = Math.max(0, series - offsets.length)
  const sum = offsets.reduce((total, offset) => total + 10 ** -offset, still)
  return Math.log10(sum / Math.max(series, offsets.length))
}
