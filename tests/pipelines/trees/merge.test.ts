import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { loadConfig } from '../../../core/config.ts'
import { SILENT } from '../../../core/log.ts'
import { countDirtyDays } from '../../../pipelines/count.ts'
import { runNight } from '../../../pipelines/nightly.ts'
import { resolveTickets } from '../../../pipelines/resolve.ts'
import { keepApart, mergeManyWithin, mergeNodes, mergeWithin, undoMerge, versionOf } from '../../../pipelines/trees/merge.ts'
import type { Db, Queryable } from '../../../sql/db.ts'
import { freshDatabase } from '../../support/database.ts'
import { dumpStore } from '../../support/dump.ts'
import { addPlace, addTickets, addTopic } from '../../support/tickets.ts'
import { LAST, town } from '../../support/town.ts'

const directory = mkdtempSync(join(tmpdir(), 'weisu-merge-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const BY = { by: 'Registrar', why: 'one building site' }

async function withTown(work: (db: Db) => Promise<void>): Promise<void> {
  const { db, drop } = await freshDatabase()
  try {
    await addTickets(db, town())
    await work(db)
  } finally {
    await drop()
  }
}

async function recount(db: Db): Promise<void> {
  await resolveTickets(db)
  await countDirtyDays(db)
}

async function placeId(db: Db, path: string): Promise<number> {
  return (await db.query<{ id: number }>('select id from places where path = $1', [path])).rows[0]!.id
}

async function counted(db: Db, path: string): Promise<number> {
  const { rows } = await db.query<{ n: number }>('select coalesce(sum(c.tickets), 0)::int as n from daily_counts c join places p on p.id = c.place_id where p.path = $1 and c.topic_id = 1', [path])
  return rows[0]!.n
}

const WHOLE = ['daily_counts', 'centres', 'sweeps']
const KNOWN = 'select path, first_known_on, rollup, depth, lng from places order by path'

test('a merge moves counts of the past along, and its undoing restores them to the byte', async () => {
  await withTown(async (db) => {
    await recount(db)
    const before = await dumpStore(db, WHOLE)
    const known = (await db.query(KNOWN)).rows
    const [park, lake] = [await placeId(db, 'City›North›Park'), await placeId(db, 'City›North›Lake')]
    const sums = [await counted(db, 'City›North›Park'), await counted(db, 'City›North›Lake'), await counted(db, 'City›North')]
    const merged = await mergeNodes(db, { tree: 'place', from: park, into: lake, ...BY })
    expect(merged.daysToCount).toBeGreaterThan(100)
    await recount(db)
    expect([await counted(db, 'City›North›Park'), await counted(db, 'City›North›Lake'), await counted(db, 'City›North')]).toEqual([0, sums[0]! + sums[1]!, sums[2]])
    await undoMerge(db, { tree: 'place', event: merged.event.id, ...BY })
    await recount(db)
    expect(await dumpStore(db, WHOLE)).toBe(before)
    expect((await db.query(KNOWN)).rows).toEqual(known)
  })
})

test('what lies below a merged place counts where it leads, and tickets that come later too', async () => {
  await withTown(async (db) => {
    const gate = await addPlace(db, 'City›North›Park›Gate')
    const [park, dock] = [await placeId(db, 'City›North›Park'), await placeId(db, 'City›South›Dock')]
    await recount(db)
    const was = await counted(db, 'City›South›Dock') + await counted(db, 'City›North›Park')
    await mergeNodes(db, { tree: 'place', from: park, into: dock, ...BY })
    await db.query(`update tickets set place_id = $1 where ticket_no = 'n1'`, [gate])
    await db.query('insert into dirty_days select day from tickets where ticket_no = $1 on conflict do nothing', ['n1'])
    const moved = (await db.query<{ p: string }>(`select p.path as p from places p where p.id = (select rollup[3] from places where id = $1)`, [gate])).rows[0]!
    expect(moved.p).toBe('City›South›Dock')
    await recount(db)
    expect(await counted(db, 'City›North›Park›Gate')).toBe(1)
    expect(await counted(db, 'City›South›Dock')).toBeGreaterThanOrEqual(was)
  })
})

test('merges that make no sense, and those that somebody overtook, are refused', async () => {
  await withTown(async (db) => {
    const [city, north, park, lake] = [await placeId(db, 'City'), await placeId(db, 'City›North'), await placeId(db, 'City›North›Park'), await placeId(db, 'City›North›Lake')]
    const merge = (from: number, into: number, version?: number): Promise<unknown> => mergeNodes(db, { tree: 'place', from, into, ...BY, ...(version === undefined ? {} : { version }) })
    await expect(merge(north, park)).rejects.toMatchObject({ code: 'bad_merge' })
    await expect(merge(city, park)).rejects.toMatchObject({ code: 'bad_merge' })
    await expect(merge(park, 999999)).rejects.toMatchObject({ code: 'no_such_place' })
    const seen = await versionOf(db, 'place', park)
    await keepApart(db, { tree: 'place', from: park, into: lake, ...BY })
    await expect(merge(park, lake, seen)).rejects.toMatchObject({ code: 'tree_conflict' })
    const { event } = await mergeNodes(db, { tree: 'place', from: park, into: lake, ...BY })
    await expect(merge(park, north)).rejects.toMatchObject({ code: 'already_merged' })
    await expect(merge(lake, park)).rejects.toMatchObject({ code: 'bad_merge' })
    await undoMerge(db, { tree: 'place', event: event.id, ...BY })
    await expect(undoMerge(db, { tree: 'place', event: event.id, ...BY })).rejects.toMatchObject({ code: 'merge_undone' })
  })
})

test('no night says anything new because of a merge of places or of a re-coding of topics', async () => {
  await withTown(async (db) => {
    const deps = { db, config: loadConfig({ dataDir: directory }, {}), log: SILENT }
    await runNight(deps, { date: LAST })
    const before = await signals(db)
    expect(before).toContain('City›North›Mill Heat')
    // Two quiet places become one: its every day has twice the calls that it had.
    await mergeNodes(db, { tree: 'place', from: await placeId(db, 'City›South›Hill'), into: await placeId(db, 'City›South›Dock'), ...BY })
    // A topic gets a new code for all its past: the new one, without any history of its own, is no surge.
    const renamed = await addTopic(db, 'Noise 2025›At night')
    const old = (await db.query<{ id: number }>(`select id from topics where path = 'Noise›Night'`)).rows[0]!.id
    await mergeNodes(db, { tree: 'topic', from: old, into: renamed, act: 'rename', ...BY })
    await runNight(deps, { date: LAST })
    expect(await signals(db)).toEqual(before)
    expect((await db.query('select 1 from daily_counts where topic_id = $1', [old])).rowCount).toBe(0)
  })
}, 180_000)

async function signals(db: Db): Promise<string[]> {
  const { rows } = await db.query<{ s: string }>(
    `select distinct p.path || ' ' || coalesce(f.name, o.name) as s from signals s join places p on p.id = s.place_id join topics o on o.id = s.topic_id left join topics f on f.id = o.family_id where s.night = $1 order by 1`, [LAST])
  return rows.map(({ s }) => s)
}

test('many merges at once are what they are one after the other, for as few statements as one', async () => {
  await withTown(async (db) => {
    const names = Array.from({ length: 12 }, (_, i) => `City›North›Spelling ${i}`)
    for (const name of names) await addPlace(db, name)
    await addPlace(db, 'City›North›Spelling 0›Block')
    const lake = await placeId(db, 'City›North›Lake')
    const ids = await Promise.all(names.map((name) => placeId(db, name)))
    // The second leads to the first, which leads to the lake, too: a chain.
    const pairs = ids.map((fromId, i) => ({ fromId, intoId: i === 1 ? ids[0]! : lake }))
    const act = 'alias' as const
    /** What the store would be, and how many statements that took. */
    const tried = async (work: (client: Queryable) => Promise<void>): Promise<{ store: unknown, statements: number }> => {
      const client = await db.pool.connect()
      try {
        await client.query('begin')
        let statements = 0
        await work({ query: (text, params) => { statements++; return client.query(text, params) } })
        const rows = async (text: string): Promise<unknown> => (await client.query(text)).rows
        return { statements, store: [await rows('select path, rollup, depth, merged_into, first_known_on from places order by path'), await rows('select * from dirty_days order by day'), await rows('select tree, act, from_id, into_id, by_name, why, undoes, uncentred from tree_events order by id')] }
      } finally {
        await client.query('rollback')
        client.release()
      }
    }
    const single = await tried(async (client) => { for (const { fromId, intoId } of pairs) await mergeWithin(client, { tree: 'place', from: fromId, into: intoId, act, ...BY }) })
    const together = await tried((client) => mergeManyWithin(client, { tree: 'place', pairs, act, ...BY }))
    expect(together.store).toEqual(single.store)
    const one = await tried((client) => mergeManyWithin(client, { tree: 'place', pairs: pairs.slice(0, 1), act, ...BY }))
    expect(together.statements).toBe(one.statements)
    await expect(db.transaction((client) => mergeManyWithin(client, { tree: 'place', pairs: [{ fromId: lake, intoId: ids[0]! }, { fromId: ids[0]!, intoId: lake }], act, ...BY }))).rejects.toMatchObject({ code: 'bad_merge' })
  })
})
