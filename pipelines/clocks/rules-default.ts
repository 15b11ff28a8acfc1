/**
 * The product's own rules of deadlines: what is known of cities' practice and, where nothing is published, our proposal. An activated version
 * replaces them (docs/deadlines.md).
 */
import type { DeadlineRule, DeadlineUnit, Span } from '../../core/deadline.ts'
import { LEVELS } from '../levels.ts'
import type { Level } from '../levels.ts'
import { KINDS } from '../rules.ts'
import type { Kind } from '../rules.ts'
import type { ClockName, ClockRule, EscalationStep } from './rules.ts'

const PROPOSED = 'proposed default'
const SHANDONG_2017 = 'Shandong provincial hotline 2017: 15 working days, +7 on request, 黄牌 one working day before, 红牌 on the first overdue one'
const SHANDONG_2020 = 'Shandong 2020: wrong units return within 2 working days'
const QINGDAO = 'Qingdao 2-1-15: contact within 2 hours'
const LEVELS_TABLE = 'proposed table of levels: first reply in 24 hours (orange), contact in 2 hours (red)'
const CADENCE = '周反馈, 日反馈: weekly, daily where it is critical'

const ACUTE: readonly Kind[] = ['emerging', 'common']
const CALM: readonly Level[] = ['blue', 'yellow']

const hours = (amount: number): Span => ({ unit: 'hour', amount })
const days = (amount: number): Span => ({ unit: 'day', amount })
const workingDays = (amount: number): Span => ({ unit: 'working_day', amount })
const limit = (unit: DeadlineUnit, amount: number): DeadlineRule => ({ unit, amount, start: unit === 'hour' ? 'receipt' : 'next_day', inclusive: true })
const tell = (after: Span, to: EscalationStep['to'] = 'unit_lead'): EscalationStep => ({ after, to, rung: null })
/** 提级 to the district, supervisors told. */
const raise = (after: Span): EscalationStep => ({ after, to: 'supervisor', rung: 'district' })

type More = Partial<Pick<ClockRule, 'basis' | 'extensions' | 'source' | 'cards' | 'escalate' | 'note'>>

/** Cards as in Shandong: yellow on the working day before the last, red on the first overdue one; the leaders a day later. */
function rule(id: string, clock: ClockName, kinds: readonly Kind[], levels: readonly Level[], by: DeadlineRule, more: More = {}): ClockRule {
  return {
    id, author: 'Weisu', source: PROPOSED, effectiveFrom: null, note: '', clock, kinds, levels, basis: 'rule', limit: by, extensions: { count: 0, most: 0 },
    cards: { yellow: workingDays(1), red: workingDays(1) }, escalate: [tell(workingDays(2))], ...more,
  }
}

/** Of a day or less: yellow on the last morning. */
const SHORT = { yellow: workingDays(0), red: workingDays(1) } as const
const URGENT_ORANGE: More = { cards: { yellow: hours(1), red: hours(0) }, escalate: [tell(hours(2)), raise(hours(8))] }
const URGENT_RED: More = { cards: { yellow: hours(0.5), red: hours(0) }, escalate: [tell(hours(0.5)), raise(hours(2))] }
const DESK: More = { escalate: [tell(workingDays(2), 'supervisor')] }

export const DEFAULT_CLOCK_RULES: readonly ClockRule[] = [
  rule('sign_calm', 'sign', ACUTE, CALM, limit('working_day', 1), { cards: SHORT, escalate: [tell(workingDays(2)), tell(workingDays(4), 'supervisor')] }),
  rule('sign_orange', 'sign', ACUTE, ['orange'], limit('hour', 4), URGENT_ORANGE),
  rule('sign_red', 'sign', ACUTE, ['red'], limit('hour', 1), URGENT_RED),
  rule('sign_seasonal', 'sign', ['seasonal'], LEVELS, limit('working_day', 3)),

  rule('reply_blue', 'verify', ACUTE, ['blue'], limit('working_day', 3), { basis: 'reply' }),
  rule('reply_yellow', 'verify', ACUTE, ['yellow'], limit('working_day', 1), { basis: 'reply', cards: SHORT, escalate: [tell(workingDays(2)), raise(workingDays(3))] }),
  rule('reply_orange', 'verify', ACUTE, ['orange'], limit('hour', 24), { cards: { yellow: hours(4), red: hours(0) }, escalate: [tell(hours(4)), raise(hours(24))], source: LEVELS_TABLE }),
  rule('reply_red', 'verify', ACUTE, ['red'], limit('hour', 2), { cards: { yellow: hours(0.5), red: hours(0) }, escalate: [tell(hours(1)), raise(hours(4))], source: QINGDAO }),
  rule('plan_seasonal', 'verify', ['seasonal'], LEVELS, limit('working_day', 5)),

  rule('feedback_weekly', 'feedback', ACUTE, ['orange'], limit('day', 7), { cards: { yellow: days(1), red: workingDays(1) }, escalate: [tell(workingDays(2)), raise(workingDays(5))], source: CADENCE }),
  rule('feedback_daily', 'feedback', ACUTE, ['red'], limit('day', 1), { cards: { yellow: hours(4), red: days(1) }, escalate: [tell(days(2)), raise(days(3))], source: CADENCE }),
  rule('feedback_on_book', 'book', KINDS, LEVELS, limit('day', 30), { cards: { yellow: workingDays(3), red: workingDays(1) } }),

  rule('ready_by', 'close', ['seasonal'], LEVELS, limit('working_day', 15), { basis: 'date', extensions: { count: 1, most: 7 }, escalate: [tell(workingDays(2)), raise(workingDays(5))] }),
  rule('close', 'close', ACUTE, LEVELS, limit('working_day', 15), { extensions: { count: 1, most: 7 }, escalate: [tell(workingDays(2)), raise(workingDays(5))], source: SHANDONG_2017 }),
  rule('rework', 'rework', KINDS, LEVELS, limit('working_day', 5), { escalate: [tell(workingDays(2)), raise(workingDays(3))] }),

  rule('review', 'review', KINDS, LEVELS, limit('working_day', 3), DESK),
  rule('reassign', 'reassign', KINDS, LEVELS, limit('working_day', 2), { ...DESK, source: SHANDONG_2020 }),
  rule('look_back_30', 'look_back_30', KINDS, LEVELS, limit('day', 37), { ...DESK, cards: { yellow: days(7), red: workingDays(1) }, note: 'may be done from day 30 on, when the yellow card reminds' }),
  rule('look_back_90', 'look_back_90', KINDS, LEVELS, limit('day', 97), { ...DESK, cards: { yellow: days(7), red: workingDays(1) }, note: 'may be done from day 90 on, when the yellow card reminds' }),

  rule('task', 'task', KINDS, LEVELS, limit('working_day', 0), { basis: 'date', extensions: { count: 2, most: 10 } }),
  rule('commitment', 'commitment', KINDS, LEVELS, limit('working_day', 0), { basis: 'date', extensions: { count: 2, most: 10 } }),
  rule('milestone', 'milestone', KINDS, LEVELS, limit('working_day', 0), { basis: 'date', extensions: { count: 2, most: 20 } }),
]
