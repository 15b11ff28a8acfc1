/**
 * Everything a report says about a night, read once and kept apart from how it is said.
 */
import type { Config, Settings } from '../../core/config.ts'
import { formatDay, parseDay } from '../../core/days.ts'
import { readAlertSignals } from '../../sql/alert-signals.ts'
import type { Db } from '../../sql/db.ts'
import { readForecastDays } from '../../sql/forecasts.ts'
import {
  readReportAlerts, readReportCoverage, readReportEvents, readReportNight, readReportNotices, readReportOthers, readReportPivot,
  readReportPlaces, readReportPoints, readReportSeries, readReportSources,
} from '../../sql/report.ts'
import type {
  ReportAlertRow, ReportCoverageRow, ReportEventRow, ReportOtherRow, ReportPivotRow, ReportPlaceRow, ReportPointRow,
  ReportSourceRow,
} from '../../sql/report.ts'
import type { SignalEvidence } from '../../sql/signals.ts'
import { readAlertGroups } from '../issues/alert-groups.ts'
import type { AlertGroup } from '../issues/alert-groups.ts'
import { readRecords } from '../learn/learning.ts'
import type { RecordRow } from '../learn/record.ts'
import { readCoverage } from '../learn/under-reporting.ts'
import type { Coverage } from '../learn/under-reporting.ts'
import { listWatch } from '../promised/watch-list.ts'
import type { WatchRow } from '../promised/watch-list.ts'
import { readRulesInForce, settingsUnder } from '../rules-in-force.ts'
import { listCalendar } from '../season/calendar.ts'
import type { Calendar } from '../season/calendar.ts'
import type { WordPhrase } from '../../sql/words.ts'
import { readAlertWords } from '../alert-words.ts'
import type { AlertWords, Excerpt } from '../alert-words.ts'
import { readNightWords } from '../words/list.ts'
import type { WordRow } from '../words/list.ts'

export const LEVELS = ['red', 'orange', 'yellow', 'blue'] as const
export type Level = typeof LEVELS[number]

/** One day of an alert's chart; null is unknown, not zero. */
export interface SeriesDay { day: string, observed: number | null, expected: number | null, upper: number | null }

/** A day after the night: expected callers and quantiles. */
export interface ComingDay { day: string, mean: number, q10: number, q25: number, q50: number, q75: number, q90: number }

export type Change = 'new' | 'returned' | 'raised' | 'lowered' | 'moved' | 'continued'

export interface AlertFacts extends ReportAlertRow {
  /** Number in the report, 1 the gravest: by level, then by the night's own rank. */
  rank: number
  change: Change
  /** 90 days that end with the night; empty where the store has none. */
  series: SeriesDay[]
  /** The coming days of the series; empty where they were not forecast. */
  coming: ComingDay[]
  /** Known events over the series in these days, oldest first. */
  events: ReportEventRow[]
  notices: string[]
  /** What its callers say beyond the usual, and the texts that tell most of it. */
  phrases: WordPhrase[]
  samples: Excerpt[]
  /** Groups of one cause among its tickets, of callers enough to be shown. */
  groups: AlertGroup[]
  /** Callers and expected callers of the last days; none where the night kept no evidence. */
  windows: SignalEvidence['windows']
  /** Names, from the city down, of the other places that stand out together with the alert's. */
  neighbours: string[][]
  /** What came of alerts of the same rule by this night; null where the night named no rule. */
  record: RecordRow | null
}

export interface ReportFacts {
  night: string
  city: string
  timeZone: string
  /** Local date and time at which the night's knowledge ends. */
  cutoff: { date: string, time: string }
  codeVersion: string | null
  runStatus: string | null
  settings: Settings
  alerts: AlertFacts[]
  ended: ReportOtherRow[]
  quiet: ReportOtherRow[]
  points: Map<string, ReportPointRow>
  places: ReportPlaceRow[]
  pivot: ReportPivotRow[]
  sources: ReportSourceRow[]
  coverage: ReportCoverageRow[]
  /** How places report: quiet ones may be silent. */
  reporting: Coverage
  /** What rose in the coming weeks of past years; null where no Sunday was computed. */
  calendar: Calendar | null
  /** Emerging words of the night; undefined where it did not look for them. */
  words: WordRow[] | undefined
  /** Places where something was promised and what goes before complaints, or these themselves, has been heard; the likeliest. */
  watch: WatchRow[]
}

/** Families and districts that the pivot names; the rest is summed. */
const PIVOT_FAMILIES = 12
const PIVOT_DISTRICTS = 10
const CALENDAR_WEEKS = 8
const MOST_WATCHED = 10

/** Days over which the report looks at how places report; `weisu coverage` looks at a year, which takes longer. */
const REPORTING_DAYS = 120

/** Cells, samples and areas of fewer distinct callers are not shown. */
export const FEWEST_CALLERS = 3

export async function readFacts(db: Db, config: Config, night: string): Promise<ReportFacts> {
  const about = await readReportNight(db, night)
  const rows = await readReportAlerts(db, night)
  const ids = rows.map((row) => row.id)
  const series = groupBy(await readReportSeries(db, ids, night), (row) => row.alert_id)
  const events = groupBy(await readReportEvents(db, ids, night), (row) => row.alert_id)
  const notices = groupBy(await readReportNotices(db, ids, night), (row) => row.alert_id)
  const said = new Map<string, AlertWords>()
  for (const { id, kind, window_days: days } of rows) if (kind !== 'seasonal') said.set(id, await readAlertWords(db, id, night, days))
  const groups = new Map<string, AlertGroup[]>()
  for (const { id, kind } of rows) if (kind !== 'seasonal') groups.set(id, await readAlertGroups(db, id, night))
  const signals = new Map((await readAlertSignals(db, ids, night)).map((signal) => [signal.alertId, signal]))
  const coming = groupBy(await readForecastDays(db, night), (row) => `${row.placeId}/${row.topicId}`)
  const others = await readReportOthers(db, night)
  const records = await readRecords(db, parseDay(night))
  return {
    night,
    city: about.city,
    timeZone: about.time_zone ?? 'Asia/Shanghai',
    cutoff: cutoffOf(night, config.settings.cutoffHours),
    codeVersion: about.code_version,
    runStatus: about.status,
    settings: settingsUnder(config.settings, (await readRulesInForce(db, night, config.settings)).rules),
    alerts: rows.map((row, i) => ({
      ...row,
      rank: i + 1,
      why: row.why ?? {},
      change: changeOf(row, night),
      series: ninetyDays(series.get(row.id) ?? [], night),
      coming: coming.get(`${row.place_id}/${row.topic_id}`) ?? [],
      events: events.get(row.id) ?? [],
      notices: (notices.get(row.id) ?? []).map((notice) => notice.night),
      phrases: said.get(row.id)?.phrases ?? [],
      samples: row.callers >= FEWEST_CALLERS ? said.get(row.id)?.excerpts ?? [] : [],
      groups: (groups.get(row.id) ?? []).filter((group) => group.callers >= FEWEST_CALLERS),
      windows: signals.get(row.id)?.evidence.windows ?? [],
      neighbours: (signals.get(row.id)?.neighbourPaths ?? []).map((path) => path.split('›')),
      record: typeof row.why?.rule === 'string' ? records.row('rule', row.why.rule) : null,
    })),
    ended: others.filter((row) => row.ended),
    quiet: others.filter((row) => !row.ended),
    points: new Map((await readReportPoints(db, ids, night)).map((row) => [row.alert_id, row])),
    places: await readReportPlaces(db, night),
    pivot: await readReportPivot(db, night, PIVOT_FAMILIES, PIVOT_DISTRICTS),
    sources: await readReportSources(db, night),
    coverage: await readReportCoverage(db, night),
    reporting: await readCoverage(db, night, 2, REPORTING_DAYS),
    words: await readNightWords(db, night),
    calendar: await listCalendar(db, night, CALENDAR_WEEKS),
    watch: (await listWatch(db, night)).rows.filter(({ leading, complaints }) => leading.length + complaints.length > 0).slice(0, MOST_WATCHED),
  }
}

/** Knowledge of night N ends some hours into the day after N. */
export function cutoffOf(night: string, hours: number): { date: string, time: string } {
  const minutes = Math.round((24 + hours) * 60)
  const day = parseDay(night) + Math.floor(minutes / 1440)
  const clock = `${String(Math.floor((minutes % 1440) / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
  return { date: formatDay(day), time: clock }
}

function changeOf(row: ReportAlertRow, night: string): Change {
  if (row.event === 'opened' || row.first_night === night) return 'new'
  if (row.event === 'returned' || row.event === 'raised' || row.event === 'lowered' || row.event === 'moved') return row.event
  return 'continued'
}

/** Fills the days that the store leaves out with unknowns, from the first day it has. */
function ninetyDays(rows: SeriesDay[], night: string): SeriesDay[] {
  if (rows.length === 0) return []
  const known = new Map(rows.map((row) => [row.day, row]))
  const until = parseDay(night) + 1
  const days: SeriesDay[] = []
  for (let day = until - 90; day < until; day++) {
    const date = formatDay(day)
    const { observed = null, expected = null, upper = null } = known.get(date) ?? {}
    days.push({ day: date, observed, expected, upper })
  }
  return days
}

function groupBy<Row>(rows: readonly Row[], key: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const group = groups.get(key(row))
    if (group) group.push(row)
    else groups.set(key(row), [row])
  }
  return groups
}
