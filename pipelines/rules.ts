/**
 * The rules of alerting: everything an operator may change about what alerts, how high, and by when somebody must answer. They are data
 * with an author, a source and a date from which they hold; a night goes by the version that was in force on it. docs/rules.md
 */
import { createHash } from 'node:crypto'
import type { Settings } from '../core/config.ts'
import type { SignalRow } from '../sql/signals.ts'
import { DEFAULT_KINDS, DEFAULT_LEVELS, HOUSE } from './rules-default.ts'
import type { Level } from './levels.ts'

/** Where a rule comes from. */
export interface Provenance {
  id: string
  author: string
  /** Whose practice, which document. */
  source: string
  /** First night on which the rule holds within its version; null with the version. */
  effectiveFrom: string | null
  note: string
}

/** What must hold, all of it. Nothing asked holds always. */
export interface LevelCondition {
  /** Distinct callers of the last 7, 14 or 30 days. */
  callers?: { days: 7 | 14 | 30, atLeast: number }
  /** The same without those that are usual. */
  beyondUsual?: { days: 7 | 14 | 30, atLeast: number }
  /** Callers over usual callers in the window that decided. */
  ratio?: number
  /** Callers of the last week over those of the week before, which must have had some. */
  growth?: { times: number, weekBefore: number }
  /** Callers of the last 30 days beyond the usual, over the households of the place; more than. */
  shareOfHouseholds?: number
  /** Callers that are expected of the next days beyond the usual. */
  forecast?: { days: 7 | 14 | 28, callers: number }
  /** Probability that the next days bring a surge. */
  surge?: { days: 7 | 14 | 28, probability: number }
  /** Topic families that stand out at one compound. */
  relatedTopics?: number
  /** Repeats of a caller after the first ticket was closed, in 30 days. */
  repeatsAfterClosure?: number
  /** Units that returned one ticket. */
  returns?: number
  /** Distinct callers who use one of the words. */
  words?: { any: readonly string[], callers: number }
}

export interface LevelRule extends Provenance {
  level: Level
  /** `area` is a city or a district, `place` all below. */
  scope: 'place' | 'area' | 'any'
  /** Whether it speaks of clusters below the alert threshold, too. */
  watched: boolean
  when: LevelCondition
}

export const KINDS = ['emerging', 'common', 'seasonal'] as const
export type Kind = (typeof KINDS)[number]

export const RECIPIENTS = ['lead', 'territory', 'co'] as const
export type Recipient = (typeof RECIPIENTS)[number]

/** 66号: what is beginning, what many have in common, what the season brings. */
export interface KindRule extends Provenance {
  /** Whether such alerts are opened at all. */
  enabled: boolean
  /** The kind of an alert that begins with a window of so many days or more, at a place of at most this depth; null where it has another trigger. */
  trigger: { windowDays: number, maxDepth: number } | null
  /** How long before its season a seasonal alert may be raised. */
  weeksAhead?: { from: number, until: number }
  /** Who is told first. */
  recipients: readonly Recipient[]
  /** Working days to the first reply, from the day after the night, by level. */
  replyWorkingDays: Readonly<Record<Level, number>>
}

/** Stricter or laxer rules at a place and below it, for a topic and below it. The one that names the most applies alone. */
export interface ExceptionRule extends Provenance {
  /** Names from the city down, joined by ›; null for every place. */
  place: string | null
  topic: string | null
  recurrenceDays?: number
  minCallers?: number
  /** Multiplies the callers that level rules ask for. */
  callersFactor?: number
  highestLevel?: Level
}

/** 'off': not looked for. 'shown': kept with the night and in its report. 'alerts': signals like others. */
export const WORD_MODES = ['off', 'shown', 'alerts'] as const
export type WordMode = (typeof WORD_MODES)[number]

export function wordMode({ words }: Pick<Rules, 'words'>): WordMode {
  return words?.mode ?? 'off'
}

/** 'off': not grouped. 'list': groups of one cause stand with the alerts that hold their tickets. 'signal': groups that nothing else explains are signals like others, too. */
export const CAUSE_MODES = ['off', 'list', 'signal'] as const
export type CauseMode = (typeof CAUSE_MODES)[number]

export function causeMode({ causes }: Pick<Rules, 'causes'>): CauseMode {
  return causes?.mode ?? 'list'
}

export interface Rules {
  name: string
  author: string
  source: string
  note: string
  detection: {
    /** Signals at least as rare as this, in days of the whole deployment, are alerts. */
    recurrenceDays: number
    /** Those at least as rare as this are watched. */
    watchDays: number
    /** Fewest distinct callers of either. */
    minCallers: number
  }
  /** Nights without signal after which an alert has ended. */
  closing: { quietNights: number }
  /** Alerts above blue that a unit is sent in an ISO week. */
  budget: { perUnitWeek: number, units: Readonly<Record<string, number>> }
  /** What nights may do with what they learned: order the budget by a ranker, move thresholds of single series. docs/methods/ranker.md */
  learning: { ranker: boolean, thresholds: boolean }
  /** What nights do with emerging words; absent is 'off'. docs/methods/emerging-words.md */
  words?: { mode: WordMode }
  /** What nights do with tickets of one cause; absent is 'list'. docs/methods/same-cause.md */
  causes?: { mode: CauseMode }
  levels: readonly LevelRule[]
  kinds: Readonly<Record<Kind, KindRule>>
  exceptions: readonly ExceptionRule[]
}

/** The rules of the product with what `weisu.config.json` sets: in force until a version is activated. */
export function initialRules(settings: Pick<Settings, 'recurrenceDays' | 'minCallers' | 'quietNights' | 'alertBudgetPerUnitWeek'>): Rules {
  return {
    name: 'default', ...HOUSE,
    detection: { recurrenceDays: settings.recurrenceDays, watchDays: WATCH_DAYS, minCallers: settings.minCallers },
    closing: { quietNights: settings.quietNights },
    budget: { perUnitWeek: settings.alertBudgetPerUnitWeek, units: {} },
    learning: { ranker: true, thresholds: true },
    levels: DEFAULT_LEVELS, kinds: DEFAULT_KINDS, exceptions: [],
  }
}

/** Signals are watched at this recurrence interval, in days of the whole deployment. */
export const WATCH_DAYS = 10

/** The rules without those that do not hold yet on the night. */
export function rulesOn(rules: Rules, night: string): Rules {
  const holds = ({ effectiveFrom }: Provenance): boolean => effectiveFrom === null || effectiveFrom <= night
  return { ...rules, levels: rules.levels.filter(holds), exceptions: rules.exceptions.filter(holds) }
}

/** The exception that names the most of a place and topic; of two that name as much, the first. */
export function exceptionFor(rules: Pick<Rules, 'exceptions'>, place: string, topic: string): ExceptionRule | undefined {
  let best: ExceptionRule | undefined
  let most = -1
  for (const rule of rules.exceptions) {
    if (!isWithin(place, rule.place) || !isWithin(topic, rule.topic)) continue
    const named = depthOf(rule.place) + depthOf(rule.topic)
    if (named <= most) continue
    best = rule
    most = named
  }
  return best
}

/** What a signal is where an exception has another interval than the one that it was judged with. */
export function verdictUnder(
  rules: Pick<Rules, 'detection'>, exception: ExceptionRule | undefined, signal: Pick<SignalRow, 'verdict' | 'recurrenceDays'>, offset = 0,
): SignalRow['verdict'] {
  const interval = (exception?.recurrenceDays ?? rules.detection.recurrenceDays) * 10 ** offset
  return interval === rules.detection.recurrenceDays ? signal.verdict : signal.recurrenceDays >= interval ? 'alert' : 'watch'
}

/** Same hash, same alerts: names, sources and remarks are left out. */
export function hashRules({ detection, closing, budget, learning, words, causes, levels, kinds, exceptions }: Rules): string {
  const bare = JSON.stringify({ detection, closing, budget, learning, ...(words === undefined || words.mode === 'off' ? {} : { words }), ...(causes?.mode === 'signal' ? { causes } : {}), levels, kinds, exceptions }, (key, value: unknown) =>
    key === 'author' || key === 'source' || key === 'note' ? undefined : sortKeys(value))
  return createHash('sha256').update(bare).digest('hex').slice(0, 16)
}

/** jsonb does not keep the order of keys. */
function sortKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function isWithin(path: string, root: string | null): boolean {
  return root === null || path === root || path.startsWith(`${root}›`)
}

function depthOf(path: string | null): number {
  return path === null ? 0 : path.split('›').length
}
