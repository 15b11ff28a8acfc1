/**
 * What must hold of a store whatever happened to it, once what was interrupted has been gone on with.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect } from 'vitest'
import type { Queryable } from '../../sql/db.ts'
import { LOCKS } from '../../sql/lock-keys.ts'

/** Each statement gives the rows that must not be. */
const NEVER: Readonly<Record<string, string>> = {
  'a night that ran is unfinished': `select night, status from runs where status = 'running'`,
  'a step of a finished night is unfinished': `select s.night, s.name from run_steps s join runs r using (night) where r.status = 'succeeded' and s.status <> 'succeeded'`,
  'a finished night has not all its steps': `select night, count(*) from runs join run_steps using (night) where runs.status = 'succeeded' group by 1 having count(*) <> 9`,
  'somebody holds a lock of nights or writers': `select classid, pid from pg_locks where locktype = 'advisory' and granted and classid in (${LOCKS.nights}, ${LOCKS.write})
    and database = (select oid from pg_database where datname = current_database())`,
  'parts of a night are left': 'select night, shard from night_shards',
  'a night is owed by a failure that nobody noted': `select logical_date from due_runs where finished_at is null and started_at is not null and error is null`,
  'a run ended before it began': `select pipeline, logical_date from due_runs where finished_at < started_at`,
  'two open alerts have one cause': `select place_id, family_id, kind, count(*) from alerts where status = 'open' group by 1, 2, 3 having count(*) > 1`,
  'two alerts of one cause began on one night': `select place_id, family_id, first_night, kind, count(*) from alerts group by 1, 2, 3, 4 having count(*) > 1`,
  'an alert was opened and nobody was to be told, and no reason says why': `select e.alert_id from alert_events e join alerts a on a.id = e.alert_id
    where e.kind = 'opened' and not exists (select 1 from notices n where n.alert_id = e.alert_id)`,
  'a notice was withheld without a reason': `select id from notices where status = 'withheld' and error is null`,
  'a notice of a caught-up night is still held back': `select id from notices where error = 'catch_up'`,
  'a notice still waits': `select id, status from notices where status = 'pending'`,
  'a notice was delivered and no delivery says how': `select id from notices n where status = 'delivered' and not exists (select 1 from deliveries d where d.notice_id = n.id)`,
  'a card or an escalation was shown and nobody was told': `select e.id, c.alert_id, c.clock, e.step from clock_events e join clocks c on c.id = e.clock_id
    where e.event in ('card', 'escalated') and not exists (select 1 from notices n where n.alert_id = c.alert_id and n.reason = e.event and n.payload->>'clock' = c.clock
      and n.payload->>'subject' = c.subject and n.payload->>'card' is not distinct from case when e.event = 'card' then e.step end)`,
  'a clock was stopped and its history does not say so': `select id, alert_id, clock from clocks c where (stopped_at is not null) <> exists (select 1 from clock_events e where e.clock_id = c.id and e.event = 'stopped')`,
  'tickets and counts of a city differ': `select c.day, c.counted, t.there from
    (select d.day, sum(tickets)::int as counted from daily_counts d join places p on p.id = d.place_id where p.parent_id is null and d.topic_id = 1 group by 1) as c
    full join (select day, count(*)::int as there from tickets group by 1) as t using (day)
    where c.counted is distinct from t.there and not exists (select 1 from dirty_days) and exists (select 1 from daily_counts)`,
  'an import does not add up': `select id from import_batches where status = 'done' and read <> new + changed + unchanged + duplicate + rejected`,
}

/**
 * @param dataDir   where the channel 'file' wrote: no notice stands there twice, none that was not sent
 * @param allowing  invariants that this fault may leave broken, by their words
 */
export async function checkInvariants(db: Queryable, dataDir?: string, allowing: readonly string[] = []): Promise<void> {
  for (const word of allowing) expect(Object.keys(NEVER)).toContain(word)
  const broken: Record<string, unknown[]> = {}
  for (const [words, text] of Object.entries(NEVER)) {
    if (allowing.includes(words)) continue
    const { rows } = await db.query(text)
    if (rows.length > 0) broken[words] = rows.slice(0, 3)
  }
  expect(broken).toEqual({})
  if (dataDir === undefined || !existsSync(`${dataDir}/notices`)) return
  const ids = readdirSync(`${dataDir}/notices`).filter((name) => name.endsWith('.jsonl')).flatMap((name) => readFileSync(`${dataDir}/notices/${name}`, 'utf8').split('\n').filter(Boolean)).map((line) => (JSON.parse(line) as { id: string }).id)
  expect(ids.length, 'lines of notices').toBe(new Set(ids).size)
  const { rows } = await db.query<{ id: string }>(`select id from notices where status = 'delivered'`)
  expect([...ids].sort()).toEqual(rows.map(({ id }) => id).sort())
}
