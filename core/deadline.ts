/**
 * By when must something be done? A rule and the instant of receipt give the due instant, the cards (黄牌, 红牌) and whether the calendar
 * reaches so far, in the time zone of the place. Pure: no clock, no store. The rules in words: docs/deadlines.md
 */
import type { WorkCalendar } from './calendar.ts'
import { instantAt, localDay } from './days.ts'
import type { Day } from './days.ts'
import { InvalidOptionError } from './errors.ts'

export const DEADLINE_UNITS = ['hour', 'day', 'working_day'] as const
export type DeadlineUnit = (typeof DEADLINE_UNITS)[number]

/** So much time: hours that pass on the wall, natural days, working days. */
export interface Span { unit: DeadlineUnit, amount: number }

export interface DeadlineRule extends Span {
  /** Whether the day of receipt is the first that counts, or the day after. Hours run from the receipt, or from the beginning of the next day. */
  start: 'receipt' | 'next_day'
  /** 含本数: the last day is still in time. False: it must be done before that day begins. Of days only. */
  inclusive: boolean
}

/** Distance of the cards from the due instant: yellow before it, red after it. */
export interface CardOffsets { yellow: Span | null, red: Span | null }

/** Where the clock hangs. */
export interface Locality {
  timeZone: string
  calendar: WorkCalendar
  /** Minutes after midnight at which offices open: cards of days are due then. */
  opens: number
}

export interface Deadline {
  /** First instant that is too late, in milliseconds. */
  dueAt: number
  /** Last local day, or the local day of the instant, on which it is in time. */
  dueOn: Day
  /** False where days were counted of which the calendar knows only the weekdays. */
  certain: boolean
}

/** Longest spans: a year of hours, ten years of days. */
const MOST = { hour: 8784, day: 3660, working_day: 2600 } as const

/**
 * @param receivedAt milliseconds
 * @param extended   units that were granted on top
 * @throws {InvalidOptionError} an amount that is no amount
 */
export function deadlineOf(rule: DeadlineRule, receivedAt: number, locality: Locality, extended = 0): Deadline {
  const amount = rule.amount + extended
  checkSpan({ unit: rule.unit, amount })
  const { timeZone, calendar } = locality
  const received = localDay(receivedAt, timeZone)
  if (rule.unit === 'hour') {
    const from = rule.start === 'receipt' ? receivedAt : instantAt(received + 1, 0, timeZone)
    const dueAt = from + Math.round(amount * 3_600_000)
    return { dueAt, dueOn: localDay(Math.max(receivedAt, dueAt - 1), timeZone), certain: true }
  }
  const { day, certain } = lastDay({ ...rule, amount }, received, calendar)
  const dueOn = rule.inclusive ? day : Math.max(received, day - 1)
  return { dueAt: instantAt(dueOn + 1, 0, timeZone), dueOn, certain }
}

/**
 * The day that the count of a rule of days ends on. An amount of 0 is the day of receipt itself.
 *
 * @param received local day
 */
export function lastDay({ unit, amount, start }: Pick<DeadlineRule, 'unit' | 'amount' | 'start'>, received: Day, calendar: WorkCalendar): { day: Day, certain: boolean } {
  if (unit === 'hour') throw new InvalidOptionError('unit', unit, 'day or working_day')
  const natural = unit === 'day'
  let day = received
  if (amount > 0) {
    day = start === 'receipt' ? received - 1 : received
    for (let left = amount; left > 0;) {
      day++
      if (natural || calendar.isWorking(day)) left--
    }
  }
  return { day, certain: natural || amount === 0 || (received >= calendar.coveredFrom && day < calendar.coveredUntil) }
}

/** The instant so much after the due one. Of days: when offices open on that day; none is the due instant itself. */
export function instantAfter({ unit, amount }: Span, { dueAt, dueOn }: Deadline, { timeZone, calendar, opens }: Locality): number {
  checkSpan({ unit, amount })
  if (unit === 'hour') return dueAt + Math.round(amount * 3_600_000)
  if (amount === 0) return dueAt
  return Math.max(dueAt, instantAt(lastDay({ unit, amount, start: 'next_day' }, dueOn, calendar).day, opens, timeZone))
}

/**
 * The instant so much before the due one. Of days: when offices open on that day; none is the morning of the last day.
 *
 * @returns null where that is not after the receipt, or not before the due instant: nobody can be warned then
 */
export function instantBefore({ unit, amount }: Span, { dueAt, dueOn }: Deadline, receivedAt: number, { timeZone, calendar, opens }: Locality): number | null {
  checkSpan({ unit, amount })
  let at: number
  if (unit === 'hour') {
    at = dueAt - Math.round(amount * 3_600_000)
  } else {
    let day = dueOn
    for (let left = amount; left > 0;) {
      day--
      if (unit === 'day' || calendar.isWorking(day)) left--
    }
    at = instantAt(day, opens, timeZone)
  }
  return at > receivedAt && at < dueAt ? at : null
}

/** @throws {InvalidOptionError} negative, beyond measure, or a part of a day */
export function checkSpan({ unit, amount }: Span): void {
  const most = MOST[unit]
  const fits = amount >= 0 && amount <= most && (unit === 'hour' || Number.isInteger(amount))
  if (!fits) throw new InvalidOptionError(`amount of ${unit}`, amount, `${unit === 'hour' ? 'a number' : 'a whole number'} from 0 to ${most}`)
}
