import { afterAll, beforeAll, expect, test } from 'vitest'
import { CLOSED_TABLES, OPEN_TABLES, WALLED_TABLES, WEB_GRANTS } from '../../sql/web-grants.ts'
import { openWebGate } from '../../sql/web-gate.ts'
import type { GateContext } from '../../sql/web-gate.ts'
import { addAlert } from '../support/alerts.ts'
import { useDatabase } from '../support/database.ts'
import { addTickets } from '../support/tickets.ts'
import { startWeb } from '../support/web.ts'
import type { Persona, TestWeb } from '../support/web.ts'
import { VIEW_OF } from '../../pipelines/accounts/web-actor.ts'

const db = useDatabase()
let web: TestWeb

const context = async (persona: Persona): Promise<GateContext> => {
  const actor = await web.actor(persona)
  return { account: actor.id, role: actor.role, view: VIEW_OF[actor.role], unitNames: actor.units, ...actor.scope }
}
const ask = async <Row extends object>(persona: Persona, sql: string, params: unknown[] = []): Promise<Row[]> =>
  web.gate.enter(await context(persona), async (client) => (await client.query<Row & Record<string, unknown>>(sql, params)).rows)
const ids = async (persona: Persona, sql: string): Promise<string[]> => (await ask<{ id: string }>(persona, sql)).map((row) => row.id).sort()

beforeAll(async () => {
  await addTickets(db(), [
    { no: 'mill', at: '2024-09-01 08:00:00', place: 'City›North›Mill', topic: 'Heat', unit: 'Heating', caller: 'a' },
    { no: 'port', at: '2024-09-01 08:00:00', place: 'City›South›Port', topic: 'Noise', unit: 'Works', caller: 'b' },
    { no: 'joint', at: '2024-09-01 08:00:00', place: 'City›South›Port', topic: 'Noise', unit: 'Works', caller: 'c' },
  ])
  await addAlert(db(), { id: 'mill', lead: 'Heating' })
  await addAlert(db(), { id: 'port', place: 'City›South›Port', topic: 'Noise', lead: 'Works' })
  await addAlert(db(), { id: 'joint', place: 'City›South›Port', topic: 'Noise', lead: 'Works', co: ['Heating'] })
  await addAlert(db(), { id: 'given', place: 'City›South›Port', topic: 'Noise', lead: 'Works' })
  await db().query(`insert into alert_tickets select 'joint', source_id, ticket_no, '2024-09-01' from tickets where ticket_no = 'joint'`)
  await db().query(`insert into alert_acts (alert_id, seq, act, state_before, state_after, by_whom, unit, role, party, detail, known_on)
    select id, 1, 'sign', 'unsigned', 'signed', 'someone', 'Works', 'unit_liaison', 'lead', '{}'::jsonb, '2024-09-02'::date from alerts where id <> 'mill'
    union all select 'given', 2, 'add_unit', 'signed', 'signed', 'someone', 'Desk', 'supervisor', 'co', '{"unit": "Heating"}', '2024-09-02'`)
  web = await startWeb(db())
})
afterAll(() => web.close())

const SEES: Readonly<Record<Persona, readonly string[]>> = {
  liaison: ['given', 'joint', 'mill'], lead: ['given', 'joint', 'mill'], outsider: ['given', 'joint', 'port'], territory: ['mill'],
  analyst: ['given', 'joint', 'mill', 'port'], supervisor: ['given', 'joint', 'mill', 'port'], policy: ['given', 'joint', 'mill', 'port'], admin: ['given', 'joint', 'mill', 'port'], operator: [],
}
const TICKETS: Readonly<Record<Persona, readonly string[]>> = {
  liaison: ['joint', 'mill'], lead: ['joint', 'mill'], outsider: ['joint', 'port'], territory: ['mill'],
  analyst: ['joint', 'mill', 'port'], supervisor: ['joint', 'mill', 'port'], policy: ['joint', 'mill', 'port'], admin: ['joint', 'mill', 'port'], operator: [],
}

test.each(Object.entries(SEES) as [Persona, string[]][])('by direct SQL the %s sees the alerts of the table and what belongs to them', async (persona, alerts) => {
  expect(await ids(persona, 'select id from alerts')).toEqual(alerts)
  expect(await ids(persona, 'select distinct alert_id as id from alert_nights')).toEqual(alerts)
  expect(await ids(persona, 'select distinct alert_id as id from alert_acts')).toEqual(alerts.filter((id) => id !== 'mill'))
  expect(await ids(persona, 'select ticket_no as id from tickets')).toEqual(TICKETS[persona])
})

test('who was told nothing, or lies about who asks, sees nothing', async () => {
  const admin = JSON.stringify(await context('admin'))
  const { role } = web.gate
  const client = await web.gate.pool.connect()
  try {
    expect((await client.query('select from alerts')).rowCount).toBe(0)
    for (const forged of ['', '0'.repeat(64)]) {
      await client.query('begin')
      await client.query(`select set_config('weisu.actor', $1, true), set_config('weisu.proof', $2, true)`, [admin, forged])
      expect((await client.query('select from alerts')).rowCount).toBe(0)
      expect((await client.query('select from tickets')).rowCount).toBe(0)
      await client.query('rollback')
    }
    await expect(client.query('select key from web_keys')).rejects.toThrow(/permission denied/)
    await expect(client.query(`set role ${db().url.match(/\/\/([^:]+):/)![1]}`)).rejects.toThrow(/permission denied/)
    await expect(client.query(`alter role ${role} bypassrls`)).rejects.toThrow()
    await expect(client.query('alter table alerts disable row level security')).rejects.toThrow(/owner/)
    await client.query('reset role')
    expect((await client.query('select from alerts')).rowCount).toBe(0)
  } finally {
    client.release()
  }
})

test('the proof of one is not that of another', async () => {
  const liaison = await context('liaison')
  await web.gate.enter(liaison, async (client) => {
    await client.query(`select set_config('weisu.actor', $1, true)`, [JSON.stringify({ ...liaison, role: 'admin', view: 'all', units: [] })])
    expect((await client.query('select from alerts')).rowCount).toBe(0)
  })
})

test('nothing of one transaction is left for the next on the same connection', async () => {
  for (let i = 0; i < 8; i++) expect(await ids('admin', 'select id from alerts')).toHaveLength(4)
  for (let i = 0; i < 8; i++) expect((await web.gate.pool.query('select from alerts')).rowCount).toBe(0)
})

test('a statement that one connection keeps prepared shows each what is theirs', async () => {
  const gate = await openWebGate(db(), { dataDir: web.config.dataDir, connections: 1 })
  try {
    // Often enough that PostgreSQL keeps one plan for all.
    for (let round = 0; round < 3; round++) {
      for (const persona of ['admin', 'liaison', 'operator', 'outsider'] as const) {
        const who = await context(persona)
        for (let i = 0; i < 7; i++) {
          const { rows } = await gate.enter(who, async (client) => client.query<{ id: string }>('select id from alerts where id = any ($1::text[]) order by id', [['given', 'joint', 'mill', 'port']]))
          expect(rows.map(({ id }) => id)).toEqual(SEES[persona])
        }
      }
    }
    const kept = await gate.enter(await context('admin'), async (client) => client.query<{ generic: number }>(`select generic_plans::int as generic from pg_prepared_statements where statement like 'select id from alerts where id = any%'`))
    expect(kept.rows[0]!.generic).toBeGreaterThan(20)
  } finally {
    await gate.close()
  }
})

test('what is under way when a transaction ends never runs in the next one', async () => {
  const gate = await openWebGate(db(), { dataDir: web.config.dataDir, connections: 1 })
  try {
    let late!: () => Promise<unknown>
    const failed = gate.enter(await context('liaison'), async (client) => {
      late = () => client.query(`select 'late'`)
      await Promise.all([client.query('select 1 / 0'), client.query('select 1')])
    })
    await expect(failed).rejects.toThrow(/division by zero/)
    await gate.enter(await context('admin'), async (client) => {
      await expect(late()).rejects.toThrow('the transaction is over')
      expect((await client.query('select from alerts')).rowCount).toBe(4)
    })
  } finally {
    await gate.close()
  }
})

test('what the sessions of the role see of each other proves nothing', async () => {
  const gate = await openWebGate(db(), { dataDir: web.config.dataDir, connections: 2 })
  try {
    await gate.enter(await context('admin'), async (client) => {
      await client.query('select 1')
      const { rows } = await gate.pool.query<{ query: string }>('select query from pg_stat_activity where usename = current_user')
      expect(rows.length).toBeGreaterThan(1)
      expect(rows.map(({ query }) => query).join()).not.toMatch(/[0-9a-f]{64}/)
    })
  } finally {
    await gate.close()
  }
})

test('acts are written under one’s own role and unit, on alerts that one sees', async () => {
  const insert = (alert: string, role: string, unit: string): string =>
    `insert into alert_acts (alert_id, seq, act, state_before, state_after, by_whom, unit, role, known_on) values ('${alert}', 9, 'comment', 'signed', 'signed', 'x', '${unit}', '${role}', '2024-09-02')`
  await expect(ask('liaison', insert('port', 'unit_liaison', 'Heating'))).rejects.toThrow(/row-level security/)
  await expect(ask('liaison', insert('joint', 'supervisor', 'Heating'))).rejects.toThrow(/row-level security/)
  await expect(ask('liaison', insert('joint', 'unit_liaison', 'Works'))).rejects.toThrow(/row-level security/)
  await ask('liaison', insert('joint', 'unit_liaison', 'Heating'))
  await expect(ask('liaison', `update alert_acts set why = 'x'`)).rejects.toThrow(/permission denied/)
})

test('rules and silences are written by whose office it is', async () => {
  const rule = `insert into rule_versions (rules, hash, author, effective_on, untried_reason) values ('{}', 'x', 'x', '2024-01-01', 'x')`
  for (const persona of ['liaison', 'territory', 'policy', 'operator', 'supervisor'] as const) await expect(ask(persona, rule)).rejects.toThrow(/row-level security/)
  const silence = `insert into silences (level, reason, by_whom, known_on, until_on) values ('blue', 'x', 'x', '2024-01-01', '2024-01-02')`
  for (const persona of ['liaison', 'lead', 'territory', 'policy', 'operator'] as const) await expect(ask(persona, silence)).rejects.toThrow(/row-level security/)
  await ask('supervisor', silence)
  await ask('admin', rule)
})

test('every table is opened, walled or closed, and walls stand where they are said to', async () => {
  const { rows } = await db().query<{ name: string, walled: boolean }>(
    `select c.relname as name, c.relrowsecurity as walled from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition order by 1`)
  const known = new Set([...Object.keys(WEB_GRANTS), ...CLOSED_TABLES])
  expect(rows.map(({ name }) => name).filter((name) => !known.has(name))).toEqual([])
  expect(rows.filter(({ name, walled }) => WALLED_TABLES.includes(name) && !walled).map(({ name }) => name)).toEqual([])
  expect(OPEN_TABLES.filter((name) => rows.some((row) => row.name === name && row.walled))).toEqual([])
})

test.each(CLOSED_TABLES.map((table) => [table]))('%s is closed to the web', async (table) => {
  await expect(ask('admin', `select from ${table}`)).rejects.toThrow(/permission denied/)
})

test('the web starts with no role that could pass the policies', async () => {
  const url = new URL(db().url)
  await expect(openWebGate(db(), { dataDir: web.config.dataDir, url: url.toString() })).rejects.toMatchObject({ code: 'web_role_can_bypass' })
  const name = `bypass_${process.pid}`
  await db().query(`create role ${name} login bypassrls password 'x'`)
  try {
    url.username = name
    url.password = 'x'
    await expect(openWebGate(db(), { dataDir: web.config.dataDir, url: url.toString() })).rejects.toMatchObject({ code: 'web_role_can_bypass' })
    await db().query(`alter role ${name} nobypassrls; alter table silences owner to ${name}`)
    await expect(openWebGate(db(), { dataDir: web.config.dataDir, url: url.toString() })).rejects.toMatchObject({ code: 'web_role_can_bypass' })
  } finally {
    await db().query(`reassign owned by ${name} to current_user; drop owned by ${name}; drop role ${name}`)
  }
})

test('the owner of the tables, as whom nights run, passes', async () => {
  expect((await db().query('select from alerts')).rowCount).toBe(4)
})
