/**
 * The embedded PostgreSQL of a data directory, shared by every weisu process that uses the directory.
 *
 * A keeper process (sql/keeper.ts) owns the server. Each client holds one connection to the keeper's socket for as long
 * as it lives; when the last one is gone, by whatever death, the keeper stops the server and leaves. So two commands may
 * run at once, and neither Ctrl-C nor kill -9 leaves a server behind.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { UnavailableError } from '../core/errors.ts'

export interface EmbeddedServer {
  /** Connection string for a database of the server. */
  url(database: string): string
  port: number
  /** Lets go of the server; it stops when nobody else holds it. */
  release(): void
  /** Aborted when the server has gone without being let go: it comes back under another port, for whoever opens it then. */
  lost: AbortSignal
}

export interface EmbeddedPaths { dir: string, data: string, log: string, socket: string, password: string }

const START_TIMEOUT_MS = 90_000

/** Where a data directory keeps its server. A socket path has 107 bytes at most, so a deep directory's moves to /tmp. */
export function embeddedPaths(dataDir: string): EmbeddedPaths {
  const dir = `${dataDir}/postgres`
  const near = `${dir}/keeper.sock`
  const key = createHash('sha256').update(dataDir).digest('hex').slice(0, 16)
  const socket = Buffer.byteLength(near) < 100 ? near : `${tmpdir()}/weisu-${process.getuid?.() ?? 0}-${key}.sock`
  return { dir, data: `${dir}/data`, log: `${dir}/server.log`, socket, password: `${dir}/password` }
}

/**
 * Starts the directory's server or joins the running one.
 *
 * @throws {UnavailableError} the directory cannot be written, or the server does not come up; `details.log` says more
 */
export async function startEmbedded(dataDir: string): Promise<EmbeddedServer> {
  const paths = embeddedPaths(dataDir)
  try {
    makeDirectory(paths.dir)
    accessSync(paths.dir, constants.W_OK)
  } catch (cause) {
    throw new UnavailableError('data_dir_not_writable', `cannot write ${dataDir}; choose another with --data-dir`, { dataDir }, { cause })
  }
  const deadline = performance.now() + START_TIMEOUT_MS
  let keeper: KeeperState | undefined
  for (;;) {
    const answer = await knock(paths.socket)
    if (answer) return toServer(paths, answer.socket, answer.port)
    if (performance.now() > deadline || keeper?.failed) {
      throw new UnavailableError('server_not_started', `the embedded PostgreSQL did not start: ${lastLines(paths.log)}`, { log: paths.log })
    }
    if (!keeper || keeper.exited) keeper = startKeeper(dataDir, paths)
    await delay(100)
  }
}

/** Level by level: below /proc and the like, Node's own `recursive` tries for ever. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return
  makeDirectory(dirname(path))
  try {
    mkdirSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error // another process may have been faster
  }
}

/** A keeper that ends with 0 found another one in place; any other end is a failure that its log explains. */
interface KeeperState { exited: boolean, failed: boolean }

function startKeeper(dataDir: string, paths: EmbeddedPaths): KeeperState {
  const log = openSync(paths.log, 'a', 0o600)
  const entry = fileURLToPath(new URL('keeper.ts', import.meta.url))
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry, dataDir], { detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  const state = { exited: false, failed: false }
  child.on('exit', (code) => Object.assign(state, { exited: true, failed: code !== 0 }))
  child.on('error', () => Object.assign(state, { exited: true, failed: true }))
  child.unref()
  return state
}

/** Undefined where no keeper listens; otherwise waits for its word that the server is ready. */
function knock(path: string): Promise<{ socket: Socket, port: number } | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path)
    let text = ''
    const fail = (): void => {
      socket.destroy()
      resolve(undefined)
    }
    socket.setTimeout(START_TIMEOUT_MS, fail)
    socket.once('error', fail)
    socket.once('close', fail)
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8')
      const match = /^ready (\d+)\n/.exec(text)
      if (!match) return
      socket.removeAllListeners()
      socket.on('error', () => {})
      socket.setTimeout(0)
      socket.unref()
      resolve({ socket, port: Number(match[1]) })
    })
  })
}

function toServer(paths: EmbeddedPaths, socket: Socket, port: number): EmbeddedServer {
  const password = readFileSync(paths.password, 'utf8').trim()
  const lost = new AbortController()
  let released = false
  socket.once('close', () => { if (!released) lost.abort(new UnavailableError('server_gone', 'the embedded PostgreSQL has ended', {})) })
  return {
    port,
    lost: lost.signal,
    url: (database) => `postgres://weisu:${password}@127.0.0.1:${port}/${database}`,
    release: () => {
      released = true
      socket.destroy()
    },
  }
}

function lastLines(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim().split('\n').slice(-4).join(' | ')
  } catch {
    return 'no log'
  }
}
