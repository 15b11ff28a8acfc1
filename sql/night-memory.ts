/**
 * What the live nights before a replay's first one left behind, copied into the replay's own tables: open alerts with their tickets, what
 * units were told, what was learned. Nights from the first one on are not looked at, so nothing that came later gets in.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'
import { NIGHT_TABLES, schemaName } from './night-tables.ts'
import type { NightTable } from './night-tables.ts'

/** The column that says of which night a row is, where it is not `night`. */
const NIGHT_OF: Partial<Record<NightTable, string>> = { alert_tickets: 'first_night', forecast_models: 'trained_on' }
/** Made anew from the others: an alert as of its last night. Its chart is of its latest signal, and comes with the next. */
const DERIVED: readonly NightTable[] = ['alerts', 'alert_series']

export interface LiveNight { night: string, methodVersion: number | null, configHash: string }

/** Live nights of [from, until) that were run to their end, in order. */
export async function readLiveNights(db: Queryable, from: string, until: string): Promise<LiveNight[]> {
  const { rows } = await db.query<LiveNight & Record<string, unknown>>(
    `select night, nullif(split_part(code_version, '/', 2), '')::int as "methodVersion", config_hash as "configHash"
     from public.runs where status = 'succeeded' and night >= $1 and night < $2 order by night`, [from, until])
  return rows
}

/** Whether every alert with a signal in [from, until) has its units and deadline written down for its nights. */
export async function keepsStates(db: Queryable, from: string, until: string): Promise<boolean> {
  const { rows } = await db.query<{ lacking: boolean }>(
    'select exists (select 1 from public.alert_nights where kind is null and night >= $1 and night < $2) as lacking', [from, until])
  return !rows[0]!.lacking
}

/**
 * Inside the transaction that made the schema, which is empty.
 *
 * @param before  first night that is not copied
 */
export async function copyNightsBefore(client: Queryable, schema: string, before: string, quietNights: number): Promise<void> {
  const name = schemaName(schema)
  // In the order of the list: what is referenced comes first. Parents are set when all alerts are there.
  for (const table of NIGHT_TABLES) {
    if (table === 'alerts') {
      await client.query(
        `insert into ${name}.alerts (id, kind, level, status, place_id, topic_id, family_id, first_night, last_night)
         select a.id, a.kind, a.level, 'open', a.place_id, a.topic_id, a.family_id, a.first_night, a.last_night
         from public.alerts a where exists (select 1 from public.alert_nights n where n.alert_id = a.id and n.night < $1)`, [before])
    } else if (!DERIVED.includes(table)) {
      const alerts = ['alert_events', 'alert_tickets'].includes(table) ? `and x.alert_id in (select id from ${name}.alerts)` : ''
      await client.query(`insert into ${name}.${table} select x.* from public.${table} x where x.${NIGHT_OF[table] ?? 'night'} < $1 ${alerts}`, [before])
    }
  }
  await client.query(`set local search_path = ${name}, public`)
  await client.query(statement('alerts-refresh'), [dayBefore(before), quietNights])
  await client.query('set local search_path = public')
}

function dayBefore(date: string): string {
  return new Date(Date.parse(date) - 86400000).toISOString().slice(0, 10)
}
