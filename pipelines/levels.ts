/**
 * How serious an alert is: blue 关注, yellow 预警, orange 严重, red 特别严重, by the level rules in force (rules.ts).
 *
 * The highest level of a rule that holds, the first such rule in the order of the rules. A cluster below the alert threshold
 * (verdict `watch`) stays blue, but for rules that say otherwise. Levels go up at once; down only by a person.
 */
import type { LevelCondition, LevelRule, Rules } from './rules.ts'

export const LEVELS = ['blue', 'yellow', 'orange', 'red'] as const
export type Level = (typeof LEVELS)[number]

/** Days over which callers are counted for a level. */
export const LEVEL_DAYS = [7, 14, 30] as const

/** Places of this depth and above are areas: a city, a district. */
const AREA_DEPTH = 1

/** What the rules look at, as known on the night; stored with the alert's night. */
export interface LevelFacts {
  /** Depth of the place: 0 the city, 1 a district. */
  depth: number
  households: number | null
  /** Distinct callers and expected callers of the last 7, 14 and 30 days. */
  callers: readonly [week: number, fortnight: number, month: number]
  expected: readonly [week: number, fortnight: number, month: number]
  /** Distinct callers of the week before the last one. */
  weekBefore: number
  /** In the signal's own window. */
  observed: number
  expectedInWindow: number
  /** Topic families that stand out at the place, where it is a compound or a point; else 0. */
  relatedTopics: number
  /** Tickets of the last 30 days from a caller whose ticket about the same family and place had been closed before. */
  repeatsAfterClosure: number
  /** Most units that returned one of the alert's tickets. */
  returns: number
  /** Distinct callers whose tickets hold a word of the rule, by its id. */
  words: Readonly<Record<string, number>>
  /** Callers of the next days that are expected beyond the usual, by the number of days; absent where there is no forecast. */
  forecast?: Readonly<Record<string, number>>
  /** Probability that the next days bring a surge, by their number. */
  surge?: Readonly<Record<string, number>>
}

export interface LevelRuling { level: Level, rule: string }

export interface RateOptions {
  verdict: 'alert' | 'watch'
  /** Multiplies every number of callers that a rule asks for. */
  callersFactor?: number
  highestLevel?: Level
}

export function rateLevel(facts: LevelFacts, { verdict, callersFactor = 1, highestLevel = 'red' }: RateOptions, rules: Pick<Rules, 'levels'>): LevelRuling {
  const scope = facts.depth <= AREA_DEPTH ? 'area' : 'place'
  let best: LevelRule | undefined
  for (const rule of rules.levels) {
    if (verdict === 'watch' && !rule.watched) continue
    if (rule.scope !== 'any' && rule.scope !== scope) continue
    if (best && LEVELS.indexOf(rule.level) <= LEVELS.indexOf(best.level)) continue
    if (holds(rule.id, rule.when, facts, callersFactor)) best = rule
  }
  if (!best) return { level: 'blue', rule: verdict === 'watch' ? 'watch' : 'none' }
  return { level: lower(best.level, highestLevel), rule: best.id }
}

/** Whether every part of the condition holds; what is not known does not. */
function holds(id: string, when: LevelCondition, facts: LevelFacts, factor: number): boolean {
  const { callers, beyondUsual, ratio, growth, shareOfHouseholds, forecast, surge, relatedTopics, repeatsAfterClosure, returns, words } = when
  const at = (days: number): number => LEVEL_DAYS.indexOf(days as (typeof LEVEL_DAYS)[number])
  const beyond = (days: number): number => facts.callers[at(days)]! - facts.expected[at(days)]!
  if (callers && facts.callers[at(callers.days)]! < factor * callers.atLeast) return false
  if (beyondUsual && beyond(beyondUsual.days) < factor * beyondUsual.atLeast) return false
  if (ratio !== undefined && facts.observed / Math.max(facts.expectedInWindow, 0.5) < ratio) return false
  if (growth && (facts.weekBefore < growth.weekBefore || facts.callers[0] < growth.times * facts.weekBefore)) return false
  if (shareOfHouseholds !== undefined && !(facts.households && beyond(30) > shareOfHouseholds * facts.households)) return false
  if (forecast && !((facts.forecast?.[forecast.days] ?? NaN) >= factor * forecast.callers)) return false
  if (surge && !((facts.surge?.[surge.days] ?? NaN) >= surge.probability)) return false
  if (relatedTopics !== undefined && facts.relatedTopics < relatedTopics) return false
  if (repeatsAfterClosure !== undefined && facts.repeatsAfterClosure < repeatsAfterClosure) return false
  if (returns !== undefined && facts.returns < returns) return false
  return !words || (facts.words[id] ?? 0) >= words.callers
}

export function higher(a: Level, b: Level): Level {
  return LEVELS.indexOf(a) >= LEVELS.indexOf(b) ? a : b
}

export function lower(a: Level, b: Level): Level {
  return LEVELS.indexOf(a) <= LEVELS.indexOf(b) ? a : b
}
