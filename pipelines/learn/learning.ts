/**
 * What a night has learned from earlier ones before it raises its alerts: records, a ranker, thresholds. A pure function of what was known on the night:
 * reviews of earlier nights, verdicts known by this one.
 */
import { formatDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import type { Queryable } from '../../sql/db.ts'
import { readOutcomes, readRuleTallies } from '../../sql/learning.ts'
import type { OutcomeRow } from '../../sql/learning.ts'
import { FINAL_AGE } from './ages.ts'
import { trainRanker } from './ranker.ts'
import type { Ranker } from './ranker.ts'
import { recordIn, tallyRecords } from './record.ts'
import type { RecordRow, Records } from './record.ts'
import { NO_OFFSETS, readOffsets } from './thresholds.ts'
import type { Offsets } from './thresholds.ts'

/** Outcomes older than two years teach nothing any more. */
export const LEARNING_DAYS = 730

export interface Learning { records: Records, ranker: Ranker, offsets: Offsets }

/** @param options what of it the rules switch on */
export async function readLearning(db: Queryable, night: Day, options: { ranker: boolean, thresholds: boolean }): Promise<Learning> {
  const outcomes = await readOutcomesBefore(db, night)
  const ranker = trainRanker(night, outcomes)
  return {
    records: tallyRecords(outcomes),
    ranker: options.ranker ? ranker : { row: ranker.row },
    offsets: options.thresholds ? await readOffsets(db, night) : NO_OFFSETS,
  }
}

/** As the night's alerts may know them: its own reviews are written after them. */
async function readOutcomesBefore(db: Queryable, night: Day): Promise<OutcomeRow[]> {
  return readOutcomes(db, { from: formatDay(night - LEARNING_DAYS), reviewedBy: formatDay(night - 1), judgedBy: formatDay(night), age: FINAL_AGE })
}

/** As of the end of a night, its own reviews included. */
export async function readRecords(db: Queryable, night: Day): Promise<Records> {
  return tallyRecords(await readOutcomes(db, { from: formatDay(night - LEARNING_DAYS), reviewedBy: formatDay(night), judgedBy: formatDay(night), age: FINAL_AGE }))
}

/** The records of rules as of the end of a night, by rule; counted where the outcomes are. */
export async function readRuleRecords(db: Queryable, night: Day): Promise<(rule: string | null) => RecordRow> {
  const tallies = new Map((await readRuleTallies(db, { from: formatDay(night - LEARNING_DAYS), reviewedBy: formatDay(night), judgedBy: formatDay(night), age: FINAL_AGE })).map((row) => [row.rule, row]))
  return (rule) => recordIn(tallies, rule)
}
