/**
 * Is a source late against its own habit? Its habit is the usual pause between days on which it brought something.
 */
import { median } from 'simple-statistics'
import { localDay, parseDay } from '../../core/days.ts'
import type { Queryable } from '../../sql/db.ts'
import { readFeeds } from '../../sql/feeds.ts'
import type { FeedRow } from '../../sql/feeds.ts'
import { readClock } from '../../sql/schedule.ts'

/** Newest batches from which the habit is read, and fewest days with a batch that make one. */
const HABIT_BATCHES = 60
const FEWEST_DAYS = 4
/** Late is what waits longer than this many usual pauses, and than a day more than one. */
const LATE_PAUSES = 2

export interface Feed extends Omit<FeedRow, 'batches'> {
  /** `late`: overdue by its habit; `failed`: its newest batch failed; `unknown`: too few batches for a habit. */
  state: 'on_time' | 'late' | 'failed' | 'unknown' | 'empty'
  /** Instants, ISO 8601. */
  lastBatchAt: string | null
  lastBroughtAt: string | null
  /** Newest day with tickets. */
  lastDay: string | null
  /** Days between two days that brought something, the median; null without a habit. */
  usualDays: number | null
  /** Days since it last brought something. */
  daysSince: number | null
  /** Days by which the newest tickets usually lie behind their batch, the median. */
  usualLagDays: number | null
}

/** @param now milliseconds since the epoch; the server's clock unless given */
export async function listFeeds(db: Queryable, now?: number): Promise<Feed[]> {
  const at = now ?? await readClock(db)
  return (await readFeeds(db, HABIT_BATCHES)).map((row) => judgeFeed(row, at))
}

export function judgeFeed({ batches, ...row }: FeedRow, now: number): Feed {
  const dayOf = (instant: string): number => localDay(Date.parse(instant), row.timeZone)
  const brought = batches.filter(({ status, brought: rows }) => status === 'done' && rows > 0)
  const days = [...new Set(brought.map(({ at }) => dayOf(at)))].sort((a, b) => a - b)
  const pauses = days.slice(1).map((day, i) => day - days[i]!)
  const usualDays = days.length >= FEWEST_DAYS ? median(pauses) : null
  const last = brought[0]
  const daysSince = last ? localDay(now, row.timeZone) - dayOf(last.at) : null
  const lags = brought.flatMap(({ at, lastDay }) => (lastDay === null ? [] : [dayOf(at) - parseDay(lastDay)]))
  const lastDay = brought.reduce<string | null>((newest, { lastDay: day }) => (day !== null && (newest === null || day > newest) ? day : newest), null)
  const state = batches.length === 0 || !last ? 'empty'
    : batches[0]!.status === 'failed' ? 'failed'
      : usualDays === null ? 'unknown'
        : daysSince! > Math.max(usualDays * LATE_PAUSES, usualDays + 1) ? 'late' : 'on_time'
  return {
    ...row, state, lastBatchAt: batches[0]?.at ?? null, lastBroughtAt: last?.at ?? null, lastDay, usualDays, daysSince, usualLagDays: lags.length > 0 ? median(lags) : null,
  }
}
