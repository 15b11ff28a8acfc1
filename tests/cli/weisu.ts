/**
 * Runs the real `./weisu` as a user's shell would, with a data directory of its own.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll } from 'vitest'
import { startEmbedded } from '../../sql/embedded.ts'
import type { EmbeddedServer } from '../../sql/embedded.ts'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
export const WEISU = `${ROOT}/weisu`

export interface Finished { code: number | null, signal: NodeJS.Signals | null, stdout: string, stderr: string }

export interface RunOptions { env?: Record<string, string>, cwd?: string, input?: string | Buffer, command?: string }

export interface Running { child: ChildProcess, done: Promise<Finished>, stderrSoFar(): string }

export function start(args: readonly string[], { env = {}, cwd, input, command = WEISU }: RunOptions = {}): Running {
  const clean: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1', WEISU_LANG: 'en' }
  for (const name of ['DATABASE_URL', 'REDIS_URL', 'WEISU_DATA_DIR', 'FORCE_COLOR', 'NODE_ENV', 'NODE_OPTIONS', 'VITEST']) delete clean[name]
  const child = spawn(command, args, { cwd, env: { ...clean, ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text })
  child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text })
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const done = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
  return { child, done, stderrSoFar: () => stderr }
}

export function weisu(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return start(args, options).done
}

/** A directory that goes away after the file's tests, its server too. */
export function useDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'weisu-cli-'))
  afterAll(async () => {
    await until(() => serverPids(directory).length === 0, 20_000)
    rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  })
  return directory
}

/** Keeps the directory's server up while a file's tests run, so that each command joins it instead of starting one. */
export function useServer(dataDir: string): void {
  let server: EmbeddedServer | undefined
  beforeAll(async () => { server = await startEmbedded(dataDir) })
  afterAll(() => server?.release())
}

/** Processes that mention the directory on their command line: keeper and server. */
export function serverPids(directory: string): number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      return line.includes(directory) && /keeper\.ts|postgres/.test(line) && pid !== process.pid
    } catch {
      return false
    }
  })
}

/** Polls; true as soon as the condition holds, false when the time is over. */
export async function until(condition: () => boolean, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs
  while (performance.now() < deadline) {
    if (condition()) return true
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  return condition()
}

export const onLinux = existsSync('/proc/self/cmdline')
