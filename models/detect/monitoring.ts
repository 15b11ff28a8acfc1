/**
 * Where a method that sums evidence over time begins: its baseline is what lies before the first judged index, or, where that is
 * too little, the beginning of what is to be judged.
 */
import { withoutVerdict } from './method.ts'
import type { Judgements, SeriesInput } from './method.ts'
import type { Reason } from './verdict.ts'

/** Periods that a level needs: four weeks of days. */
const LEVEL_PERIODS = 28
/** Years that a season needs. */
const SEASON_YEARS = 2

/** First index that can be judged; not below `from`, perhaps not below `until`. */
export function baselineEnd({ from, periodsPerYear }: Pick<SeriesInput, 'from' | 'periodsPerYear'>, seasonal: boolean): number {
  return Math.max(from, seasonal ? Math.ceil(SEASON_YEARS * periodsPerYear) : LEVEL_PERIODS)
}

/** Rows from index `first` until `end` have no verdict. */
export function withoutVerdicts(out: Judgements, { from }: SeriesInput, first: number, end: number, reason: Reason): void {
  for (let t = first; t < end; t++) withoutVerdict(out, t - from, t === 0 ? 'no_history' : reason)
}
