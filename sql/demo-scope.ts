/**
 * For whom the accounts of a demo speak: the unit and the district with most open alerts, and the hotline's own units.
 */
import type { Queryable } from './db.ts'

export interface DemoScope { unitId: number, placeId: number, deskIds: number[] }

/** Undefined where the store has no unit or no district yet. */
export async function readDemoScope(db: Queryable): Promise<DemoScope | undefined> {
  const { rows } = await db.query<{ unitId: number | null, placeId: number | null, deskIds: number[] }>(
    `select (select u.id from units u left join alerts a on a.lead_unit_id = u.id and a.status = 'open' where u.kind <> 'hotline' group by u.id order by count(a.id) desc, u.id limit 1) as "unitId",
            (select d.id from places d left join (alerts a join places p on p.id = a.place_id) on a.status = 'open' and d.id = any (p.rollup) where d.depth = 1 group by d.id order by count(a.id) desc, d.id limit 1) as "placeId",
            array(select u.id from units u where u.kind = 'hotline' order by u.id) as "deskIds"`)
  const { unitId, placeId, deskIds } = rows[0]!
  return unitId === null || placeId === null ? undefined : { unitId, placeId, deskIds }
}
