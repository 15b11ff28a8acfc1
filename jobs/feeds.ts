/**
 * Polls Open311 servers through the day, so that what a night should know is there before its cut-off. The night's own poll comes too
 * late for that and is the net below.
 */
import type { Config } from '../core/config.ts'
import { LockedError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import { listFeeds } from '../pipelines/open311/feed.ts'
import type { Feed } from '../pipelines/open311/feed.ts'
import { pollFeed } from '../pipelines/open311/poll.ts'
import type { PollResult } from '../pipelines/open311/poll.ts'
import { withWriteLock } from '../sql/db.ts'
import type { Db } from '../sql/db.ts'

const EVERY_MS = 3_600_000
/** While history is still being fetched. */
const HISTORY_EVERY_MS = 300_000
/** A poll must not keep other writers waiting. */
const BUDGET_MS = 60_000

export interface FeedDeps { db: Db, config: Config, log: Log, signal?: AbortSignal, now?: () => number, wait?: (ms: number) => Promise<void> }

/** Polls what is due; nothing while another writes. Of several processes one polls. */
export async function pollWhenDue(deps: FeedDeps): Promise<PollResult[]> {
  const now = deps.now ?? Date.now
  const due = async (): Promise<Feed[]> => (await listFeeds(deps.db)).filter((feed) => isDue(feed, now()))
  if ((await due()).length === 0) return []
  const results: PollResult[] = []
  try {
    await withWriteLock(deps.db, 0, () => {}, async () => {
      for (const feed of await due()) {
        if (!deps.signal?.aborted) results.push(await pollFeed({ ...deps, budgetMs: BUDGET_MS }, feed))
      }
    })
  } catch (error) {
    if (!(error instanceof LockedError)) throw error
  }
  return results
}

function isDue({ enabled, lastPollAt, holdUntil, polledUntil, firstPollAt, errorCode }: Feed, now: number): boolean {
  if (!enabled || (holdUntil !== null && holdUntil.getTime() > now)) return false
  if (lastPollAt === null) return true
  const inHistory = errorCode === null && (polledUntil === null || (firstPollAt !== null && polledUntil < firstPollAt))
  return now - lastPollAt.getTime() >= (inHistory ? HISTORY_EVERY_MS : EVERY_MS)
}
