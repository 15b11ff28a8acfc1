/**
 * Alerts as a night leaves them, without a night: for tests of what people do with them.
 */
import type { Queryable } from '../../sql/db.ts'
import { addPlace, addSource, addTopic } from './tickets.ts'

export interface AlertSpec { id: string, place?: string, topic?: string, lead?: string, territory?: string, co?: string[], level?: string, night?: string, lastNight?: string }

/** Writes the alert with its units, its first and last night, and the event of its opening. */
export async function addAlert(db: Queryable, { id, place = 'City›North›Mill', topic = 'Heat', lead = 'Heating', territory, co = [], level = 'yellow', night = '2024-09-01', lastNight = night }: AlertSpec): Promise<void> {
  await addSource(db)
  const placeId = await addPlace(db, place)
  const topicId = await addTopic(db, topic)
  const unit = async (name: string): Promise<number> => (await db.query<{ id: number }>(
    'insert into units (name) values ($1) on conflict (name) do update set name = excluded.name returning id', [name])).rows[0]!.id
  const coIds: number[] = []
  for (const name of co) coIds.push(await unit(name))
  await db.query(
    `insert into alerts (id, kind, level, status, place_id, topic_id, family_id, first_night, last_night, lead_unit_id, territory_unit_id, co_unit_ids)
     values ($1, 'emerging', $2, 'open', $3, $4, $4, $5, $6, $7, $8, $9)`,
    [id, level, placeId, topicId, night, lastNight, await unit(lead), territory === undefined ? null : await unit(territory), coIds])
  await db.query(
    `insert into alert_nights (alert_id, night, level, place_id, topic_id, tickets, callers, observed, expected, upper, window_days, log10_p, recurrence_days, rank)
     select $1, n, $2, $3, $4, 5, 5, 5, 1, 3, 7, -4, 200, 1 from unnest(array[$5::date, $6::date]) as n group by n`, [id, level, placeId, topicId, night, lastNight])
  await db.query(`insert into alert_events (alert_id, night, kind, before, after) values ($1, $2, 'opened', null, $3)`, [id, night, level])
}
