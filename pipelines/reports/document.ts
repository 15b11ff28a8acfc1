/**
 * The shape of a hotspot report: what it knows, already without what may not be shown. Stored as JSON, read by pages and exports.
 */
import type { HotClass, PlaceClass } from '../../models/hotspot/emerging.ts'
import type { QualityRow } from '../../sql/reports.ts'
import type { RecordRow } from '../learn/record.ts'
import type { PlaceCoverage, ReportingSignal } from '../learn/under-reporting.ts'
import type { CalendarRow } from '../season/calendar.ts'
import type { PeriodDays } from './period.ts'

/** Raised with every change of the shape: older documents are computed anew. */
export const DOCUMENT_VERSION = 2

/** Cells of fewer distinct callers are not shown. */
export const FEWEST_CALLERS = 3

/** 'few': one or two callers. 'extra': hidden because another hidden cell could else be worked out. */
export type Count = number | 'few' | 'extra'

/** Distinct callers of the whole window, and tickets. Both are hidden or neither. */
export interface Counts { callers: Count, tickets: Count }

/** Null where the store holds no day of that window: nothing is known, which is not zero. */
export interface Compared { now: Counts, before: Counts | null, year: Counts | null }

export interface PlaceEntry extends Compared {
  id: number
  /** Names from the city down. */
  path: string[]
  depth: number
  /** Of the map; places that no registry located are moved a little, always the same way. */
  lng: number | null
  lat: number | null
  /** Null below and above the depth that is classified. */
  class: PlaceClass | null
  /** The topic family of most callers; null where none may be named. */
  topic: { id: number, path: string[], callers: number } | null
}

export interface TopicEntry extends Compared {
  id: number
  /** Names from the top topic down. */
  path: string[]
  depth: number
  /** A family stands for the cause; groups are above families, parts below. */
  kind: 'group' | 'family' | 'part'
}

/** A place that is or was hot, about all topics (topic null) or a family. */
export interface HotEntry {
  place: number
  path: string[]
  topic: number | null
  topicPath: string[]
  class: HotClass
  /** Gi* of the last week, and z of its trend. */
  z: number
  trend: number
  hotWeeks: number
  coldWeeks: number
  weeks: number
}

/** Totals are the last row and the last column. Area -1 stands for tickets located no closer than a city. */
export interface Pivot { topics: { id: number, path: string[] }[], districts: { id: number, path: string[] }[], callers: Count[][], tickets: Count[][] }

export interface AttentionEntry {
  alert: string
  level: 'yellow' | 'orange' | 'red'
  place: number
  path: string[]
  topic: number
  topicPath: string[]
  /** Distinct callers of the window that decided, and the usual number. */
  observed: number
  expected: number
  windowDays: number
  firstNight: string
  lastNight: string
  leadUnit: string | null
  class: PlaceClass | null
  /** new: first told of in this period. */
  change: 'new' | 'continued'
}

/** Words that callers of a place began to say, as the night found them. */
export interface WordsEntry { place: number, path: string[], topicPath: string[], phrases: string[], observed: number, expected: number, windowDays: number }

/** A problem that lasts, troubles many people at many places, and is seldom solved. */
export interface CandidateEntry {
  topic: number
  path: string[]
  callers: number
  /** Streets with callers in the period, of all streets. */
  places: number
  ofPlaces: number
  /** Months with at least three callers, of the last twelve that the store holds. */
  months: number
  ofMonths: number
  /** Share of answers that the matter is not solved, and how many answers; null where there are too few. */
  unsolved: number | null
  judged: number
  /** Callers times that share, leaning on the share of all topics; null where nobody answered. */
  score: number | null
}

export interface Outcome {
  alerts: number
  all: RecordRow
  levels: (RecordRow & { name: string })[]
  families: (RecordRow & { name: string })[]
  lead: { count: 10 | 20 | 50, of: number, medianDays: number | null, before: number }[]
  ended: number
  returned: number
}

export interface CoverageSummary { depth: number, rate: number | null, signals: Record<ReportingSignal, number>, places: PlaceCoverage[] }

export interface ReportDocument extends PeriodDays {
  version: number
  night: string
  city: string
  timeZone: string
  cutoff: { date: string, time: string }
  codeVersion: string | null
  total: Compared
  attention: AttentionEntry[]
  places: PlaceEntry[]
  topics: TopicEntry[]
  pivot: Pivot
  /** Depth of the places that are classified, how many of them can be, and weeks looked at. */
  classified: { depth: number, places: number, weeks: number }
  hot: HotEntry[]
  words: WordsEntry[]
  candidates: CandidateEntry[]
  calendar: CalendarRow[]
  outcome: Outcome
  coverage: CoverageSummary
  quality: QualityRow[]
}

/** A count that may be shown, else null. */
export function shown(count: Count): number | null {
  return typeof count === 'number' ? count : null
}
