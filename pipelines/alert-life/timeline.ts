/**
 * One alert's life for people and scripts: its state, its units, the work on it, and one shared timeline of acts, nights and cards.
 */
import { formatDay, localDay } from '../../core/days.ts'
import { readToday } from '../../sql/alert-life.ts'
import { readClockNews } from '../../sql/clocks.ts'
import type { AlertClockEventRow } from '../../sql/clocks.ts'
import type { Queryable } from '../../sql/db.ts'
import { readNightEvents } from '../../sql/inbox-alert.ts'
import type { NightEventRow } from '../../sql/inbox-alert.ts'
import { actsOf, ROLES } from '../alert-state.ts'
import type { AlertState, Finding, Rung } from '../alert-state.ts'
import { readLife, readLives } from './act.ts'
import { isSnoozed } from './fold.ts'
import type { Life, LifeEvent, Party } from './fold.ts'
import { lookBackDays } from './outcome.ts'
import { foldWork, progressOf } from './work.ts'
import type { JointWork } from './work.ts'

/** A line of the timeline: what somebody did, what a night saw, or what a clock told. */
export type TimelineEntry =
  | { kind: 'act', version: number, act: string, before: AlertState, after: AlertState, by: string, unit: string, role: string, why: string, detail: Record<string, unknown>, at: string, known_on: string }
  | { kind: 'night', night: string, event: string, before: string | null, after: string | null }
  | { kind: 'clock', clock_id: string, clock: string, subject: string, owner: string, event: string, step: string, by: string, unit: string, role: string, why: string, detail: Record<string, unknown>, at: string, known_on: string }

/** The keys are promised in docs/cli.md. */
export interface AlertLifeView {
  alert_id: string
  state: AlertState
  version: number
  finding: Finding | null
  round: number
  escalated: Rung | null
  snoozed_until: string | null
  lowered: LoweredLevel | null
  merged_into: string | null
  parties: Party[]
  refusals: number
  /** Days on which 回头看 is due, of an alert that is struck off. */
  look_backs: { days: number, on: string }[]
  work: JointWork
  progress: { planned: number, reached: number, of: number }
  /** What each role of the lead unit, and of the desk, may do next. */
  next: Record<string, string[]>
  timeline: TimelineEntry[]
}

/** @throws {BadInputError} no alert has the id */
export async function readAlertLife(db: Queryable, alertId: string): Promise<AlertLifeView> {
  const { life, events } = await readLife(db, alertId)
  return viewLife(alertId, { life, events, nights: await readNightEvents(db, alertId), clocks: await readClockNews(db, alertId), today: await readToday(db) })
}

/** What a view of a life is made of. */
export interface LifeParts { life: Life, events: readonly LifeEvent[], nights: readonly NightEventRow[], clocks: readonly AlertClockEventRow[], today: string }

export function viewLife(alertId: string, { life, events, nights, clocks, today }: LifeParts): AlertLifeView {
  const work = foldWork(events)
  return {
    alert_id: alertId, state: life.state, version: life.version, finding: life.finding, round: life.round, escalated: life.escalated,
    snoozed_until: isSnoozed(life, today) ? life.snoozedUntil : null, lowered: loweredOf(life), merged_into: life.mergedInto, parties: life.parties, refusals: life.refusals,
    look_backs: life.struckOffOn === null ? [] : lookBackDays(life.struckOffOn), work, progress: progressOf(work, today), next: nextOf(life),
    timeline: shared(events, nights, clocks),
  }
}

function loweredOf({ lowered }: Life): LoweredLevel | null {
  return lowered && { level: lowered.level, known_on: lowered.knownOn }
}

function nextOf({ state }: Life): Record<string, string[]> {
  return Object.fromEntries(ROLES.map((role) => [role, actsOf(state, 'lead', role)] as const).filter(([, acts]) => acts.length > 0))
}

/** A night of a day comes after what was done and told on that day. */
function shared(
  events: readonly LifeEvent[], nights: readonly NightEventRow[], clocks: readonly AlertClockEventRow[],
): TimelineEntry[] {
  const told = nights.filter(({ kind }) => kind !== 'continued')
  const entries = [
    ...events.map((event) => ({ day: event.knownOn, order: 0, at: Date.parse(event.at), entry: entryOf(event) })),
    ...clocks.map((row) => {
      const entry = clockEntry(row)
      return { day: entry.known_on, order: 0, at: row.at.getTime(), entry }
    }),
    ...told.map(({ night, kind, before, after }) => ({ day: night, order: 1, at: 0, entry: { kind: 'night', night, event: kind, before, after } as const })),
  ]
  return entries.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : a.order - b.order || a.at - b.at)).map(({ entry }) => entry)
}

function clockEntry({ clockId, clock, subject, owner, event, step, by, unit, role, why, detail, at, timeZone }: AlertClockEventRow): TimelineEntry & { kind: 'clock' } {
  return { kind: 'clock', clock_id: clockId, clock, subject, owner, event, step, by, unit, role, why, detail, at: at.toISOString(), known_on: formatDay(localDay(at.getTime(), timeZone)) }
}

function entryOf({ seq, act, before, after, by, unit, role, why, detail, at, knownOn }: LifeEvent): TimelineEntry {
  return { kind: 'act', version: seq, act, before, after, by, unit, role, why, detail, at, known_on: knownOn }
}

/** How an alert stands, in a list. */
export interface LifeSummary { state: AlertState, version: number, finding: Finding | null, round: number, escalated: Rung | null, snoozed_until: string | null, lowered: LoweredLevel | null }

/** The level that a person set last, which nights heed from then on. */
export interface LoweredLevel { level: string, known_on: string }

export async function readLifeSummaries(db: Queryable, alertIds: readonly string[]): Promise<Map<string, LifeSummary>> {
  const today = await readToday(db)
  return new Map([...await readLives(db, alertIds)].map(([id, { life }]) => [id, {
    state: life.state, version: life.version, finding: life.finding, round: life.round, escalated: life.escalated, snoozed_until: isSnoozed(life, today) ? life.snoozedUntil : null,
    lowered: loweredOf(life),
  }]))
}
