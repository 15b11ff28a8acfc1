/**
 * How the nights stand, in one word: what the banner of every page says when the newest night is late or has failed.
 */
import { formatDay, instantAt, localDay, parseDay } from '../../core/days.ts'
import type { Queryable } from '../../sql/db.ts'
import { readDueRows, readNewestRuns, readSpan } from '../../sql/run-ledger.ts'
import type { DueRow } from '../../sql/run-ledger.ts'
import { BEAT_LOST_SECONDS, readBeats } from '../../sql/service-beats.ts'
import type { ServiceBeat } from '../../sql/service-beats.ts'
import { readClock } from '../../sql/schedule.ts'

/** Of a store that no source has told its zone yet. */
const DEFAULT_TIME_ZONE = 'Asia/Shanghai'
/** A night may take so long after its hour before it counts as late. */
export const LATE_HOURS = 6
/** Of whom nothing is known. */
export const DEFAULT_HOUR = 4

export interface Standing {
  /** `fresh`: the night before is done. `running`: it is at work. `late`, `failed`, `never`: what is shown is older than it should be. */
  state: 'fresh' | 'running' | 'late' | 'failed' | 'never' | 'no_data'
  /** Newest night that succeeded. */
  lastNight: string | null
  /** The night that should be done by now. */
  expected: string
  /** The oldest night whose last attempt failed. */
  failedNight: string | null
  /** Nights that are over and not done. */
  owed: number
  timeZone: string
  /** Instant from which the coming night may run, ISO 8601, and that night. */
  next: { night: string, at: string }
  /** A process that runs nights was heard of lately. */
  served: boolean
}

export interface OperationsFacts { standing: Standing, due: DueRow[], beats: ServiceBeat[] }

/** @param now milliseconds since the epoch; the server's clock unless given */
export async function readOperations(db: Queryable, now?: number): Promise<OperationsFacts> {
  const { lastDay, timeZone } = await readSpan(db)
  const at = now ?? await readClock(db)
  const due = await readDueRows(db)
  const beats = await readBeats(db)
  const { last, failed, running } = await readNewestRuns(db)
  return { standing: judge({ at, timeZone: timeZone ?? DEFAULT_TIME_ZONE, hasTickets: lastDay !== null || last !== null, last, failed, running, due, beats }), due, beats }
}

export async function readStanding(db: Queryable, now?: number): Promise<Standing> {
  return (await readOperations(db, now)).standing
}

/** Time zone of the store's sources. */
export async function readZone(db: Queryable): Promise<string> {
  return (await readSpan(db)).timeZone ?? DEFAULT_TIME_ZONE
}

/** The store's local day, as a day number. @param now milliseconds since the epoch; the server's clock unless given */
export async function readLocalToday(db: Queryable, now?: number): Promise<number> {
  return localDay(now ?? await readClock(db), await readZone(db))
}

interface Known { at: number, timeZone: string, hasTickets: boolean, last: string | null, failed: string | null, running: boolean, due: readonly DueRow[], beats: readonly ServiceBeat[] }

function judge({ at, timeZone, hasTickets, last, failed, running, due, beats }: Known): Standing {
  const alive = beats.filter(({ hour, ageSeconds }) => hour !== null && ageSeconds < BEAT_LOST_SECONDS)
  const hour = alive[0]?.hour ?? beats.find((beat) => beat.hour !== null)?.hour ?? DEFAULT_HOUR
  const today = localDay(at, timeZone)
  const opens = (day: number): number => instantAt(day, hour * 60, timeZone)
  const newest = at >= opens(today) ? today - 1 : today - 2
  const next = newest + 1
  const expected = formatDay(newest)
  const failedNight = failed ?? due.find(({ error }) => error !== null)?.date ?? null
  const isDone = last !== null && parseDay(last) >= newest
  const lateAt = opens(newest + 1) + LATE_HOURS * 3_600_000
  const behind = last === null ? Infinity : newest - parseDay(last)
  const state = !hasTickets ? 'no_data'
    : isDone ? 'fresh'
      : failedNight !== null && (last === null || failedNight > last) ? 'failed'
        : last === null ? (running ? 'running' : 'never')
          // One night behind is the night that runs now; more is late in any case.
          : behind > 1 || at >= lateAt ? 'late' : 'running'
  return {
    state, lastNight: last, expected, failedNight, owed: due.length, timeZone,
    next: { night: formatDay(next), at: new Date(opens(next + 1)).toISOString() }, served: alive.length > 0,
  }
}
