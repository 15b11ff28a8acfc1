/**
 * The embedded server's keeper, with real processes: who may die when, and what is left behind then: nothing.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { embeddedPaths } from '../../sql/embedded.ts'
import { eventually } from '../support/eventually.ts'

const HOME = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '')
const ENTRY = fileURLToPath(new URL('embedded-client.ts', import.meta.url))
const isRoot = process.getuid?.() === 0
const base = mkdtempSync(join(tmpdir(), 'weisu-embedded-'))
const shared = join(base, 'shared')
const clients = new Set<ChildProcess>()

interface Client { child: ChildProcess, port: number, url: string }

afterEach(async () => {
  for (const child of clients) child.kill('SIGKILL')
  clients.clear()
  await eventually('no server of these tests is left', () => serversBelow(base).length === 0)
})
afterAll(() => rmSync(base, { recursive: true, force: true }))

/** Starts a process that holds the server of `dataDir`. @param prefix command that runs it, such as setpriv */
async function open(dataDir: string, prefix: string[] = [], env: Record<string, string> = {}): Promise<Client> {
  const [command, ...args] = [...prefix, process.execPath, '--disable-warning=ExperimentalWarning', ENTRY, HOME, dataDir]
  const child = spawn(command!, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env }, cwd: '/' })
  clients.add(child)
  let text = ''
  child.stdout!.on('data', (chunk: Buffer) => { text += chunk.toString('utf8') })
  await eventually('the client said something', () => text.includes('\n') || child.exitCode !== null || child.signalCode !== null, 100_000)
  const [, port, url] = /^open (\d+) (\S+)/.exec(text) ?? []
  if (!port || !url) throw new Error(`the client said: ${text}`)
  return { child, port: Number(port), url }
}

async function query<T extends pg.QueryResultRow>(client: Client, text: string): Promise<T[]> {
  const connection = new pg.Client({ connectionString: client.url })
  await connection.connect()
  try {
    return (await connection.query<T>(text)).rows
  } finally {
    await connection.end()
  }
}

/** Processes whose command line names a directory: servers, keepers and initdb. */
function serversBelow(directory: string): { pid: number, command: string }[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
      const isOurs = command.includes(directory) && /keeper\.ts|\/postgres -D|initdb/.test(command)
      return isOurs && !readFileSync(`/proc/${name}/stat`, 'utf8').includes(') Z') ? [{ pid: Number(name), command }] : []
    } catch {
      return []
    }
  })
}

/** Whether an ordinary user could run the code where it lies. */
function isOpenToAll(path: string): boolean {
  return path === '/' || ((statSync(path).mode & 0o005) === 0o005 && isOpenToAll(dirname(path)))
}

const pidOf = (dataDir: string, part: string): number | undefined => serversBelow(dataDir).find(({ command }) => command.includes(part))?.pid
const gone = (dataDir: string): Promise<void> => eventually('the server stopped', () => serversBelow(dataDir).length === 0)

describe.skipIf(process.platform !== 'linux')('the embedded server', () => {
  test('is shared by two processes and stops after the last one', async () => {
    const first = await open(shared)
    const second = await open(shared)
    expect(second.port).toBe(first.port)
    first.child.stdin!.end()
    await eventually('the first one ended', () => first.child.exitCode === 0)
    expect(await query(second, 'select 1 as one')).toEqual([{ one: 1 }])
    second.child.stdin!.end()
    await gone(shared)
    expect(existsSync(embeddedPaths(shared).socket)).toBe(false)
  })

  test('is started once by four processes that come at the same time', async () => {
    const all = await Promise.all([open(shared), open(shared), open(shared), open(shared)])
    expect(new Set(all.map(({ port }) => port)).size).toBe(1)
    for (const { child } of all) child.stdin!.end()
    await gone(shared)
  })

  test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('stops when its only client ends by %s', async (signal) => {
    const client = await open(shared)
    client.child.kill(signal)
    await gone(shared)
  })

  test('is gone when its keeper is killed, keeps what was committed, and starts again', async () => {
    const client = await open(shared)
    await query(client, 'create table if not exists kept as select 42 as answer')
    process.kill(pidOf(shared, 'keeper.ts')!, 'SIGKILL')
    await gone(shared)
    const next = await open(shared)
    expect(await query(next, 'select answer from kept')).toEqual([{ answer: 42 }])
  })

  test('is taken over, or waited for, when the next client comes in the middle of that', async () => {
    await open(shared)
    process.kill(pidOf(shared, 'keeper.ts')!, 'SIGKILL')
    const next = await open(shared) // the old server is still shutting down
    await eventually('a server that stays', () => query(next, 'select 1').then(() => true, () => false))
  })

  test('recovers after its processes were killed in the middle of writing', async () => {
    const client = await open(shared)
    await query(client, 'create table if not exists rows_kept (id int)')
    await query(client, 'truncate rows_kept')
    await query(client, 'insert into rows_kept select generate_series(1, 1000)')
    const writing = query(client, 'insert into rows_kept select generate_series(1, 5000000)').catch(() => {})
    process.kill(pidOf(shared, '/postgres -D')!, 'SIGKILL')
    await writing
    await gone(shared)
    const next = await open(shared)
    expect(await query(next, 'select count(*)::int as n from rows_kept')).toEqual([{ n: 1000 }])
  })

  test('repairs an initdb that was killed', async () => {
    const dataDir = join(base, 'interrupted')
    const starting = open(dataDir).catch(() => {})
    await eventually('initdb is at work', () => existsSync(`${embeddedPaths(dataDir).data}.new/base`))
    for (const { pid } of serversBelow(dataDir)) process.kill(pid, 'SIGKILL')
    for (const child of clients) child.kill('SIGKILL')
    await starting
    await gone(dataDir)
    const client = await open(dataDir)
    expect(await query(client, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('works in a directory too deep for a socket', async () => {
    const dataDir = join(base, '深'.repeat(20), 'd'.repeat(60), 'data')
    const client = await open(dataDir)
    expect(await query(client, 'select 1 as one')).toEqual([{ one: 1 }])
    client.child.stdin!.end()
    await gone(dataDir)
    expect(existsSync(embeddedPaths(dataDir).socket)).toBe(false)
  })

  test('does not let others in without the password', async () => {
    const { port } = await open(shared)
    const stranger = new pg.Client({ host: '127.0.0.1', port, user: 'weisu', database: 'postgres', password: 'guess' })
    await expect(stranger.connect()).rejects.toMatchObject({ code: '28P01' })
  })

  test.skipIf(!isRoot)('works for root below a directory that nobody else may enter', async () => {
    const closed = join(base, 'closed')
    mkdirSync(closed, { mode: 0o700 })
    const client = await open(join(closed, 'data'))
    expect(await query(client, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test.skipIf(!isRoot || !isOpenToAll(HOME))('works for an ordinary user', async () => {
    const dir = join(base, 'ordinary')
    mkdirSync(dir)
    chmodSync(base, 0o755)
    chmodSync(dir, 0o777)
    const client = await open(join(dir, 'data'), ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'], { HOME: '/nonexistent' })
    expect(await query(client, 'select 1 as one')).toEqual([{ one: 1 }])
    client.child.stdin!.end()
    await gone(dir)
  })

  test('says so where it cannot write', async () => {
    const { startEmbedded } = await import('../../sql/embedded.ts')
    const file = join(base, 'a file')
    writeFileSync(file, '')
    await expect(startEmbedded(`${file}/data`)).rejects.toMatchObject({ code: 'data_dir_not_writable', exitCode: 6 })
  })
})
