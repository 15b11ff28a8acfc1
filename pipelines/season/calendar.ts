/**
 * `weisu calendar` and `weisu leads`: what the last Sunday's tables say, with names.
 */
import { parseDay } from '../../core/days.ts'
import type { Queryable } from '../../sql/db.ts'
import { readPlaces, readTopics } from '../../sql/trees.ts'
import type { PlaceRow, TopicRow } from '../../sql/trees.ts'
import { readLeads, readOutlook, readWeeklyTable } from '../../sql/weekly-tables.ts'
import type { OutlookYear } from '../../sql/weekly-tables.ts'
import { round } from '../signal-row.ts'

/** The keys of this and the rows below are promised in docs/cli.md. */
export interface CalendarRow {
  place: string[]
  family: string[]
  /** Mondays. */
  begins_on: string
  peaks_on: string
  /** From the Sunday to the beginning. */
  weeks_ahead: number
  begun: boolean
  factor: number
  low: number
  high: number
  /** Callers a week: of the last four weeks, expected at the peak, and over the last year. */
  present: number
  expected: number
  year: number
  q: number
  /** Seen in one past year only. */
  once: boolean
  years: OutlookYear[]
  areas: { place: string[], callers: number, share: number, lift: number }[]
}

export interface Calendar { sunday: string, tested: number, rows: CalendarRow[] }

export interface LeadListRow {
  /** Depth of the places: 2 are streets. */
  depth: number
  before: string[]
  after: string[]
  /** Weeks between: lower quartile, median, upper quartile. */
  lag_weeks: [low: number, median: number, high: number]
  /** Times as often as by chance. */
  lift: number
  rises: number
  hits: number
  expected: number
  places: number
  backward: number
  q: number
  examples: { place: string[], before: string, after: string }[]
}

export interface LeadList { sunday: string, tested: number, rows: LeadListRow[] }

/** As of the newest Sunday up to the night; null where none was computed. @param weeks  beginnings further ahead are left out */
export async function listCalendar(db: Queryable, night: string, weeks: number): Promise<Calendar | null> {
  const table = await readWeeklyTable(db, 'seasonal_outlook', night)
  if (!table) return null
  const names = await namesIn(db)
  const rows = (await readOutlook(db, table.night)).map((row): CalendarRow => ({
    place: names.place(row.placeId), family: names.topic(row.familyId), begins_on: row.beginsOn, peaks_on: row.peaksOn,
    weeks_ahead: Math.ceil((parseDay(row.beginsOn) - parseDay(table.night)) / 7), begun: row.begun, factor: row.factor, low: row.low, high: row.high,
    present: row.present, expected: round(row.present * row.factor, 1), year: row.year, q: row.q, once: row.years.length === 1, years: row.years,
    areas: row.areas.map(({ placeId, ...area }) => ({ place: names.place(placeId), ...area })),
  }))
  return { sunday: table.night, tested: table.tested, rows: rows.filter((row) => row.weeks_ahead <= weeks) }
}

/** As of the newest Sunday up to the night; null where none was computed. */
export async function listLeads(db: Queryable, night: string): Promise<LeadList | null> {
  const table = await readWeeklyTable(db, 'topic_leads', night)
  if (!table) return null
  const names = await namesIn(db)
  const rows = (await readLeads(db, table.night)).map((row): LeadListRow => ({
    depth: row.placeDepth, before: names.topic(row.beforeTopicId), after: names.topic(row.afterTopicId), lag_weeks: [row.lagLow, row.lag, row.lagHigh],
    lift: round(row.hits / row.expected, 2), rises: row.rises, hits: row.hits, expected: row.expected, places: row.places, backward: row.backward, q: row.q,
    examples: row.examples.map(({ placeId, ...example }) => ({ place: names.place(placeId), ...example })),
  }))
  return { sunday: table.night, tested: table.tested, rows }
}

async function namesIn(db: Queryable): Promise<{ place(id: number): string[], topic(id: number): string[] }> {
  const places: Map<number, PlaceRow> = await readPlaces(db)
  const topics: Map<number, TopicRow> = await readTopics(db)
  return {
    place: (id) => places.get(id)!.rollup.map((node) => places.get(node)!.name),
    topic: (id) => topics.get(id)!.rollup.slice(1).map((node) => topics.get(node)!.name),
  }
}

