/**
 * Forecasts of a night. Those of the signals come from the signals' series and what lies above them alone: they decide about
 * levels, and must be the same whether a night is run live, again, or in a replay. The table of all series is a matter of the live night.
 */
import type { Day } from '../../core/days.ts'
import type { Db } from '../../sql/db.ts'
import type { ForecastDayRow, ForecastRow } from '../../sql/forecasts.ts'
import type { NightView } from '../detect.ts'
import { covariateColumns } from './covariate-columns.ts'
import { forecastInput, seriesToDepth } from './forecast-input.ts'
import { forecastDayRows, forecastRows } from './forecast-rows.ts'
import type { SeriesKey } from './forecast-rows.ts'
import { createOutlooks } from './outlook.ts'
import { createRegistry } from './registry.ts'
import type { TablePart } from './forecast-table.ts'
import { createViewReader, TRAIN_EVERY_DAYS, trainingNight, withCovariates } from './view.ts'
import type { ForecastView } from './view.ts'

export interface NightForecasts { rows: ForecastRow[], days: ForecastDayRow[] }

export interface Forecaster {
  /** Sums and single days of series, each city by itself. Nights must not go backwards. */
  ofSeries(view: NightView, keys: readonly SeriesKey[]): Promise<NightForecasts>
  /** Trains what the nights [from, until) will need, so that threads which forecast them find it there. */
  trainFor(from: Day, until: Day, signal?: AbortSignal): Promise<void>
  /** All series down to the streets. */
  ofAll(view: NightView): Promise<{ view: ForecastView, parts: (TablePart & { trainedOn: string })[] }>
}

/** Place depth of the streets. */
const STREETS = 2

export function createForecaster(db: Db, codeVersion: string): Forecaster {
  const registry = createRegistry(db, codeVersion)
  let held: { of: NightView, view: ForecastView } | undefined
  const complete = async (view: NightView): Promise<ForecastView> => {
    if (held?.of !== view) held = { of: view, view: await withCovariates(db, view) }
    return held.view
  }
  return {
    ofSeries: async (given, keys) => {
      const found: NightForecasts = { rows: [], days: [] }
      if (keys.length === 0) return found
      const view = await complete(given)
      const { history, places } = view
      for (const [root, own] of Map.groupBy(keys, ({ placeId }) => places.get(placeId)!.rollup[0]!)) {
        const city = view.cities.get(root)
        if (!city) continue // a registry may know a city that nobody has called about yet
        const chosen = forecastInput(view, city, own.map(({ placeId, topicId }) => history.find(placeId, topicId)).filter((s) => s >= 0), covariateColumns(view, city))
        if (!chosen) continue
        const serving = await registry.servingFor(view, city)
        const outlooks = createOutlooks(chosen.input, serving.model, serving.serves)
        for (const key of own) {
          const s = chosen.find(key.placeId, key.topicId)
          const outlook = s < 0 ? undefined : outlooks.of(s)
          if (!outlook) continue
          found.rows.push(...forecastRows(key, outlook, serving.trainedOn, outlooks.calendarDays))
          found.days.push(...forecastDayRows(key, outlook, view.night))
        }
      }
      return found
    },
    trainFor: async (from, until, signal) => {
      const read = createViewReader(db)
      for (let night = trainingNight(from); night <= trainingNight(until - 1); night += TRAIN_EVERY_DAYS) {
        signal?.throwIfAborted()
        if (await registry.isTrained(night)) continue
        const view = await read(night)
        for (const city of view.cities.values()) await registry.servingFor(view, city)
      }
    },
    ofAll: async (given) => {
      const view = await complete(given)
      const parts: (TablePart & { trainedOn: string })[] = []
      for (const city of view.cities.values()) {
        const chosen = forecastInput(view, city, seriesToDepth(view, city, STREETS), covariateColumns(view, city))
        if (!chosen) continue
        const serving = await registry.servingFor(view, city)
        const outlooks = createOutlooks(chosen.input, serving.model, serving.serves)
        parts.push({ chosen, outlooks, trainedOn: serving.trainedOn })
      }
      return { view, parts }
    },
  }
}

/** Each city's total and its topic families. */
export function familySeries({ cities, topics }: Pick<NightView, 'cities' | 'topics'>): SeriesKey[] {
  const families = [...topics.values()].filter((topic) => topic.depth === 0 || topic.familyId === topic.id)
  return [...cities.keys()].flatMap((placeId) => families.map((topic) => ({ placeId, topicId: topic.id })))
}

/** Series of the rows, each once, those of `first` before all others. */
export function distinctKeys(...lists: readonly (readonly SeriesKey[])[]): SeriesKey[] {
  const seen = new Map<string, SeriesKey>()
  for (const { placeId, topicId } of lists.flat()) if (!seen.has(`${placeId}/${topicId}`)) seen.set(`${placeId}/${topicId}`, { placeId, topicId })
  return [...seen.values()]
}
