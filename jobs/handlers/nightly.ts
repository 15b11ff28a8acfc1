/**
 * Runs the nights that are due: one process at a time, oldest first. The job that woke it says nothing more than "look".
 */
import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import type { Config } from '../../core/config.ts'
import { LockedError, PipelineError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import { isTransient } from '../../sql/db.ts'
import type { Db } from '../../sql/db.ts'
import { failDueRun, finishDueRun, LONGEST_PAUSE_MS, releaseDueRun, startDueRun } from '../../sql/due-runs.ts'
import type { DueRun } from '../../sql/due-runs.ts'
import type { LeaseOptions } from '../../sql/lease.ts'
import { settleCaughtUp } from '../../sql/notices.ts'
import { readClock, withNightsLock, withWriteLease } from '../../sql/schedule.ts'
import { deliverNotices } from '../deliver.ts'
import { nightApart } from '../night-apart.ts'

export interface NightRequest {
  date: string
  /** Nights that are being caught up hold their notices back until the newest is done. */
  notices: 'send' | 'later' | 'never'
  newest: boolean
  /** Also where the ledger has the night with the same input. */
  force?: boolean
  /** The night is to end: the process stops, or has lost its locks. */
  signal: AbortSignal
}

/** jobs/night-apart.ts, or what a test puts in its place. */
export type RunNight = (deps: NightlyDeps, request: NightRequest) => Promise<unknown>

export interface NightlyDeps {
  db: Db
  config: Config
  log: Log
  runNight?: RunNight
  /** Delivers what the nights left in the outbox; default: at once, here. */
  deliver?: () => Promise<unknown>
  /** Takes the log lines of a night's thread. */
  relay?: (line: string) => void
  lease?: Partial<LeaseOptions>
  /** Milliseconds since the epoch; the server's clock unless given. */
  clock?: () => Promise<number>
}

/** How long a night waits for an import or a command that is writing. */
const WAIT_MS = 3_600_000
/** The server went away or cut the connection: so often, with pauses that double, the night is gone on with before it counts as failed. */
const RETRIES = 8
const FIRST_PAUSE_MS = 500
const LAST_PAUSE_MS = 30_000

/**
 * @param plan  nights still to be done, oldest first; asked again after each night. One that waits holds back those after it
 * @param stop  begins no other night, and ends the one at hand between two steps
 * @returns the nights it ran; none where another process is at it
 * @throws what stopped a night; the nights before it are done
 */
export async function runDueNights(deps: NightlyDeps, plan: () => Promise<DueRun[]>, stop: AbortSignal = new AbortController().signal): Promise<string[]> {
  const { db, log } = deps
  const ran: string[] = []
  try {
    for (let retries = 0; ;) {
      const before = ran.length
      try {
        const wasOurs = await withNightsLock(db, (lost) => runAll(deps, plan, ran, stop, lost), deps.lease)
        if (!wasOurs || stop.aborted) break
        // Whoever was woken while the lock was ours has gone to sleep again: what he came for is looked for once more.
        const rest = await plan()
        if (rest.length === 0 || rest[0]!.waits) break
      } catch (error) {
        if (ran.length > before) retries = 0
        if (stop.aborted || !mayRetry(error) || ++retries > RETRIES) throw error
        log.warn('night_goes_on', { retries, error: (error as Error).message })
        await delay(Math.min(FIRST_PAUSE_MS * 2 ** (retries - 1), LAST_PAUSE_MS), undefined, { signal: stop }).catch(() => {})
      }
    }
  } finally {
    // Outside the locks: delivery may wait for retries.
    if (ran.length > 0) await (deps.deliver ?? (() => deliverNotices(deps)))()
  }
  return ran
}

async function runAll(deps: NightlyDeps, plan: () => Promise<DueRun[]>, ran: string[], stop: AbortSignal, lost: AbortSignal): Promise<true> {
  const { db } = deps
  for (;;) {
    if (stop.aborted) return true
    lost.throwIfAborted()
    const due = await plan()
    const night = due[0]
    if (night === undefined) {
      await settleCaughtUp(db)
      return true
    }
    if (night.waits) return true
    await runOne(deps, night.date, due.length, AbortSignal.any([stop, lost]))
    ran.push(night.date)
  }
}

async function runOne(deps: NightlyDeps, date: string, due: number, signal: AbortSignal): Promise<void> {
  const { db, log } = deps
  const attempt = await startDueRun(db, 'nightly', date, `${process.pid} on ${hostname()}`)
  log.info('night_starts', { night: date, attempt, due })
  const runNight = deps.runNight ?? nightApart()
  try {
    await withWriteLease(db, WAIT_MS, (holder) => log.info('night_waits', { night: date, holder }), signal, async (lost) => {
      await runNight(deps, { date, notices: due === 1 ? 'send' : 'later', newest: due === 1, signal: AbortSignal.any([signal, lost]) })
      lost.throwIfAborted()
    }, deps.lease)
    await finishDueRun(db, 'nightly', date)
    log.info('night_done', { night: date, attempt })
  } catch (error) {
    const cut = signal.aborted || mayRetry(error) || error instanceof LockedError
    const now = cut ? 0 : await (deps.clock ?? (() => readClock(db)))()
    await (cut ? releaseDueRun(db, 'nightly', date) : failDueRun(db, 'nightly', date, (error as Error).message, now + retryPauseMs(attempt))).catch(() => {})
    if (!cut) log.error('night_failed', { night: date, attempt, error: (error as Error).message })
    throw error
  }
}

/** 2, 4, 8 … minutes after the first, second, third failed attempt, at most an hour. */
export function retryPauseMs(attempt: number): number {
  return Math.min(2 ** Math.max(1, attempt) * 60_000, LONGEST_PAUSE_MS)
}

/** The server is at fault, or another attempt took the night over: the night itself has not failed. */
export function mayRetry(error: unknown): boolean {
  return isTransient(error) || (error instanceof PipelineError && error.code === 'fenced') || (error as Error)?.message === LOST
}

const LOST = 'the lock was lost with its connection'
