import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate, readMigrations } from '../../sql/migrate.ts'
import type { Migration } from '../../sql/migrate.ts'
import { useDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'

const db = useDatabase()
let pool: pg.Pool
beforeAll(async () => { pool = new pg.Pool({ connectionString: db().url, max: 2 }) })
afterAll(() => pool.end())

const make = (version: number, text: string, checksum = `sum ${version} ${text}`): Migration =>
  ({ version, name: `${String(version).padStart(4, '0')}_x.sql`, text, checksum })
const applied = async (): Promise<number[]> =>
  (await db().query<{ version: number }>('select version from schema_migrations order by 1')).rows.map((row) => row.version)

test('migrations have ascending numbers of their own, from 1', () => {
  const versions = readMigrations().map(({ version }) => version)
  expect(versions[0]).toBe(1)
  expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
})

test('a migrated database is left alone', async () => {
  const before = await applied()
  expect(await migrate(pool)).toBe(before.at(-1))
  expect(await applied()).toEqual(before)
})

test('a migration that was edited after it was applied is refused by name', async () => {
  const migrations = readMigrations()
  const edited = migrations.map((it, i) => (i === 0 ? { ...it, checksum: 'other' } : it))
  await expect(migrate(pool, edited)).rejects.toMatchObject({ code: 'migration_edited', message: expect.stringContaining(migrations[0]!.name) })
})

test('a store of a newer program is refused, and says which is which', async () => {
  await expect(migrate(pool, [])).rejects.toMatchObject({ code: 'schema_too_new', message: expect.stringContaining('use a newer weisu') })
})

test('a program killed half-way through a migration leaves nothing behind, and the next one carries it out', async () => {
  const known = readMigrations()
  const next = known.at(-1)!.version + 1
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', fileURLToPath(new URL('migrate-slowly.ts', import.meta.url)), db().url, String(next)], { stdio: 'ignore' })
  const ended = once(child, 'exit')
  await eventually('half of the migration', async () =>
    (await db().query(`select 1 from pg_stat_activity where application_name = 'slow migration' and wait_event = 'PgSleep'`)).rows.length === 1)
  child.kill('SIGKILL')
  await ended
  // Waits for the dead program's lock; the server notices it at the end of the pause.
  expect(await migrate(pool, known)).toBe(next - 1)
  expect((await applied()).at(-1)).toBe(next - 1)
  const { rows } = await db().query(`select to_regclass('halfway') as half, to_regclass('whole') as whole`)
  expect(rows).toEqual([{ half: null, whole: null }])
})

test('a migration that fails leaves nothing behind and the earlier ones in place', async () => {
  const known = readMigrations()
  const next = known.at(-1)!.version + 1
  const steps = [...known, make(next, 'create table kept ()'), make(next + 1, 'create table half (); select 1 / 0')]
  await expect(migrate(pool, steps)).rejects.toThrow('division by zero')
  expect((await applied()).at(-1)).toBe(next)
  const { rows } = await db().query(`select to_regclass('kept') is not null as kept, to_regclass('half') is not null as half`)
  expect(rows).toEqual([{ kept: true, half: false }])
})

test('eight programs that start at once migrate once', async () => {
  const last = (await applied()).at(-1)!
  const steps = [...readMigrations()]
  while (steps.at(-1)!.version < last) steps.push(make(steps.at(-1)!.version + 1, 'create table kept ()'))
  steps.push(make(last + 1, 'create table once (); select pg_sleep(0.05)'))
  const pools = Array.from({ length: 8 }, () => new pg.Pool({ connectionString: db().url, max: 1 }))
  const versions = await Promise.all(pools.map((it) => migrate(it, steps)))
  await Promise.all(pools.map((it) => it.end()))
  expect(versions).toEqual(Array(8).fill(last + 1))
})

test('a store of the first release has all its days looked at again, for the centres of its places', async () => {
  await db().query('create schema first')
  const first = new pg.Pool({ connectionString: db().url, max: 1, options: '-c search_path=first' })
  const [released, ...later] = readMigrations()
  await migrate(first, [released!])
  await first.query(`insert into tickets (source_id, ticket_no, accepted_at, recorded_at, day, known_on, batch_id, row_hash, place_id, topic_id, recorded_assumed)
    select 1, n::text, now(), now(), date '2024-01-01' + n % 2, '2024-01-01', 1, 0, 1, 1, false from generate_series(1, 5) as n`)
  await first.query(`insert into dirty_days values ('2024-01-02')`)
  await migrate(first, [released!, ...later])
  const { rows } = await first.query<{ day: string }>('select day::text from dirty_days order by 1')
  await first.end()
  expect(rows.map(({ day }) => day)).toEqual(['2024-01-01', '2024-01-02'])
})
