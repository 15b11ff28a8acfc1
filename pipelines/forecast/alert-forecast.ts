/**
 * The forecast that an alert carries: what the next fortnight brings at its place, for its topic.
 */
import type { ForecastRow } from '../../sql/forecasts.ts'
import type { ForecastLookup } from '../forecast.ts'

/** Days of the forecast beside an alert. */
export const ALERT_FORECAST_DAYS = 14
/** Callers in them that make it serious by DOMAIN's table of levels. */
const SERIOUS_CALLERS = 20

/** Kept in `why.forecast`; the keys are promised in docs/cli.md. */
export interface AlertForecast {
  days: number
  mean: number
  q10: number
  q50: number
  q90: number
  /** Callers if all is as usual; from how many on it is a surge; how likely that is, and 20 or more. */
  usual: number
  threshold: number
  surge: number
  chance_20: number
  model: string
  /** False where a day lies beyond the known calendar of working days. */
  certain: boolean
}

export function alertForecast(lookup: ForecastLookup, placeId: number, topicId: number): { forecast: AlertForecast } | Record<string, never> {
  const row = lookup(placeId, topicId, ALERT_FORECAST_DAYS)
  return row ? { forecast: describe(row) } : {}
}

function describe({ horizon, mean, q10, q50, q90, usual, threshold, surge, chances, model, certain }: ForecastRow): AlertForecast {
  return { days: horizon, mean, q10, q50, q90, usual, threshold, surge, chance_20: chances[SERIOUS_CALLERS] ?? 0, model, certain }
}
