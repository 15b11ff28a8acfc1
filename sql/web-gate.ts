/**
 * The web's way to the store: connections of a login role that owns nothing and passes no policy, one transaction a piece of work, told who
 * asks and given the proof of it (weisu_said() in sql/migrations/0032_accounts_and_walls.sql).
 */
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import pg from 'pg'
import { PipelineError } from '../core/errors.ts'
import { makePool } from './db.ts'
import type { Db, Queryable } from './db.ts'
import { LOCKS } from './lock-keys.ts'
import { grantWebRole } from './web-grants.ts'

/** What the database is told of who asks. */
export interface GateContext { account: number, role: string, view: string, units: readonly number[], unitNames: readonly string[], places: readonly number[], topics: readonly number[] }

export interface WebGate {
  /**
   * Runs `work` in one transaction as the actor; committed if it returns and rolled back if it throws. Statements are sent without waiting for the ones
   * before: those that do not need each other's rows are best asked together, with Promise.all.
   */
  enter<T>(context: GateContext, work: (client: pg.PoolClient) => Promise<T>): Promise<T>
  /** Name of the login role. */
  readonly role: string
  /** The role's own connections, told nothing: for tests of what it can do by itself. */
  readonly pool: pg.Pool
  close(): Promise<void>
}

export interface GateOptions {
  /** Where the password of the role that is made here is kept. */
  dataDir: string
  /** A login role that an administrator made; nothing is made then. */
  url?: string | undefined
  connections?: number
}

const CONNECTIONS = 10
/** A new connection plans everything anew: those that rest are kept for a while. The one used last is used next. */
const IDLE_MS = 600_000
/** Pages are quick; what is not must not hold a connection for ever. */
const STATEMENT_MS = 20_000
/** Pages look up rows by keys, of which most are in memory; a plan that hashes every alert to check ten rows is none for them, nor is one that is compiled. */
const PLANNING = '-c random_page_cost=1.1 -c jit=off'

/**
 * Makes the role where none was given, grants it what sql/web-grants.ts says, and opens its connections.
 *
 * @throws {PipelineError} `web_role_can_bypass`: the role would pass row-level security; `no_web_role`: it cannot be made here
 */
export async function openWebGate(owner: Db, { dataDir, url, connections = CONNECTIONS }: GateOptions): Promise<WebGate> {
  const ownUrl = url ?? await makeRole(owner, dataDir)
  const pool = makePool(ownUrl, 'web', connections, `-c statement_timeout=${STATEMENT_MS} -c idle_in_transaction_session_timeout=60000 ${PLANNING}`, { pipeline: true, idleTimeoutMillis: IDLE_MS })
  try {
    const { rows: [who] } = await pool.query<{ role: string }>('select current_user as role')
    const role = who!.role
    await checkRole(owner, role)
    const key = await owner.transaction(async (client) => {
      await client.query('select pg_advisory_xact_lock($1, 0)', [LOCKS.migrate])
      await grantWebRole(client, role)
      await client.query('insert into web_keys (key) values ($1) on conflict do nothing', [randomBytes(32)])
      return (await client.query<{ key: Buffer }>('select key from web_keys')).rows[0]!.key
    })
    return {
      role, pool,
      enter: (context, work) => enter(pool, key, context, work),
      close: () => pool.end(),
    }
  } catch (error) {
    await pool.end().catch(() => {})
    throw error
  }
}

async function enter<T>(pool: pg.Pool, key: Buffer, context: GateContext, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  const given = preparing(client)
  const said = JSON.stringify(context)
  let broken = false
  try {
    // As parameters: the text of a statement is seen by every session of the role, and the proof in it would let one of them be somebody else.
    const begun = Promise.all([client.query('begin'), given.client.query(`select set_config('weisu.actor', $1, true), set_config('weisu.proof', $2, true)`, [said, proof(key, said)])])
    const [opened, worked] = await Promise.allSettled([begun, work(given.client)])
    for (const part of [opened, worked]) if (part.status === 'rejected') throw part.reason
    await client.query('commit')
    return (worked as PromiseFulfilledResult<T>).value
  } catch (error) {
    await client.query('rollback').catch(() => { broken = true })
    throw error
  } finally {
    given.end()
    client.release(broken)
  }
}

/** Statements that a process keeps prepared; a page's are a few dozen, filters of the inbox make some more. */
const MOST_PREPARED = 200
const names = new Map<string, string>()

/**
 * The connection with every statement prepared under a name of its own, so that PostgreSQL plans it once and not with every page: with policies,
 * planning costs more than running. After its end it takes none: what is still under way then must not run as the next one who gets the connection.
 */
function preparing(client: pg.PoolClient): { client: pg.PoolClient, end(): void } {
  let over = false
  const query = (text: unknown, values?: unknown[]): unknown => {
    if (over) return Promise.reject(new Error('the transaction is over'))
    const name = typeof text === 'string' ? nameOf(text) : undefined
    return name === undefined ? client.query(text as string, values) : client.query({ name, text: text as string, values: values ?? [] })
  }
  return { client: Object.create(client, { query: { value: query } }) as pg.PoolClient, end: () => { over = true } }
}

/** Undefined where there are several statements, or too many are prepared. */
function nameOf(text: string): string | undefined {
  const known = names.get(text)
  if (known !== undefined || names.size >= MOST_PREPARED) return known || undefined
  const name = text.replace(/--.*$/gm, '').includes(';') ? '' : `w${names.size}`
  names.set(text, name)
  return name || undefined
}

/** sha256(key, sha256(key, text)): what weisu_said() computes. */
function proof(key: Buffer, said: string): string {
  const inner = createHash('sha256').update(key).update(said, 'utf8').digest()
  return createHash('sha256').update(key).update(inner).digest('hex')
}

/** The role of this database, with a password that the data directory keeps. Two processes at once make the same one. */
async function makeRole(owner: Db, dataDir: string): Promise<string> {
  const { rows: [at] } = await owner.query<{ role: string }>(`select 'weisu_web_' || substr(md5(current_database()), 1, 12) as role`)
  const role = at!.role
  const path = `${dataDir}/web-role.password`
  if (!existsSync(path)) {
    try {
      writeFileSync(path, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  const password = readFileSync(path, 'utf8').trim()
  await owner.transaction(async (client) => {
    await client.query('select pg_advisory_xact_lock($1, 0)', [LOCKS.migrate])
    const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role])
    const name = pg.escapeIdentifier(role)
    if (!rowCount) await client.query(`create role ${name} login nosuperuser nobypassrls nocreatedb nocreaterole noinherit`)
    await client.query(`alter role ${name} login password ${pg.escapeLiteral(password)}`)
  }).catch((cause: { code?: string }) => {
    if (cause.code !== '42501') throw cause
    throw new PipelineError('no_web_role', 'the owner of the store may not make login roles: make one and set WEB_DATABASE_URL', {}, { cause })
  })
  const url = new URL(owner.url)
  url.username = role
  url.password = password
  return url.toString()
}

/** @throws {PipelineError} the role could pass the policies: a superuser, BYPASSRLS, an owner of tables, or a member of such a role */
async function checkRole(owner: Queryable, role: string): Promise<void> {
  const { rows } = await owner.query<{ why: string }>(
    `select case when r.rolsuper then 'superuser' when r.rolbypassrls then 'bypassrls' when r.rolcreaterole then 'createrole' else 'member of ' || r.rolname end as why
     from pg_roles r where pg_has_role($1, r.oid, 'member') and (r.rolsuper or r.rolbypassrls or r.rolcreaterole)
     union all
     select 'owner of ' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm') and pg_has_role($1, c.relowner, 'member') limit 1`, [role])
  if (rows[0]) throw new PipelineError('web_role_can_bypass', `the web's role ${role} could pass row-level security: ${rows[0].why}`, { role, why: rows[0].why })
}

/** Takes the role away: for tests and for whoever removes a store. */
export async function dropWebRole(owner: Queryable, role: string): Promise<void> {
  const name = pg.escapeIdentifier(role)
  await owner.query(`drop owned by ${name}; drop role if exists ${name}`)
}
