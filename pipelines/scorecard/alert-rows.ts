/**
 * Per alert: what it came to, how high it went, how often it was told.
 */
import { formatDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import type { PlaceRow, TopicRow } from '../../sql/trees.ts'
import type { Attributed, ScoredAlertCourse } from './attributed.ts'
import type { Episode } from './episodes.ts'

export type Outcome = 'true' | 'false' | 'forbidden'

/** One row of the table of alerts. */
export interface AlertScoreRow {
  id: string
  kind: string
  /** On its first and at its highest. */
  first_level: string
  level: string
  /** Rule of its level on its first night. */
  rule: string
  place: string[]
  family: string[]
  first_night: string
  last_night: string
  nights: number
  /** The range began with it open: left out of every rate. */
  earlier: boolean
  outcome: Outcome
  /** Episodes it was about. */
  episodes: string[]
  most_recurrence_days: number
  lead_unit: string | null
}

const LEVELS: readonly string[] = ['blue', 'yellow', 'orange', 'red']

export interface Names { places: ReadonlyMap<number, PlaceRow>, topics: ReadonlyMap<number, TopicRow>, units: ReadonlyMap<number, string> }

export function describeAlerts({ alerts }: Attributed, episodes: readonly Episode[], { places, topics, units }: Names): AlertScoreRow[] {
  return alerts.map((alert) => {
    const first = alert.nights[0]!
    return {
      id: alert.id, kind: alert.kind, first_level: first.level, level: highest(alert), rule: first.rule,
      place: places.get(first.placeId)?.rollup.map((id) => places.get(id)!.name) ?? [],
      family: topics.get(alert.familyId)?.rollup.slice(1).map((id) => topics.get(id)!.name) ?? [],
      first_night: formatDay(first.night), last_night: formatDay(alert.nights.at(-1)!.night), nights: alert.nights.length, earlier: alert.earlier,
      outcome: outcomeOf(alert, episodes), episodes: [...alert.about].map((e) => episodes[e]!.id).sort(),
      most_recurrence_days: Math.max(...alert.nights.map((night) => night.recurrenceDays)),
      lead_unit: units.get(alert.nights.at(-1)!.leadUnit ?? alert.leadUnit ?? -1) ?? null,
    }
  })
}

/** About a sweep or a campaign is forbidden, whatever else it was about. */
export function outcomeOf(alert: ScoredAlertCourse, episodes: readonly Episode[]): Outcome {
  const about = [...alert.about].map((e) => episodes[e]!)
  if (about.some((episode) => !episode.wanted)) return 'forbidden'
  return about.length > 0 ? 'true' : 'false'
}

export function highest(alert: ScoredAlertCourse): string {
  return LEVELS[Math.max(...alert.nights.map((night) => LEVELS.indexOf(night.level)))] ?? 'blue'
}

/** The part of an alert's course that says what its unit was told of. */
export interface ToldCourse extends Pick<ScoredAlertCourse, 'leadUnit' | 'earlier'> {
  nights: readonly (Pick<ScoredAlertCourse['nights'][number], 'night' | 'level' | 'withinBudget'> & {
    /** As of the night; default that of the alert. */
    leadUnit?: number | null
  })[]
}

export interface Telling {
  night: Day
  /** Lead unit of the night. */
  unit: number | null
  /** Within the unit's budget. */
  sent: boolean
}

/** Nights on which an alert was opened above blue or rose: what its unit is told of. */
export function tellings(alert: ToldCourse): Telling[] {
  let before = alert.earlier ? alert.nights[0]!.level : 'blue'
  return alert.nights.flatMap((night) => {
    if (LEVELS.indexOf(night.level) <= LEVELS.indexOf(before)) return []
    before = night.level
    return [{ night: night.night, unit: night.leadUnit ?? alert.leadUnit, sent: night.withinBudget }]
  })
}
