/**
 * `weisu import --covariate`: a daily table of what explains counts goes into the store. The same file again is no work.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { formatDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { BadInputError } from '../../core/errors.ts'
import { isCovariateFileKnown, readCovariateCoverage, saveCovariates } from '../../sql/covariates.ts'
import type { CovariateCoverage, ValueCounts } from '../../sql/covariates.ts'
import type { Db } from '../../sql/db.ts'
import { readPlaces } from '../../sql/trees.ts'
import type { PlaceRow } from '../../sql/trees.ts'
import { findByPath } from '../typed-path.ts'
import { readCovariateTable } from './read-covariates.ts'
import type { CovariateReject, FindPlace } from './read-covariates.ts'

/** The keys are promised in docs/cli.md. Rows: read = kept + rejected; values: one a row and column that has one. */
export interface CovariateImport {
  name: string
  file: string
  already_imported: boolean
  read: number
  kept: number
  rejected: number
  values: ValueCounts
  variables: string[]
  /** Columns that hold no numbers. */
  ignored: string[]
  first_day: string | null
  last_day: string | null
  /** Values of days to come in a file that does not say since when they are known: no night uses them before their day. */
  not_yet_known: number
  rejects: CovariateReject[]
}

export interface CovariateRequest {
  path: string
  /** Name of the table; default the file's without its ending. */
  name?: string | undefined
  /** Day of the import where the city is. */
  today: Day
}

/** @throws {BadInputError} a file that cannot be used, or a store without a place for it; the store is unchanged then */
export async function importCovariates(db: Db, { path, name: given, today }: CovariateRequest): Promise<CovariateImport> {
  const name = given ?? basename(path).replace(/(\.(csv|tsv|txt|xlsx))?(\.gz)?$/i, '')
  const file = basename(path)
  const fileHash = await hashOf(path)
  const nothing = {
    name, file, already_imported: true, read: 0, kept: 0, rejected: 0, values: { new: 0, changed: 0, unchanged: 0 }, variables: [], ignored: [],
    first_day: null, last_day: null, not_yet_known: 0, rejects: [],
  }
  if (await isCovariateFileKnown(db, name, fileHash)) return nothing
  const table = await readCovariateTable(path, placeFinder(await readPlaces(db), path))
  const { read, kept, rejects, values, variables, ignored } = table
  let [first, last] = [Infinity, -Infinity]
  for (const day of values.day) {
    first = Math.min(first, day)
    last = Math.max(last, day)
  }
  const days = values.day.length === 0 ? { firstDay: null, lastDay: null } : { firstDay: formatDay(first), lastDay: formatDay(last) }
  const counts = await db.transaction((client) =>
    saveCovariates(client, { name, fileName: file, fileHash, read, kept, rejected: rejects.length, rejects, ...days }, values, today))
  return {
    ...nothing, already_imported: false, read, kept, rejected: rejects.length, values: counts, variables, ignored,
    first_day: days.firstDay, last_day: days.lastDay, rejects,
    not_yet_known: table.hasKnownOn ? 0 : values.day.filter((day) => day > today).length,
  }
}

/** What the store has, a row a variable. */
export async function listCovariates(db: Db): Promise<CovariateCoverage[]> {
  return readCovariateCoverage(db)
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'EISDIR') throw new BadInputError('is_directory', `${path} is a directory`, { path }, { cause })
    throw new BadInputError('no_file', `cannot open ${path}: ${code ?? message}`, { path }, { cause })
  }
  return hash.digest('hex')
}

/** A row without a place speaks of the city, where there is but one. */
function placeFinder(places: ReadonlyMap<number, PlaceRow>, path: string): FindPlace {
  const cities = [...places.values()].filter((place) => place.depth === 0)
  if (cities.length === 0) throw new BadInputError('covariate_no_city', 'the store has no places yet: weisu import the tickets first', {})
  const known = new Map<string, number | undefined>()
  return (cell) => {
    if (cell === '') {
      if (cities.length > 1) throw new BadInputError('covariate_needs_place', `${path} has rows without a place, and the store has ${cities.length} cities: it needs a column place`, { path, cities: cities.length })
      return cities[0]!.id
    }
    if (!known.has(cell)) known.set(cell, find(places, cell))
    return known.get(cell)
  }
}

function find(places: ReadonlyMap<number, PlaceRow>, typed: string): number | undefined {
  try {
    return findByPath(places.values(), typed, 'no_such_place').id
  } catch (error) {
    if (error instanceof BadInputError) return undefined
    throw error
  }
}
