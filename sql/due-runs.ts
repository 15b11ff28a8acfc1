/**
 * The table of what is due: a row a pipeline and logical date. Schedulers enter dates, workers finish them; the unique key and
 * one database clock decide, whatever the machines think of the time.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export type Pipeline = 'nightly'

export interface DueRun {
  date: string
  attempts: number
  /** It failed, and its pause is not over. */
  waits: boolean
}

/** Longest pause after a failed attempt. */
export const LONGEST_PAUSE_MS = 3_600_000

/** Enters what has become due; takes back what a clock that was ahead had entered. @param newest newest date that is over */
export async function planRuns(db: Queryable, pipeline: Pipeline, newest: string, most: number): Promise<void> {
  await db.query(statement('due-premature'), [pipeline, newest])
  await db.query(statement('due-plan'), [pipeline, newest, most])
}

/** Dates still to be done, oldest first. @param now milliseconds since the epoch */
export async function readDueRuns(db: Queryable, pipeline: Pipeline, now: number): Promise<DueRun[]> {
  return (await db.query<DueRun & Record<string, unknown>>(statement('due-list'), [pipeline, now, LONGEST_PAUSE_MS])).rows
}

/** @returns which attempt this is */
export async function startDueRun(db: Queryable, pipeline: Pipeline, date: string, worker: string): Promise<number> {
  const { rows } = await db.query<{ attempts: number }>(
    `update due_runs set attempts = attempts + 1, worker = $3, started_at = clock_timestamp(), retry_at = null, error = null
     where pipeline = $1 and logical_date = $2 returning attempts`, [pipeline, date, worker])
  return rows[0]?.attempts ?? 1
}

export async function finishDueRun(db: Queryable, pipeline: Pipeline, date: string): Promise<void> {
  await db.query('update due_runs set finished_at = clock_timestamp(), retry_at = null, error = null where pipeline = $1 and logical_date = $2', [pipeline, date])
}

/** @param retryAt milliseconds since the epoch; not before then is it tried again */
export async function failDueRun(db: Queryable, pipeline: Pipeline, date: string, error: string, retryAt: number): Promise<void> {
  await db.query('update due_runs set error = $3, retry_at = to_timestamp($4::float8 / 1000) where pipeline = $1 and logical_date = $2', [pipeline, date, error.slice(0, 500), retryAt])
}

/** Takes back an attempt that was cut short: it counts as none. */
export async function releaseDueRun(db: Queryable, pipeline: Pipeline, date: string): Promise<void> {
  await db.query('update due_runs set attempts = greatest(0, attempts - 1), started_at = null where pipeline = $1 and logical_date = $2 and finished_at is null', [pipeline, date])
}

/** The newest date if all is done and nobody was told yet, and claims the telling; undefined otherwise. */
export async function claimPing(db: Queryable, pipeline: Pipeline): Promise<string | undefined> {
  const { rows } = await db.query<{ date: string }>(
    `update due_runs set pinged_at = clock_timestamp()
     where pipeline = $1 and pinged_at is null and finished_at is not null
       and logical_date = (select max(logical_date) from due_runs where pipeline = $1)
       and not exists (select 1 from due_runs where pipeline = $1 and finished_at is null)
     returning logical_date::text as date`, [pipeline])
  return rows[0]?.date
}

/** The telling failed: the next tick tries again. */
export async function releasePing(db: Queryable, pipeline: Pipeline, date: string): Promise<void> {
  await db.query('update due_runs set pinged_at = null where pipeline = $1 and logical_date = $2', [pipeline, date])
}
