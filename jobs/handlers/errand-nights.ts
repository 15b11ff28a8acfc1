/**
 * Nights that somebody asked to run again or to make up: one after another, each under the same locks as the nights that are due, and these go first.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { formatDay, parseDay } from '../../core/days.ts'
import { readDueRuns } from '../../sql/due-runs.ts'
import { noteProgress } from '../../sql/errands.ts'
import type { Errand } from '../../sql/errands.ts'
import { readClock, withNightsLock, withWriteLease } from '../../sql/schedule.ts'
import { nightApart } from '../night-apart.ts'
import type { NightlyDeps } from './nightly.ts'

/** First and last night, the last one included. */
export interface NightsRequest { from: string, until: string, force: boolean, notify: boolean }

export interface NightsResult { nights: { date: string, reused: boolean, warnings: string[] }[] }

export interface ErrandNightsDeps extends NightlyDeps {
  /** Between two looks at whether the nights that are due are done. */
  waitMs?: number
}

/** How long a night waits for an import or a command that is writing. */
const WRITE_WAIT_MS = 3_600_000

/** @throws what stopped a night; the nights before it are done, and noted as done */
export async function runErrandNights(deps: ErrandNightsDeps, errand: Errand, signal: AbortSignal): Promise<NightsResult> {
  const { db, log, waitMs = 1000 } = deps
  const { from, until, force, notify } = errand.request as unknown as NightsRequest
  const first = parseDay(from)
  const total = parseDay(until) - first + 1
  const runNight = deps.runNight ?? nightApart()
  const nights: NightsResult['nights'] = []
  for (let done = errand.done; done < total; done++) {
    const date = formatDay(first + done)
    const say = async (at: string): Promise<void> => {
      if (!await noteProgress(db, errand.id, { done, total, at })) throw new ErrandCancelled()
    }
    for (;;) {
      signal.throwIfAborted()
      // A backfill of months must not keep tonight's alerts waiting.
      const due = await readDueRuns(db, 'nightly', await readClock(db))
      if (due[0] && !due[0].waits) {
        await say(`due:${due[0].date}`)
        await delay(waitMs, undefined, { signal })
        continue
      }
      const ran = await withNightsLock(db, async (lost) => {
        await say(`night:${date}`)
        return withWriteLease(db, WRITE_WAIT_MS, (holder) => log.info('night_waits', { night: date, holder }), AbortSignal.any([signal, lost]), async (lostWrite) => {
          const isLast = done === total - 1
          const word = await runNight(deps, {
            date, newest: isLast, force, notices: notify && isLast ? 'send' : 'never', signal: AbortSignal.any([signal, lost, lostWrite]),
          }) as { reused?: boolean, warnings?: string[] } | undefined
          return { date, reused: word?.reused ?? false, warnings: word?.warnings ?? [] }
        }, deps.lease)
      }, deps.lease)
      if (ran) {
        nights.push(ran)
        break
      }
      await say('nights')
      await delay(waitMs, undefined, { signal })
    }
  }
  await noteProgress(db, errand.id, { done: total, total, at: null })
  return { nights }
}

/** Somebody took the errand back. */
export class ErrandCancelled extends Error {
  constructor() {
    super('the errand was cancelled')
  }
}
