/**
 * Which night is shown when commands read: as asked, else the last one that was run to its end. No alerts, no night and half
 * a night are different answers, and the difference is said.
 */
import { BadInputError } from '../core/errors.ts'
import type { Db } from '../sql/db.ts'
import { findRun, listRuns } from '../sql/run-list.ts'
import { readStoreFacts } from '../sql/store-facts.ts'
import type { Session } from './session.ts'

/** Nights among which a finished one is looked for. */
const LOOK_BACK = 400

/**
 * @param date  the night that was asked for
 * @returns null where no night was run to its end
 * @throws {BadInputError} the night that was asked for has not run
 */
export async function shownNight(session: Session, db: Db, date: string | undefined): Promise<string | null> {
  if (date !== undefined) {
    const run = await findRun(db, date)
    if (!run) throw new BadInputError('no_such_night', `night ${date} has not run`, { night: date })
    if (run.status !== 'succeeded') session.warn('cli.night.unfinished', { night: date })
    await warnOfGap(session, db, date)
    return date
  }
  const runs = await listRuns(db, LOOK_BACK)
  const whole = runs.find((run) => run.status === 'succeeded')
  const [last] = runs
  if (last !== undefined && last !== whole) session.warn(whole ? 'cli.night.older' : 'cli.night.unfinished', { night: last.night, shown: whole?.night ?? '' })
  if (whole) await warnOfGap(session, db, whole.night)
  return whole?.night ?? null
}

async function warnOfGap(session: Session, db: Db, night: string): Promise<void> {
  const { lastDay } = await readStoreFacts(db)
  if (lastDay !== null && night > lastDay) session.warn('cli.night.no_data', { night, last: lastDay })
}
