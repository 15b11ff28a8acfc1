import { expect, test } from 'vitest'
import { countDirtyDays } from '../../../pipelines/count.ts'
import { changePlace, markOfFacts, renamePlace, setFacts } from '../../../pipelines/places/edit.ts'
import { addAlias, findPlace, readForEdit, showEntity } from '../../../pipelines/places/entities.ts'
import { resolveTickets } from '../../../pipelines/resolve.ts'
import { decideApart, undoMerge } from '../../../pipelines/trees/merge.ts'
import { ensureTrees } from '../../../sql/imports.ts'
import type { Db } from '../../../sql/db.ts'
import { freshDatabase } from '../../support/database.ts'
import { dumpStore } from '../../support/dump.ts'
import { addTickets } from '../../support/tickets.ts'

const BY = { by: 'Registrar', why: 'a test' }

async function withStore(work: (db: Db) => Promise<void>): Promise<void> {
  const { db, drop } = await freshDatabase()
  try {
    await addTickets(db, [
      { no: '1', at: '2024-05-01 08:00:00', place: 'City›North›Mill', topic: 'Heat›Cold', caller: 'a' },
      { no: '2', at: '2024-05-02 08:00:00', place: 'City›North›Mill›Gate', topic: 'Heat›Cold', caller: 'b' },
      { no: '3', at: '2024-05-03 08:00:00', place: 'City›South›Dock', topic: 'Noise', caller: 'c', unit: 'Works' },
    ])
    await db.query(`update places set kind = case depth when 1 then 'district' else 'compound' end where depth > 0`)
    await count(db)
    await work(db)
  } finally {
    await drop()
  }
}
async function count(db: Db): Promise<void> {
  await resolveTickets(db)
  await countDirtyDays(db)
}
const counted = async (db: Db, path: string): Promise<number> => (await db.query<{ n: number }>('select coalesce(sum(c.tickets), 0)::int as n from daily_counts c join places p on p.id = c.place_id where p.path = $1 and c.topic_id = 1', [path])).rows[0]!.n
const idOf = async (db: Db, path: string): Promise<number> => (await findPlace(db, path)).id

test('facts are written as given, and refused where they are none or somebody was faster', async () => {
  await withStore(async (db) => {
    const id = await idOf(db, 'Mill')
    const { entity } = await readForEdit(db, id)
    const facts = { kind: 'project', code: 'P-7', households: 620, lng: 116.41, lat: 39.92, developer: 'Mill Ltd' }
    const { before, after } = await changePlace(db, id, facts, markOfFacts(entity))
    expect([before.households, before.registered, after]).toMatchObject([null, false, { ...facts, registered: true }])
    await expect(changePlace(db, id, facts, markOfFacts(entity))).rejects.toMatchObject({ code: 'place_conflict' })
    for (const [change, code] of [[{ kind: 'planet' }, 'place_kind'], [{ kind: 'city' }, 'place_kind'], [{ households: -1 }, 'place_households'], [{ households: 1.5 }, 'place_households'], [{ lat: null }, 'place_centre'], [{ lng: 200 }, 'place_centre'], [{ lng: NaN }, 'place_centre'], [{ code: '！' }, 'place_code_length'], [{ kind: 'community', code: '370102' }, 'place_code_length']] as const) {
      await expect(changePlace(db, id, { ...facts, ...change }), JSON.stringify(change)).rejects.toMatchObject({ code })
    }
    await changePlace(db, await idOf(db, 'North'), { ...facts, kind: 'district', code: '370102' })
    await expect(changePlace(db, id, { ...facts, kind: 'community', code: '370202011201' })).rejects.toMatchObject({ code: 'place_code_parent' })
    // A code that was there before the rules of codes stays, as long as nobody changes it.
    await db.query(`update places set code = '990101002001', kind = 'community' where id = $1`, [id])
    expect((await changePlace(db, id, { ...facts, kind: 'community', code: '990101002001' })).after).toMatchObject({ code: '990101002001' })
    await expect(changePlace(db, id, { ...facts, kind: 'community', code: '990101002002' })).rejects.toMatchObject({ code: 'place_code_province' })
    // A centre that people took away comes again from the tickets, if they have points.
    expect((await changePlace(db, id, { ...facts, lng: null, lat: null, households: null, code: null, developer: ' ' })).after).toMatchObject({ lng: null, households: null, code: null, developer: null })
    expect(await db.transaction((client) => setFacts(client, 'Mill', { households: 5, centre: '116.4, 39.9' }, BY))).toMatchObject({ households: 5, lng: 116.4, kind: 'project' })
    await expect(db.transaction((client) => setFacts(client, 'Mill', { centre: '116.4' }, BY))).rejects.toMatchObject({ code: 'place_centre' })
    expect((await db.query(`select object from audit_log where act = 'places.set'`)).rows).toEqual([{ object: 'place:City›North›Mill' }])
  })
})

test('another name keeps the past, files with the old one find it, and it can be taken back', async () => {
  await withStore(async (db) => {
    const id = await idOf(db, 'Mill')
    await addAlias(db, 'City/North/Mill', 'The Mill', 'promotion', 'Registrar')
    await changePlace(db, id, { kind: 'compound', code: null, households: 620, lng: 116.4, lat: 39.9, developer: null })
    const { version } = await readForEdit(db, id)
    const rename = (name: string, parent = ''): ReturnType<typeof renamePlace> => db.transaction((client) => renamePlace(client, { from: id, name, parent, version, ...BY }))
    await expect(rename('Mill')).rejects.toMatchObject({ code: 'place_unchanged' })
    await expect(rename('Dock', 'South')).rejects.toMatchObject({ code: 'place_exists' })
    await expect(rename(' ')).rejects.toMatchObject({ code: 'empty_name' })
    await expect(rename('Yard', 'City/North/Mill/Gate')).rejects.toMatchObject({ code: 'bad_merge' })
    await expect(rename('Yard', 'Nowhere')).rejects.toMatchObject({ code: 'no_such_place' })
    const north = await idOf(db, 'North')
    await expect(db.transaction((client) => renamePlace(client, { from: north, name: 'Upper', parent: '', ...BY }))).rejects.toMatchObject({ code: 'area_renamed' })
    expect((await db.query('select 1 from tree_events')).rowCount).toBe(0)

    const { into, event } = await rename('Mill Gardens')
    await count(db)
    expect([await counted(db, 'City›North›Mill Gardens'), await counted(db, 'City›North›Mill'), await counted(db, 'City›North')]).toEqual([2, 0, 2])
    expect(await showEntity(db, into.path)).toMatchObject({ households: 620, lng: 116.4, aliases: ['Mill', 'The Mill'], leads: ['City›North›Mill'], tickets: 2 })
    // A file that knows another old spelling leads here, too.
    await db.transaction((client) => ensureTrees(client, [{ path: 'City›North›The Mill', parent: 'City›North', depth: 2, name: 'The Mill', kind: 'compound' }], [], []))
    expect((await db.query<{ leads: string }>(`select m.path as leads from places p join places m on m.id = p.merged_into where p.path = 'City›North›The Mill'`)).rows).toEqual([{ leads: into.path }])
    await expect(rename('Again')).rejects.toMatchObject({ code: 'already_merged' })

    await undoMerge(db, { tree: 'place', event: event.id, ...BY })
    await count(db)
    expect([await counted(db, 'City›North›Mill'), await counted(db, into.path)]).toEqual([2, 0])
    expect((await showEntity(db, into.path)).aliases).toEqual([])
    expect(await showEntity(db, 'City/North/Mill')).toMatchObject({ households: 620, aliases: ['The Mill'] })
    // The same name can be given once more, by a merge: the place is there.
    await expect(db.transaction((client) => renamePlace(client, { from: id, name: 'Mill Gardens', parent: '', ...BY }))).rejects.toMatchObject({ code: 'place_exists' })
  })
})

test('a renaming taken back leaves nothing: counts and centres are to the byte what they were', async () => {
  await withStore(async (db) => {
    const whole = async (): Promise<string> => dumpStore(db, ['daily_counts', 'centres', 'sweeps'])
    const before = await whole()
    const { event, into } = await db.transaction(async (client) => renamePlace(client, { from: await idOf(db, 'Mill'), name: 'Mill', parent: 'South', ...BY }))
    expect(into.path).toBe('City›South›Mill')
    await count(db)
    expect(await counted(db, 'City›South')).toBe(3)
    expect(await whole()).not.toBe(before)
    await undoMerge(db, { tree: 'place', event: event.id, ...BY })
    await count(db)
    expect(await whole()).toBe(before)
    expect((await db.query('select 1 from places where path = $1 and not registered and households is null', [into.path])).rowCount).toBe(1)
  })
})

test('a decision on what somebody else has decided since is refused', async () => {
  await withStore(async (db) => {
    const [mill, dock] = [await idOf(db, 'Mill'), await idOf(db, 'Dock')]
    const apart = (): Promise<unknown> => db.transaction((client) => decideApart(client, { tree: 'place', from: mill, into: dock, versions: [0, 0], ...BY }))
    await apart()
    await expect(apart()).rejects.toMatchObject({ code: 'tree_conflict' })
  })
})
