import { expect, test } from 'vitest'
import { declareStaffChannels, upsertPlaces, upsertTopics, upsertUnits } from '../../sql/registry.ts'
import { useDatabase } from '../support/database.ts'

const db = useDatabase()

test('places keep what a later registry leaves out and take what it brings', async () => {
  await upsertPlaces(db(), [
    { path: ['甲市', '乙区'], kind: 'district', code: '990101000000' },
    { path: ['甲市'], kind: 'city' },
    { path: ['甲市', '乙区', '丙小区'], kind: 'compound', households: 300, lng: 103.5, lat: 36.1 },
  ])
  await upsertPlaces(db(), [{ path: ['甲市', '乙区', '丙小区'], kind: 'compound', code: '1', households: 310 }])
  const { rows } = await db().query(`select name, depth::int, households, code, lng, array_length(rollup, 1)::int as levels from places order by path`)
  expect(rows).toEqual([
    { name: '甲市', depth: 0, households: null, code: null, lng: null, levels: 1 },
    { name: '乙区', depth: 1, households: null, code: '990101000000', lng: null, levels: 2 },
    { name: '丙小区', depth: 2, households: 310, code: '1', lng: 103.5, levels: 3 },
  ])
})

test('a place without its parent is left out', async () => {
  await upsertPlaces(db(), [{ path: ['甲市', '不存在区', '丁小区'], kind: 'compound' }])
  expect((await db().query(`select 1 from places where name = '丁小区'`)).rowCount).toBe(0)
})

test('what lies below a family belongs to it, however often it is loaded', async () => {
  const topics = [{ path: ['房'], isFamily: false }, { path: ['房', '电梯'], isFamily: true }, { path: ['房', '电梯', '困人'], isFamily: false }]
  await upsertTopics(db(), topics)
  await upsertTopics(db(), topics)
  const { rows } = await db().query(`select t.path, f.name as family, array_length(t.rollup, 1)::int as levels from topics t left join topics f on f.id = t.family_id where t.depth > 0 order by t.depth`)
  expect(rows).toEqual([{ path: '房', family: null, levels: 2 }, { path: '房›电梯', family: '电梯', levels: 3 }, { path: '房›电梯›困人', family: '电梯', levels: 4 }])
})

test('a unit’s topics are those of the last registry', async () => {
  const unit = { name: '某局', kind: 'bureau' as const, territory: ['甲市', '乙区'] }
  await upsertUnits(db(), [{ ...unit, topics: [['房'], ['水']] }, { name: '他局', kind: 'bureau', territory: null, topics: [['电']] }])
  await upsertUnits(db(), [{ ...unit, topics: [['水'], ['气']] }])
  const { rows } = await db().query(`select u.name, u.territory_path, x.topic_path from units u join unit_topics x on x.unit_id = u.id order by x.topic_path collate "C"`)
  expect(rows.map((row) => `${row.name} ${row.topic_path}`).sort()).toEqual(['他局 电', '某局 气', '某局 水'].sort())
  expect(rows.find((row) => row.name === '某局')!.territory_path).toBe('甲市›乙区')
})

test('staff channels are declared for one source', async () => {
  await db().query(`insert into sources (name, preset, city, time_zone) values ('a', 'p', 'c', 'UTC'), ('b', 'p', 'c', 'UTC')`)
  await declareStaffChannels(db(), 'a', ['网格巡查'])
  const { rows } = await db().query('select staff_channels from sources order by name')
  expect(rows).toEqual([{ staff_channels: ['网格巡查'] }, { staff_channels: [] }])
})
