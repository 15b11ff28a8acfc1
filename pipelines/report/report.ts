/**
 * Step 8 of a night: the hotspot report, one self-contained HTML file. A rerun over the same store writes the same bytes.
 */
import { join, resolve } from 'node:path'
import type { Config, Locale } from '../../core/config.ts'
import { formatDay, parseDay } from '../../core/days.ts'
import type { Log } from '../../core/log.ts'
import { loadFrames } from '../../features/frames.ts'
import type { Db, Queryable } from '../../sql/db.ts'
import { readPlaceNames, readReportAreas } from '../../sql/report.ts'
import { writeWhole } from '../whole-file.ts'
import { readBoundaries } from './boundaries.ts'
import { loadEcharts } from './echarts.ts'
import { LEVELS, readFacts } from './facts.ts'
import type { AlertFacts, ReportFacts } from './facts.ts'
import type { AreaFacts } from './map-section.ts'
import { renderPage } from './page.ts'

export interface ReportDeps { db: Db, config: Config, log: Log }

export interface ReportRequest {
  /** The night's day, YYYY-MM-DD. */
  night: string
  locale: Locale
  /** Default: `<data directory>/reports/<night>-<locale>.html`. */
  out?: string
  /** A GeoJSON file of areas whose names are those of places; without it the map shows points. */
  boundaries?: string
}

export interface ReportResult { path: string, alerts: number }

/**
 * Reads the store as of the night and writes the page.
 *
 * @throws {InvalidOptionError} the night is not a date
 * @throws {BadInputError} boundaries that cannot be read; nothing is written then
 */
export async function writeReport(deps: ReportDeps, request: ReportRequest): Promise<ReportResult> {
  const { db, config, log } = deps
  const night = formatDay(parseDay(request.night, 'night'))
  const started = performance.now()
  const [echarts, frames] = await Promise.all([loadEcharts(), loadFrames()])
  const loaded = performance.now()
  const names = await readPlaceNames(db)
  const boundaries = request.boundaries === undefined ? undefined : await readBoundaries(request.boundaries, names)
  const facts = await readFacts(db, config, night)
  const outlines = boundaries && { boundaries, areas: await readAreas(db, night, facts, boundaries.features) }
  const districts = names.filter((place) => place.depth === 1).map((place) => ({ name: place.name, placeId: place.id }))
  const areas = outlines?.areas.some((area) => area.row) ? outlines.areas : await readAreas(db, night, facts, districts)
  const read = performance.now()
  const page = renderPage({ echarts, frames }, request.locale, facts, areas, outlines)
  const path = resolve(request.out ?? join(config.dataDir, 'reports', `${night}-${request.locale}.html`))
  await writeWhole(path, page)
  log.info('report_written', {
    night, locale: request.locale, alerts: facts.alerts.length, bytes: Buffer.byteLength(page),
    loadMs: Math.round(loaded - started), readMs: Math.round(read - loaded), renderMs: Math.round(performance.now() - read),
  })
  return { path, alerts: facts.alerts.length }
}

/** Each area with its tickets and the alerts in it. */
async function readAreas(db: Queryable, night: string, facts: ReportFacts, wanted: readonly { name: string, placeId: number | undefined }[]): Promise<AreaFacts[]> {
  const ids = [...new Set(wanted.map((area) => area.placeId).filter((id) => id !== undefined))]
  const rows = new Map((await readReportAreas(db, night, ids)).map((row) => [row.id, row]))
  return wanted.map(({ name, placeId }) => {
    const alerts: AlertFacts[] = placeId === undefined ? [] : facts.alerts.filter((alert) => alert.place_rollup.includes(placeId))
    return { name, row: placeId === undefined ? undefined : rows.get(placeId), alerts, level: LEVELS.find((level) => alerts.some((alert) => alert.level === level)) }
  })
}
