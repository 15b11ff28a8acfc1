import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { countDirtyDays } from '../../../pipelines/count.ts'
import { addAlias, listEntities, listUnresolved, showEntity } from '../../../pipelines/places/entities.ts'
import { importPlaces } from '../../../pipelines/places/import-places.ts'
import { listPlacePairs } from '../../../pipelines/places/review.ts'
import { resolveTickets } from '../../../pipelines/resolve.ts'
import { keepApart } from '../../../pipelines/trees/merge.ts'
import { bridgeTopics, renameTopic, splitTopic } from '../../../pipelines/trees/topics.ts'
import type { Db } from '../../../sql/db.ts'
import { ensureTrees } from '../../../sql/imports.ts'
import { freshDatabase } from '../../support/database.ts'
import { addTickets } from '../../support/tickets.ts'

const directory = mkdtempSync(join(tmpdir(), 'weisu-places-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const BY = { by: 'Registrar', why: 'a test' }

function file(name: string, text: string): string {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}

async function withStore(work: (db: Db) => Promise<void>): Promise<void> {
  const { db, drop } = await freshDatabase()
  try {
    await addTickets(db, [
      { no: '1', at: '2024-05-01 08:00:00', place: 'City›North›伊景园滨河苑', topic: 'Heat›Cold', caller: 'a' },
      { no: '2', at: '2024-05-02 08:00:00', place: 'City›North›伊景园.滨河苑', topic: 'Heat›Cold', caller: 'a' },
      { no: '3', at: '2024-05-02 09:00:00', place: 'City›North›伊景园.滨河苑', topic: 'Noise›Night', caller: 'b' },
      { no: '4', at: '2024-05-03 09:00:00', place: 'City›South›阳光里', topic: 'Noise›Night', caller: 'c' },
      { no: '5', at: '2024-05-03 09:00:00', place: 'City', topic: 'Noise›Night', caller: 'd' },
    ])
    await db.query(`update places set kind = 'compound' where depth = 2`)
    await resolveTickets(db)
    await countDirtyDays(db)
    await work(db)
  } finally {
    await drop()
  }
}

const CSV = `名称,类型,区县,编码,户数,经度,纬度,坐标系,别名,推广名,开发商
云顶一号,项目,North,,520,116.41036949371029,39.92133699351021,BD-09,云顶壹号；伊景园滨河苑,滨河壹号,某地产
,,North,370102,,,,,,,
坏编码社区,社区,North,370202011201,,,,,,,
没户数,小区,North,,-3,,,,,,
`

test('a file of places becomes entities with codes, households, centres and spellings; bad rows are kept aside', async () => {
  await withStore(async (db) => {
    const done = await importPlaces(db, file('places.csv', CSV), { by: 'Registrar' })
    expect(done).toMatchObject({ read: 4, new: 1, known: 1, rejected: 2, aliases: 3 })
    expect(done.rejects.map(({ line, reason }) => [line, reason])).toEqual([[4, 'code_parent'], [5, 'households_unreadable']])
    const place = await showEntity(db, 'City/North/云顶一号')
    expect(place).toMatchObject({ kind: 'project', households: 520, developer: '某地产', aliases: ['云顶壹号', '伊景园滨河苑', '滨河壹号'] })
    // BD-09 to the city's own datum, WGS-84.
    expect(place.lng).toBeCloseTo(116.39775, 3)
    // What tickets named under a declared spelling leads here, marks or no marks.
    expect(done.joined).toBe(2)
    expect(place.leads).toEqual(['City›North›伊景园.滨河苑', 'City›North›伊景园滨河苑'])
    expect(place.tickets).toBe(3)
    expect(await importPlaces(db, file('places.csv', CSV), { by: 'Registrar' })).toMatchObject({ new: 0, known: 2, aliases: 0, joined: 0 })
    expect((await listEntities(db, { word: '滨河壹号' })).map(({ path }) => path)).toEqual(['City›North›云顶一号'])
  })
})

test('an import leads another spelling to the registered place', async () => {
  await withStore(async (db) => {
    await importPlaces(db, file('places.csv', CSV), { by: 'Registrar' })
    await addAlias(db, 'City/North/云顶一号', '云顶 No.1', 'spelling', 'Registrar')
    const entry = (path: string, depth: number): { path: string, parent: string | null, depth: number, name: string, kind: string } =>
      ({ path, parent: depth === 0 ? null : path.split('›').slice(0, -1).join('›'), depth, name: path.split('›').at(-1)!, kind: ['city', 'district', 'compound'][depth]! })
    await db.transaction((client) => ensureTrees(client, [entry('City', 0), entry('City›North', 1), entry('City›South', 1), entry('City›North›云顶NO1', 2), entry('City›South›云顶NO1', 2), { ...entry('City›North›云顶壹号', 2), kind: 'street' }], [], []))
    expect((await db.query(`select 1 from places where kind = 'street' and merged_into is not null`)).rowCount).toBe(0)
    const { rows } = await db.query<{ path: string, leads: string | null }>(`select p.path, m.path as leads from places p left join places m on m.id = p.merged_into where p.name = '云顶NO1' order by 1`)
    // In another district it is another place, until somebody says otherwise.
    expect(rows).toEqual([{ path: 'City›North›云顶NO1', leads: 'City›North›云顶一号' }, { path: 'City›South›云顶NO1', leads: null }])
  })
})

test('outlines come from GeoJSON, and say in which district a point lies', async () => {
  await withStore(async (db) => {
    const ring = [[112, 28], [113, 28], [113, 29], [112, 29], [112, 28]]
    const geojson = { type: 'FeatureCollection', features: [{ type: 'Feature', properties: { name: 'North', kind: 'district' }, geometry: { type: 'Polygon', coordinates: [ring] } }] }
    expect(await importPlaces(db, file('areas.geojson', JSON.stringify(geojson)), { by: 'Registrar' })).toMatchObject({ read: 1, known: 1, outlines: 1 })
    expect(await showEntity(db, 'City/North')).toMatchObject({ lng: 112.5, lat: 28.5 })
  })
})

test('pairs that may be one place come with what speaks for them, until somebody tells them apart', async () => {
  await withStore(async (db) => {
    const [pair] = await listPlacePairs(db)
    expect(pair).toMatchObject({ from: 'City›North›伊景园滨河苑', into: 'City›North›伊景园.滨河苑', evidence: { name: 1, area: 'same', callers: 1, together: 0, tickets: [1, 2] } })
    expect(pair!.score).toBeGreaterThan(0.8)
    const ids = (await db.query<{ id: number }>(`select id from places where name like '伊景园%' order by id`)).rows
    await keepApart(db, { tree: 'place', from: ids[0]!.id, into: ids[1]!.id, ...BY })
    expect(await listPlacePairs(db)).toEqual([])
    expect((await listUnresolved(db))[0]).toMatchObject({ source: 'test', tickets: 5, unresolved: 1, below: 4 })
  })
})

test('renamed and split topics count with their past, by hand or by a table', async () => {
  await withStore(async (db) => {
    const counted = async (path: string): Promise<number> => {
      await resolveTickets(db)
      await countDirtyDays(db)
      const { rows } = await db.query<{ n: number }>(`select coalesce(sum(c.tickets), 0)::int as n from daily_counts c join topics o on o.id = c.topic_id join places p on p.id = c.place_id where o.path = $1 and p.depth = 0`, [path])
      return rows[0]!.n
    }
    const renamed = await renameTopic(db, 'Noise > Night', 'Noise > After ten', BY)
    expect(renamed).toMatchObject({ event: { act: 'rename' }, into: { path: 'Noise›After ten' } })
    expect([await counted('Noise›After ten'), await counted('Noise›Night'), await counted('Noise')]).toEqual([3, 0, 3])
    await splitTopic(db, 'Heat > Cold', ['Heat > Cold radiators', 'Heat > Cold water'], BY)
    await db.query(`update tickets set topic_id = (select id from topics where path = 'Heat›Cold water') where ticket_no = '1'`)
    await db.query(`insert into dirty_days values ('2024-05-01') on conflict do nothing`)
    expect([await counted('Heat›Cold'), await counted('Heat›Cold water')]).toEqual([2, 0])
    const bridge = await bridgeTopics(db, file('bridge.csv', '旧分类,新分类\nHeat > Cold,Heat > Heating fails\nNo such,Other\n'), BY)
    expect([bridge.renamed.length, bridge.rejects.map(({ line, reason }) => [line, reason])]).toEqual([1, [[3, 'no_such_topic']]])
    expect(await counted('Heat›Heating fails')).toBe(2)
  })
})
