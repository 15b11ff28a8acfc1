/**
 * The hotspot report of a night's day, week or month so far, as known on the night. The same store and night give the same document.
 */
import type { Config } from '../../core/config.ts'
import { formatDay, parseDay } from '../../core/days.ts'
import { PipelineError } from '../../core/errors.ts'
import { loadFrames } from '../../features/frames.ts'
import { readAlerts } from '../../sql/alerts.ts'
import type { AlertListRow } from '../../sql/alerts.ts'
import type { Queryable } from '../../sql/db.ts'
import { readReportNight } from '../../sql/report.ts'
import {
  listDocuments, readDocument, readFirstDay, readReportCells, readReportMonths, readReportQuality, readReturns, readUnregisteredCentres, saveDocument,
} from '../../sql/reports.ts'
import type { DayRange, Period } from '../../sql/reports.ts'
import { readPlaces, readTopics } from '../../sql/trees.ts'
import { readWordBursts } from '../../sql/words.ts'
import type { PlaceRow, TopicRow } from '../../sql/trees.ts'
import { reviewLast } from '../learn/review-list.ts'
import { readCoverage, SIGNALS } from '../learn/under-reporting.ts'
import { cutoffOf } from '../report/facts.ts'
import { listCalendar } from '../season/calendar.ts'
import { round } from '../signal-row.ts'
import { CANDIDATE_MONTHS, listCandidates } from './candidates.ts'
import { ALL_TOPICS, arrangeCells, EVERYWHERE, placePath, topicPath, UNLOCATED } from './cells.ts'
import type { Cells } from './cells.ts'
import { DOCUMENT_VERSION, FEWEST_CALLERS, shown } from './document.ts'
import type { AttentionEntry, CoverageSummary, Outcome, PlaceEntry, ReportDocument, TopicEntry, WordsEntry } from './document.ts'
import { classifyHotPlaces } from './hot-places.ts'
import type { HotPlaces } from './hot-places.ts'
import { jitter } from './jitter.ts'
import { daysOf, PERIODS } from './period.ts'
import type { PeriodDays } from './period.ts'

const CALENDAR_WEEKS = 8
/** Families that are classified beside all topics. */
const HOT_FAMILIES = 12
/** Places below the streets, and topics below the families, that are listed. */
const MOST_DEEP = 100
/** Alerts on whose outcome a report looks back, and days over which it looks at how places report. */
const REVIEWED_ALERTS = 1000
const REPORTING_DAYS = 120
const MOST_QUIET = 60
const MOST_ATTENTION = 20
const MOST_WORDS = 30
/** Levels of an alert that ask for attention; blue is watched. */
const ATTENTION_LEVELS = ['red', 'orange', 'yellow']

/** What the reports of a night have in common, whatever their period. */
interface NightPart extends Pick<ReportDocument, 'words' | 'calendar' | 'outcome' | 'coverage'> {
  about: Awaited<ReturnType<typeof readReportNight>>
  places: ReadonlyMap<number, PlaceRow>
  topics: ReadonlyMap<number, TopicRow>
  firstDay: string | null
  unregistered: ReadonlySet<number>
  alerts: readonly AlertListRow[]
}

async function readNightPart(db: Queryable, night: string): Promise<NightPart> {
  const [places, topics] = [await readPlaces(db, night), await readTopics(db, night)]
  return {
    about: await readReportNight(db, night), places, topics, firstDay: await readFirstDay(db, night), unregistered: await readUnregisteredCentres(db), alerts: await readAlerts(db, night, true),
    words: await risingWords(db, night, places, topics), calendar: (await listCalendar(db, night, CALENDAR_WEEKS))?.rows ?? [], outcome: await outcome(db, night), coverage: await coverage(db, night),
  }
}

/** @param of the night's part, where several periods share it */
export async function computeDocument(db: Queryable, config: Pick<Config, 'settings'>, night: string, period: Period, of?: NightPart): Promise<ReportDocument> {
  const days = daysOf(period, night)
  const { about, places, topics, firstDay, unregistered, alerts, words, calendar, outcome, coverage } = of ?? await readNightPart(db, night)
  const holds = (range: DayRange): boolean => firstDay !== null && firstDay <= range.from
  const rows = await readReportCells(db, night, days.now, days.before, days.year, FEWEST_CALLERS)
  const cells = arrangeCells(rows, places, topics, { before: holds(days.before), year: holds(days.year) })
  const families = rows.filter((row) => row.area === EVERYWHERE && topics.get(row.topic)?.familyId === row.topic && row.callers >= FEWEST_CALLERS)
    .sort((a, b) => b.callers - a.callers || a.topic - b.topic).map((row) => row.topic)
  const hotPlaces = await classifyHotPlaces(db, night, parseDay(night), parseDay(firstDay ?? night), places, topics, families.slice(0, HOT_FAMILIES))
  return {
    version: DOCUMENT_VERSION, night, period, name: days.name, now: days.now, before: days.before, year: days.year, whole: days.whole,
    city: about.city, timeZone: about.time_zone ?? 'Asia/Shanghai', cutoff: cutoffOf(night, config.settings.cutoffHours), codeVersion: about.code_version,
    total: cells.place(EVERYWHERE),
    attention: attention(alerts, days, places, topics, hotPlaces),
    places: listPlaces(places, topics, cells, hotPlaces, unregistered),
    topics: listTopics(topics, cells),
    pivot: cells.pivot(await loadFrames()),
    classified: { depth: hotPlaces.depth, places: hotPlaces.located, weeks: hotPlaces.weeks },
    hot: hotPlaces.hot,
    words,
    candidates: listCandidates(rows, await readReportMonths(db, night, CANDIDATE_MONTHS, families), cells, places, topics),
    calendar, outcome, coverage,
    quality: await readReportQuality(db, night, days.now),
  }
}

/** Computes and stores the night's three documents. @returns how many */
export async function saveDocuments(db: Queryable, config: Pick<Config, 'settings'>, night: string): Promise<number> {
  const of = await readNightPart(db, night)
  for (const period of PERIODS) await saveDocument(db, night, period, DOCUMENT_VERSION, await computeDocument(db, config, night, period, of))
  return PERIODS.length
}

/** The stored document, which is a matter of milliseconds, else computed now. */
export async function loadDocument(db: Queryable, config: Pick<Config, 'settings'>, night: string, period: Period): Promise<ReportDocument> {
  return (await readDocument(db, night, period, DOCUMENT_VERSION) as ReportDocument | undefined) ?? await computeDocument(db, config, night, period)
}

/** The stored document alone. */
export async function storedDocument(db: Queryable, night: string, period: Period): Promise<ReportDocument | undefined> {
  return await readDocument(db, night, period, DOCUMENT_VERSION) as ReportDocument | undefined
}

/** The stored document of whatever somebody asked for. @throws {PipelineError} `no_such_night`: no date, or no night that wrote one */
export async function findDocument(db: Queryable, night: string, period: Period): Promise<ReportDocument> {
  const document = /^\d{4}-\d{2}-\d{2}$/.test(night) ? await storedDocument(db, night, period) : undefined
  if (!document) throw new PipelineError('no_such_night', `night ${night} has not run`, { night })
  return document
}

/** Nights whose reports are stored, latest first. */
export async function listReportNights(db: Queryable, period: Period, most = 60): Promise<string[]> {
  return await listDocuments(db, period, DOCUMENT_VERSION, most)
}

function attention(
  alerts: readonly AlertListRow[], days: PeriodDays, places: ReadonlyMap<number, PlaceRow>, topics: ReadonlyMap<number, TopicRow>, { classes }: HotPlaces,
): AttentionEntry[] {
  const rows = alerts.filter((row) =>
    row.lastNight >= days.now.from && row.kind !== 'seasonal' && ATTENTION_LEVELS.includes(row.level) && row.callers >= FEWEST_CALLERS)
  const listed = new Set(rows.map((row) => row.id))
  return rows.filter((row) => row.parentId === null || !listed.has(row.parentId))
    .sort((a, b) => ATTENTION_LEVELS.indexOf(a.level) - ATTENTION_LEVELS.indexOf(b.level) || (a.lastNight < b.lastNight ? 1 : a.lastNight > b.lastNight ? -1 : a.rank - b.rank) || (a.id < b.id ? -1 : 1))
    .slice(0, MOST_ATTENTION)
    .map((row) => ({
      alert: row.id, level: row.level as AttentionEntry['level'], place: row.placeId, path: placePath(places, row.placeId), topic: row.topicId, topicPath: topicPath(topics, row.topicId),
      observed: row.observed, expected: round(row.expected, 2), windowDays: row.windowDays, firstNight: row.firstNight, lastNight: row.lastNight, leadUnit: row.leadUnit,
      class: places.get(row.placeId)?.rollup.map((id) => classes.get(id)).find((found) => found !== undefined) ?? null,
      change: row.firstNight >= days.now.from ? 'new' : 'continued',
    }))
}

function listPlaces(places: ReadonlyMap<number, PlaceRow>, topics: ReadonlyMap<number, TopicRow>, cells: Cells, hotPlaces: HotPlaces, unregistered: ReadonlySet<number>): PlaceEntry[] {
  const busiest = new Map<number, { id: number, path: string[], callers: number }>()
  const families = [...topics.values()].filter((topic) => topic.familyId === topic.id)
  const topicOf = (id: number): PlaceEntry['topic'] => {
    for (const family of families) {
      const callers = cells.row(id, family.id)?.callers ?? 0
      // A family at a place is no cell of the pivot below the districts; a few callers more than the least cannot be a remainder.
      if (callers >= FEWEST_CALLERS && callers > (busiest.get(id)?.callers ?? 0)) busiest.set(id, { id: family.id, path: topicPath(topics, family.id), callers })
    }
    return busiest.get(id) ?? null
  }
  const entry = (place: PlaceRow): PlaceEntry => {
    const compared = cells.place(place.id)
    const at = place.lng === null || place.lat === null ? null : unregistered.has(place.id) ? jitter(place.id, place.lng, place.lat) : { lng: place.lng, lat: place.lat }
    return {
      id: place.id, path: placePath(places, place.id), depth: place.depth, lng: at?.lng ?? null, lat: at?.lat ?? null, class: hotPlaces.classes.get(place.id) ?? null,
      topic: shown(compared.now.callers) ? topicOf(place.id) : null, ...compared,
    }
  }
  const upper = [...places.values()].filter((place) => place.depth <= 2).map(entry)
  const deep = [...places.values()].filter((place) => place.depth > 2 && (cells.row(place.id, ALL_TOPICS)?.callers ?? 0) >= FEWEST_CALLERS).map(entry)
    .filter((place) => shown(place.now.callers) !== null).sort(byCallers).slice(0, MOST_DEEP)
  const lost = cells.row(UNLOCATED, ALL_TOPICS) ? [{ id: UNLOCATED, path: [], depth: 1, lng: null, lat: null, class: null, topic: null, ...cells.place(UNLOCATED) }] : []
  return [...upper.sort((a, b) => a.depth - b.depth || byCallers(a, b)), ...lost, ...deep]
}

function listTopics(topics: ReadonlyMap<number, TopicRow>, cells: Cells): TopicEntry[] {
  const kind = ({ id, familyId }: TopicRow): TopicEntry['kind'] => (familyId === id ? 'family' : familyId === null ? 'group' : 'part')
  const entries = [...topics.values()].filter((topic) => topic.id !== ALL_TOPICS && cells.row(EVERYWHERE, topic.id) !== undefined)
    .map((topic): TopicEntry => ({ id: topic.id, path: topicPath(topics, topic.id), depth: topic.depth, kind: kind(topic), ...cells.topic(topic.id) })).sort(byCallers)
  return [...entries.filter((entry) => entry.kind !== 'part'), ...entries.filter((entry) => entry.kind === 'part' && shown(entry.now.callers) !== null).slice(0, MOST_DEEP)]
}

/** Hidden counts come after all that are shown, zeros last; ties by number, so that nothing is told by the order. */
function byCallers(a: PlaceEntry | TopicEntry, b: PlaceEntry | TopicEntry): number {
  const weight = (entry: PlaceEntry | TopicEntry): number => shown(entry.now.callers) ?? 0.5
  return weight(b) - weight(a) || a.id - b.id
}

/** Empty where the night did not look for words. */
async function risingWords(db: Queryable, night: string, places: ReadonlyMap<number, PlaceRow>, topics: ReadonlyMap<number, TopicRow>): Promise<WordsEntry[]> {
  return (await readWordBursts(db, night)).filter((row) => row.callers >= FEWEST_CALLERS && row.observed >= FEWEST_CALLERS).slice(0, MOST_WORDS).map((row) => ({
    place: row.placeId, path: placePath(places, row.placeId), topicPath: topicPath(topics, row.topicId),
    phrases: row.phrases.filter((phrase) => phrase.callers >= FEWEST_CALLERS).slice(0, 5).map((phrase) => phrase.text),
    observed: row.observed, expected: round(row.expected, 2), windowDays: row.windowDays,
  }))
}

async function outcome(db: Queryable, night: string): Promise<Outcome> {
  const review = await reviewLast(db, night, REVIEWED_ALERTS)
  const from = formatDay(parseDay(night) - 365)
  const { ended, returned } = await readReturns(db, night)
  return {
    alerts: review.alerts.filter((alert) => alert.night > from).length, all: review.all, levels: review.by.level, families: review.by.family.slice(0, 20),
    lead: ([10, 20, 50] as const).map((count) => ({ count, of: review.lead[count].of, medianDays: review.lead[count].median_days, before: review.lead[count].before })),
    ended, returned,
  }
}

async function coverage(db: Queryable, night: string): Promise<CoverageSummary> {
  const { depth, rate, places } = await readCoverage(db, night, 2, REPORTING_DAYS)
  return {
    depth, rate, signals: Object.fromEntries(SIGNALS.map((signal) => [signal, places.filter((place) => place.signal === signal).length])) as CoverageSummary['signals'],
    places: places.filter((place) => place.signal === 'low_signal' || place.signal === 'calm').slice(0, MOST_QUIET),
  }
}
