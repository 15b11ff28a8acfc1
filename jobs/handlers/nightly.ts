/**
 * Runs the nights that are due: one process at a time, oldest first, each once. The job that woke it says nothing more
 * than "look".
 */
import type { Config } from '../../core/config.ts'
import type { Log } from '../../core/log.ts'
import type { NightDeps } from '../../pipelines/nightly.ts'
import { withWriteLock } from '../../sql/db.ts'
import type { Db } from '../../sql/db.ts'
import { withholdOvertaken } from '../../sql/notices.ts'
import { hasSucceeded, withNightsLock } from '../../sql/schedule.ts'
import { deliverNotices } from '../deliver.ts'

/** runNight of pipelines/nightly.ts, or what a test puts in its place. */
export type RunNight = (deps: NightDeps, options: { date: string }) => Promise<unknown>

export interface NightlyDeps { db: Db, config: Config, log: Log, runNight?: RunNight }

/** How long a night waits for an import or a command that is writing. */
const WAIT_MS = 3_600_000

/**
 * Notices leave with the newest night; of the nights before it those that still hold, later than they should. So does
 * the report.
 *
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
        const due = await plan()
        const night = due[0]
        if (night === undefined || ran.at(-1) === night) return // again: it did not succeed, and `runs` says why
        if (await hasSucceeded(db, night)) return
        log.info('night_starts', { night, due: due.length })
        const last = due.length === 1 ? lastNight(deps) : {}
        await withWriteLock(db, WAIT_MS, (holder) => log.info('night_waits', { night, holder }), () => runNight({ db, config, log, ...last }, { date: night }))
        ran.push(night)
      }
    })
  } finally {
    // Outside the locks: delivery may wait for retries.
    if (ran.length > 1) await withholdOvertaken(db, ran[0]!, ran.at(-1)!)
    if (ran.length > 0) await deliverNotices(deps)
  }
  return ran
}

/** What only the newest night does. */
function lastNight({ db, config, log }: NightlyDeps): Pick<NightDeps, 'report'> {
  return {
    report: async (night) => {
      const { writeReport } = await import('../../pipelines/report/report.ts')
      return await writeReport({ db, config, log }, { night, locale: config.locale })
    },
  }
}
