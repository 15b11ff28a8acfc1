/**
 * A program that is in the middle of a migration for three seconds. Arguments: database address, number of that migration.
 */
import pg from 'pg'
import { migrate, readMigrations } from '../../sql/migrate.ts'

const [url, version] = process.argv.slice(2) as [string, string]
const pool = new pg.Pool({ connectionString: url, max: 1, application_name: 'slow migration' })
// The first half is done, the second has not come yet.
const text = 'create table halfway (); select pg_sleep(3); create table whole ()'
await migrate(pool, [...readMigrations(), { version: Number(version), name: `${version}_slow.sql`, text, checksum: 'slow' }])
await pool.end()
