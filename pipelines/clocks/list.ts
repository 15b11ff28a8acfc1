/**
 * Clocks as they are told outside: what is due, for whom, with its cards, and the history of one.
 */
import { localDay, parseDay, startOfDay } from '../../core/days.ts'
import { BadInputError } from '../../core/errors.ts'
import * as store from '../../sql/clocks.ts'
import type { ClockListRow } from '../../sql/clocks.ts'
import type { Queryable } from '../../sql/db.ts'
import { ruleOf } from './clock.ts'

export interface ClockLine {
  id: string
  alert: string
  clock: string
  subject: string
  n: number
  kind: string
  level: string
  unit: string
  place: string[]
  topic: string[]
  started_at: string
  original_due_at: string
  due_at: string
  due_on: string
  certain: boolean
  time_zone: string
  state: 'running' | 'overdue' | 'stopped'
  /** To the deadline, negative after it; of a stopped clock when it stopped. */
  hours_left: number
  /** The last that was shown. */
  card: 'yellow' | 'red' | null
  /** Escalations that were told. */
  escalated: number
  extensions: number
  extended: number
  /** More time was asked for and nobody has ruled. */
  extension_asked: boolean
  next: { step: string, at: string } | null
  held_until: string | null
  stopped_at: string | null
  stopped_by: string | null
  rule: { id: string, version: number, author: string, source: string, unit: string, amount: number }
}

export interface ClockQuery {
  /** `overdue`, `today`, `week`, or a day YYYY-MM-DD, included; undefined for all. */
  due?: string | undefined
  unit?: string | undefined
  alert?: string | undefined
  all?: boolean | undefined
}

/** The most urgent first. @param asOf milliseconds; the database's clock unless given */
export async function listClocks(db: Queryable, { due, unit, alert, all }: ClockQuery, zone: string, asOf?: number): Promise<ClockLine[]> {
  const now = asOf ?? await store.readNow(db)
  const today = localDay(now, zone)
  const last = due === undefined || due === 'overdue' ? null : due === 'today' ? today : due === 'week' ? today + 6 : parseDay(due, 'due')
  const dueBefore = due === 'overdue' ? now : last === null ? null : startOfDay(last + 1, zone) + 1
  const rows = await store.readClocks(db, { dueBefore, unit: unit ?? null, alertId: alert ?? null, stopped: all ?? false })
  return rows.map((row) => lineOf(row, now))
}

export interface ClockHistory { clock: ClockLine, events: { event: string, step: string, by: string, unit: string, role: string, why: string, detail: Record<string, unknown>, at: string }[] }

/** @throws {BadInputError} `no_such_clock` */
export async function showClock(db: Queryable, id: string): Promise<ClockHistory> {
  const clock = await store.readClock(db, id)
  if (!clock) throw new BadInputError('no_such_clock', `no clock has the number ${id}: weisu clocks list`, { clock: id })
  const now = await store.readNow(db)
  const rows = await store.readClocks(db, { dueBefore: null, unit: null, alertId: clock.alertId, stopped: true })
  const events = await store.readClockEvents(db, [id])
  return {
    clock: lineOf(rows.find((row) => row.id === id)!, now),
    events: events.map(({ event, step, by, unit, role, why, detail, at }) => ({ event, step, by, unit, role, why, detail, at: at.toISOString() })),
  }
}

function lineOf(row: ClockListRow, now: number): ClockLine {
  const rule = ruleOf(row)
  const at = row.stoppedAt ?? now
  return {
    id: row.id, alert: row.alertId, clock: row.clock, subject: row.subject, n: row.n, kind: row.kind, level: row.level, unit: row.unit, place: names(row.place), topic: names(row.family),
    started_at: iso(row.startedAt), original_due_at: iso(row.originalDueAt), due_at: iso(row.dueAt), due_on: row.dueOn, certain: row.certain, time_zone: row.timeZone,
    state: row.stoppedAt !== null ? 'stopped' : now >= row.dueAt ? 'overdue' : 'running', hours_left: Math.round((row.dueAt - at) / 360_000) / 10,
    card: row.card as 'yellow' | 'red' | null, escalated: row.escalated === null ? 0 : Number(row.escalated), extensions: row.extensions, extended: row.extended, extension_asked: row.asked > 0,
    next: row.nextStep === null ? null : { step: row.nextStep, at: iso(row.nextAt!) }, held_until: row.heldUntil === null ? null : iso(row.heldUntil),
    stopped_at: row.stoppedAt === null ? null : iso(row.stoppedAt), stopped_by: row.stoppedBy,
    rule: { id: rule.id, version: row.version, author: rule.author, source: rule.source, unit: rule.limit.unit, amount: rule.limit.amount },
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}

/** A path's names; none of the top of the topics. */
function names(path: string | null): string[] {
  return path === null ? [] : path.split('›').filter((name) => name !== '')
}
