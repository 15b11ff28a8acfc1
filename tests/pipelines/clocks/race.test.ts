import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { act } from '../../../pipelines/alert-life/act.ts'
import { showClock } from '../../../pipelines/clocks/list.ts'
import { openUrl } from '../../../sql/db.ts'
import type { Db } from '../../../sql/db.ts'
import { checkInvariants } from '../../faults/invariants.ts'
import { useDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'
import { addToldAlert, passHours, perform, tick, toldSteps } from '../../support/clocks.ts'

const db = useDatabase()
let other: Db

beforeAll(async () => { other = await openUrl(db().url, 'other', false, () => {}) })
afterAll(async () => other.close())
beforeEach(async () => {
  await db().query('truncate notices, alerts, alert_acts, clocks, clock_events, clock_marks, clock_sweeps cascade')
})

const notices = async (): Promise<number> => (await db().query<{ n: number }>(`select count(*)::int as n from notices where reason in ('card', 'escalated')`)).rows[0]!.n

/** Alerts whose sign clock has just passed its red card, with the service down since they were told. */
async function missed(n: number): Promise<string[]> {
  const ids = Array.from({ length: n }, (_, i) => `a${String(i).padStart(3, '0')}`)
  for (const [i, id] of ids.entries()) await addToldAlert(db(), { id, level: 'orange', place: `City›North›P${i}` })
  await tick(db())
  await passHours(db(), 4.5)
  return ids
}

test('a sweep that waits for a person who signs tells nobody', async () => {
  await missed(1)
  const before = await notices()
  let swept: Promise<unknown> | undefined
  await db().transaction(async (client) => {
    await act(client, { alertId: 'a000', act: 'sign', actor: { name: 'Li', unit: 'Heating', role: 'unit_liaison' }, version: null })
    // The sweep of another process begins now; it cannot pass the lock of the act, which is not committed yet.
    swept = tick(other)
    await waitsForLock()
  })
  expect(await swept).toMatchObject({ red: 0, escalated: 0, stopped: 1 })
  expect(await notices()).toBe(before)
  const { rows } = await db().query<{ id: string }>(`select id::text as id from clocks where clock = 'sign'`)
  expect((await showClock(db(), rows[0]!.id)).events.map(({ event }) => event)).toEqual(['started', 'stopped'])
})

test('a person who signs while a sweep is at work comes after its card, and the audit has both in order', async () => {
  await missed(1)
  let signed: Promise<unknown> | undefined
  // A trigger is the middle of the sweep: it stands between the lock and the commit.
  await db().query(`create table gate (id int); create function wait_at_gate() returns trigger language plpgsql as $$ begin lock table gate in share mode; return new; end $$;
    create trigger wait_at_gate before insert on clock_events for each row when (new.event = 'card') execute function wait_at_gate()`)
  try {
    let swept: Promise<unknown> | undefined
    await db().transaction(async (client) => {
      await client.query('lock table gate in exclusive mode')
      swept = tick(other)
      await waitsForLock()
      signed = perform(db(), 'a000', 'sign')
      await waitsForLock(2)
    })
    expect(await swept).toMatchObject({ red: 1 })
    await signed
  } finally {
    await db().query('drop trigger wait_at_gate on clock_events; drop function wait_at_gate; drop table gate')
  }
  await tick(db())
  const { rows } = await db().query<{ line: string }>(
    `select line from (select event || ' ' || step as line, at from clock_events e join clocks c on c.id = e.clock_id where c.clock = 'sign' and e.event in ('card', 'stopped')
     union all select act, at from alert_acts) as x order by at`)
  expect(rows.map(({ line }) => line)).toEqual(['card red', 'sign', 'stopped '])
})

test('many sweeps at once, with people who sign meanwhile, tell each card once or not at all', async () => {
  const ids = await missed(30)
  const signers = ids.filter((_, i) => i % 2 === 0).map((id) => perform(db(), id, 'sign'))
  await Promise.all([...signers, tick(db()), tick(other), tick(db()), tick(other)])
  await tick(db())
  const { rows } = await db().query<{ alert: string, cards: number, stopped: boolean, card_at: Date | null, signed_at: Date | null }>(
    `select c.alert_id as alert, c.stopped_at is not null as stopped, count(e.id) filter (where e.event = 'card' and e.step = 'red')::int as cards,
            max(e.at) filter (where e.event = 'card') as card_at, (select min(at) from alert_acts x where x.alert_id = c.alert_id) as signed_at
     from clocks c left join clock_events e on e.clock_id = c.id where c.clock = 'sign' group by c.id`)
  expect(rows).toHaveLength(30)
  for (const row of rows) {
    expect(row.stopped).toBe(row.signed_at !== null)
    // A card or none; one that was shown was shown before the act, by the database's clock.
    expect(row.cards).toBe(row.signed_at === null || row.card_at !== null ? 1 : 0)
    if (row.signed_at !== null && row.card_at !== null) expect(row.card_at.getTime()).toBeLessThanOrEqual(row.signed_at.getTime())
  }
  const cards = rows.reduce((sum, row) => sum + row.cards, 0)
  expect(await notices()).toBe(cards)
  await checkInvariants(db(), undefined, ['a notice still waits'])
})

test('a sweep that dies in the middle leaves nothing behind, and the next one does it all', async () => {
  const ids = await missed(3)
  await db().query(`create function die() returns trigger language plpgsql as $$ begin raise exception 'killed'; end $$; create trigger die before insert on notices for each row when (new.reason = 'card') execute function die()`)
  try {
    await expect(tick(db())).rejects.toThrow('killed')
  } finally {
    await db().query('drop trigger die on notices; drop function die')
  }
  expect(await notices()).toBe(0)
  for (const id of ids) expect(await toldSteps(db(), id)).toEqual([])
  expect(await tick(other)).toMatchObject({ red: 3, notices: 3 })
})

/** Until so many sessions of this database wait for a lock. */
async function waitsForLock(n = 1): Promise<void> {
  await eventually(`${n} sessions wait for a lock`, async () => {
    const { rows } = await other.query<{ n: number }>(`select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
    return rows[0]!.n >= n
  }, 4000)
}
