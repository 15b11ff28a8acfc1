/**
 * Row functions of topic families.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export interface FamilyRow { id: number, path: string, topics: number }
export interface FamilyCellRow { place: number, period: number, family: number }

/** All families with how many topics each has, itself included. */
export async function readFamilies(db: Queryable): Promise<FamilyRow[]> {
  const { rows } = await db.query<FamilyRow>(
    `select f.id, f.path, count(*)::int as topics from topics f join topics t on t.family_id = f.id group by f.id, f.path order by f.path collate "C"`)
  return rows
}

export async function readFamilyCells(db: Queryable, from: string, until: string): Promise<FamilyCellRow[]> {
  return (await db.query<FamilyCellRow>(statement('families-cells'), [from, until])).rows
}

export async function setFamily(db: Queryable, topic: number): Promise<void> {
  await db.query(statement('families-set'), [topic])
}
