/**
 * The full table of a night's forecasts, every series down to the streets: written beside the store, the last ones kept.
 */
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { formatDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { BadInputError } from '../../core/errors.ts'
import { forecastBatch, openForecastTable } from '../../features/arrow-forecast.ts'
import type { ForecastColumns, ForecastTable } from '../../features/arrow-forecast.ts'
import { encodeIpc } from '../../features/arrow-ipc.ts'
import { DAYS_AHEAD, QUANTILES, WEEKS_AHEAD } from '../../models/forecast/forecast.ts'
import { writeWhole } from '../whole-file.ts'
import type { ChosenSeries } from './forecast-input.ts'
import { MODELS } from './outlook.ts'
import type { Outlooks } from './outlook.ts'
import type { ForecastView } from './view.ts'

/** Lengths in days of the sums with a surge probability. */
export const SPANS = [7, 14, DAYS_AHEAD] as const
const FILE = /^(\d{4}-\d{2}-\d{2})\.arrow$/

export interface TablePart { chosen: ChosenSeries, outlooks: Outlooks }

export interface TableRequest {
  dataDir: string
  view: ForecastView
  /** One a city. */
  parts: readonly TablePart[]
  /** Files that are kept. */
  keep: number
  meta: Readonly<Record<string, string>>
}

/** @returns series in the table */
export async function writeForecastTable({ dataDir, view, parts, keep, meta }: TableRequest): Promise<number> {
  const { night, places, topics } = view
  const placeAt = new Map([...places.keys()].map((id, i) => [id, i]))
  const topicAt = new Map([...topics.keys()].map((id, i) => [id, i]))
  const columns = fill(parts, placeAt, topicAt)
  const batch = forecastBatch({
    night, days: DAYS_AHEAD, weeks: WEEKS_AHEAD, levels: QUANTILES, spans: SPANS, models: MODELS,
    places: [...places.values()].map((place) => place.path), topics: [...topics.values()].map((topic) => topic.path),
  }, columns, { night: formatDay(night), unit: 'distinct callers, bulk entries left out', ...meta })
  const directory = folder(dataDir)
  await writeWhole(tablePath(dataDir, night), encodeIpc('file', batch.schema, [batch]))
  for (const name of (await tableNights(dataDir)).slice(keep)) await rm(join(directory, `${name}.arrow`), { force: true })
  return columns.length
}

/** Nights that have a table, latest first. */
export async function tableNights(dataDir: string): Promise<string[]> {
  const names = await readdir(folder(dataDir)).catch(() => [])
  return names.flatMap((name) => FILE.exec(name)?.[1] ?? []).sort().reverse()
}

/** @throws {BadInputError} the night has no table, or one that cannot be read */
export async function readForecastTable(dataDir: string, night: string): Promise<ForecastTable> {
  const path = join(folder(dataDir), `${night}.arrow`)
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (cause) {
    const nights = await tableNights(dataDir)
    throw new BadInputError('no_forecast', `night ${night} has no table of forecasts, but ${nights.join(', ') || 'no night has'}`, { night, nights }, { cause })
  }
  try {
    return openForecastTable(bytes)
  } catch (cause) {
    throw new BadInputError('bad_forecast', `${path} cannot be read`, { path }, { cause })
  }
}

export function tablePath(dataDir: string, night: Day): string {
  return join(folder(dataDir), `${formatDay(night)}.arrow`)
}

function folder(dataDir: string): string {
  return join(dataDir, 'forecasts')
}

function fill(parts: readonly TablePart[], placeAt: ReadonlyMap<number, number>, topicAt: ReadonlyMap<number, number>): ForecastColumns {
  const most = parts.reduce((sum, { chosen }) => sum + chosen.place.length, 0)
  const floats = (size: number): Float32Array => new Float32Array(most * size)
  const wholes = (size: number): Uint32Array => new Uint32Array(most * size)
  const columns: ForecastColumns = {
    length: 0, place: new Int32Array(most), topic: new Int32Array(most), placeDepth: new Uint8Array(most), model: new Uint8Array(most),
    dayMean: floats(DAYS_AHEAD), weekMean: floats(WEEKS_AHEAD), dayQuantiles: QUANTILES.map(() => wholes(DAYS_AHEAD)), weekQuantiles: QUANTILES.map(() => wholes(WEEKS_AHEAD)),
    usual: SPANS.map(() => floats(1)), threshold: SPANS.map(() => wholes(1)), surge: SPANS.map(() => floats(1)),
    sumQuantiles: SPANS.map(() => QUANTILES.map(() => wholes(1))),
  }
  const row = new Float64Array(QUANTILES.length)
  for (const { chosen, outlooks } of parts) {
    for (let s = 0; s < chosen.place.length; s++) {
      const outlook = outlooks.of(s)
      if (!outlook) continue
      const at = columns.length++
      columns.place[at] = placeAt.get(chosen.place[s]!)!
      columns.topic[at] = topicAt.get(chosen.topic[s]!)!
      columns.placeDepth[at] = chosen.input.placeDepth[s]!
      columns.model[at] = MODELS.indexOf(outlook.model)
      for (const [size, step, mean, quantiles] of [[DAYS_AHEAD, 1, columns.dayMean, columns.dayQuantiles], [WEEKS_AHEAD, 7, columns.weekMean, columns.weekQuantiles]] as const) {
        for (let h = 0; h < size; h++) {
          mean[at * size + h] = outlook.mean(h * step, h * step + step)
          outlook.quantiles(h * step, h * step + step, QUANTILES, row)
          for (let q = 0; q < row.length; q++) quantiles[q]![at * size + h] = Math.round(row[q]!)
        }
      }
      SPANS.forEach((span, k) => {
        const threshold = outlook.threshold(span)
        outlook.quantiles(0, span, QUANTILES, row)
        for (let q = 0; q < row.length; q++) columns.sumQuantiles[k]![q]![at] = Math.round(row[q]!)
        columns.usual[k]![at] = outlook.usual(span)
        columns.threshold[k]![at] = threshold
        columns.surge[k]![at] = outlook.chance(span, threshold)
      })
    }
  }
  const cut = <A extends Float32Array | Uint32Array>(values: A, size: number): A => values.subarray(0, columns.length * size) as A
  return {
    ...columns, place: columns.place.subarray(0, columns.length), topic: columns.topic.subarray(0, columns.length),
    placeDepth: columns.placeDepth.subarray(0, columns.length), model: columns.model.subarray(0, columns.length),
    dayMean: cut(columns.dayMean, DAYS_AHEAD), weekMean: cut(columns.weekMean, WEEKS_AHEAD),
    dayQuantiles: columns.dayQuantiles.map((values) => cut(values, DAYS_AHEAD)), weekQuantiles: columns.weekQuantiles.map((values) => cut(values, WEEKS_AHEAD)),
    usual: columns.usual.map((values) => cut(values, 1)), threshold: columns.threshold.map((values) => cut(values, 1)), surge: columns.surge.map((values) => cut(values, 1)),
    sumQuantiles: columns.sumQuantiles.map((levels) => levels.map((values) => cut(values, 1))),
  }
}
