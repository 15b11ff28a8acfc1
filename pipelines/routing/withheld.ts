/**
 * What units were not told of, so that nothing is lost: alerts that were silenced or snoozed, that a larger one speaks for, or that exceed a budget, in the order of their ranks;
 * and near misses: what was seen and stayed just below a limit. For the command line and the digests.
 */
import type { Settings } from '../../core/config.ts'
import type { Queryable } from '../../sql/db.ts'
import { readPlaces, readTopics } from '../../sql/trees.ts'
import type { PlaceRow, TopicRow } from '../../sql/trees.ts'
import { readLostSignals, readRatedNights, readWithheld } from '../../sql/withheld.ts'
import { LEVELS, rateLevel } from '../levels.ts'
import type { Level, LevelFacts } from '../levels.ts'
import { exceptionFor } from '../rules.ts'
import { readRulesInForce } from '../rules-in-force.ts'

export type WithheldReason = 'silenced' | 'inhibited' | 'snoozed' | 'merged' | 'over_budget'

/** Keys are promised in docs/cli.md. */
export interface WithheldAlert {
  id: string
  reason: WithheldReason
  /** The silence, the alert that speaks for it, or itself where a person snoozed or merged it; null where a budget is used up. */
  by: string | null
  kind: string
  level: string
  place: string[]
  topic: string[]
  lead_unit: string | null
  observed: number
  expected: number
  window_days: number
  rank: number
  first_night: string
}

/** Of the night's alerts those that nobody was told of. @param unit  those of this lead unit alone @param names of the trees, where they were read already */
export async function listWithheld(db: Queryable, night: string, unit?: string, names?: TreeNames): Promise<WithheldAlert[]> {
  const rows = (await readWithheld(db, night)).filter((row) => unit === undefined || row.leadUnit === unit)
  if (rows.length === 0) return []
  const name = names ?? await readTreeNames(db)
  return rows.map((row) => ({
    id: row.id, reason: row.held ?? 'over_budget', by: row.heldBy, kind: row.kind, level: row.level, place: name.place(row.placeId), topic: name.topic(row.topicId), lead_unit: row.leadUnit,
    observed: row.observed, expected: row.expected, window_days: row.windowDays, rank: row.rank, first_night: row.firstNight,
  }))
}

/**
 * one_caller_short: with one caller more it had a higher level. below_interval: watched, and at least half as rare as an alert must be. kind_disabled, below_min_callers: a signal of which the rules make no alert.
 */
export type NearReason = 'one_caller_short' | 'below_interval' | 'kind_disabled' | 'below_min_callers'

/** Keys are promised in docs/cli.md. */
export interface NearMiss {
  reason: NearReason
  alert: string | null
  place: string[]
  topic: string[]
  lead_unit: string | null
  observed: number
  expected: number
  window_days: number
  recurrence_days: number
  level: string | null
  /** The level that was missed, and the rule that would have given it. */
  next_level: string | null
  rule: string | null
  /** What was asked for, in days or callers; null where it is a caller more. */
  limit: number | null
}

/** A watched signal this close to the limit, as a share of it, is near. */
const NEAR_SHARE = 0.5

/** Near misses of a night, those of alerts first. @param unit  those of this lead unit alone; signals without an alert have none @param names of the trees, where they were read already */
export async function listNear(db: Queryable, settings: Settings, night: string, unit?: string, names?: TreeNames): Promise<NearMiss[]> {
  const name = names ?? await readTreeNames(db)
  const { rules } = await readRulesInForce(db, night, settings)
  const near: NearMiss[] = []
  for (const row of await readRatedNights(db, night)) {
    if (unit !== undefined && row.leadUnit !== unit) continue
    const exception = exceptionFor(rules, name.placePath(row.placeId), name.topicPath(row.topicId))
    const about = {
      alert: row.id, place: name.place(row.placeId), topic: name.topic(row.topicId), lead_unit: row.leadUnit, observed: row.observed, expected: row.expected,
      window_days: row.windowDays, recurrence_days: row.recurrenceDays, level: row.level,
    }
    const more = rateLevel(withOneMore(row.facts as LevelFacts), { verdict: row.verdict ?? 'alert', ...exception }, rules)
    const interval = exception?.recurrenceDays ?? rules.detection.recurrenceDays
    if (LEVELS.indexOf(more.level) > LEVELS.indexOf(row.level as Level)) near.push({ reason: 'one_caller_short', ...about, next_level: more.level, rule: more.rule, limit: null })
    else if (row.verdict === 'watch' && row.recurrenceDays >= NEAR_SHARE * interval) near.push({ reason: 'below_interval', ...about, next_level: null, rule: null, limit: interval })
  }
  if (unit !== undefined) return near
  for (const row of await readLostSignals(db, night)) {
    const exception = exceptionFor(rules, name.placePath(row.placeId), name.topicPath(row.topicId))
    const isFew = row.observed < (exception?.minCallers ?? 0)
    near.push({
      reason: isFew ? 'below_min_callers' : 'kind_disabled', alert: null, place: name.place(row.placeId), topic: name.topic(row.topicId), lead_unit: null, observed: row.observed, expected: row.expected,
      window_days: row.windowDays, recurrence_days: row.recurrenceDays, level: null, next_level: null, rule: isFew ? exception!.id : null, limit: isFew ? exception!.minCallers! : null,
    })
  }
  return near
}

function withOneMore(facts: LevelFacts): LevelFacts {
  const [week, fortnight, month] = facts.callers
  return { ...facts, callers: [week + 1, fortnight + 1, month + 1], observed: facts.observed + 1 }
}

export interface TreeNames { place(id: number): string[], topic(id: number): string[], placePath(id: number): string, topicPath(id: number): string }

/** Both trees, for several lists at once. */
export async function readTreeNames(db: Queryable): Promise<TreeNames> {
  const places: ReadonlyMap<number, PlaceRow> = await readPlaces(db)
  const topics: ReadonlyMap<number, TopicRow> = await readTopics(db)
  return {
    place: (id) => places.get(id)!.rollup.map((at) => places.get(at)!.name), topic: (id) => topics.get(id)!.rollup.slice(1).map((at) => topics.get(at)!.name),
    placePath: (id) => places.get(id)!.path, topicPath: (id) => topics.get(id)!.path,
  }
}
