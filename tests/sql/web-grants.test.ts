import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { statement } from '../../sql/db.ts'
import { migrate, readMigrations } from '../../sql/migrate.ts'
import { dropWebRole, openWebGate } from '../../sql/web-gate.ts'
import type { WebGate } from '../../sql/web-gate.ts'
import { WEB_GRANTS } from '../../sql/web-grants.ts'
import { useDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'

const db = useDatabase()
let dataDir: string
const gates: WebGate[] = []
const open = async (): Promise<WebGate> => {
  const gate = await openWebGate(db(), { dataDir, connections: 1 })
  gates.push(gate)
  return gate
}
beforeAll(() => { dataDir = mkdtempSync(join(tmpdir(), 'weisu-grants-')) })
afterAll(async () => {
  for (const gate of gates) await gate.close()
  await dropWebRole(db(), gates[0]!.role)
  rmSync(dataDir, { recursive: true })
})

/** What the role has, as 'table privilege'. */
const had = async (role: string): Promise<string[]> => (await db().query<{ had: string }>(
  `select c.relname || ' ' || lower(a.privilege_type) as had from pg_class c, aclexplode(c.relacl) a where a.grantee = $1::regrole order by 1`, [role])).rows.map((row) => row.had)
const wanted = Object.entries(WEB_GRANTS).flatMap(([table, privileges]) => privileges.map((privilege) => `${table} ${privilege}`)).sort()
const waits = async (lock: 'relation' | 'advisory'): Promise<boolean> => (await db().query(
  `select 1 from pg_locks l join pg_database d on d.oid = l.database where d.datname = current_database() and l.locktype = $1 and not l.granted`, [lock])).rows.length > 0

test('a gate that opens in the middle of a first import gets its grants after it', async () => {
  const importer = await db().pool.connect()
  let gate: Promise<WebGate>
  try {
    await importer.query('begin')
    await importer.query(statement('import-indexes-drop'))
    gate = open()
    gate.catch(() => {})
    await eventually('the grants wait for the import', () => waits('relation'))
    await importer.query(statement('import-indexes-restore'))
    await importer.query('commit')
  } catch (error) {
    await importer.query('rollback')
    throw error
  } finally {
    importer.release()
  }
  // Was: "tuple concurrently updated", and no web.
  const { role } = await gate
  expect(await had(role)).toEqual(wanted)
})

test('grants wait for a migration of another program, and it for them', async () => {
  const { role } = await open()
  await db().query(`revoke select on alerts from ${role}`)
  const other = new pg.Pool({ connectionString: db().url, max: 1 })
  const known = readMigrations()
  const holder = await db().pool.connect()
  await holder.query('begin; lock table alerts in access exclusive mode')
  const migrated = migrate(other, [...known, { version: known.at(-1)!.version + 1, name: '9999_x.sql', text: 'alter table alerts add column trial int', checksum: 'x' }])
  await eventually('the migration waits for the table', () => waits('relation'))
  const opened = open()
  opened.catch(() => {})
  await eventually('the grants wait for the migration', () => waits('advisory'))
  await holder.query('commit')
  holder.release()
  expect(await migrated).toBe(known.at(-1)!.version + 1)
  await opened
  await other.end()
  expect(await had(role)).toEqual(wanted)
})

test('grants that are there are not written again, and what was added by hand is taken away', async () => {
  const { role } = await open()
  const rows = async (): Promise<unknown[]> => (await db().query(`select oid::int, xmin::text, relname from pg_class where relname = any($1) order by 1`, [Object.keys(WEB_GRANTS)])).rows
  const before = await rows()
  await open()
  expect(await rows()).toEqual(before)
  await db().query(`grant select on accounts to ${role}`)
  await open()
  expect(await had(role)).toEqual(wanted)
})
