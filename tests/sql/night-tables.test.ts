import { expect, test } from 'vitest'
import { openSchema } from '../../sql/db.ts'
import { createNightSchema, dropNightSchema, NIGHT_TABLES, schemaName } from '../../sql/night-tables.ts'
import { useDatabase } from '../support/database.ts'
import { addPlace, addTopic } from '../support/tickets.ts'

const db = useDatabase()

/** Columns, keys, checks, foreign keys and indexes of the night tables, without the schema's name. */
async function shape(schema: string): Promise<string[]> {
  const tables = [...NIGHT_TABLES]
  const { rows } = await db().query<{ line: string }>(
    `select x.line from (
       select format('%s.%s %s %s %s', table_name, column_name, udt_name, is_nullable, column_default) as line
       from information_schema.columns where table_schema = $1 and table_name = any ($2)
       union all
       select format('%s %s', c.conrelid::regclass, pg_get_constraintdef(c.oid))
       from pg_constraint c join pg_class r on r.oid = c.conrelid join pg_namespace n on n.oid = r.relnamespace
       where n.nspname = $1 and r.relname = any ($2) and c.contype not in ('n', 't')
       union all
       select regexp_replace(indexdef, 'INDEX \\S+ ON', 'INDEX ON') from pg_indexes where schemaname = $1 and tablename = any ($2)
     ) as x`, [schema, tables])
  return rows.map((row) => row.line.replaceAll(`${schema}.`, '').replaceAll('public.', '')).sort()
}

test('a schema of nights has the columns, keys, checks, foreign keys and indexes of the live tables', async () => {
  await db().transaction((client) => createNightSchema(client, 'replay_shape'))
  const live = await shape('public')
  expect(live.length).toBeGreaterThan(100)
  expect(await shape('replay_shape')).toEqual(live)
})

test('what is written under its search path stays there, and cascades stay within it', async () => {
  const place = await addPlace(db(), 'City›North')
  const topic = await addTopic(db(), 'Heat')
  await db().transaction((client) => createNightSchema(client, 'replay_cascade'))
  const replay = openSchema(db(), 'test', 'replay_cascade')
  try {
    for (const where of [db(), replay]) {
      await where.query(
        `insert into alerts (id, kind, level, status, place_id, topic_id, family_id, first_night, last_night)
         values ('a', 'emerging', 'blue', 'open', $1, $2, $2, '2024-01-01', '2024-01-01')`, [place, topic])
      await where.query(`insert into alert_events (alert_id, night, kind) values ('a', '2024-01-01', 'opened')`)
    }
    await replay.query('delete from alerts')
    const count = async (schema: string): Promise<number> =>
      (await db().query<{ n: number }>(`select count(*)::int as n from ${schema}.alert_events`)).rows[0]!.n
    expect(await count('replay_cascade')).toBe(0)
    expect(await count('public')).toBe(1)
    await expect(replay.query(`insert into alert_events (alert_id, night, kind) values ('a', '2024-01-01', 'opened')`)).rejects.toThrow(/foreign key/)
  } finally {
    await replay.close()
  }
  await db().transaction((client) => dropNightSchema(client, 'replay_cascade'))
  const { rows } = await db().query(`select from pg_namespace where nspname = 'replay_cascade'`)
  expect(rows).toEqual([])
})

test('the live schema and odd names are refused', () => {
  for (const name of ['public', 'pg_catalog', 'Replay', 'a"b', '']) expect(() => schemaName(name)).toThrow(TypeError)
})

test('every table that a night writes is on the list', async () => {
  // Tables with a column that says of which night a row is: those of tickets and counts say `known_on` or `day`.
  const { rows } = await db().query<{ name: string }>(
    `select distinct table_name as name from information_schema.columns
     where table_schema = 'public' and column_name in ('night', 'first_night')
       -- The log of what left is written by delivery, and parts of a night live as long as its step: neither in a replay. inbox_items follows the live tables by triggers;
       -- groups of tickets are made by their own command, from tickets alone.
       and table_name not in ('deliveries', 'night_shards', 'inbox_items', 'issue_states', 'issue_tickets') order by 1`)
  expect([...NIGHT_TABLES]).toEqual(expect.arrayContaining(rows.map((row) => row.name)))
})
