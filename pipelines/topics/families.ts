/**
 * Topic families: which topic stands for the cause, and which families seem to have one in common.
 */
import { formatDay, parseDay } from '../../core/days.ts'
import { familyPairs } from '../../models/text/family-pairs.ts'
import type { Db, Queryable } from '../../sql/db.ts'
import { readFamilyCells, readFamilies, setFamily } from '../../sql/families.ts'
import type { FamilyRow } from '../../sql/families.ts'
import { readTopics } from '../../sql/trees.ts'
import { findByPath } from '../typed-path.ts'

export interface FamilySuggestion { a: string, b: string, together: number, expected: number, lift: number, z: number }

/** Days looked at by default. */
const DAYS = 364

export async function listFamilies(db: Queryable): Promise<FamilyRow[]> {
  return readFamilies(db)
}

/** Pairs of families that come together at places, of the year before the newest ticket. */
export async function suggestFamilies(db: Queryable, last: string): Promise<FamilySuggestion[]> {
  const until = parseDay(last) + 1
  const cells = await readFamilyCells(db, formatDay(until - DAYS), formatDay(until))
  const topics = await readTopics(db)
  return familyPairs(cells, DAYS / 28).map(({ a, b, ...rest }) => ({ a: topics.get(a)!.path, b: topics.get(b)!.path, ...rest }))
}

/**
 * Makes a topic the family of all below it; families above it on its branch keep their other topics.
 *
 * @throws {BadInputError} no such topic
 */
export async function makeFamily(db: Db, typed: string): Promise<FamilyRow> {
  return db.transaction((client) => makeFamilyIn(client, typed))
}

/** The same inside a transaction of the caller. */
export async function makeFamilyIn(client: Queryable, typed: string): Promise<FamilyRow> {
  const topics = await readTopics(client)
  const topic = findByPath([...topics.values()].filter(({ parentId }) => parentId !== null), typed, 'no_such_topic')
  await setFamily(client, topic.id)
  return (await readFamilies(client)).find(({ id }) => id === topic.id)!
}
