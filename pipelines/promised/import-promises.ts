/**
 * `weisu import --watch`: a list of promised dates goes into the store. The same list again changes nothing.
 */
import { statSync } from 'node:fs'
import { basename } from 'node:path'
import type { Day } from '../../core/days.ts'
import { BadInputError } from '../../core/errors.ts'
import type { Db } from '../../sql/db.ts'
import { readPlaceCodes, savePromisedDates } from '../../sql/promised.ts'
import type { PromiseCounts } from '../../sql/promised.ts'
import { readPlaces } from '../../sql/trees.ts'
import { findByPath } from '../typed-path.ts'
import { readPromiseTable } from './read-promises.ts'
import type { FindPlace, PromiseReject } from './read-promises.ts'

/** The keys are promised in docs/cli.md: read = new + changed + unchanged + rejected. */
export interface PromiseImport extends PromiseCounts {
  file: string
  read: number
  rejected: number
  rejects: PromiseReject[]
}

/**
 * @param today  day of the import where the city is: since then a promise is known whose row does not say since when
 * @throws {BadInputError} a file that cannot be used, or a store without places; the store is unchanged then
 */
export async function importPromises(db: Db, path: string, today: Day): Promise<PromiseImport> {
  const places = await readPlaces(db)
  if (places.size === 0) throw new BadInputError('promise_no_places', 'the store has no places yet: weisu import the tickets first', {})
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) throw new BadInputError('no_such_file', `no such file: ${path}`, { path })
  if (found.isDirectory()) throw new BadInputError('is_directory', `${path} is a directory`, { path })
  const codes = await readPlaceCodes(db)
  const known = new Map<string, number | undefined>()
  const findPlace: FindPlace = (cell) => {
    if (!known.has(cell)) known.set(cell, codes.get(cell) ?? findTyped(places.values(), cell))
    return known.get(cell)
  }
  const { read, rejects, promises } = await readPromiseTable(path, findPlace, today)
  const counts = await db.transaction((client) => savePromisedDates(client, promises))
  return { file: basename(path), read, ...counts, rejected: rejects.length, rejects }
}

function findTyped(places: Iterable<{ id: number, name: string, path: string }>, typed: string): number | undefined {
  if (typed === '') return undefined
  try {
    return findByPath(places, typed, 'no_such_place').id
  } catch (error) {
    if (error instanceof BadInputError) return undefined
    throw error
  }
}
