/**
 * One clock and its deadline: started by a rule, tightened when the level rises, extended by consent. Pure.
 */
import type { Locality } from '../../core/deadline.ts'
import { formatDay, parseDay } from '../../core/days.ts'
import { officeCalendar } from '../../core/office-calendar.ts'
import type { ClockRow } from '../../sql/clocks.ts'
import { LEVELS } from '../levels.ts'
import type { Level } from '../levels.ts'
import { dueOf, stepsOf } from './due.ts'
import type { Counted, Step } from './due.ts'
import type { Intended } from './intended.ts'
import type { ClockRule, DeadlineRules } from './rules.ts'
import { minutesOf } from './rules.ts'
import { noticesOf } from './rules-file.ts'

/** Rules of a version, 0 where nobody activated one. */
export interface InForce { version: number, rules: DeadlineRules }

/** What a clock is made from. */
export interface ClockSeed {
  alertId: string
  kind: string
  level: string
  intended: Intended
  /** Where the limit counts from: the start, or the rise of the level after it. */
  countedFrom: number
  /** With the working days of a reply filled in. */
  rule: ClockRule
  dueDate: string | null
  timeZone: string
  country: string
}

/** Deadlines depend on the calendar as the newest rules know it: a year's notice that comes later makes the next computation certain. */
export function localityOf({ timeZone, country }: Pick<ClockRow, 'timeZone' | 'country'>, rules: DeadlineRules): Locality {
  return { timeZone, calendar: officeCalendar(country, noticesOf(rules, country)), opens: minutesOf(rules.opens) }
}

export function startClock(seed: ClockSeed, { version, rules }: InForce): Omit<ClockRow, 'id'> {
  const { alertId, kind, level, intended, countedFrom, rule, dueDate, timeZone, country } = seed
  const due = dueOf({ rule, countedFrom, dueDate: dueDate === null ? null : parseDay(dueDate), extended: 0 }, localityOf(seed, rules))
  return {
    alertId, clock: intended.clock, subject: intended.subject, n: intended.n, kind, level, unit: intended.unit, version, rule, timeZone, country, startedAt: intended.startedAt, countedFrom,
    dueDate, originalDueAt: due.dueAt, dueAt: due.dueAt, dueOn: formatDay(due.dueOn), certain: due.certain, extended: 0, extensions: 0, nextStep: null, nextAt: null, heldUntil: null,
    stoppedAt: null, stoppedBy: null,
  }
}

/** The clock under the rule of a higher level, where that is due earlier; else the clock with the level alone. */
export function tightenClock(clock: ClockRow, level: string, rule: ClockRule, from: number, { version, rules }: InForce): ClockRow {
  const countedFrom = Math.max(from, clock.startedAt)
  const due = dueOf({ rule, countedFrom, dueDate: clock.dueDate === null ? null : parseDay(clock.dueDate), extended: 0 }, localityOf(clock, rules))
  if (due.dueAt >= clock.dueAt) return { ...clock, level }
  return { ...clock, level, version, rule, countedFrom, dueAt: due.dueAt, dueOn: formatDay(due.dueOn), certain: due.certain, extended: 0 }
}

/** The clock with so much more time, in the unit of its rule. */
export function extendClock(clock: ClockRow, amount: number, rules: DeadlineRules): ClockRow {
  const extended = clock.extended + amount
  const due = dueOf({ ...countedOf(clock), extended }, localityOf(clock, rules))
  return { ...clock, extended, extensions: clock.extensions + 1, dueAt: Math.max(clock.dueAt, due.dueAt), dueOn: formatDay(due.dueOn), certain: due.certain }
}

/** Cards and escalations of a clock, oldest first. */
export function stepsOfClock(clock: Omit<ClockRow, 'id'>, rules: DeadlineRules): Step[] {
  return stepsOf(countedOf(clock), { dueAt: clock.dueAt, dueOn: parseDay(clock.dueOn), certain: clock.certain }, localityOf(clock, rules))
}

export function ruleOf(clock: Pick<ClockRow, 'rule'>): ClockRule {
  // What was stored was checked when it was activated.
  return clock.rule as ClockRule
}

export function isHigher(level: string, than: string): boolean {
  return LEVELS.indexOf(level as Level) > LEVELS.indexOf(than as Level)
}

function countedOf(clock: Omit<ClockRow, 'id'>): Counted {
  return { rule: ruleOf(clock), countedFrom: clock.countedFrom, dueDate: clock.dueDate === null ? null : parseDay(clock.dueDate), extended: clock.extended }
}
