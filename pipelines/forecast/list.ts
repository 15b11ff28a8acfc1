/**
 * What a night expects, for people and scripts: rows of its table of forecasts, chosen by place, topic and level.
 */
import { formatDay, parseDay } from '../../core/days.ts'
import { levelName } from '../../features/arrow-forecast.ts'
import type { ForecastTable, ForecastTableRow } from '../../features/arrow-forecast.ts'
import { QUANTILES } from '../../models/forecast/forecast.ts'
import type { Db } from '../../sql/db.ts'
import { listForecastModels } from '../../sql/forecast-models.ts'
import { readForecastReviews, readForecasts } from '../../sql/forecasts.ts'
import { readPlaces, readTopics } from '../../sql/trees.ts'
import { round } from '../signal-row.ts'
import { findByPath } from '../typed-path.ts'
import { readForecastTable } from './forecast-table.ts'
import { splitClassKey } from './registry.ts'

export const FORECAST_HORIZONS = ['1', '7', '14', '28', 'daily', 'weekly'] as const
export type ForecastHorizon = (typeof FORECAST_HORIZONS)[number]
export const FORECAST_PLACE_LEVELS = ['city', 'district', 'street'] as const

export interface ForecastRequest {
  dataDir: string
  night: string
  place?: string | undefined
  topic?: string | undefined
  level?: (typeof FORECAST_PLACE_LEVELS)[number] | undefined
  horizon: ForecastHorizon
}

/** The keys are promised in docs/cli.md. Callers of the days [from, until). */
export interface ForecastLine {
  place: string[]
  topic: string[]
  from: string
  until: string
  mean: number
  q025: number
  q05: number | null
  q10: number
  q25: number
  q50: number
  q75: number
  q90: number
  q95: number | null
  q975: number
  /** Of sums of 7, 14 and 28 days: callers if all is as usual, from how many on it is a surge, and how likely that is. */
  usual: number | null
  threshold: number | null
  surge: number | null
  model: string
}

/**
 * Places below the streets are there where the night had a signal or an open alert at them.
 *
 * @throws {BadInputError} no such place or topic, or a night without forecasts
 */
export async function listForecasts(db: Db, request: ForecastRequest): Promise<ForecastLine[]> {
  const { dataDir, night, horizon } = request
  const places = await readPlaces(db)
  const topics = await readTopics(db)
  const place = request.place === undefined ? undefined : findByPath(places.values(), request.place, 'no_such_place')
  const topic = request.topic === undefined ? undefined : findByPath(topics.values(), request.topic, 'no_such_topic')
  if (horizon === '1' || horizon === '7' || horizon === '14' || horizon === '28') {
    const kept = (await readForecasts(db, night, Number(horizon))).filter((row) => row.placeId === place?.id && (!topic || row.topicId === topic.id))
    if (place && place.depth > FORECAST_PLACE_LEVELS.length - 1) {
      return kept.map((row) => ({
        place: place.path.split('›'), topic: namesOf(topics.get(row.topicId)!.path), ...days(night, 0, Number(horizon)),
        mean: row.mean, q025: row.q025, q05: null, q10: row.q10, q25: row.q25, q50: row.q50, q75: row.q75, q90: row.q90, q95: null, q975: row.q975,
        usual: row.usual, threshold: row.threshold, surge: row.surge, model: row.model,
      }))
    }
  }
  const depth = request.level === undefined ? place ? undefined : 0 : FORECAST_PLACE_LEVELS.indexOf(request.level)
  const lines: { line: ForecastLine, weight: number }[] = []
  const table: ForecastTable = await readForecastTable(dataDir, night)
  for (const row of table.rows()) {
    if (depth !== undefined && row.placeDepth !== depth) continue
    if (topic && row.topic !== topic.path) continue
    if (place && !(depth === undefined ? row.place === place.path : row.place === place.path || row.place.startsWith(`${place.path}›`))) continue
    lines.push(...linesOf(row, night, horizon).map((line) => ({ line, weight: line.mean })))
  }
  if (horizon !== 'daily' && horizon !== 'weekly') lines.sort((a, b) => b.weight - a.weight)
  return lines.map(({ line }) => line)
}

function linesOf(row: ForecastTableRow, night: string, horizon: ForecastHorizon): ForecastLine[] {
  const about = { place: row.place.split('›'), topic: namesOf(row.topic), model: row.model }
  const unit = horizon === 'weekly' ? 'week' : 'day'
  const mean = row.list(`${unit}_mean`)
  const quantiles = QUANTILES.map((level) => row.list(`${unit}_${levelName(level)}`))
  const at = (h: number): Quantiles => Object.fromEntries(QUANTILES.map((level, i) => [levelName(level), quantiles[i]![h]!])) as unknown as Quantiles
  const nothing = { usual: null, threshold: null, surge: null }
  if (horizon === 'daily' || horizon === 'weekly') {
    const step = horizon === 'weekly' ? 7 : 1
    return mean.map((value, h) => ({ ...about, ...days(night, h * step, h * step + step), mean: round(value, 3), ...at(h), ...nothing }))
  }
  if (horizon === '1') return [{ ...about, ...days(night, 0, 1), mean: round(mean[0]!, 3), ...at(0), ...nothing }]
  const span = Number(horizon)
  const sums = Object.fromEntries(QUANTILES.map((level) => [levelName(level), row.value(`sum_${span}_${levelName(level)}`)])) as unknown as Quantiles
  return [{
    ...about, ...days(night, 0, span), mean: round(mean.slice(0, span).reduce((sum, value) => sum + value, 0), 3), ...sums,
    usual: round(row.value(`usual_${span}`), 3), threshold: row.value(`threshold_${span}`), surge: round(row.value(`surge_${span}`)),
  }]
}

type Quantiles = Pick<ForecastLine, 'q025' | 'q05' | 'q10' | 'q25' | 'q50' | 'q75' | 'q90' | 'q95' | 'q975'>

function days(night: string, from: number, until: number): { from: string, until: string } {
  const first = parseDay(night) + 1
  return { from: formatDay(first + from), until: formatDay(first + until) }
}

function namesOf(path: string): string[] {
  return path === '' ? [] : path.split('›')
}

/** A model in the registry; the keys are promised in docs/cli.md. */
export interface ModelLine {
  trained_on: string
  city: string
  class: string
  name: string
  serves: boolean
  /** better, worse, neighbour, unproven, best_baseline, baseline, default; trained or prior for the class `all`. */
  reason: string
  seed: string
  code_version: string
  score_card: Readonly<Record<string, unknown>>
}

/** Trainings up to a night, latest first. */
export async function listModels(db: Db, until: string, limit: number): Promise<ModelLine[]> {
  return (await listForecastModels(db, until, limit)).map((row) => {
    const { city, name: seriesClass } = splitClassKey(row.seriesClass)
    return {
      trained_on: row.trainedOn, city, class: seriesClass, name: row.name, serves: row.serves, reason: row.reason, seed: row.seed,
      code_version: row.codeVersion, score_card: row.scoreCard,
    }
  })
}

/** How good the last nights' forecasts were, by class and horizon. */
export interface RecordLine { class: string, horizon_days: number, nights: number, series: number, wql: number | null, coverage80: number | null, brier: number | null }

/** Nights over which the record goes. */
const RECORD_NIGHTS = 56

export async function forecastRecord(db: Db, night: string): Promise<RecordLine[]> {
  const rows = await readForecastReviews(db, formatDay(parseDay(night) - RECORD_NIGHTS), night)
  const groups = Map.groupBy(rows, (row) => `${row.seriesClass}/${row.horizon}`)
  return [...groups.values()].map((group) => {
    const mean = (of: (row: (typeof rows)[number]) => number | null, weight: (row: (typeof rows)[number]) => number): number | null => {
      let [sum, total] = [0, 0]
      for (const row of group) {
        const value = of(row)
        if (value === null) continue
        sum += value * weight(row)
        total += weight(row)
      }
      return total > 0 ? round(sum / total) : null
    }
    const { seriesClass, horizon } = group[0]!
    return {
      class: seriesClass, horizon_days: horizon, nights: new Set(group.map((row) => row.night)).size, series: group.reduce((sum, row) => sum + row.series, 0),
      wql: mean((row) => row.wql, (row) => row.observed), coverage80: mean((row) => row.coverage80, (row) => row.series), brier: mean((row) => row.brier, (row) => row.series),
    }
  }).sort((a, b) => (a.class < b.class ? -1 : a.class > b.class ? 1 : a.horizon_days - b.horizon_days))
}

