/**
 * When nights run. node-cron only ticks; each tick asks the table of runs which nights are missing and wakes a worker for
 * them. So a tick missed, doubled, or fired by three schedulers at once changes nothing, and neither does a restart, a
 * jump of the clock, or a day of 23 or 25 hours.
 */
import { schedule } from 'node-cron'
import type { Config } from '../core/config.ts'
import { formatDay, localDay, parseDay } from '../core/days.ts'
import { InvalidOptionError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import { resolveOptions } from '../core/options.ts'
import type { Db } from '../sql/db.ts'
import { readClock, readNightHistory } from '../sql/schedule.ts'
import type { NightHistory } from '../sql/schedule.ts'
import { runDueNights } from './handlers/nightly.ts'
import type { RunNight } from './handlers/nightly.ts'
import { jobKey } from './queues.ts'
import type { Queues } from './queues.ts'

/** Every entry of the schedule; all further rules are in the tables. */
export const CRON = { nights: '* * * * *' } as const

export interface ScheduleDeps { db: Db, config: Config, log: Log, queues: Queues, runNight?: RunNight }

export interface ScheduleOptions {
  /** IANA zone of the city. */
  timeZone: string
  /** Local hour from which the night before may be run: after the cut-off, outside the hours that DST moves. */
  hour: number
  /** Most nights caught up, counted back from the newest. */
  catchUpNights: number
  /** Milliseconds since the epoch; the server's clock unless given. */
  clock?: () => Promise<number>
}

export const SCHEDULE_DEFAULTS: Readonly<Omit<ScheduleOptions, 'clock'>> = { timeZone: 'Asia/Shanghai', hour: 4, catchUpNights: 31 }
const RANGES = { hour: [0, 23, 'whole'], catchUpNights: [1, 3660, 'whole'] } as const

export interface Schedule {
  /** Does at once what a tick of the clock does. @returns the nights it woke a worker for */
  tick(): Promise<string[]>
  /** Ends the ticking, finishes the tick at hand and the night at work, closes the worker. */
  stop(): Promise<void>
}

/**
 * Starts ticking each minute, and a worker that runs the nights. The queues stay the caller's to close.
 *
 * @throws {InvalidOptionError} an unknown time zone or hour
 */
export async function startSchedule(deps: ScheduleDeps, options: Partial<ScheduleOptions> = {}): Promise<Schedule> {
  const { db, log, queues } = deps
  const { clock: given, ...plain } = options
  const rules = resolveOptions('startSchedule', SCHEDULE_DEFAULTS, RANGES, plain)
  checkTimeZone(rules.timeZone)
  const clock = given ?? (() => readClock(db))
  const plan = async (): Promise<string[]> => planDueNights(db, await clock(), rules.timeZone, rules.hour, rules.catchUpNights)

  const worker = await queues.work('nights', async () => {
    await runDueNights(deps, plan)
  })
  let working: Promise<unknown> = Promise.resolve()
  const tick = async (): Promise<string[]> => {
    const due = await plan()
    // One job wakes a worker for all of them: it runs them oldest first.
    await queues.add('nights', due.slice(0, 1).map((night) => ({ key: jobKey('nightly', night), id: night })))
    return due
  }
  const task = schedule(CRON.nights, () => {
    working = tick().catch((error: Error) => log.warn('tick_failed', { error: error.message }))
    return working
  }, { name: 'nights', timezone: rules.timeZone, noOverlap: true, suppressMissedWarning: true })
  return {
    tick,
    stop: async () => {
      await task.destroy()
      await working
      await worker.close(600_000)
    },
  }
}

/**
 * Nights without a successful run, from the last successful one until the newest that is over, oldest first. A store
 * without any starts with the newest. A failed night holds back those after it, and itself for a while (see below).
 *
 * @param now milliseconds since the epoch
 */
export async function planDueNights(db: Db, now: number, timeZone: string, hour: number, catchUpNights = SCHEDULE_DEFAULTS.catchUpNights): Promise<string[]> {
  const newest = newestNight(now, timeZone, hour)
  return dueNights(await readNightHistory(db, newest), now, newest, catchUpNights)
}

/** The night that is the newest to be run at this instant: yesterday's once the hour has come, else the one before. */
export function newestNight(now: number, timeZone: string, hour: number): string {
  const today = localDay(now, timeZone)
  // A wall time that the clocks skip counts as the instant after the gap; one that comes twice as the first.
  const opens = Temporal.PlainDate.from(formatDay(today)).toZonedDateTime({ timeZone, plainTime: new Temporal.PlainTime(hour) }).epochMilliseconds
  return formatDay(now >= opens ? today - 1 : today - 2)
}

/** The rule of planDueNights without a database. */
export function dueNights(history: NightHistory, now: number, newest: string, catchUpNights: number): string[] {
  const until = parseDay(newest) + 1
  const earliest = until - catchUpNights
  const from = history.succeeded === null
    ? Math.max(earliest, history.failed[0] ? parseDay(history.failed[0].night) : until - 1)
    : Math.max(earliest, parseDay(history.succeeded) + 1)
  const due = Array.from({ length: Math.max(0, until - from) }, (_, i) => formatDay(from + i))
  const failed = history.failed.find((it) => it.night === due[0])
  if (failed?.finishedAt != null && now < failed.finishedAt + retryPauseMs(failed.attempt)) return []
  return due
}

/** 2, 4, 8 … minutes after the first, second, third failed attempt, at most an hour. */
function retryPauseMs(attempt: number): number {
  return Math.min(2 ** Math.max(1, attempt), 60) * 60_000
}

function checkTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
  } catch {
    throw new InvalidOptionError('startSchedule.timeZone', timeZone, 'an IANA time zone')
  }
}
