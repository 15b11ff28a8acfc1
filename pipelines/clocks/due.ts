/**
 * When a clock is due and what follows: pure functions of its rule, the instant it counts from, and the time that was granted on top.
 */
import { deadlineOf, instantAfter, instantBefore, lastDay } from '../../core/deadline.ts'
import type { Deadline, Locality } from '../../core/deadline.ts'
import { instantAt } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import type { ClockRule, EscalationStep } from './rules.ts'

/** What a deadline is computed from. Instants in milliseconds. */
export interface Counted {
  rule: Pick<ClockRule, 'basis' | 'limit' | 'cards' | 'escalate'>
  countedFrom: number
  /** Of rules by date; null where the alert has none, and the limit counts. */
  dueDate: Day | null
  extended: number
}

/** `yellow`, `red`, or the position of an escalation from '1'. */
export type StepName = string

export interface Step { step: StepName, at: number, escalation: EscalationStep | null }

/** The deadline; one of a day that is gone is due at once. */
export function dueOf({ rule: { basis, limit }, countedFrom, dueDate, extended }: Counted, where: Locality): Deadline {
  if (basis !== 'date' || dueDate === null) return deadlineOf(limit, countedFrom, where, extended)
  const unit = limit.unit === 'day' ? 'day' : 'working_day'
  const { day, certain } = lastDay({ unit, amount: extended, start: 'next_day' }, dueDate, where.calendar)
  return { dueAt: Math.max(countedFrom, instantAt(day + 1, 0, where.timeZone)), dueOn: day, certain }
}

/** Cards and escalations in the order of their instants, which is that of their names. */
export function stepsOf(counted: Counted, due: Deadline, where: Locality): Step[] {
  const { cards, escalate } = counted.rule
  const steps: Step[] = []
  const yellow = cards.yellow && instantBefore(cards.yellow, due, counted.countedFrom, where)
  if (yellow !== null) steps.push({ step: 'yellow', at: yellow, escalation: null })
  if (cards.red) steps.push({ step: 'red', at: instantAfter(cards.red, due, where), escalation: null })
  let last = due.dueAt
  escalate.forEach((escalation, i) => {
    // Nobody is told before those who were to be told first.
    last = Math.max(last, instantAfter(escalation.after, due, where), ...steps.map((step) => step.at))
    steps.push({ step: String(i + 1), at: last, escalation })
  })
  return steps
}
