/**
 * What a sweep of the clocks costs with 10,000 open alerts: the first one, which starts them all; one with nothing to do; one after acts on 200 alerts; one in
 * which 10,000 red cards are due at once, which no service that runs has; and the list. No peer does the same.
 */
import { mkdtempSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../core/config.ts'
import { SILENT } from '../core/log.ts'
import { listClocks } from '../pipelines/clocks/list.ts'
import type { TickResult } from '../pipelines/clocks/batch.ts'
import { tickClocks } from '../pipelines/clocks/tick.ts'
import { openDb } from '../sql/db.ts'
import type { Db } from '../sql/db.ts'
import { serverCpuSeconds } from './replay.ts'
import { removeOnceStopped } from './store.ts'

/** @param quick 500 alerts */
export async function benchClocks(quick: boolean): Promise<object> {
  const dataDir = mkdtempSync(join(tmpdir(), 'weisu-bench-clocks-'))
  const config = loadConfig({ dataDir }, {})
  const db = await openDb(config, 'bench clocks')
  const sweep = (): Promise<TickResult> => tickClocks({ db, config, log: SILENT })
  try {
    const alerts = quick ? 500 : 10_000
    await plant(db, alerts)
    const rows: Record<string, unknown>[] = []
    const measure = async (name: string, work: () => Promise<object>): Promise<void> => {
      const began = performance.now()
      const cpu = process.cpuUsage()
      const server = serverCpuSeconds(dataDir)
      const result = await work()
      const { user, system } = process.cpuUsage(cpu)
      rows.push({
        sweep: name, seconds: Math.round(performance.now() - began) / 1000, own_cpu: Math.round((user + system) / 1e4) / 100, server_cpu: Math.round((serverCpuSeconds(dataDir) - server) * 100) / 100, ...result,
      })
    }
    const short = async (): Promise<object> => {
      const { alerts: looked, started, stopped, red, escalated, notices } = await sweep()
      return { alerts: looked, started, stopped, red, escalated, notices }
    }
    await measure('first: every clock starts', short)
    // What the server does by itself within a minute.
    await db.query('analyze')
    await measure('nothing to do', short)
    await db.query(
      `insert into alert_acts (alert_id, seq, act, state_before, state_after, by_whom, unit, role, party, known_on)
       select a.id, 1, 'sign', 'unsigned', 'signed', 'Li', 'Bureau', 'unit_liaison', 'lead', current_date from alerts a order by md5(a.id) limit 200`)
    await measure('after acts on 200 alerts', short)
    await shift(db, 4.5)
    await measure('every sign clock overdue', short)
    await shift(db, 200)
    await measure('everything overdue, 提级', short)
    await measure('list of what is overdue', async () => ({ alerts: (await listClocks(db, { due: 'overdue' }, 'Asia/Shanghai')).length }))
    return rows.map((row) => ({ ...row, load: Math.round(loadavg()[0]! * 10) / 10 }))
  } finally {
    await db.close()
    await removeOnceStopped(dataDir)
  }
}

/** Orange alerts at 2,000 places, each with notices for its lead and its street. */
async function plant(db: Db, alerts: number): Promise<void> {
  await db.query(`insert into sources (name, preset, city, country, time_zone, staff_channels) values ('bench', 'bench', 'City', 'CN', 'Asia/Shanghai', '{}')`)
  await db.query(`insert into places (depth, kind, name, path) values (0, 'city', 'City', 'City')`)
  await db.query(`insert into places (parent_id, depth, kind, name, path) select (select id from places where path = 'City'), 1, 'district', 'P' || n, 'City›P' || n from generate_series(1, 2000) as n`)
  await db.query(`insert into topics (parent_id, depth, name, path, is_family) select 1, 1, 'T' || n, 'T' || n, true from generate_series(1, 50) as n`)
  await db.query(`insert into units (name) select unnest(array['Bureau', 'Street'])`)
  await db.query(
    `insert into alerts (id, kind, level, status, place_id, topic_id, family_id, first_night, last_night, lead_unit_id, territory_unit_id)
     select to_char(n, 'FM"a"00000'), 'emerging', 'orange', 'open', p.id, o.id, o.id, current_date - 1, current_date - 1, b.id, s.id
     from generate_series(1, $1::int) as n join places p on p.path = 'City›P' || (1 + n % 2000) join topics o on o.path = 'T' || (1 + n % 50), units b, units s where b.name = 'Bureau' and s.name = 'Street'`, [alerts])
  await db.query(`insert into alert_events (alert_id, night, kind, after) select id, first_night, 'opened', level from alerts`)
  await db.query(
    `insert into notices (id, alert_id, night, reason, unit_id, payload)
     select a.id || '-' || u, a.id, a.first_night, 'opened', u, jsonb_build_object('level', a.level) from alerts a, unnest(array[a.lead_unit_id, a.territory_unit_id]) as u`)
  await db.query('analyze')
}

/** So many hours pass: what the clocks know moves into the past. */
async function shift(db: Db, hours: number): Promise<void> {
  await db.query('alter table alert_acts disable trigger user')
  const by = `interval '${hours} hours'`
  await db.query(`update notices set created_at = created_at - ${by}`)
  await db.query(`update alert_acts set at = at - ${by}`)
  await db.query(
    `update clocks set started_at = started_at - ${by}, counted_from = counted_from - ${by}, original_due_at = original_due_at - ${by}, due_at = due_at - ${by}, due_on = (due_at - ${by})::date,
       next_at = next_at - ${by}, stopped_at = stopped_at - ${by}`)
  await db.query('alter table alert_acts enable trigger user')
}
