/**
 * Row functions of covariates: daily values of a place, such as temperature or rain, with the night from which each is known.
 */
import { formatDay } from '../core/days.ts'
import type { Day } from '../core/days.ts'
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

/** Columns of n values. */
export interface CovariateValues {
  variable: string[]
  placeId: number[]
  day: Day[]
  /** Night from which the value is known, as the file says; null: on its own day, a correction from the day of the import on. */
  knownOn: (Day | null)[]
  value: number[]
}

export interface CovariateFile {
  name: string
  fileName: string
  fileHash: string
  read: number
  kept: number
  rejected: number
  firstDay: string | null
  lastDay: string | null
  rejects: readonly object[]
}

export interface ValueCounts { new: number, changed: number, unchanged: number }

/** One variable of a table, over all its places. */
export interface CovariateCoverage {
  name: string
  variable: string
  places: number
  values: number
  first_day: string
  last_day: string
  /** Days of the range without a value at any place. */
  missing_days: number
}

/** What a night knows of a day. */
export interface CovariateRow { name: string, variable: string, placeId: number, day: Day, value: number }

const BATCH = 20_000

export async function isCovariateFileKnown(db: Queryable, name: string, fileHash: string): Promise<boolean> {
  const { rowCount } = await db.query('select 1 from covariate_files where name = $1 and file_hash = $2', [name, fileHash])
  return rowCount !== 0
}

/** Inside a transaction. @param today  day of the import, from which corrections are known */
export async function saveCovariates(db: Queryable, file: CovariateFile, values: CovariateValues, today: Day): Promise<ValueCounts> {
  const counts: ValueCounts = { new: 0, changed: 0, unchanged: 0 }
  for (let from = 0; from < values.day.length; from += BATCH) {
    const until = from + BATCH
    const { rows } = await db.query<ValueCounts & Record<string, unknown>>(statement('covariates-save'), [
      file.name, values.variable.slice(from, until), values.placeId.slice(from, until), values.day.slice(from, until).map(formatDay),
      values.knownOn.slice(from, until).map((day) => (day === null ? null : formatDay(day))), values.value.slice(from, until), formatDay(today),
    ])
    for (const key of ['new', 'changed', 'unchanged'] as const) counts[key] += rows[0]![key]
  }
  await db.query(
    `insert into covariate_files (name, file_name, file_hash, read, kept, rejected, new, changed, unchanged, first_day, last_day, rejects)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [file.name, file.fileName, file.fileHash, file.read, file.kept, file.rejected, counts.new, counts.changed, counts.unchanged,
      file.firstDay, file.lastDay, JSON.stringify(file.rejects)])
  return counts
}

/** By name and variable. */
export async function readCovariateCoverage(db: Queryable): Promise<CovariateCoverage[]> {
  return (await db.query<CovariateCoverage & Record<string, unknown>>(statement('covariates-coverage'))).rows
}

/** As known on the night, of the days [from, until), days after the night among them; by name, variable, place and day. */
export async function readCovariates(db: Queryable, night: Day, from: Day, until: Day): Promise<CovariateRow[]> {
  return (await db.query<CovariateRow & Record<string, unknown>>(statement('covariates-as-of'), [formatDay(night), formatDay(from), formatDay(until)])).rows
}
