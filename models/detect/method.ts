/**
 * What every temporal method is asked and answers, so that the command line, the evaluation and the golden tests know one
 * shape only. The methods themselves are plain functions in files of their own; registry.ts gives them names.
 */
import type { Reason } from './verdict.ts'
import { reasonIndex } from './verdict.ts'

/** One series. Arrays are read, never kept or written. */
export interface SeriesInput {
  /** n counts, oldest first; NaN is a gap. */
  counts: Float64Array
  period: 'day' | 'week'
  /** Periods after which the season repeats, 52 for the simulated weeks, 365.2425 for days. */
  periodsPerYear: number
  /** n weekdays 1 (Monday) to 7, for daily series with a calendar. */
  weekdays?: Uint8Array
  /** n kinds of day, DAY_WORKING … DAY_MAKE_UP of baseline-design.ts, for daily series with a calendar. */
  kinds?: Uint8Array
  /** Indices to judge, half-open. Nothing at or after index t is used to judge t, but counts[t] itself. */
  from: number
  until: number
}

/** Row i speaks of index from + i. Where reason is not 0 the numbers are NaN and alarm is 0. */
export interface Judgements {
  length: number
  expected: Float64Array
  /** A count above it is too many; NaN where the method has no bound. */
  upper: Float64Array
  /** Larger is more unusual, comparable between series: evaluations put one threshold on it. NaN where the method only says yes or no. */
  statistic: Float64Array
  /** 1 where the method's own rule at its nominal setting gives an alarm. */
  alarm: Uint8Array
  /** Index into REASONS: why there is no verdict. */
  reason: Uint8Array
  /** Natural logarithm of the p behind the verdict, NaN where the method has none. */
  logP: Float64Array
  /** Periods in the window that decided, 1 for methods without windows. */
  window: Uint16Array
}

/** A method under a name, at a stated setting. */
export interface Method {
  name: string
  /** One line: method, setting, source. */
  about: string
  /** False: statistic is NaN throughout, so that no threshold can be put on it. */
  scored: boolean
  judge(input: SeriesInput): Judgements
}

/** n rows without a verdict, all numbers NaN, for a method to fill. */
export function createJudgements(n: number): Judgements {
  const numbers = (): Float64Array => new Float64Array(n).fill(NaN)
  return {
    length: n, expected: numbers(), upper: numbers(), statistic: numbers(), logP: numbers(),
    alarm: new Uint8Array(n), reason: new Uint8Array(n), window: new Uint16Array(n).fill(1),
  }
}

/** Row i cannot be judged. */
export function withoutVerdict(out: Judgements, i: number, reason: Reason): void {
  out.reason[i] = reasonIndex(reason)
  out.alarm[i] = 0
  out.upper[i] = NaN
  out.statistic[i] = NaN
  out.logP[i] = NaN
}
