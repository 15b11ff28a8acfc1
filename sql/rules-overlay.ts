/**
 * The alerts of past nights as other rules would have had them, in a schema of its own: what is not of the rules is copied, so that whoever
 * reads a replay can read it.
 */
import { openSchema } from './db.ts'
import type { Db } from './db.ts'
import { createNightSchema, dropNightSchema, schemaName } from './night-tables.ts'

/** A night of an alert under other rules; `past` is the alert that it belonged to. */
export interface OverlayNight { alertId: string, past: string, night: string, level: string, rule: string, withinBudget: boolean }

const COPIED = ['runs', 'night_coverage', 'signals', 'alerts', 'alert_nights', 'alert_tickets'] as const

/**
 * @param source  schema of the nights: `public`, or a replay's
 * @param recurrenceDays  of the other rules: what is rarer is an alert among the signals, the rest is watched
 * @param nights  all of them; those that are missing are left out, but for seasonal alerts
 * @returns connections that find the overlay first, and how to throw it away
 */
export async function openOverlay(store: Db, schema: string, source: string, recurrenceDays: number, nights: OverlayNight[]): Promise<{ db: Db, drop: () => Promise<void> }> {
  const own = schemaName(schema)
  const from = source === 'public' ? 'public' : schemaName(source)
  await store.transaction(async (client) => {
    await dropNightSchema(client, schema)
    await createNightSchema(client, schema)
    for (const table of COPIED) await client.query(`insert into ${own}.${table} select * from ${from}.${table}`)
    await client.query(`update ${own}.signals set verdict = case when recurrence_days >= $1 then 'alert' else 'watch' end`, [recurrenceDays])
    await client.query(`set local search_path = ${own}, public`)
    await client.query(
      `create temp table kept on commit drop as
       select k."alertId" as id, k.past, k.night, k.level, k.rule, k."withinBudget" as within
       from jsonb_to_recordset($1::jsonb) as k ("alertId" text, past text, night date, level text, rule text, "withinBudget" boolean)`, [JSON.stringify(nights)])
    await client.query('create index on kept (past, night)')
    await client.query(
      `insert into alerts
       select (jsonb_populate_record(a, jsonb_build_object('id', k.id, 'parent_alert_id', null))).*
       from (select distinct on (id) id, past from kept where id not in (select id from alerts) order by id, night) as k join alerts a on a.id = k.past`)
    await client.query(
      `insert into alert_tickets (alert_id, source_id, ticket_no, first_night)
       select distinct on (k.id, t.source_id, t.ticket_no) k.id, t.source_id, t.ticket_no, t.first_night
       from kept k join alert_tickets t on t.alert_id = k.past and t.first_night = k.night where k.id <> k.past
       order by 1, 2, 3, 4 on conflict do nothing`)
    await client.query(
      `delete from alert_nights n using alerts a
       where a.id = n.alert_id and a.kind <> 'seasonal' and not exists (select 1 from kept k where k.past = n.alert_id and k.night = n.night)`)
    await client.query(
      `update alert_nights n set alert_id = k.id, level = k.level, within_budget = k.within, why = n.why || jsonb_build_object('rule', k.rule)
       from kept k where k.past = n.alert_id and k.night = n.night`)
    await client.query('update alerts set parent_alert_id = null where parent_alert_id is not null')
    await client.query('delete from alerts a where not exists (select 1 from alert_nights n where n.alert_id = a.id)')
  })
  const db = openSchema(store, 'rules try', schema, 2)
  return {
    db,
    drop: async () => {
      await db.close()
      await store.transaction((client) => dropNightSchema(client, schema))
    },
  }
}
