/**
 * The connection to PostgreSQL: DATABASE_URL where given, else the embedded server. The only place that makes pools.
 */
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import pg from 'pg'
import type { Config } from '../core/config.ts'
import { LockedError, UnavailableError } from '../core/errors.ts'
import { startEmbedded } from './embedded.ts'
import { LOCKS } from './lock-keys.ts'
import { migrate } from './migrate.ts'
import { schemaName } from './night-tables.ts'

/** What a statement needs: a pool or one connection inside a transaction. */
export interface Queryable {
  query<Row extends pg.QueryResultRow = pg.QueryResultRow>(text: string, params?: unknown[]): Promise<pg.QueryResult<Row>>
}

export interface Db extends Queryable {
  readonly pool: pg.Pool
  /** Connection string, for queues and for tests. */
  readonly url: string
  /** Version text of the server. */
  readonly serverVersion: string
  readonly embedded: boolean
  /** Aborted when the embedded server has ended under its clients. */
  readonly lost?: AbortSignal
  /** Runs `work` on one connection, committed if it returns and rolled back if it throws. */
  transaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** Dates stay 'YYYY-MM-DD'; bigint and numeric stay strings, as pg has them. */
const TYPES = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === 1082 ? (value: string) => value : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
}

/**
 * Connects, starts the embedded server where it is needed, and brings the schema up to date.
 *
 * @param purpose  shown to whoever waits for a lock that this process holds
 * @throws {UnavailableError} no server
 */
export async function openDb(config: Config, purpose: string): Promise<Db> {
  if (config.databaseUrl) return openUrl(config.databaseUrl, purpose, false, () => {})
  const server = await startEmbedded(config.dataDir)
  try {
    await ensureDatabase(server.url('postgres'), 'weisu')
    return { ...await openUrl(server.url('weisu'), purpose, true, () => server.release()), lost: server.lost }
  } catch (error) {
    server.release()
    throw error
  }
}

export async function openUrl(url: string, purpose: string, embedded: boolean, release: () => void): Promise<Db> {
  const pool = makePool(url, purpose, MOST_CONNECTIONS)
  let serverVersion: string
  try {
    const { rows } = await pool.query<{ version: string, number: number }>(
      `select current_setting('server_version') as version, current_setting('server_version_num')::int as number`)
    serverVersion = rows[0]!.version
    if (rows[0]!.number < 160000) throw new UnavailableError('server_too_old', `PostgreSQL ${serverVersion} found, 16 or later needed`, { version: serverVersion })
    await migrate(pool)
  } catch (error) {
    await pool.end().catch(() => {})
    release()
    if (error instanceof UnavailableError || !isConnectionError(error)) throw error
    const reason = (error as Error).message || (error as { code?: string }).code
    throw new UnavailableError('no_database', `cannot reach PostgreSQL: ${reason}`, { reason }, { cause: error })
  }
  return dbOf(pool, { url, serverVersion, embedded }, release)
}

/**
 * The same store on connections that look for tables in `schema` first: nights of the past (sql/night-tables.ts). To be closed by
 * itself; the store stays open. A commit does not wait for the disk: what a power cut takes away is run again.
 */
export function openSchema(store: Pick<Db, 'url' | 'serverVersion' | 'embedded'>, purpose: string, schema: string, connections = MOST_CONNECTIONS): Db {
  const pool = makePool(store.url, purpose, connections, `-c search_path=${schemaName(schema)},public -c synchronous_commit=off`)
  return dbOf(pool, store, () => {})
}

/** The same store on connections of its own: for a thread. */
export function openShared(store: Pick<Db, 'url' | 'serverVersion' | 'embedded'>, purpose: string, connections = MOST_CONNECTIONS): Db {
  return dbOf(makePool(store.url, purpose, connections), store, () => {})
}

const MOST_CONNECTIONS = 8

/** @param more such as `pipeline`: statements leave without waiting for those before */
export function makePool(url: string, purpose: string, max: number, options?: string, more: pg.PoolConfig & { pipeline?: boolean } = {}): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url, max, types: TYPES, connectionTimeoutMillis: 15_000,
    application_name: `weisu ${purpose} (pid ${process.pid} on ${hostname()})`.slice(0, 63),
    ...(options === undefined ? {} : { options }), ...more,
  })
  pool.on('error', () => {}) // an idle connection lost: the next query gets a new one or says why not
  pool.on('connect', (client) => { client.on('error', () => {}) })
  return pool
}

function dbOf(pool: pg.Pool, { url, serverVersion, embedded }: Pick<Db, 'url' | 'serverVersion' | 'embedded'>, release: () => void): Db {
  return {
    pool, url, serverVersion, embedded,
    query: (text, params) => pool.query(text, params),
    transaction: (work) => transaction(pool, work),
    close: async () => {
      await pool.end()
      release()
    },
  }
}

export async function transaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken = false
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => { broken = true })
    throw error
  } finally {
    client.release(broken)
  }
}

/** A statement that each connection keeps prepared under the name: for what is asked with every request. */
export async function queryPrepared<Row extends pg.QueryResultRow>(db: Queryable, name: string, text: string, values: unknown[]): Promise<pg.QueryResult<Row>> {
  // Pools and connections take both forms.
  return (db as unknown as { query(asked: pg.QueryConfig): Promise<pg.QueryResult<Row>> }).query({ name, text, values })
}

export async function ensureDatabase(adminUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
    if (!rowCount) await client.query(`create database ${pg.escapeIdentifier(name)}`).catch((error: { code?: string }) => {
      if (error.code !== '42P04' && error.code !== '23505') throw error
    })
  } finally {
    await client.end()
  }
}

function isConnectionError(error: unknown): boolean {
  const code = (error as { code?: string }).code ?? ''
  return /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|57P|08|28|3D)/.test(code) || error instanceof AggregateError
}

/**
 * Whether the same work may succeed when it is tried again: a conflict of transactions (40001, 40P01), a server that went down or cut the
 * connection (57P01 to 57P03, class 08), a socket that broke. Nothing else is.
 */
export function isTransient(error: unknown): boolean {
  const { code = '', message = '', cause } = (error ?? {}) as { code?: string, message?: string, cause?: unknown }
  if (/^(40001|40P01|57P0[123]|08[0-9A-Z]{3}|ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT)$/.test(code)) return true
  if (/^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/.test(message)) return true
  return cause instanceof Error && isTransient(cause)
}

const files = new Map<string, string>()

/** Text of sql/queries/<name>.sql. */
export function statement(name: string): string {
  let text = files.get(name)
  if (text === undefined) {
    text = readFileSync(new URL(`queries/${name}.sql`, import.meta.url), 'utf8')
    files.set(name, text)
  }
  return text
}

/**
 * Runs `work` while holding the lock that serialises writers of one store.
 *
 * @param waitMs  how long to wait for another holder; 0 gives up at once
 * @throws {LockedError} still held; the message names the holder
 */
export async function withWriteLock<T>(db: Db, waitMs: number, onWait: (holder: string) => void, work: () => Promise<T>): Promise<T> {
  const client = await db.pool.connect()
  try {
    const deadline = performance.now() + waitMs
    let told = false
    for (;;) {
      const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1, 0) as got', [LOCKS.write])
      if (rows[0]!.got) break
      const holder = await lockHolder(client)
      if (performance.now() >= deadline) throw new LockedError('locked', `the store is being written by ${holder}`, { holder })
      if (!told) onWait(holder)
      told = true
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
    try {
      return await work()
    } finally {
      await client.query('select pg_advisory_unlock($1, 0)', [LOCKS.write]).catch(() => {})
    }
  } finally {
    client.release()
  }
}

/** Who holds the lock of writers. */
export async function lockHolder(client: Queryable): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `select a.application_name as name from pg_locks l join pg_stat_activity a using (pid)
     where l.locktype = 'advisory' and l.classid = $1 and l.objid = 0 and l.granted`, [LOCKS.write])
  return rows[0]?.name || 'another process'
}
