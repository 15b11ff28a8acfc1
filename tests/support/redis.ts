/**
 * A Redis of a test's own: free port, temporary directory, gone afterwards.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'

export interface TestRedis {
  url: string
  port: number
  pid: number
  /** kill -9; what the server held in memory is gone. */
  kill(): Promise<void>
  stop(): Promise<void>
}

/** For test.skipIf: true, with one line on stderr, where redis-server is not installed. In CI that is an error. */
export function lacksRedis(): boolean {
  if (spawnSync('redis-server', ['--version']).status === 0) return false
  if (process.env.CI) throw new Error('redis-server is missing')
  console.warn('skipped: redis-server is not there')
  return true
}

/** @param settings further arguments, such as ['--maxmemory-policy', 'allkeys-lru'] */
export async function startRedis(settings: string[] = [], given?: number): Promise<TestRedis> {
  const dir = mkdtempSync(join(tmpdir(), 'weisu-redis-'))
  const port = given ?? await freePort()
  const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', '', '--daemonize', 'no', ...settings], { stdio: 'ignore' })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal)
    await exited
    rmSync(dir, { recursive: true, force: true })
  }
  process.once('exit', () => child.kill('SIGKILL'))
  const probe = new Redis(port, '127.0.0.1', { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 })
  probe.on('error', () => {})
  for (let i = 0; ; i++) {
    try {
      await probe.connect()
      break
    } catch (error) {
      if (i > 200 || child.exitCode !== null) {
        await stop('SIGKILL')
        throw error
      }
      await delay(25)
    }
  }
  probe.disconnect()
  return { url: `redis://127.0.0.1:${port}`, port, pid: child.pid!, kill: () => stop('SIGKILL'), stop: () => stop('SIGTERM') }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
