import { mkdirSync, writeFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { BadInputError, InvalidOptionError } from '../../../core/errors.ts'
import { matchHeader, recogniseHeader } from '../../../pipelines/ingest/header.ts'
import { importInput, previewInput } from '../../../pipelines/ingest/import.ts'
import { readPresets } from '../../../pipelines/ingest/presets.ts'
import { saveProfile } from '../../../pipelines/ingest/profile.ts'
import { useDatabase } from '../../support/database.ts'
import { fingerprint, gb18030, useWorkshop } from './support.ts'

const db = useDatabase()
const workshop = useWorkshop()
const HEADER = '工单编号,受理时间,诉求类型,问题分类,标题,主要内容,区县,街道,小区,承办单位,联系电话,姓名,受理渠道'
const row = (i: number): string => `RX${2000 + i},2024-03-${String(1 + (i % 28)).padStart(2, '0')} 08:00:0${i % 10},求助,住房保障>房屋交付>延期交房,小区停工,市民张伟反映锦绣花园3栋2单元501室停工，电话13812345678,城东区,青年路街道,锦绣花园,城东区住建局,1381234567${i % 10},张伟,电话`
const csv = (from: number, until: number): string => [HEADER, ...Array.from({ length: until - from }, (_, i) => row(from + i))].join('\r\n') + '\r\n'

function utf16(text: string, bigEndian: boolean): Buffer {
  const bytes = Buffer.from('\ufeff' + text, 'utf16le')
  return bigEndian ? bytes.swap16() : bytes
}

test('one ticket is one ticket, whatever the encoding, the dialect or the file format', async () => {
  const deps = workshop.deps(db())
  const text = csv(0, 30)
  const records = text.trim().split('\r\n').slice(1).map((line) => line.split(','))
  const names = HEADER.split(',')
  const files: [string, string | Buffer][] = [
    ['utf8.csv', text],
    ['bom.csv', '\ufeff' + text],
    ['utf16le.csv', utf16(text, false)],
    ['utf16be.csv', utf16(text, true)],
    ['gb.csv', gb18030(text)],
    ['packed.csv.gz', gzipSync(gb18030(text))],
    ['semicolon.csv', text.replaceAll(',', ';')],
    ['tab.csv', text.replaceAll(',', '\t')],
    ['pipe.csv', text.replaceAll(',', '|')],
    ['title.csv', `云川市12345热线工单导出,,,,,,,,,,,,\r\n导出时间：2024-04-01,,,,,,,,,,,,\r\n${text}`],
    ['quoted.csv', text.split('\r\n').filter(Boolean).map((line) => line.split(',').map((cell) => `"${cell}"`).join(',')).join('\n')],
    ['dates.csv', text.replace(/2024-03-(\d\d) (\d\d):00/g, (_, day: string, hour: string) => `2024年3月${Number(day)}日 ${Number(hour)}:00`)],
    ['wide.csv', text.replace(/RX(\d{4})/g, (whole) => whole.replace(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)))],
    ['lines.jsonl', records.map((cells) => JSON.stringify(Object.fromEntries(cells.map((cell, i) => [names[i], cell])))).join('\n')],
    ['zones.csv', text.replace(/(2024-03-\d\d) 08:(00:0\d)/g, '$1T00:$2Z')],
  ]
  for (const [i, [name, content]] of files.entries()) {
    const result = await importInput(deps, { input: { path: workshop.file(name, content) }, preset: 'auto', source: 'formats', city: '云川市' })
    expect({ name, ...result }).toMatchObject(i === 0 ? { name, read: 30, new: 30, rejected: 0 } : { name, alreadyImported: false, read: 30, new: 0, changed: 0, unchanged: 30, rejected: 0 })
  }
})

test('personal data of a file never reaches the store', async () => {
  const { rows } = await db().query<{ text: string }>(`select string_agg(t::text, ' ') as text from tickets t`)
  for (const secret of ['13812345678', '13812345670', '张伟', '501室']) expect(rows[0]!.text).not.toContain(secret)
  expect(rows[0]!.text).toContain('‹手机›')
  const { rows: callers } = await db().query<{ n: number }>('select count(distinct caller_key)::int as n from tickets')
  expect(callers[0]!.n).toBe(10)
})

test('places, topics and units become trees', async () => {
  const { rows } = await db().query<{ path: string, kind: string, rollup: number[], id: number }>(`select path, kind, rollup, id from places where path like '云川市%' order by depth`)
  expect(rows.map(({ path, kind }) => [path, kind])).toEqual([['云川市', 'city'], ['云川市›城东区', 'district'], ['云川市›城东区›青年路街道', 'street'], ['云川市›城东区›青年路街道›锦绣花园', 'compound']])
  expect(rows.at(-1)!.rollup).toEqual(rows.map(({ id }) => id))
  const { rows: topics } = await db().query<{ path: string, is_family: boolean, family: string | null, rollup: number[] }>(
    `select t.path, t.is_family, f.path as family, t.rollup from topics t left join topics f on f.id = t.family_id where t.path like '住房保障%' order by t.depth`)
  expect(topics.map(({ path, is_family, family }) => [path, is_family, family])).toEqual([
    ['住房保障', false, null], ['住房保障›房屋交付', true, '住房保障›房屋交付'], ['住房保障›房屋交付›延期交房', false, '住房保障›房屋交付']])
  expect(topics.at(-1)!.rollup).toHaveLength(4)
  const { rows: units } = await db().query('select name, kind from units')
  expect(units).toEqual([{ name: '城东区住建局', kind: 'bureau' }])
})

test('cells that GB18030 cannot decode cost their row', async () => {
  const bytes = gb18030(csv(100, 104))
  const at = bytes.indexOf(Buffer.from('RX2102'))
  const place = bytes.indexOf(Buffer.from([...gb18030('停工')]), at)
  bytes[place] = 0xff
  const result = await importInput(workshop.deps(db()), { input: { path: workshop.file('bad-gb.csv', bytes) }, preset: 'auto', source: 'formats' })
  expect(result).toMatchObject({ read: 4, new: 3, rejected: 1, rejectReasons: { bad_encoding: 1 } })
})

test('a stream has the identity it is given', async () => {
  const deps = workshop.deps(db())
  const stream = (): Readable => Readable.from([Buffer.from(csv(200, 205).slice(0, 100)), Buffer.from(csv(200, 205).slice(100))])
  const input = { stream: stream(), name: 'demo', hash: 'seed-1' }
  expect(await importInput(deps, { input, preset: 'generic_12345_zh', source: 'streams', city: '云川市' })).toMatchObject({ read: 5, new: 5 })
  expect(await importInput(deps, { input: { ...input, stream: stream() }, preset: 'generic_12345_zh', source: 'streams' })).toMatchObject({ alreadyImported: true, read: 5, unchanged: 5 })
})

test('unknown columns are mapped by hand or by a saved profile', async () => {
  const deps = workshop.deps(db())
  const path = workshop.file('own.csv', '编号X,时间X,事由\nN1,2024-05-01 10:00:00,路灯不亮\n')
  await expect(importInput(deps, { input: { path }, preset: 'auto' })).rejects.toThrow(BadInputError)
  const map = { ticket_no: '编号X', accepted_at: '时间X', title: '事由' }
  mkdirSync(deps.config.dataDir, { recursive: true })
  saveProfile(deps.config.dataDir, 'own', { preset: 'generic_12345_zh', map, city: '丙市' })
  expect(await importInput(deps, { input: { path }, preset: 'auto', profile: 'own', source: 'own' })).toMatchObject({ read: 1, new: 1 })
  const { rows } = await db().query(`select t.title, p.path from tickets t join places p on p.id = t.place_id where ticket_no = 'N1'`)
  expect(rows).toEqual([{ title: '路灯不亮', path: '丙市' }])
  await expect(importInput(deps, { input: { path }, preset: 'generic_12345_zh', map: { ...map, colour: '事由' }, source: 'o2' })).rejects.toThrow(InvalidOptionError)
  await expect(importInput(deps, { input: { path }, preset: 'generic_12345_zh', map: { ...map, title: 'none' }, source: 'o2' })).rejects.toThrow('no such column')
  await expect(importInput(deps, { input: { path }, preset: 'auto', profile: '../x' })).rejects.toThrow('--profile')
})

test('columns that no format knows need no preset beside their mapping', async () => {
  // As the README has it; was "no preset fits".
  const path = workshop.file('foreign.csv', 'report of may\nref;when;what\nF1;2024-05-01 10:00:00;路灯不亮\n')
  const deps = workshop.deps(db())
  const preview = await previewInput(deps, { input: { path }, preset: 'auto', map: { ticket_no: 'ref', accepted_at: 'when', content: 'what' }, source: 'foreign', city: '戊市' })
  expect(preview).toMatchObject({ preset: 'generic_12345_zh', new: 1, mapping: { ticket_no: ['ref'], accepted_at: ['when'], content: ['what'] } })
  await expect(previewInput(deps, { input: { path }, preset: 'auto', map: { ticket_no: 'ref', accepted_at: 'whence' }, source: 'foreign' })).rejects.toMatchObject({ code: 'column_missing', details: { column: 'whence' } })
  await expect(previewInput(deps, { input: { path }, preset: 'auto', map: { ticket_no: 'ref' }, source: 'foreign' })).rejects.toMatchObject({ code: 'unknown_header' })
})

test('a preview tells all and writes nothing', async () => {
  const before = await fingerprint(db())
  const preview = await previewInput(workshop.deps(db()), { input: { path: workshop.file('preview.csv', csv(300, 310).replaceAll('受理渠道', '受理渠道X')) }, preset: 'auto', source: 'preview', city: '丁市' })
  expect(preview).toMatchObject({ preset: 'generic_12345_zh', format: 'csv', encoding: 'utf-8', read: 10, new: 10, unmapped: ['受理渠道X'] })
  expect(preview.mapping).toMatchObject({ ticket_no: ['工单编号'], caller_raw_drop: ['联系电话', '姓名'] })
  expect(preview.sample[0]).toMatchObject({ ticket_no: 'RX2300', place: '丁市›城东区›青年路街道›锦绣花园', has_caller: true })
  expect(await fingerprint(db())).toBe(before)
})

test('every preset recognises its own header', () => {
  for (const preset of readPresets().values()) {
    const header = Object.entries(preset.map).flatMap(([field, names]) => (field === 'ignore' ? names! : names!.slice(0, 1)))
    expect(recogniseHeader(header).preset.name).toBe(preset.name)
  }
})

test('headers match in any case, width and spacing; doubled ones are refused', () => {
  const nyc = readPresets().get('nyc311')!
  const mapping = matchHeader(nyc, [' UNIQUE KEY ', 'Ｃreated Date', 'Problem (formerly Complaint Type)', 'Problem Detail (formerly Descriptor)', 'Additional Details'])
  expect([...mapping.columns.keys()]).toEqual(['ticket_no', 'accepted_at', 'topic_l1', 'topic_l2', 'topic_l3'])
  expect(() => matchHeader(nyc, ['Unique Key', 'unique_key', 'Created Date'])).toThrow('columns 1 and 2 are both called Unique Key')
  // By itself, too: was "no preset fits", without a word of the two.
  expect(() => recogniseHeader(['Unique Key', 'Created Date', 'created_date', 'Complaint Type', 'Descriptor', 'Borough', 'Incident Address'])).toThrow('columns 2 and 3 are both called Created Date')
  expect(() => recogniseHeader(['工单编号', '受理时间', '诉求内容', '诉求内容', '所属区县', '诉求分类', '承办单位'])).toThrow('columns 3 and 4 are both called 诉求内容')
  // Columns that no format knows may be called alike.
  expect(recogniseHeader([...[...readPresets().get('houston311')!.map.ticket_no!].slice(0, 1), ...Object.entries(readPresets().get('houston311')!.map).flatMap(([field, names]) => (field === 'ticket_no' || field === 'ignore' ? [] : names!.slice(0, 1))), 'mine', 'mine']).preset.name).toBe('houston311')
})

test('a directory and a file name of another kind are refused', async () => {
  writeFileSync(`${workshop.directory}/x.csv`, 'a')
  await expect(importInput(workshop.deps(db()), { input: { path: workshop.directory }, preset: 'auto' })).rejects.toThrow('is a directory')
})
