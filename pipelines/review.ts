/**
 * Step 9 of a night: what has come of the alerts that were opened or raised 1, 7 and 28 nights ago, and the thresholds that move for it.
 */
import { logTail } from '../models/math/distributions.ts'
import type { Db } from '../sql/db.ts'
import { readDueReviews, replaceReviews } from '../sql/reviews.ts'
import type { DueReview, Outcome, ReviewRow } from '../sql/reviews.ts'
import { REVIEW_AGES } from './learn/ages.ts'
import { moveThresholds } from './learn/thresholds.ts'
import { round } from './signal-row.ts'

/** As many callers by chance must be rarer than this to be called a surge. */
const SURGE_CHANCE = 0.01
const SURGE_CALLERS = 3

export async function reviewAlerts(db: Db, night: string, quietNights = 14): Promise<{ in: number, out: number, detail: Record<string, unknown> }> {
  const rows = (await readDueReviews(db, night, REVIEW_AGES)).map((due) => nameOutcome(due, quietNights))
  const moves = await db.transaction(async (client) => {
    await replaceReviews(client, night, rows)
    return moveThresholds(client, night)
  })
  return { in: rows.length, out: rows.filter((row) => row.outcome === 'surged').length, detail: { threshold_moves: moves } }
}

/**
 * surged: three callers or more after the alert, and as many are rarer than 1 in 100 where nothing is the matter. still_on: not so, but the alert has not ended.
 * came_to_nothing: ended, with no more callers after it than are usual. ended_quietly: ended, with more than usual and no surge.
 */
export function nameOutcome(due: DueReview, quietNights: number): ReviewRow {
  const { silentNights, usualPerDay, cv, dispersion, callersSince, ...row } = due
  const expected = usualPerDay * due.ageDays
  const log10P = callersSince === 0 ? 0 : logTail(callersSince, expected, sizeOf(expected, cv, dispersion)) / Math.LN10
  const surged = callersSince >= SURGE_CALLERS && log10P <= Math.log10(SURGE_CHANCE)
  const outcome: Outcome = surged ? 'surged' : silentNights <= quietNights ? 'still_on' : callersSince <= expected ? 'came_to_nothing' : 'ended_quietly'
  return { ...row, callersSince, expectedSince: round(expected), log10P: round(Math.max(-300, log10P)), outcome }
}

/** Size of the negative binomial whose variance is mean * dispersion + (cv * mean)²; Infinity is Poisson. */
function sizeOf(mean: number, cv: number, dispersion: number): number {
  const beyond = mean * (Math.max(1, dispersion) - 1) + (cv * mean) ** 2
  return beyond > 0 ? (mean * mean) / beyond : Infinity
}
