/**
 * What row-level security costs: the statements of pages, as the owner of the tables and as each kind of visitor, on 100,000 alerts and 1,000,000 tickets.
 *
 *   node bench/walls.ts DATA_DIRECTORY
 *
 * Makes the database weisu_walls in the directory's server and drops it.
 */
import { loadConfig } from '../core/config.ts'
import { ensureDatabase, openDb, openUrl } from '../sql/db.ts'
import type { Db } from '../sql/db.ts'
import { dropWebRole, openWebGate } from '../sql/web-gate.ts'
import type { GateContext } from '../sql/web-gate.ts'

const dataDir = process.argv[2]
if (!dataDir) throw new Error('usage: node bench/walls.ts DATA_DIRECTORY')
const NAME = 'weisu_walls'
const RUNS = 5
const [alerts, tickets] = [100_000, 1_000_000]

const WHO: Readonly<Record<string, GateContext | null>> = {
  owner: null,
  supervisor: { account: 1, role: 'supervisor', view: 'all', units: [], unitNames: [], places: [], topics: [] },
  liaison: { account: 2, role: 'unit_liaison', view: 'unit', units: [7], unitNames: ['U7'], places: [], topics: [] },
  territory: { account: 3, role: 'territory_lead', view: 'territory', units: [], unitNames: [], places: [3], topics: [] },
  limited: { account: 4, role: 'analyst', view: 'all', units: [], unitNames: [], places: [], topics: [5] },
}
const QUERIES: Readonly<Record<string, string>> = {
  'open alerts, by level': `select a.id, a.level, n.callers from alerts a join alert_nights n on n.alert_id = a.id and n.night = a.last_night where a.status = 'open' order by a.last_night desc, a.id limit 50`,
  'all alerts, count': `select count(*) from alerts`,
  'one alert': `select * from alerts where id = 'a700'`,
  'its nights': `select * from alert_nights where alert_id = 'a700'`,
  'its tickets': `select t.* from alert_tickets x join tickets t using (source_id, ticket_no) where x.alert_id = 'a6'`,
  'tickets of a week': `select place_id, count(*) from tickets where day >= '2025-01-01' and day < '2025-01-08' group by 1 order by 2 desc limit 20`,
  'tickets of a place': `select count(*) from tickets where place_id = 32`,
  'acts of an alert': `select * from alert_acts where alert_id = 'a700'`,
}

const store = await openDb(loadConfig({ dataDir }), 'bench')
const at = (name: string): string => Object.assign(new URL(store.url), { pathname: `/${name}` }).toString()
try {
  await ensureDatabase(at('postgres'), NAME)
  const db = await openUrl(at(NAME), 'bench', false, () => {})
  await fill(db)
  const gate = await openWebGate(db, { dataDir })
  for (const [name, sql] of Object.entries(QUERIES)) {
    const cells: string[] = []
    for (const [visitor, context] of Object.entries(WHO)) {
      const run = (): Promise<{ rowCount: number | null }> => (context ? gate.enter(context, (client) => client.query(sql)) : db.query(sql))
      await run()
      const times: number[] = []
      for (let i = 0; i < RUNS; i++) {
        const started = performance.now()
        await run()
        times.push(performance.now() - started)
      }
      cells.push(`${visitor} ${times.sort((a, b) => a - b)[RUNS >> 1]!.toFixed(1)}`)
    }
    console.log(`${name}: ${cells.join(', ')} ms`)
  }
  await gate.close()
  await dropWebRole(db, gate.role)
  await db.close()
} finally {
  await store.query(`drop database if exists ${NAME} with (force)`)
  await store.close()
}
process.exit(0)

/** Rows without foreign keys and triggers, which would take minutes. */
async function fill(db: Db): Promise<void> {
  for (const t of ['alerts','tickets','alert_nights','alert_tickets','places','units','topics']) await db.query(`alter table ${t} disable trigger all`)
  await db.query(`insert into sources (name, preset, city, country, time_zone) values ('t','t','C','CN','UTC')`)
  await db.query(`insert into places (depth, kind, name, path, rollup) values (0,'city','C','C','{1}')`)
  await db.query(`insert into places (parent_id, depth, kind, name, path, rollup) select 1, 1, 'district', 'D'||i, 'C›D'||i, '{}' from generate_series(1,10) i`)
  await db.query(`update places set rollup = array[1,id] where depth=1`)
  await db.query(`insert into places (parent_id, depth, kind, name, path, rollup) select 2 + i % 10, 2, 'compound', 'S'||i, 'C›D'||(i%10+1)||'›S'||i, '{}' from generate_series(1,20000) i`)
  await db.query(`update places set rollup = array[1,parent_id,id] where depth=2`)
  await db.query(`insert into topics (parent_id, depth, name, path, is_family, rollup) select 1,1,'T'||i,'T'||i,true,array[1,i+1] from generate_series(1,40) i`)
  await db.query(`update topics set family_id=id where depth=1`)
  await db.query(`insert into units (name) select 'U'||i from generate_series(1,60) i`)
  await db.query(`insert into alerts (id, kind, level, status, place_id, topic_id, family_id, first_night, last_night, lead_unit_id, territory_unit_id, co_unit_ids)
   select 'a'||i, 'emerging', (array['blue','yellow','orange','red'])[1+i%4], case when i%50=0 then 'open' else 'ended' end, 12+i%20000, 2+i%40, 2+i%40, '2024-01-01'::date+i%900, '2024-01-05'::date+i%900, 1+i%60, 1+(i/7)%60, array[1+(i/13)%60] from generate_series(1,$1::int) i`, [alerts])
  await db.query('analyze')
  await db.query(`insert into alert_nights (alert_id, night, level, place_id, topic_id, tickets, callers, observed, expected, upper, window_days, log10_p, recurrence_days, rank) select id, last_night, level, place_id, topic_id,5,5,5,1,3,7,-4,200,1 from alerts`)
  await db.query(`insert into tickets (source_id, ticket_no, accepted_at, recorded_at, day, known_on, batch_id, row_hash, place_id, topic_id, lead_unit_id, recorded_assumed) select 1, 'n'||i, '2024-01-01'::timestamptz + i%900 * interval '1 day', now(), '2024-01-01'::date + i%900, '2024-01-01'::date + i%900, 1, 0, 12+i%20000, 2+i%40, 1+i%60, false from generate_series(1,$1::int) i`, [tickets])
  await db.query(`insert into alert_tickets select 'a'||(1+i%$1), 1, 'n'||i, '2024-01-01' from generate_series(1,$2::int) i`, [alerts, tickets / 4])
  await db.query('analyze')
}
