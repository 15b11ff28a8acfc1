/**
 * Alerts as people and scripts read them: names instead of numbers, and a title in plain words. The keys of `AlertRow` up
 * to `title` are promised in docs/cli.md; more may follow, none may go.
 */
import type { Locale } from '../core/config.ts'
import { t } from '../core/texts.ts'
import { readAlerts } from '../sql/alerts.ts'
import type { AlertListRow } from '../sql/alerts.ts'
import type { Queryable } from '../sql/db.ts'
import { lastNight } from '../sql/runs.ts'
import { readPlaces, readTopics } from '../sql/trees.ts'
import type { PlaceRow, TopicRow } from '../sql/trees.ts'
import { alertSentence, alertTitle, factsOfWhy, placeWords } from './alert-text.ts'
import { seasonReason, seasonTitle } from './season/wording.ts'
import type { SeasonalWhy } from './seasonal-alerts.ts'
import type { AlertForecast } from './forecast/alert-forecast.ts'

export interface AlertRow {
  id: string
  kind: string
  level: string
  /** Names from the city down. */
  place: string[]
  /** Names from the top down; empty for all topics together. */
  topic: string[]
  first_night: string
  last_night: string
  /** All tickets and distinct callers of the alert so far. */
  tickets: number
  callers: number
  /** Distinct callers in the window that decided, and how many are usual there. */
  observed: number
  expected: number
  recurrence_days: number
  lead_unit: string | null
  title: string
  status: string
  family: string[]
  window_days: number
  upper: number
  territory_unit: string | null
  co_units: string[]
  due_on: string | null
  due_certain: boolean
  parent_id: string | null
  rank: number
  within_budget: boolean
  why: Record<string, unknown>
  /** What the next fortnight brings; null where it was not forecast. */
  forecast: AlertForecast | null
  /** Why it is there, in one sentence. */
  why_text: string
}

export interface ListOptions {
  /** Night, YYYY-MM-DD; the newest that was run if absent. */
  date?: string
  /** Every alert up to that night in its last state, not only those with a signal on it. */
  all?: boolean
  locale: Locale
}

/** Strongest first; empty where no night was run. */
export async function listAlerts(db: Queryable, options: ListOptions): Promise<AlertRow[]> {
  const night = options.date ?? (await lastNight(db))
  if (night === null) return []
  const places = await readPlaces(db)
  const topics = await readTopics(db)
  return (await readAlerts(db, night, options.all ?? false)).map((row) => presentAlert(row, places, topics, options.locale))
}

/** @param places all of them, @param topics all of them */
export function presentAlert(row: AlertListRow, places: ReadonlyMap<number, PlaceRow>, topics: ReadonlyMap<number, TopicRow>, locale: Locale): AlertRow {
  const place = places.get(row.placeId)!.rollup.map((id) => places.get(id)!.name)
  const topicNames = (id: number): string[] => topics.get(id)!.rollup.slice(1).map((node) => topics.get(node)!.name)
  const topic = topicNames(row.topicId)
  const facts = {
    place, topic, night: row.lastNight, firstNight: row.firstNight, windowDays: row.windowDays, observed: row.observed, expected: row.expected, callers: row.callers,
    recurrenceDays: row.recurrenceDays, ...factsOfWhy(row.why),
  }
  const season = row.kind === 'seasonal' ? row.why as unknown as SeasonalWhy : undefined
  return {
    id: row.id, kind: row.kind, level: row.level, place, topic, first_night: row.firstNight, last_night: row.lastNight,
    tickets: row.tickets, callers: row.callers, observed: row.observed, expected: row.expected, recurrence_days: row.recurrenceDays,
    lead_unit: row.leadUnit, title: season ? seasonTitle(locale, season, placeWords(locale, place), topic.at(-1) ?? t(locale, 'alert.all_topics')) : alertTitle(locale, facts),
    status: row.status, family: topicNames(row.familyId), window_days: row.windowDays, upper: row.upper,
    territory_unit: row.territoryUnit, co_units: row.coUnits, due_on: row.dueOn, due_certain: row.dueCertain,
    parent_id: row.parentId, rank: row.rank, within_budget: row.withinBudget, why: row.why, forecast: (row.why.forecast ?? null) as AlertForecast | null,
    why_text: season ? seasonReason(locale, season) : alertSentence(locale, facts),
  }
}
