/**
 * The registry of forecast models: what was trained on which night, how it did on the nights before, and which serves.
 */
import type { Queryable } from './db.ts'

/** A model for one class of series. */
export interface ForecastModelRow {
  trainedOn: string
  name: string
  seriesClass: string
  /** Coefficients and settings; empty for a model that is not trained. */
  params: Readonly<Record<string, unknown>>
  seed: string
  codeVersion: string
  scoreCard: Readonly<Record<string, unknown>>
  serves: boolean
  /** Code of why it serves or does not: core/texts/forecast.ts has the words. */
  reason: string
}

const COLUMNS = `trained_on as "trainedOn", name, series_class as "seriesClass", params, seed, code_version as "codeVersion", score_card as "scoreCard", serves, reason`

/** All models of one training, by class and name; empty where there was none on that night. */
export async function readForecastModels(db: Queryable, trainedOn: string): Promise<ForecastModelRow[]> {
  return (await db.query<ForecastModelRow & Record<string, unknown>>(
    `select ${COLUMNS} from forecast_models where trained_on = $1 order by series_class, name`, [trainedOn])).rows
}

/** Trainings, latest first. @param until  last night of training that is wanted */
export async function listForecastModels(db: Queryable, until: string, limit: number): Promise<ForecastModelRow[]> {
  return (await db.query<ForecastModelRow & Record<string, unknown>>(
    `select ${COLUMNS} from forecast_models
     where trained_on in (select distinct trained_on from forecast_models where trained_on <= $1 order by 1 desc limit $2)
     order by trained_on desc, series_class, name`, [until, limit])).rows
}

/** Rewrites what was trained on a night for the city whose classes begin with its path. Inside a transaction. */
export async function saveForecastModels(db: Queryable, trainedOn: string, cityPath: string, rows: readonly ForecastModelRow[]): Promise<void> {
  await db.query(`delete from forecast_models where trained_on = $1 and starts_with(series_class, $2 || '›')`, [trainedOn, cityPath])
  await db.query(
    `insert into forecast_models (trained_on, name, series_class, params, seed, code_version, score_card, serves, reason)
     select $1, m.name, m."seriesClass", m.params, m.seed, m."codeVersion", m."scoreCard", m.serves, m.reason
     from jsonb_to_recordset($2::jsonb) as m (name text, "seriesClass" text, params jsonb, seed text, "codeVersion" text, "scoreCard" jsonb, serves boolean, reason text)`,
    [trainedOn, JSON.stringify(rows)])
}
