/**
 * What earlier nights expected against what came: each night looks at the forecasts whose days are over and as good as completely known.
 * Only series that a night forecasts whatever happens count, the cities' families: signals are chosen because they rise.
 */
import { formatDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { quantileLoss } from '../../models/forecast/scores.ts'
import type { Db } from '../../sql/db.ts'
import { FORECAST_LEVELS, readMatured, replaceForecastReviews } from '../../sql/forecasts.ts'
import type { ForecastReviewRow, MaturedForecast } from '../../sql/forecasts.ts'
import type { NightView } from '../detect.ts'
import { round } from '../signal-row.ts'
import { HORIZONS } from './forecast-rows.ts'
import { classOfSeries } from './outlook.ts'

/** Share of a day's tickets from which on it is as good as known. */
const KNOWN_SHARE = 0.98
/** What a series chosen for its signal is called. */
const SIGNALS = 'signals'

/** @param view  asked for only where there are forecasts to look at */
export async function reviewForecasts(db: Db, night: Day, view: () => Promise<Pick<NightView, 'places' | 'topics' | 'delays'>>): Promise<{ in: number, out: number }> {
  const date = formatDay(night)
  const rows: ForecastReviewRow[] = []
  const { places, topics, delays } = await view()
  const city = [...places.values()].find((place) => place.depth === 0)
  const all = [...topics.values()].find((topic) => topic.depth === 0)
  if (!city || !all) return { in: 0, out: 0 }
  const { share } = delays.of(city.id, all)
  let settled = 0
  while (settled < share.length && share[settled]! < KNOWN_SHARE) settled++
  for (const horizon of HORIZONS) {
    const of = formatDay(night - settled - horizon)
    const matured = await readMatured(db, of, horizon, date)
    const isFamily = ({ placeId, topicId }: MaturedForecast): boolean =>
      places.get(placeId)?.depth === 0 && (topics.get(topicId)?.depth === 0 || topics.get(topicId)?.familyId === topicId)
    const groups = Map.groupBy(matured, (row) => `${isFamily(row) ? classOfSeries(0, row.usual / horizon) : SIGNALS}\n${row.model}`)
    for (const [key, group] of groups) {
      const [seriesClass, model] = key.split('\n') as [string, string]
      rows.push(score(of, seriesClass, horizon, model, group))
    }
  }
  rows.sort((a, b) => a.horizon - b.horizon || order(a.seriesClass, b.seriesClass) || order(a.model, b.model))
  await db.transaction((client) => replaceForecastReviews(client, date, rows))
  return { in: rows.reduce((sum, row) => sum + row.series, 0), out: rows.length }
}

/** The stored quantiles stand for the whole distribution: 2.5 % to 97.5 % in seven steps. */
function score(forecastOf: string, seriesClass: string, horizon: number, model: string, group: readonly MaturedForecast[]): ForecastReviewRow {
  let [loss, came, inside, brier, mean] = [0, 0, 0, 0, 0]
  for (const row of group) {
    loss += quantileLoss(row.observed, [row.q025, row.q10, row.q25, row.q50, row.q75, row.q90, row.q975], FORECAST_LEVELS)
    came += row.observed
    mean += row.mean
    inside += row.observed >= row.q10 && row.observed <= row.q90 ? 1 : 0
    brier += (row.surge - (row.observed >= row.threshold ? 1 : 0)) ** 2
  }
  return {
    forecastOf, seriesClass, horizon, model, series: group.length, wql: came > 0 ? round(loss / came) : null, coverage80: round(inside / group.length),
    brier: round(brier / group.length), observed: came, mean: round(mean),
  }
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
