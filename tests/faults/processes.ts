/**
 * Real `weisu` processes on a prepared store, and what they say.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { newestNight } from '../../jobs/schedule.ts'
import type { Db } from '../../sql/db.ts'
import { readClock } from '../../sql/schedule.ts'
import type { FreshDatabase } from '../support/database.ts'
import { freshDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { addTickets } from '../support/tickets.ts'
import { LAST, town } from '../support/town.ts'
import { checkInvariants } from './invariants.ts'

export const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))

export interface Process {
  child: ChildProcess
  /** Events of its log so far. */
  events(): { event: string, [key: string]: unknown }[]
  said(): string
  /** Waits until the log has the event. */
  saw(event: string, timeoutMs?: number): Promise<void>
  /** What it printed on stdout, as JSON, once it is there. */
  json<T>(): Promise<T>
  ended: Promise<{ code: number | null, signal: NodeJS.Signals | null }>
}

const alive = new Set<ChildProcess>()
afterEach(() => {
  for (const child of alive) child.kill('SIGKILL')
  alive.clear()
})

/** @param words  of the command line; `--data-dir` is added */
export function run(words: readonly string[], { dataDir, url, env = {} }: { dataDir: string, url?: string, env?: Record<string, string> }): Process {
  const { REDIS_URL: _, DATABASE_URL: __, ...rest } = process.env
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...words, '--data-dir', dataDir], {
    stdio: ['ignore', 'pipe', 'pipe'], env: { ...rest, NODE_ENV: 'test', WEISU_LANG: 'en', ...(url === undefined ? {} : { DATABASE_URL: url }), ...env },
  })
  alive.add(child)
  let out = ''
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => { out += chunk })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => { text += chunk })
  const ended = new Promise<{ code: number | null, signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => {
      alive.delete(child)
      resolve({ code, signal })
    })
  })
  const events = (): { event: string }[] => text.split('\n').filter((line) => line.startsWith('{')).flatMap((line) => {
    try {
      return [JSON.parse(line) as { event: string }]
    } catch {
      return [] // not written to its end yet
    }
  })
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null
  return {
    child, events, ended,
    said: () => text,
    saw: async (event, timeoutMs = 240_000) => {
      await eventually(`${event} in the log`, () => events().some((it) => it.event === event) || isOver(), timeoutMs)
      if (!events().some((it) => it.event === event)) throw new Error(`the process ended without ${event}: ${text.slice(-2000)}`)
    },
    json: async <T>() => {
      await eventually('its answer', () => out.trimEnd().endsWith('}') || isOver(), 240_000)
      return JSON.parse(out) as T
    },
  }
}

/** `weisu start` with health checks on any port; resolves when it runs. */
export async function startWeisu(options: { dataDir: string, url?: string, env?: Record<string, string> }, ...words: string[]): Promise<Process & { port: number }> {
  const process = run(['start', '--no-web', '--port', '0', '--json', '--threads', '0', '--parts', '1', ...words], options)
  const { port } = await process.json<{ port: number }>()
  return { ...process, port }
}

/** The town of tests/support/town.ts, one night of it owed: what `weisu start` does with it is known. */
export function useTown(): { clone(): Promise<FreshDatabase & { dataDir: string }>, directory: string } {
  const directory = mkdtempSync(join(tmpdir(), 'weisu-faults-'))
  let prepared: FreshDatabase | undefined
  const clones: (FreshDatabase & { dataDir: string })[] = []
  beforeAll(async () => {
    prepared = await freshDatabase()
    await addTickets(prepared.db, town())
    await owe(prepared.db, [LAST])
    await prepared.db.close()
  })
  afterEach(async () => {
    for (const { db, dataDir, drop } of clones.splice(0)) {
      try {
        if (!db.pool.ended) await checkInvariants(db, dataDir)
      } finally {
        await drop()
      }
    }
  })
  afterAll(async () => {
    await prepared?.drop()
    rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  })
  return {
    directory,
    /** Its invariants are looked at when the test is over. */
    clone: async () => {
      const fresh = { ...await freshDatabase(prepared!.name), dataDir: mkdtempSync(join(directory, 'data-')) }
      clones.push(fresh)
      return fresh
    },
  }
}

/** Enters nights as due; all others count as done. */
export async function owe(db: Db, nights: readonly string[]): Promise<void> {
  const newest = newestNight(await readClock(db), 'UTC', 4)
  await db.query(`insert into due_runs (pipeline, logical_date, finished_at) values ('nightly', $1, clock_timestamp())`, [newest])
  await db.query(`insert into due_runs (pipeline, logical_date) select 'nightly', night::date from unnest($1::text[]) as night`, [nights])
}

export async function isDone(db: Db): Promise<boolean> {
  const { rows } = await db.query<{ open: number, waiting: number }>(
    `select (select count(*)::int from due_runs where finished_at is null) as open, (select count(*)::int from notices where status = 'pending' or error = 'catch_up') as waiting`)
  return rows[0]!.open === 0 && rows[0]!.waiting === 0
}
