/**
 * Row functions of forecasts.
 */
import type { Queryable } from './db.ts'

/** Callers expected over the `horizon` days after the night; surge: probability of as much as now again, or null. */
export interface ForecastRow { placeId: number, topicId: number, horizon: number, mean: number, q10: number, q90: number, surge: number | null }

export async function replaceForecasts(db: Queryable, night: string, rows: ForecastRow[]): Promise<void> {
  await db.query('delete from forecasts where night = $1', [night])
  await db.query(
    `insert into forecasts (night, place_id, topic_id, horizon, mean, q10, q90, surge)
     select $1, f."placeId", f."topicId", f.horizon, f.mean, f.q10, f.q90, f.surge
     from jsonb_to_recordset($2::jsonb) as f ("placeId" int, "topicId" int, horizon int, mean float8, q10 float8, q90 float8, surge float8)`,
    [night, JSON.stringify(rows)])
}
