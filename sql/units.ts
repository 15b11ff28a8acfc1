/**
 * Row functions of the units that handle tickets.
 */
import type { Queryable } from './db.ts'

export async function readUnitNames(db: Queryable): Promise<Map<number, string>> {
  const { rows } = await db.query<{ id: number, name: string }>('select id, name from units order by id')
  return new Map(rows.map(({ id, name }) => [id, name]))
}
