import { spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { loadConfig } from '../../core/config.ts'
import { SILENT } from '../../core/log.ts'
import { judgeShard, shardId } from '../../jobs/shards.ts'
import { runNight } from '../../pipelines/nightly.ts'
import { openThreads } from '../../pipelines/parallel.ts'
import type { Pool } from '../../pipelines/parallel.ts'
import { isTransient, openUrl } from '../../sql/db.ts'
import { withLease } from '../../sql/lease.ts'
import { forgetShards, planShards, readShardStates } from '../../sql/shards.ts'
import { ticketsCsv } from '../cli/tickets.ts'
import { useDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { LAST } from '../support/town.ts'
import { makePostgres } from './own-postgres.ts'
import { run, useTown } from './processes.ts'
import { startProxy } from './proxy.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })
const db = useDatabase()
const { clone } = useTown()
const scratch = mkdtempSync(join(tmpdir(), 'weisu-resources-'))
const mounts: string[] = []
afterAll(() => {
  for (const mount of mounts) spawnSync('umount', ['-l', mount])
  rmSync(scratch, { recursive: true, force: true })
})

test('F10: only conflicts and lost connections are tried again', () => {
  const of = (code: string) => isTransient(Object.assign(new Error('x'), { code }))
  expect(['40001', '40P01', '57P01', '57P02', '57P03', '08006', '08001', 'ECONNRESET'].map(of)).toEqual(Array(8).fill(true))
  expect(['23505', '42P01', '53100', '57014', '22P02', 'ENOSPC', ''].map(of)).toEqual(Array(7).fill(false))
  expect(isTransient(new Error('Connection terminated unexpectedly'))).toBe(true)
  expect(isTransient(new Error('shard 3 failed', { cause: Object.assign(new Error('x'), { code: '57P01' }) }))).toBe(true)
})

test('F11: on a connection that is neither open nor closed the holder is told in time, and the lock is free within its lease', async () => {
  const address = new URL(db().url)
  const proxy = await startProxy(Number(address.port))
  address.port = String(proxy.port)
  const far = await openUrl(address.toString(), 'far', false, () => {})
  const KEY = 7199_1
  const lease = { leaseMs: 1500, beatMs: 100, answerMs: 500 }
  let holds = (): void => {}
  const held = new Promise<void>((resolve) => { holds = resolve })
  const told = withLease(far, KEY, async (lost) => {
    holds()
    const began = performance.now()
    await new Promise((resolve) => lost.addEventListener('abort', resolve, { once: true }))
    return performance.now() - began
  }, lease)
  await held
  expect(await withLease(db(), KEY, async () => 'mine', lease)).toBeUndefined()
  proxy.swallow()
  expect(await told).toBeLessThan(5000)
  const began = performance.now()
  await eventually('the lock is free', async () => (await withLease(db(), KEY, async () => 'mine', lease)) === 'mine')
  expect(performance.now() - began).toBeLessThan(1500 + 3000)
  await proxy.close()
  await far.close().catch(() => {})
})

test('F16: a thread that runs out of memory ends alone: its part is given back, tried again, and the process goes on', async () => {
  await planShards(db(), LAST, 1, 1, { recurrenceDays: 100, minCallers: 3 })
  const pools: Pool[] = []
  const greedy = async () => {
    const pool = openThreads(new URL('greedy-part.ts', import.meta.url), 1, undefined, 48)
    pools.push(pool)
    return await pool.run({ greedy: true }) as never
  }
  for (let i = 0; i < 2; i++) expect(await judgeShard({ db: db(), log: SILENT, judge: greedy }, shardId(LAST, 1, 0))).toBe(false)
  const [state] = await readShardStates(db(), LAST, 1)
  expect(state).toMatchObject({ done: false, tries: 2, error: expect.stringMatching(/memory/i) as string })
  expect(await judgeShard({ db: db(), log: SILENT, judge: async () => ({ candidates: [], verdicts: {}, cpuMs: 0 }) }, shardId(LAST, 1, 0))).toBe(true)
  for (const pool of pools) await pool.close()
  await forgetShards(db(), LAST)
})

test('F16: an import of ten times the rows stays in the memory it is given', async () => {
  const file = join(scratch, 'big.csv')
  writeFileSync(file, ticketsCsv({ from: '2020-01-01', days: 800, perDay: 100 }))
  const importing = run(['import', file, '--json'], { dataDir: join(scratch, 'big'), url: db().url, env: { NODE_OPTIONS: '--max-old-space-size=80' } })
  expect(await importing.json()).toMatchObject({ read: 80_000, new: 80_000 })
  expect((await importing.ended).code).toBe(0)
})

/** A disk of so many kilobytes; undefined, with one line on stderr, where mounting is not allowed. */
function smallDisk(name: string, kilobytes: number): string | undefined {
  const path = join(scratch, name)
  mkdirSync(path, { recursive: true })
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k,mode=777`, 'weisu-test', path], { encoding: 'utf8' })
  if (status !== 0) {
    console.warn(`skipped: no disk of its own can be mounted: ${stderr?.trim()}`)
    return undefined
  }
  mounts.push(path)
  return path
}
const grow = (path: string, kilobytes: number): void => void spawnSync('mount', ['-o', `remount,size=${kilobytes}k`, path])

test('F15: a report and an export on a full disk say so and leave no half file; with room they are written', async (context) => {
  const { db: store, url, dataDir } = await clone()
  await runNight({ db: store, config: loadConfig({ dataDir }, {}), log: SILENT, notices: 'never' }, { date: LAST })
  await store.query(`update due_runs set finished_at = clock_timestamp() where finished_at is null`)
  const disk = smallDisk('small', 16)
  if (disk === undefined) return context.skip()
  const works = [['report', '--date', LAST, '--out', join(disk, 'report.html')], ['export', 'counts', '--format', 'csv', '--out', join(disk, 'counts.csv')]]
  for (const words of works) {
    const failing = run(words, { url, dataDir })
    expect([words[0], (await failing.ended).code]).toEqual([words[0], 6])
    expect(failing.said()).toContain('the disk is full')
    expect(readdirSync(disk)).toEqual([])
  }
  grow(disk, 20_000)
  for (const words of works) {
    expect((await run(words, { url, dataDir }).ended).code).toBe(0)
    expect(existsSync(words.at(-1)!)).toBe(true)
  }
})

test('F15: an import into a server whose disk is full says so and leaves no row; with room it goes through', async (context) => {
  const disk = smallDisk('tablespace', 4000)
  if (disk === undefined) return context.skip()
  const server = await makePostgres('full')
  try {
    chownSync(disk, server.uid, server.gid)
    const store = await openUrl(server.url, 'test', false, () => {})
    await store.query(`create tablespace small location '${disk}'`)
    await store.query('alter database "full" set default_tablespace = small')
    await store.query('alter table tickets set tablespace small')
    await store.close()
    const file = join(scratch, 'some.csv')
    writeFileSync(file, ticketsCsv({ from: '2024-01-01', days: 300, perDay: 100 }))
    const options = { dataDir: join(scratch, 'full'), url: server.url }
    const failing = run(['import', file], options)
    expect((await failing.ended).code).toBe(6)
    expect(failing.said()).toContain('the disk is full')
    const again = await openUrl(server.url, 'test', false, () => {})
    expect((await again.query('select 1 from tickets')).rowCount).toBe(0)
    grow(disk, 200_000)
    expect((await run(['import', file], options).ended).code).toBe(0)
    expect((await again.query<{ n: number }>('select count(*)::int as n from tickets')).rows).toEqual([{ n: 30_000 }])
    await again.close()
  } finally {
    await server.remove()
  }
})
