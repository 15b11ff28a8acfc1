/**
 * A report as tables with typed columns: what pages show, sheets hold and files carry. Values are data; words are put to them in wording.ts.
 */
import type { TextKey } from '../../core/texts.ts'
import { formatDay, parseDay } from '../../core/days.ts'
import { HOT_CLASSES } from '../../models/hotspot/emerging.ts'
import { shown } from './document.ts'
import type { Compared, Count, Counts, ReportDocument } from './document.ts'
import { ALL_TOPICS, EVERYWHERE } from './cells.ts'

/** code: a word of the texts below `code`. count: a whole number, 'few' or 'extra'. change: a share above or below. path: names joined by ›. */
export type ColumnKind = 'text' | 'path' | 'code' | 'count' | 'whole' | 'number' | 'share' | 'change' | 'date' | 'flag'

export interface Column {
  key: string
  kind: ColumnKind
  /** Of the title; columns named by data have a name instead. */
  name?: string
  /** Prefix of the texts of a code column. */
  code?: 'reports.class' | 'reports.level' | 'reports.signal' | 'reports.change'
  /** Which window's tickets stand behind the number. */
  behind?: 'now' | 'before' | 'year'
}

export type Value = string | number | boolean | null
/** An area and a topic whose tickets stand behind the numbers of a row. */
export interface Behind { area: number, topic: number }
export interface Row { values: Value[], behind?: Behind, /** Of single cells, where they differ. */ cells?: (Behind | undefined)[], alert?: string, total?: boolean }
export interface ReportTable { name: TableName, columns: Column[], rows: Row[], params?: Readonly<Record<string, string | number>> }

export const TABLES = ['attention', 'districts', 'streets', 'places', 'topics', 'subtopics', 'hotspots', 'words', 'pivot', 'calendar', 'candidates', 'outcome', 'lead', 'coverage', 'quality', 'rejects', 'taidi'] as const
export type TableName = (typeof TABLES)[number]

/** Key of a column's title, which data name themselves in the pivot. */
export function titleKey(column: Column): TextKey {
  return `reports.col.${column.key}` as TextKey
}

export function pathText(path: readonly string[]): string {
  return path.join(' › ')
}

/** Below the city, whose name says nothing in a list. */
const within = (path: readonly string[]): string => pathText(path.length > 1 ? path.slice(1) : path)

const COMPARED: readonly Column[] = [
  { key: 'callers', kind: 'count', behind: 'now' }, { key: 'tickets', kind: 'count', behind: 'now' },
  { key: 'before', kind: 'count', behind: 'before' }, { key: 'change_before', kind: 'change' },
  { key: 'year', kind: 'count', behind: 'year' }, { key: 'change_year', kind: 'change' },
]

function compared({ now, before, year }: Compared): Value[] {
  return [now.callers, now.tickets, before?.callers ?? null, changeOf(now, before), year?.callers ?? null, changeOf(now, year)]
}

/** Share by which callers are more or fewer; null where either is hidden, unknown or the other is zero. */
export function changeOf(now: Counts, then: Counts | null): number | null {
  const [a, b] = [shown(now.callers), then === null ? null : shown(then.callers)]
  return a === null || b === null || b === 0 ? null : Math.round((a / b - 1) * 1000) / 1000
}

/** All tables of the document, in the order of a report. */
export function tablesOf(document: ReportDocument): ReportTable[] {
  return TABLES.map((name) => ({ name, ...MAKERS[name](document) }))
}

export function tableOf(document: ReportDocument, name: TableName): ReportTable {
  return { name, ...MAKERS[name](document) }
}

const MAKERS: Readonly<Record<TableName, (document: ReportDocument) => Omit<ReportTable, 'name'>>> = {
  attention: ({ attention }) => ({
    columns: [
      { key: 'level', kind: 'code', code: 'reports.level' }, { key: 'place', kind: 'path' }, { key: 'topic', kind: 'path' }, { key: 'observed', kind: 'whole' }, { key: 'expected', kind: 'number' },
      { key: 'days', kind: 'whole' }, { key: 'class', kind: 'code', code: 'reports.class' }, { key: 'change', kind: 'code', code: 'reports.change' }, { key: 'lead_unit', kind: 'text' }, { key: 'since', kind: 'date' },
    ],
    rows: attention.map((entry) => ({
      alert: entry.alert, values: [entry.level, within(entry.path), pathText(entry.topicPath), entry.observed, entry.expected, entry.windowDays, entry.class, entry.change, entry.leadUnit, entry.firstNight],
    })),
  }),
  districts: (document) => places(document, (depth) => depth === 1),
  streets: (document) => places(document, (depth) => depth === 2),
  places: (document) => places(document, (depth) => depth > 2),
  topics: (document) => topics(document, 'family'),
  subtopics: (document) => topics(document, 'part'),
  hotspots: ({ hot, classified }) => ({
    columns: [{ key: 'place', kind: 'path' }, { key: 'topic', kind: 'path' }, { key: 'class', kind: 'code', code: 'reports.class' }, { key: 'z', kind: 'number' }, { key: 'trend', kind: 'number' }, { key: 'hot_weeks', kind: 'whole' }, { key: 'weeks', kind: 'whole' }],
    rows: hot.map((entry) => ({ values: [within(entry.path), pathText(entry.topicPath), entry.class, entry.z, entry.trend, entry.hotWeeks, entry.weeks], behind: { area: entry.place, topic: ALL_TOPICS } })),
    params: { ...classified },
  }),
  words: ({ words }) => ({
    columns: [{ key: 'phrases', kind: 'text' }, { key: 'place', kind: 'path' }, { key: 'topic', kind: 'path' }, { key: 'observed', kind: 'whole' }, { key: 'expected', kind: 'number' }, { key: 'days', kind: 'whole' }],
    rows: words.map((entry) => ({ values: [entry.phrases.join(' · '), within(entry.path), pathText(entry.topicPath), entry.observed, entry.expected, entry.windowDays] })),
  }),
  pivot: ({ pivot }) => ({
    columns: [{ key: 'topic', kind: 'path' }, ...pivot.districts.map(({ id, path }): Column => ({ key: `area_${id}`, kind: 'count', behind: 'now', name: path.at(-1) ?? '' }))],
    rows: pivot.topics.map(({ id, path }, i) => ({
      values: [pathText(path), ...pivot.callers[i]!], total: id === ALL_TOPICS, cells: [undefined, ...pivot.districts.map((district) => ({ area: district.id, topic: id }))],
    })),
  }),
  calendar: ({ calendar }) => ({
    columns: [
      { key: 'topic', kind: 'path' }, { key: 'place', kind: 'path' }, { key: 'begins', kind: 'date' }, { key: 'peaks', kind: 'date' }, { key: 'present', kind: 'number' }, { key: 'at_peak', kind: 'number' },
      { key: 'factor', kind: 'number' }, { key: 'low', kind: 'number' }, { key: 'high', kind: 'number' }, { key: 'once', kind: 'flag' },
    ],
    rows: calendar.map((row) => ({ values: [pathText(row.family), pathText(row.place), row.begins_on, row.peaks_on, row.present, row.expected, row.factor, row.low, row.high, row.once] })),
  }),
  candidates: ({ candidates }) => ({
    columns: [
      { key: 'topic', kind: 'path' }, { key: 'callers', kind: 'count', behind: 'now' }, { key: 'places', kind: 'whole' }, { key: 'of_places', kind: 'whole' }, { key: 'months', kind: 'whole' }, { key: 'of_months', kind: 'whole' },
      { key: 'unsolved', kind: 'share' }, { key: 'judged', kind: 'whole' }, { key: 'score', kind: 'number' },
    ],
    rows: candidates.map((entry) => ({
      values: [pathText(entry.path), entry.callers, entry.places, entry.ofPlaces, entry.months, entry.ofMonths, entry.unsolved, entry.judged, entry.score], behind: { area: EVERYWHERE, topic: entry.topic },
    })),
  }),
  outcome: ({ outcome }) => ({
    columns: [{ key: 'group', kind: 'text' }, { key: 'of', kind: 'whole' }, { key: 'good', kind: 'number' }, { key: 'share', kind: 'share' }, { key: 'low', kind: 'share' }, { key: 'high', kind: 'share' }],
    rows: outcome.all.of === 0 ? [] : [{ name: '', ...outcome.all }, ...outcome.levels, ...outcome.families].map((row) => ({ values: [row.name, row.of, row.good, row.share, row.low, row.high] })),
  }),
  lead: ({ outcome }) => ({
    columns: [{ key: 'nth', kind: 'whole' }, { key: 'of', kind: 'whole' }, { key: 'ahead', kind: 'whole' }, { key: 'median_days', kind: 'number' }],
    rows: outcome.lead.filter((row) => row.of > 0).map((row) => ({ values: [row.count, row.of, row.before, row.medianDays] })),
  }),
  coverage: ({ coverage }) => ({
    columns: [{ key: 'place', kind: 'path' }, { key: 'signal', kind: 'code', code: 'reports.signal' }, { key: 'households', kind: 'whole' }, { key: 'tickets', kind: 'whole' }, { key: 'rate', kind: 'number' }, { key: 'share', kind: 'share' }, { key: 'low', kind: 'share' }, { key: 'high', kind: 'share' }],
    rows: coverage.places.map((place) => ({
      values: [within(place.place), place.signal, place.households, place.tickets, place.rate, place.rate_factor?.[0] ?? null, place.rate_factor?.[1] ?? null, place.rate_factor?.[2] ?? null],
    })),
  }),
  quality: ({ quality }) => ({
    columns: [
      { key: 'source', kind: 'text' }, ...['tickets', 'unplaced', 'unclassified', 'no_caller', 'sweeps', 'repeats', 'late'].map((key): Column => ({ key, kind: 'whole' })), { key: 'median_hours', kind: 'number' },
      ...['empty_days', 'read', 'rejected', 'duplicate'].map((key): Column => ({ key, kind: 'whole' })),
    ],
    rows: quality.map((row) => ({
      values: [row.source, row.tickets, row.unplaced, row.unclassified, row.withoutCaller, row.sweeps, row.repeats, row.arrived === 0 ? null : row.late, row.medianHours, row.emptyDays, row.read, row.rejected, row.duplicate],
    })),
  }),
  rejects: ({ quality }) => ({
    columns: [{ key: 'source', kind: 'text' }, { key: 'reason', kind: 'text' }, { key: 'rows', kind: 'whole' }],
    rows: quality.flatMap((row) => Object.entries(row.reasons).sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([reason, n]) => ({ values: [row.source, reason, n] }))),
  }),
  taidi: ({ attention }) => ({
    columns: [{ key: 'rank', kind: 'whole' }, { key: 'problem', kind: 'text' }, { key: 'heat', kind: 'number' }, { key: 'when', kind: 'text' }, { key: 'where', kind: 'path' }, { key: 'what', kind: 'path' }],
    rows: [...attention].sort((a, b) => b.observed - b.expected - (a.observed - a.expected) || (a.alert < b.alert ? -1 : 1)).map((entry, i) => ({
      alert: entry.alert,
      values: [
        i + 1, entry.alert, Math.round((entry.observed - entry.expected) * 10) / 10, `${formatDay(parseDay(entry.firstNight) - entry.windowDays + 1)}/${entry.lastNight}`,
        within(entry.path), pathText(entry.topicPath),
      ],
    })),
  }),
}

function places({ places: all, city }: ReportDocument, wanted: (depth: number) => boolean): Omit<ReportTable, 'name'> {
  const listed = all.filter((place) => wanted(place.depth))
  // One depth is classified.
  const classes = listed.some((place) => place.class !== null)
  return {
    columns: [{ key: 'place', kind: 'path' }, ...COMPARED, ...(classes ? [{ key: 'class', kind: 'code', code: 'reports.class' } as const] : []), { key: 'main_topic', kind: 'path' }],
    rows: listed.map((place) => ({
      values: [place.path.length === 0 ? '' : within(place.path) || city, ...compared(place), ...(classes ? [place.class] : []), place.topic ? pathText(place.topic.path) : null], behind: { area: place.id, topic: ALL_TOPICS },
    })),
  }
}

function topics({ topics: all }: ReportDocument, kind: 'family' | 'part'): Omit<ReportTable, 'name'> {
  return {
    columns: [{ key: 'topic', kind: 'path' }, ...COMPARED],
    rows: all.filter((topic) => topic.kind === kind).map((topic) => ({ values: [pathText(topic.path), ...compared(topic)], behind: { area: EVERYWHERE, topic: topic.id } })),
  }
}

type Windowed = 'now' | 'before' | 'year'
/** What each report shows, worked out once: pages ask it of a thousand numbers. */
const shownNumbers = new WeakMap<ReportDocument, Map<string, ShownNumber>>()

/** A number that a report shows; tickets are null where they alone are hidden. */
export interface ShownNumber { callers: number, tickets: number | null }

/** Whether the report shows the number of an area and topic in a window: only then are its tickets listed. */
export function isShown(document: ReportDocument, where: Behind, window: Windowed): boolean {
  return numberOf(document, where, window) !== undefined
}

/** The number itself; undefined where the report does not show it. */
export function numberOf(document: ReportDocument, { area, topic }: Behind, window: Windowed): ShownNumber | undefined {
  let numbers = shownNumbers.get(document)
  if (!numbers) shownNumbers.set(document, numbers = numbersOf(document))
  return numbers.get(`${area}/${topic}/${window}`)
}

function numbersOf(document: ReportDocument): Map<string, ShownNumber> {
  const numbers = new Map<string, ShownNumber>()
  const add = (area: number, topic: number, window: Windowed, callers: Count | undefined, tickets: Count | undefined): void => {
    if (typeof callers === 'number' && callers > 0) numbers.set(`${area}/${topic}/${window}`, { callers, tickets: typeof tickets === 'number' ? tickets : null })
  }
  const addAll = (area: number, topic: number, of: Compared): void => {
    for (const window of ['now', 'before', 'year'] as const) add(area, topic, window, of[window]?.callers, of[window]?.tickets)
  }
  // First the pivot, of whose totals the lists know more.
  const { pivot } = document
  pivot.topics.forEach((topic, i) => pivot.districts.forEach((district, j) => add(district.id, topic.id, 'now', pivot.callers[i]![j], pivot.tickets[i]![j])))
  addAll(EVERYWHERE, ALL_TOPICS, document.total)
  for (const place of document.places) addAll(place.id, ALL_TOPICS, place)
  for (const topic of document.topics) addAll(EVERYWHERE, topic.id, topic)
  return numbers
}

/** For layers above: what stands behind the total, the topic of all topics, and the classes in their order. */
export const EVERYTHING: Behind = { area: EVERYWHERE, topic: ALL_TOPICS }
export const ALL_TOPICS_ID = ALL_TOPICS
export const CLASSES = HOT_CLASSES
