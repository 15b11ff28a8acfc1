/**
 * Runs the nights that are due: one process at a time, oldest first, each once. The job that woke it says nothing more
 * than "look".
 */
import type { Config } from '../../core/config.ts'
import type { Log } from '../../core/log.ts'
import type { Db } from '../../sql/db.ts'
import { withholdOvertaken } from '../../sql/notices.ts'
import { hasSucceeded, withNightsLock } from '../../sql/schedule.ts'
import { deliverNotices } from '../deliver.ts'

/** The step of pipelines/nightly.ts that a test replaces. */
export type RunNight = (deps: { db: Db, config: Config, log: Log }, request: { date: string }) => Promise<unknown>

export interface NightlyDeps { db: Db, config: Config, log: Log, runNight?: RunNight }

/**
 * @param plan  nights that are due by now, oldest first; asked again after each night
 * @returns the nights it ran; none where another process is at it
 * @throws what stopped a night; the nights before it are done and their notices delivered
 */
export async function runDueNights(deps: NightlyDeps, plan: () => Promise<string[]>): Promise<string[]> {
  const { db, config, log } = deps
  const ran: string[] = []
  try {
    await withNightsLock(db, async () => {
      const runNight = deps.runNight ?? (await import('../../pipelines/nightly.ts')).runNight
      for (;;) {
        const [night] = await plan()
        if (night === undefined || ran.at(-1) === night) return // again: it did not succeed, and `runs` says why
        if (await hasSucceeded(db, night)) return
        log.info('night_starts', { night })
        await runNight({ db, config, log }, { date: night })
        ran.push(night)
      }
    })
  } finally {
    // Outside the lock: delivery may wait for retries.
    if (ran.length > 1) await withholdOvertaken(db, ran[0]!, ran.at(-1)!)
    if (ran.length > 0) await deliverNotices(deps)
  }
  return ran
}
