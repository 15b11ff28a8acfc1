/**
 * Brings the clocks of one alert in line with what people did and nights said: which start, stop, or are due earlier because the level rose.
 * Pure: rows in, rows and events out.
 */
import { formatDay, localDay, parseDay, startOfDay } from '../../core/days.ts'
import type { ClockAlertRow, ClockRow, NewClockEvent } from '../../sql/clocks.ts'
import type { Life, LifeEvent, Opening } from '../alert-life/fold.ts'
import type { Kind, Rules } from '../rules.ts'
import type { Level } from '../levels.ts'
import { nextOf } from './batch.ts'
import { isHigher, startClock, stepsOfClock, tightenClock } from './clock.ts'
import type { DeadlineHistory } from './in-force.ts'
import { intendedClocks } from './intended.ts'
import { findClockRule } from './rules.ts'
import type { ClockName, ClockRule, DeadlineRules } from './rules.ts'

/** One alert, read under its lock. */
export interface ClockCase {
  alert: ClockAlertRow
  opening: Opening
  life: Life
  events: readonly LifeEvent[]
  /** Its clocks so far. */
  clocks: readonly ClockRow[]
}

export interface SyncDeps {
  history: DeadlineHistory
  /** Rules of alerting: working days to the first reply. */
  alertRules: Pick<Rules, 'kinds'>
  desk: string
  /** The database's clock, in milliseconds. */
  now: number
}

type ClockEvent = Omit<NewClockEvent, 'clockId'>

export interface Synced {
  started: { clock: Omit<ClockRow, 'id'>, events: ClockEvent[] }[]
  changed: { clock: ClockRow, events: ClockEvent[] }[]
}

export const DEFAULT_ZONE = 'Asia/Shanghai'
export const DEFAULT_COUNTRY = 'CN'

export function syncClocks({ alert, opening, life, events, clocks }: ClockCase, deps: SyncDeps): Synced {
  const { history, desk, now } = deps
  const timeZone = alert.timeZone ?? DEFAULT_ZONE
  const country = alert.country ?? DEFAULT_COUNTRY
  const level = levelOf(alert, life)
  const held = heldUntil(life, timeZone, now)
  const told = { units: new Map(alert.told.map(({ unit, at }) => [unit, at])), returns: alert.returns, now }
  const known = new Map(clocks.map((clock) => [keyOf(clock), clock]))
  const synced: Synced = { started: [], changed: [] }
  const seen = new Set<string>()
  for (const intended of intendedClocks(opening, events, told, desk)) {
    const key = keyOf(intended)
    seen.add(key)
    const before = known.get(key)
    if (!before) {
      const countedFrom = Math.max(intended.startedAt, alert.levelSince ?? 0)
      const day = formatDay(localDay(countedFrom, timeZone))
      const inForce = history.on(day)
      const found = ruleFor(inForce.rules, intended.clock, alert.kind, level, day, deps.alertRules)
      if (!found) continue
      const dueDate = found.basis !== 'date' ? null : intended.dueDate ?? (intended.clock === 'close' ? alert.dueOn : null)
      const clock = startClock({ alertId: alert.id, kind: alert.kind, level, intended, countedFrom, rule: found, dueDate, timeZone, country }, inForce)
      const started = { ...clock, heldUntil: held, ...nextOf(stepsOfClock(clock, history.latest.rules), held) }
      if (intended.stoppedAt === null) synced.started.push({ clock: started, events: [event('started', startDetail(clock))] })
      else synced.started.push({ clock: stopped(started, intended.stoppedAt, intended.stoppedBy), events: [event('started', startDetail(clock)), stop(started, intended.stoppedAt, intended.stoppedBy)] })
      continue
    }
    if (before.stoppedAt !== null) continue
    let clock: ClockRow = { ...before, unit: intended.unit, heldUntil: held }
    const happened: ClockEvent[] = []
    if (isHigher(level, before.level)) {
      const from = alert.levelSince ?? now
      const day = formatDay(localDay(from, timeZone))
      const inForce = history.on(day)
      const rule = ruleFor(inForce.rules, intended.clock, alert.kind, level, day, deps.alertRules)
      clock = rule ? tightenClock(clock, level, rule, from, inForce) : { ...clock, level }
      if (clock.dueAt < before.dueAt) happened.push(event('tightened', { level, rule: rule!.id, due_at: iso(clock.dueAt), before: iso(before.dueAt) }))
    }
    if (intended.stoppedAt !== null) {
      happened.push(stop(clock, intended.stoppedAt, intended.stoppedBy))
      clock = stopped(clock, intended.stoppedAt, intended.stoppedBy)
    }
    if (happened.length > 0 || clock.level !== before.level || clock.unit !== before.unit || clock.heldUntil !== before.heldUntil) synced.changed.push({ clock, events: happened })
  }
  // What nobody is asked for any more: a unit that a later night replaced.
  for (const clock of clocks) {
    if (clock.stoppedAt === null && !seen.has(keyOf(clock))) synced.changed.push({ clock: stopped(clock, now, 'withdrawn'), events: [stop(clock, now, 'withdrawn')] })
  }
  return synced
}

/** A clock whose alert is there no more: a night that was run again has taken it back. */
export function abandon(clock: ClockRow, now: number): { clock: ClockRow, events: ClockEvent[] } {
  return { clock: stopped(clock, now, 'gone'), events: [stop(clock, now, 'gone')] }
}

/** A person may lower it; a later rise counts again. */
function levelOf({ level, lastRise }: ClockAlertRow, { lowered }: Life): string {
  return lowered !== null && lastRise < lowered.knownOn && isHigher(level, lowered.level) ? lowered.level : level
}

function heldUntil({ snoozedUntil }: Life, timeZone: string, now: number): number | null {
  if (snoozedUntil === null) return null
  const until = startOfDay(parseDay(snoozedUntil), timeZone)
  return until > now ? until : null
}

function ruleFor(rules: DeadlineRules, clock: ClockName, kind: string, level: string, day: string, { kinds }: SyncDeps['alertRules']): ClockRule | undefined {
  const rule = findClockRule(rules, clock, kind, level, day)
  if (rule?.basis !== 'reply') return rule
  const amount = kinds[kind as Kind].replyWorkingDays[level as Level]
  return { ...rule, limit: { unit: 'working_day', amount, start: 'next_day', inclusive: true } }
}

function stopped<T extends Omit<ClockRow, 'id'>>(clock: T, at: number, by: string | null): T {
  return { ...clock, stoppedAt: at, stoppedBy: by, nextStep: null, nextAt: null, heldUntil: null }
}

function startDetail({ level, rule, dueAt, certain }: Omit<ClockRow, 'id'>): Record<string, unknown> {
  return { level, rule: (rule as ClockRule).id, due_at: iso(dueAt), certain }
}

/** How late it was, if it was: a card that nobody was shown in between stays a fact. */
function stop({ dueAt }: Pick<ClockRow, 'dueAt'>, at: number, by: string | null): ClockEvent {
  return event('stopped', { by: by ?? '', late_seconds: Math.max(0, Math.round((at - dueAt) / 1000)) })
}

function event(name: NewClockEvent['event'], detail: Record<string, unknown>): ClockEvent {
  return { event: name, step: '', revision: 0, by: 'weisu', unit: '', role: 'system', why: '', detail }
}

export function iso(ms: number): string {
  return new Date(ms).toISOString()
}

function keyOf({ clock, subject, n }: { clock: string, subject: string, n: number }): string {
  return `${clock}|${subject}|${n}`
}
