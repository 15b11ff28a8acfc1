/**
 * Rows that the delivery tests need: an alert and its notices.
 */
import type { Db } from '../../sql/db.ts'

/** Inserts `count` notices of one alert for a night; ids sort as they are numbered. @returns the ids */
export async function insertNotices(db: Db, night: string, count: number, channel = 'file', prefix = 'n'): Promise<string[]> {
  await db.query(`insert into places (depth, kind, name, path) values (0, 'city', 'c', 'c') on conflict do nothing`)
  await db.query(`insert into units (name) values ('streets') on conflict do nothing`)
  await db.query(`insert into alerts (id, kind, level, status, place_id, topic_id, family_id, first_night, last_night)
    select 'a1', 'emerging', 'blue', 'open', p.id, 1, 1, $1::date, $1::date from places p limit 1 on conflict do nothing`, [night])
  const { rows } = await db.query<{ id: string }>(`insert into notices (id, alert_id, night, reason, unit_id, channel, payload)
    select format('%s:%s:%s', $4::text, $1::text, to_char(i, 'FM00000')), 'a1', $1::date, 'opened', u.id, $3,
           jsonb_build_object('level', 'blue', 'title', '停工')
    from generate_series(1, $2::int) i, units u where u.name = 'streets' returning id`, [night, count, channel, prefix])
  return rows.map((row) => row.id).sort()
}
