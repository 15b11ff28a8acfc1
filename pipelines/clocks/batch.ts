/**
 * What one transaction of the sweep will write: clocks as they stand after it, what happened to them, notices, and alerts to be raised. Pure until it is written.
 */
import type { Locale } from '../../core/config.ts'
import { t } from '../../core/texts.ts'
import type { CardNoticeRow, ClockAlertRow, ClockRow, NewClockEvent } from '../../sql/clocks.ts'
import type { Rung } from '../alert-state.ts'
import { cardNotices } from './card-notices.ts'
import { stepsOfClock } from './clock.ts'
import type { Step } from './due.ts'
import { nextRung } from './raise.ts'
import type { Raisable, Raise } from './raise.ts'
import type { DeadlineRules } from './rules.ts'
import { clockWord, shownAt } from './wording.ts'

export interface TickResult {
  /** Alerts that were looked at. */
  alerts: number
  started: number
  stopped: number
  tightened: number
  /** Cards and escalations that were told, and those that were overtaken before anybody could be told. */
  yellow: number
  red: number
  escalated: number
  /** 提级. */
  raised: number
  passedOver: number
  notices: number
}

export const NOTHING: Readonly<TickResult> = { alerts: 0, started: 0, stopped: 0, tightened: 0, yellow: 0, red: 0, escalated: 0, raised: 0, passedOver: 0, notices: 0 }

type Happened = readonly Omit<NewClockEvent, 'clockId'>[]

export class Batch {
  readonly result: TickResult = { ...NOTHING }
  readonly events: NewClockEvent[] = []
  readonly notices: CardNoticeRow[] = []
  readonly raises = new Map<string, Raise>()
  readonly #changed = new Map<string, ClockRow>()
  readonly #deps: BatchDeps

  constructor(deps: BatchDeps) {
    this.#deps = deps
  }

  /** Clocks that are to be written. */
  get changed(): ClockRow[] {
    return [...this.#changed.values()]
  }

  change(clock: ClockRow, happened: Happened): void {
    this.#changed.set(clock.id, clock)
    this.note(clock.id, happened)
  }

  note(clockId: string, happened: Happened): void {
    for (const one of happened) {
      this.events.push({ ...one, clockId })
      if (one.event === 'started' || one.event === 'stopped' || one.event === 'tightened') this.result[one.event]++
    }
  }

  /** Shows what is due of a running clock, and finds what comes next. @param done steps that were told before, as sql/clocks.ts has them */
  fire(alert: ClockAlertRow, life: Raisable, clock: ClockRow, done: ReadonlySet<string>): void {
    const { rules, desk, now } = this.#deps
    const steps = stepsOfClock(clock, rules).filter(({ step }) => !done.has(`${clock.id}|${step}|${clock.extensions}`))
    const isHeld = clock.heldUntil !== null && clock.heldUntil > now
    const due = isHeld ? [] : steps.filter(({ at }) => at <= now)
    for (const step of due) this.#tell(alert, life, clock, step, desk, now)
    const { nextStep, nextAt } = nextOf(steps.slice(due.length), clock.heldUntil)
    if (clock.nextStep !== nextStep || clock.nextAt !== nextAt) this.#changed.set(clock.id, { ...clock, nextStep, nextAt })
  }

  #tell(alert: ClockAlertRow, life: Raisable, clock: ClockRow, step: Step, desk: string, now: number): void {
    const planned = { due_at: new Date(clock.dueAt).toISOString(), planned_at: new Date(step.at).toISOString() }
    const event = (name: NewClockEvent['event'], more: Record<string, unknown> = {}): NewClockEvent =>
      ({ clockId: clock.id, event: name, step: step.step, revision: clock.extensions, by: 'weisu', unit: '', role: 'system', why: '', detail: { ...planned, ...more } })
    // A yellow card warns of a deadline: once that has passed there is nothing to warn of.
    if (step.step === 'yellow' && now >= clock.dueAt) {
      this.events.push(event('passed_over'))
      this.result.passedOver++
      return
    }
    const rung = step.escalation?.rung ? this.#raise(life, clock, step.escalation.rung) : null
    this.events.push(step.escalation ? event('escalated', { to: step.escalation.to, rung }) : event('card'))
    this.result[step.escalation ? 'escalated' : step.step as 'yellow' | 'red']++
    this.notices.push(...cardNotices(alert, clock, step, rung, desk, now))
  }

  /** An alert is raised once a sweep, whichever of its clocks asks. */
  #raise(alert: Raisable, clock: ClockRow, wanted: Rung): Rung | null {
    const { locale } = this.#deps
    const rung = this.raises.has(clock.alertId) ? null : nextRung(alert.life, wanted)
    if (rung === null) return null
    const why = t(locale, 'clocks.raised_why', { clock: clockWord(locale, clock.clock), unit: clock.unit, due: shownAt(clock.dueAt, clock.timeZone) })
    this.raises.set(clock.alertId, { alert, rung, why, detail: { clock: clock.clock, clock_id: clock.id } })
    this.result.raised++
    return rung
  }
}

export interface BatchDeps {
  /** Calendars and opening hours as they are now. */
  rules: DeadlineRules
  desk: string
  /** The database's clock, in milliseconds. */
  now: number
  locale: Locale
}

/** The first of the steps, not before the end of a snooze. */
export function nextOf([next]: readonly Step[], heldUntil: number | null): Pick<ClockRow, 'nextStep' | 'nextAt'> {
  return next ? { nextStep: next.step, nextAt: Math.max(next.at, heldUntil ?? 0) } : { nextStep: null, nextAt: null }
}
