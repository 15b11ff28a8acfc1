/**
 * A series' coming days as rows of the store: sums of the next 1, 7, 14 and 28 days, and single days for charts.
 */
import { formatDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { DAYS_AHEAD } from '../../models/forecast/forecast.ts'
import { FORECAST_LEVELS } from '../../sql/forecasts.ts'
import type { ForecastDayRow, ForecastRow } from '../../sql/forecasts.ts'
import { round } from '../signal-row.ts'
import type { SeriesOutlook } from './outlook.ts'

export const HORIZONS = [1, 7, 14, DAYS_AHEAD] as const
/** Callers of which every row tells how likely as many are: what level rules ask for. */
export const CHANCES_OF = [3, 5, 10, 20, 50] as const

/** A series whose forecast is wanted. */
export interface SeriesKey { placeId: number, topicId: number }

/** @param calendarDays  days ahead that the known calendar of working days covers */
export function forecastRows({ placeId, topicId }: SeriesKey, outlook: SeriesOutlook, trainedOn: string, calendarDays: number): ForecastRow[] {
  const quantiles = new Float64Array(FORECAST_LEVELS.length)
  return HORIZONS.map((horizon) => {
    outlook.quantiles(0, horizon, FORECAST_LEVELS, quantiles)
    const [q025, q10, q25, q50, q75, q90, q975] = Array.from(quantiles, (value) => round(value, 2)) as [number, number, number, number, number, number, number]
    const threshold = outlook.threshold(horizon)
    return {
      placeId, topicId, horizon, mean: round(outlook.mean(0, horizon)), q025, q10, q25, q50, q75, q90, q975,
      usual: round(outlook.usual(horizon)), threshold, surge: round(outlook.chance(horizon, threshold)),
      chances: Object.fromEntries(CHANCES_OF.map((n) => [n, round(outlook.chance(horizon, n))])),
      model: outlook.model, trainedOn: outlook.model === 'pooled' ? trainedOn : null, certain: horizon <= calendarDays,
    }
  })
}

const DAY_LEVELS = [0.1, 0.25, 0.5, 0.75, 0.9] as const

export function forecastDayRows({ placeId, topicId }: SeriesKey, outlook: SeriesOutlook, night: Day): ForecastDayRow[] {
  const quantiles = new Float64Array(DAY_LEVELS.length)
  return Array.from({ length: DAYS_AHEAD }, (_, h) => {
    outlook.quantiles(h, h + 1, DAY_LEVELS, quantiles)
    const [q10, q25, q50, q75, q90] = Array.from(quantiles, (value) => round(value, 2)) as [number, number, number, number, number]
    return { placeId, topicId, day: formatDay(night + 1 + h), mean: round(outlook.mean(h, h + 1)), q10, q25, q50, q75, q90 }
  })
}
