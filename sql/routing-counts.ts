/**
 * Row functions of the weekly counts of who closed which tickets: a ticket is looked at once, four weeks after its week, so that a
 * night's cost does not grow with the history.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

/** Counts the weeks of the Sundays anew. Inside a transaction. */
export async function saveRoutingCounts(db: Queryable, sundays: readonly string[]): Promise<void> {
  if (sundays.length === 0) return
  await db.query('delete from routing_counts where night = any ($1::date[])', [sundays])
  await db.query(statement('routing-counts'), [sundays])
  await db.query(
    `insert into weekly_tables (night, name, tested, found)
     select s.night, 'routing_counts', count(c.night), count(c.night) from unnest($1::date[]) as s (night) left join routing_counts c on c.night = s.night group by 1
     on conflict (night, name) do update set tested = excluded.tested, found = excluded.found`, [sundays])
}

export interface ClosedRow { placeId: number, familyId: number, unitId: number, closed: number, returned: number }

/** Over the Sundays [from, until]. */
export async function readClosed(db: Queryable, cells: readonly { placeId: number, familyId: number }[], from: string, until: string): Promise<ClosedRow[]> {
  if (cells.length === 0) return []
  return (await db.query<ClosedRow & Record<string, unknown>>(statement('routing-closed'), [JSON.stringify(cells), from, until])).rows
}
