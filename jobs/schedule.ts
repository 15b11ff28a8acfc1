/**
 * When nights run. node-cron only ticks; each tick enters what has become due into a table (sql/due-runs.ts) and wakes a worker for
 * it. So a tick missed, doubled, or fired by three schedulers at once changes nothing, and neither does a restart, a
 * jump of the clock, or a day of 23 or 25 hours.
 */
import { schedule } from 'node-cron'
import { checkTimeZone, formatDay, localDay } from '../core/days.ts'
import { resolveOptions } from '../core/options.ts'
import type { Db } from '../sql/db.ts'
import { planRuns, readDueRuns } from '../sql/due-runs.ts'
import type { DueRun } from '../sql/due-runs.ts'
import { settleCaughtUp } from '../sql/notices.ts'
import { readClock } from '../sql/schedule.ts'
import { readStoreFacts } from '../sql/store-facts.ts'
import { runDueNights } from './handlers/nightly.ts'
import type { NightlyDeps } from './handlers/nightly.ts'
import { jobKey } from './queues.ts'
import type { Queues } from './queues.ts'

/** Every entry of the schedule; all further rules are in the tables. */
export const CRON = { nights: '*/10 * * * * *' } as const

/** A night that has been due for so long and is in nobody's hands is run here: its job may be stuck with a worker that died. */
const LATE_MS = 15_000

export interface ScheduleDeps extends NightlyDeps { queues: Queues }

export interface ScheduleOptions {
  /** IANA zone of the city; asked of the store at each tick unless given. */
  timeZone?: string
  /** Local hour from which the night before may be run: after the cut-off, outside the hours that DST moves. */
  hour: number
  /** Most nights caught up, counted back from the newest. */
  catchUpNights: number
  /** Milliseconds since the epoch; the server's clock unless given. */
  clock?: () => Promise<number>
}

export const SCHEDULE_DEFAULTS: Readonly<Omit<ScheduleOptions, 'clock' | 'timeZone'>> = { hour: 4, catchUpNights: 31 }
/** Of a store that no source has told its zone yet. */
export const DEFAULT_TIME_ZONE = 'Asia/Shanghai'
const RANGES = { hour: [0, 23, 'whole'], catchUpNights: [1, 3660, 'whole'] } as const

export interface Schedule {
  /** Does at once what a tick of the clock does. @returns the nights it woke a worker for */
  tick(): Promise<string[]>
  /** Runs what is due here, whether a job came or not: after a crash the job of a dead worker may stand in the way of a new one for a while. */
  run(): void
  /** When the last tick ended well, in milliseconds of performance.now(); undefined before the first. */
  lastTick(): number | undefined
  /** Ends the ticking, lets the tick and the night at hand come to their next step, closes the worker. */
  stop(): Promise<void>
}

/**
 * Starts ticking every ten seconds, and a worker that runs the nights. The queues stay the caller's to close. While the queue takes no
 * jobs the process runs the nights without it.
 *
 * @throws {InvalidOptionError} an unknown time zone or hour
 */
export async function startSchedule(deps: ScheduleDeps, options: Partial<ScheduleOptions> = {}): Promise<Schedule> {
  const { db, log, queues } = deps
  const { clock: given, timeZone, ...plain } = options
  const rules = resolveOptions('startSchedule', SCHEDULE_DEFAULTS, RANGES, plain)
  if (timeZone !== undefined) checkTimeZone('startSchedule.timeZone', timeZone)
  const clock = given ?? (() => readClock(db))
  const plan = async (): Promise<DueRun[]> => {
    const zone = timeZone ?? (await readStoreFacts(db)).timeZone ?? DEFAULT_TIME_ZONE
    return planDueNights(db, await clock(), zone, rules.hour, rules.catchUpNights)
  }
  const stopping = new AbortController()
  const runs = new Set<Promise<unknown>>()
  const run = (): Promise<unknown> => {
    const running = runDueNights({ ...deps, clock }, plan, stopping.signal).finally(() => runs.delete(running))
    runs.add(running)
    return running
  }

  const runHere = (): void => void run().catch((error: Error) => log.warn('nights_stopped', { error: error.message }))

  const worker = await queues.work('nights', async () => { await run() })
  let working: Promise<unknown> = Promise.resolve()
  let last: number | undefined
  let oldest: { date: string, since: number } | undefined
  const tick = async (): Promise<string[]> => {
    const due = await plan()
    if (due[0]?.date !== oldest?.date) oldest = due[0] && { date: due[0].date, since: performance.now() }
    if (oldest && !due[0]!.waits && performance.now() - oldest.since > LATE_MS && runs.size === 0) runHere()
    const woken = due[0]?.waits ? [] : due.map(({ date }) => date)
    // What caught-up nights held back is decided by whoever ends them; a crash in between leaves it to the next tick.
    if (due.length === 0) await settleCaughtUp(db)
    try {
      // One job wakes a worker for all of them: it runs them oldest first.
      await queues.add('nights', woken.slice(0, 1).map((night) => ({ key: jobKey('nightly', night), id: night })))
    } catch (error) {
      log.warn('queue_bypassed', { nights: woken.length, error: (error as Error).message })
      runHere()
    }
    last = performance.now()
    return woken
  }
  const task = schedule(CRON.nights, () => {
    working = tick().catch((error: Error) => log.warn('tick_failed', { error: error.message }))
    return working
  }, { name: 'nights', timezone: timeZone ?? 'UTC', noOverlap: true, suppressMissedWarning: true })
  return {
    tick,
    run: runHere,
    lastTick: () => last,
    stop: async () => {
      stopping.abort(new Error('the process is stopping'))
      await task.destroy()
      await working
      await Promise.allSettled(runs)
      await worker.close()
    },
  }
}

/**
 * Enters the nights that are over and not entered yet, and reads those still to be done, oldest first. A store without any
 * starts with the newest. A failed night holds back those after it, and itself for a while.
 *
 * @param now milliseconds since the epoch
 */
export async function planDueNights(db: Db, now: number, timeZone: string, hour: number, catchUpNights = SCHEDULE_DEFAULTS.catchUpNights): Promise<DueRun[]> {
  await planRuns(db, 'nightly', newestNight(now, timeZone, hour), catchUpNights)
  return readDueRuns(db, 'nightly', now)
}

/** The night that is the newest to be run at this instant: yesterday's once the hour has come, else the one before. */
export function newestNight(now: number, timeZone: string, hour: number): string {
  const today = localDay(now, timeZone)
  // A wall time that the clocks skip counts as the instant after the gap; one that comes twice as the first.
  const opens = Temporal.PlainDate.from(formatDay(today)).toZonedDateTime({ timeZone, plainTime: new Temporal.PlainTime(hour) }).epochMilliseconds
  return formatDay(now >= opens ? today - 1 : today - 2)
}
