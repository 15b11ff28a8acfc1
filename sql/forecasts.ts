/**
 * Row functions of forecasts: what the days after a night are expected to bring, and what became of earlier nights' expectations.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

/** Callers of the `horizon` days after the night. */
export interface ForecastRow {
  placeId: number
  topicId: number
  horizon: number
  mean: number
  q025: number
  q10: number
  q25: number
  q50: number
  q75: number
  q90: number
  q975: number
  /** Callers in as many days if all is as usual, and from how many on it is a surge. */
  usual: number
  threshold: number
  /** P(callers >= threshold). */
  surge: number
  /** P(callers >= n), by n. */
  chances: Readonly<Record<string, number>>
  model: string
  /** Night on which the model was trained; null for one that is not trained. */
  trainedOn: string | null
  /** False where a day lies beyond the known calendar of working days. */
  certain: boolean
}

/** Callers of a single day after the night. */
export interface ForecastDayRow { placeId: number, topicId: number, day: string, mean: number, q10: number, q25: number, q50: number, q75: number, q90: number }

/** Quantile columns, in ascending order of their levels. */
export const FORECAST_LEVELS = [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975] as const

/** Rewrites the night's forecasts. */
export async function replaceForecasts(db: Queryable, night: string, rows: readonly ForecastRow[], days: readonly ForecastDayRow[]): Promise<void> {
  await db.query('delete from forecasts where night = $1', [night])
  await db.query('delete from forecast_days where night = $1', [night])
  await db.query(
    `insert into forecasts (night, place_id, topic_id, horizon, mean, q025, q10, q25, q50, q75, q90, q975, usual, threshold, surge, chances, model, trained_on, certain)
     select $1, f."placeId", f."topicId", f.horizon, f.mean, f.q025, f.q10, f.q25, f.q50, f.q75, f.q90, f.q975, f.usual, f.threshold, f.surge, f.chances,
            f.model, f."trainedOn", f.certain
     from jsonb_to_recordset($2::jsonb) as f ("placeId" int, "topicId" int, horizon int, mean float8, q025 float8, q10 float8, q25 float8, q50 float8,
       q75 float8, q90 float8, q975 float8, usual float8, threshold int, surge float8, chances jsonb, model text, "trainedOn" date, certain boolean)`,
    [night, JSON.stringify(rows)])
  await db.query(
    `insert into forecast_days (night, place_id, topic_id, day, mean, q10, q25, q50, q75, q90)
     select $1, f."placeId", f."topicId", f.day, f.mean, f.q10, f.q25, f.q50, f.q75, f.q90
     from jsonb_to_recordset($2::jsonb) as f ("placeId" int, "topicId" int, day date, mean float8, q10 float8, q25 float8, q50 float8, q75 float8, q90 float8)`,
    [night, JSON.stringify(days)])
}

/** The night's forecasts by place, topic and horizon; of one horizon where it is given. Rows of earlier versions are left out. */
export async function readForecasts(db: Queryable, night: string, horizon: number | null = null): Promise<ForecastRow[]> {
  return (await db.query<ForecastRow & Record<string, unknown>>(statement('forecasts-of'), [night, horizon])).rows
}

/** Oldest day first, series by series. */
export async function readForecastDays(db: Queryable, night: string): Promise<ForecastDayRow[]> {
  const { rows } = await db.query<ForecastDayRow & Record<string, unknown>>(
    `select place_id as "placeId", topic_id as "topicId", day, mean, q10, q25, q50, q75, q90 from forecast_days
     where night = $1 order by place_id, topic_id, day`, [night])
  return rows
}

/** Forecasts of the night, of sums whose days are over, with the callers that came as known on a later night. */
export interface MaturedForecast extends ForecastRow { observed: number }

/** @param known  night by whose knowledge the callers are counted */
export async function readMatured(db: Queryable, night: string, horizon: number, known: string): Promise<MaturedForecast[]> {
  return (await db.query<MaturedForecast & Record<string, unknown>>(statement('forecasts-matured'), [night, horizon, known])).rows
}

/** One class of series at one horizon: how good the forecasts of an earlier night were. */
export interface ForecastReviewRow {
  forecastOf: string
  seriesClass: string
  horizon: number
  model: string
  series: number
  wql: number | null
  coverage80: number | null
  brier: number | null
  observed: number
  mean: number
}

/** Rewrites the night's reviews of forecasts. */
export async function replaceForecastReviews(db: Queryable, night: string, rows: readonly ForecastReviewRow[]): Promise<void> {
  await db.query('delete from forecast_reviews where night = $1', [night])
  await db.query(
    `insert into forecast_reviews (night, forecast_of, series_class, horizon, model, series, wql, coverage80, brier, observed, mean)
     select $1, f."forecastOf", f."seriesClass", f.horizon, f.model, f.series, f.wql, f.coverage80, f.brier, f.observed, f.mean
     from jsonb_to_recordset($2::jsonb) as f ("forecastOf" date, "seriesClass" text, horizon int, model text, series int, wql float8, coverage80 float8,
       brier float8, observed int, mean float8)`, [night, JSON.stringify(rows)])
}

/** Reviews of the nights (after, until], by night. */
export async function readForecastReviews(db: Queryable, after: string, until: string): Promise<(ForecastReviewRow & { night: string })[]> {
  const { rows } = await db.query<ForecastReviewRow & { night: string } & Record<string, unknown>>(
    `select night, forecast_of as "forecastOf", series_class as "seriesClass", horizon, model, series, wql, coverage80, brier, observed, mean
     from forecast_reviews where night > $1 and night <= $2 order by night, series_class, horizon, model`, [after, until])
  return rows
}

/** Place and topic of the alerts with a signal in [from, night), each as on its last night before. */
export async function readOpenSeries(db: Queryable, from: string, night: string): Promise<{ placeId: number, topicId: number }[]> {
  const { rows } = await db.query<{ placeId: number, topicId: number }>(
    `select distinct on (alert_id) place_id as "placeId", topic_id as "topicId" from alert_nights where night >= $1 and night < $2 order by alert_id, night desc`,
    [from, night])
  return rows
}
