/**
 * The rules of deadlines: which clocks run on an alert of a kind and level, how long, when cards are shown and who is told next. They are
 * data with an author, a source and a first day; a clock keeps the rule it was started with. docs/deadlines.md
 */
import { createHash } from 'node:crypto'
import type { CardOffsets, DeadlineRule, Span } from '../../core/deadline.ts'
import type { Role, Rung } from '../alert-state.ts'
import type { Level } from '../levels.ts'
import type { Kind, Provenance } from '../rules.ts'
import { DEFAULT_CLOCK_RULES } from './rules-default.ts'

/**
 * sign 签收, of every unit that was told; verify 核实 (首次回复); feedback 反馈; close 办结, until 申请销号; rework 重办, after a refused 销号; review 复核; reassign 改派 ruling;
 * book 挂账 feedback; look_back_30 and look_back_90 回头看; task, commitment and milestone, each on its own date.
 */
export const CLOCKS = ['sign', 'verify', 'feedback', 'close', 'rework', 'review', 'reassign', 'book', 'look_back_30', 'look_back_90', 'task', 'commitment', 'milestone'] as const
export type ClockName = (typeof CLOCKS)[number]

/** Who is told when a deadline is missed: the leaders of the unit that must act, of the territory, or the supervisors of the hotline desk. */
export const STEP_ROLES = ['unit_lead', 'territory_lead', 'supervisor'] as const satisfies readonly Role[]
export type StepRole = (typeof STEP_ROLES)[number]

export interface EscalationStep {
  /** After the deadline. */
  after: Span
  to: StepRole
  /** 提级: the rung that the alert is raised to, or the next one where it stands there already; null tells somebody and no more. */
  rung: Rung | null
}

export interface ClockRule extends Provenance {
  clock: ClockName
  kinds: readonly Kind[]
  levels: readonly Level[]
  /**
   * rule: `limit` after the start. reply: as many working days as the rules of alerting give for the first reply. date: the end of the day that the
   * task, commitment or milestone names, or of the day that the alert names (a seasonal one: to be ready by).
   */
  basis: 'rule' | 'reply' | 'date'
  limit: DeadlineRule
  /** How often more time may be granted, and how much in all, in the unit of `limit`. */
  extensions: { count: number, most: number }
  cards: CardOffsets
  escalate: readonly EscalationStep[]
}

/** A year's notice of working days that the library does not hold yet. Days as YYYY-MM-DD; `until` is the day after the last. */
export interface CalendarNotice { country: string, from: string, until: string, holidays: readonly string[], workdays: readonly string[], source: string }

export interface DeadlineRules {
  name: string
  author: string
  source: string
  note: string
  /** Local time HH:MM at which offices open. */
  opens: string
  calendars: readonly CalendarNotice[]
  /** The first rule of a clock that fits the alert's kind and level holds; a clock without one does not run. */
  clocks: readonly ClockRule[]
}

/** The rules of the product: in force until a version is activated. */
export const INITIAL_DEADLINES: DeadlineRules = {
  name: 'default', author: 'Weisu', source: 'proposed defaults', note: '', opens: '09:00', calendars: [], clocks: DEFAULT_CLOCK_RULES,
}

/** @param day local day of the clock's start, YYYY-MM-DD */
export function findClockRule({ clocks }: DeadlineRules, clock: ClockName, kind: string, level: string, day: string): ClockRule | undefined {
  return clocks.find((rule) => rule.clock === clock && (rule.kinds as readonly string[]).includes(kind) && (rule.levels as readonly string[]).includes(level)
    && (rule.effectiveFrom === null || rule.effectiveFrom <= day))
}

/** Same hash, same deadlines: names, sources and remarks are left out. */
export function hashDeadlines({ opens, calendars, clocks }: DeadlineRules): string {
  const bare = JSON.stringify({ opens, calendars, clocks }, (key, value: unknown) => (key === 'author' || key === 'source' || key === 'note' ? undefined : sortKeys(value)))
  return createHash('sha256').update(bare).digest('hex').slice(0, 16)
}

/** jsonb does not keep the order of keys. */
function sortKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** '09:30' → 570. */
export function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
}
