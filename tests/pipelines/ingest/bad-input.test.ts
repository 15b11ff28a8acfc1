import { writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import { BadInputError } from '../../../core/errors.ts'
import { importInput } from '../../../pipelines/ingest/import.ts'
import { useDatabase } from '../../support/database.ts'
import { fingerprint, useWorkshop, zip } from './support.ts'

const db = useDatabase()
const workshop = useWorkshop()
const HEADER = 'sr_number,created_date,sr_type,owner_department,status,origin,street_address,community_area,ward,latitude,longitude'
const line = (i: number): string => `SR${i},0${1 + (i % 9)}/1${i % 9}/2024 10:00:00 AM,Pothole,CDOT,Open,Phone,1 MAIN ST,${i % 70},${i % 50},41.8${i},-87.6${i}`
const good = [HEADER, ...Array.from({ length: 200 }, (_, i) => line(i))].join('\n') + '\n'

/** The import is refused with the code, and the store is as it was. */
async function refused(path: string, code: string, preset = 'auto'): Promise<BadInputError> {
  const before = await fingerprint(db())
  const error = await importInput(workshop.deps(db()), { input: { path }, preset }).then(() => undefined, (each: unknown) => each as BadInputError)
  expect(error, 'the import was not refused').toBeInstanceOf(BadInputError)
  expect(error!.code).toBe(code)
  expect(error!.exitCode).toBe(4)
  expect(await fingerprint(db())).toBe(before)
  return error!
}

beforeAll(async () => {
  await importInput(workshop.deps(db()), { input: { path: workshop.file('good.csv', good) }, preset: 'auto' })
})

test('a truncated gzip is refused', async () => {
  const big = [HEADER, ...Array.from({ length: 60_000 }, (_, i) => line(i + 1000))].join('\n')
  const packed = gzipSync(big)
  await refused(workshop.file('cut.csv.gz', packed.subarray(0, packed.length - 5000)), 'damaged_gzip')
})

test('binary, empty, header-only and unknown files are refused by name', async () => {
  await refused(workshop.file('binary.csv', Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * 7919) % 256))), 'binary_file')
  await refused(workshop.file('empty.csv', ''), 'empty_file')
  await refused(workshop.file('empty.csv.gz', gzipSync('')), 'empty_file')
  await refused(workshop.file('header.csv', HEADER + '\n'), 'no_rows')
  await refused(workshop.file('old.xls', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0])), 'not_a_table')
  await refused(`${workshop.directory}/none.csv`, 'no_file')
  const error = await refused(workshop.file('other.csv', 'colour,size\nred,3\n'), 'unknown_header')
  expect(error.message).toContain('--map')
})

test('a wrong preset is refused with what was expected and found', async () => {
  const error = await refused(workshop.file('wrong.csv', good), 'wrong_preset', 'boston_legacy')
  expect(error.message).toContain('case_enquiry_id')
  expect(error.message).toContain('sr_number')
})

test('a line of 200 MB is refused in bounded memory', async () => {
  const path = `${workshop.directory}/line.csv`
  const file = await open(path, 'w')
  const chunk = Buffer.alloc(10_000_000, 0x61)
  for (let i = 0; i < 20; i++) await file.write(chunk)
  await file.close()
  const before = process.memoryUsage.rss()
  await refused(path, 'line_too_long')
  writeFileSync(path, HEADER + '\n' + line(1) + '\n')
  const again = await open(path, 'a')
  for (let i = 0; i < 20; i++) await again.write(chunk)
  await again.close()
  await refused(path, 'line_too_long')
  expect(process.memoryUsage.rss() - before).toBeLessThan(150_000_000)
  writeFileSync(path, '')
})

test('a zip bomb is refused before it is unpacked', async () => {
  const bomb = zip([['[Content_Types].xml', Buffer.from('<Types/>')], ['xl/worksheets/sheet1.xml', Buffer.alloc(60_000_000)]])
  expect(bomb.length).toBeLessThan(200_000)
  await refused(workshop.file('bomb.xlsx', bomb), 'zip_bomb')
  const lying = Buffer.from(bomb)
  lying.writeUInt32LE(1000, lying.lastIndexOf(Buffer.from('PK\x01\x02')) + 24)
  await refused(workshop.file('lying.xlsx', lying), 'zip_bomb')
  await refused(workshop.file('cut.xlsx', bomb.subarray(0, 5000)), 'bad_xlsx')
  await refused(workshop.file('zip.xlsx', zip([['a.txt', Buffer.from('hello')]])), 'bad_xlsx')
})

test('a zip bomb of many parts, each of them harmless, is refused by their sum and by their number', async () => {
  const types: [string, Buffer] = ['[Content_Types].xml', Buffer.from('<Types/>')]
  const part = Buffer.alloc(19_000_000)
  const many = zip([types, ...Array.from({ length: 16 }, (_, i): [string, Buffer] => [`xl/worksheets/sheet${i + 1}.xml`, part])])
  expect(many.length).toBeLessThan(400_000)
  expect((await refused(workshop.file('many.xlsx', many), 'zip_bomb')).message).toContain('304 MB')
  // The directory says little, the parts are large: counted until the limit alone.
  const lying = Buffer.from(many)
  for (let at = lying.indexOf('PK\x01\x02'); at >= 0; at = lying.indexOf('PK\x01\x02', at + 4)) lying.writeUInt32LE(1000, at + 24)
  expect((await refused(workshop.file('lying-many.xlsx', lying), 'zip_bomb')).message).toContain('larger than it says')
  const parts = zip([types, ...Array.from({ length: 2001 }, (_, i): [string, Buffer] => [`xl/media/${i}.png`, Buffer.from('x')])])
  expect((await refused(workshop.file('parts.xlsx', parts), 'zip_bomb')).message).toContain('2002 parts')
  // One part, named many times by the directory.
  const one = zip([types, ['xl/worksheets/sheet1.xml', part]])
  const end = one.lastIndexOf('PK\x05\x06')
  const last = one.lastIndexOf('PK\x01\x02')
  const directory = Buffer.concat([one.subarray(one.readUInt32LE(end + 16), end), ...Array.from({ length: 20 }, () => one.subarray(last, end))])
  const tail = Buffer.from(one.subarray(end))
  tail.writeUInt16LE(22, 8)
  tail.writeUInt16LE(22, 10)
  tail.writeUInt32LE(directory.length, 12)
  await refused(workshop.file('overlap.xlsx', Buffer.concat([one.subarray(0, one.readUInt32LE(end + 16)), directory, tail])), 'zip_bomb')
})

test('a gzip bomb is refused in bounded memory', async () => {
  const bomb = gzipSync(Buffer.alloc(200_000_000, 0x61))
  expect(bomb.length).toBeLessThan(300_000)
  const before = process.memoryUsage.rss()
  await refused(workshop.file('bomb.csv.gz', bomb), 'line_too_long')
  expect(process.memoryUsage.rss() - before).toBeLessThan(150_000_000)
})

test('bad rows are rejected one by one with reason and line, and the rest is kept', async () => {
  const rows = [
    HEADER, 'SR9001,01/11/2024 10:00:00 AM,Pothole,CDOT,Open,Phone,1 MAIN ST,1,2,41.8,-87.6',
    'SR9002,01/11/2024 10:00:00 AM,Pothole', // 3: columns
    'SR9003,31/12/2024 10:00:00 AM,Pothole,CDOT,Open,Phone,1 MAIN ST,1,2,41.8,-87.6', // 4: day first
    ',01/11/2024 10:00:00 AM,Pothole,CDOT,Open,Phone,1 MAIN ST,1,2,41.8,-87.6', // 5: no number
    '1.23E+17,01/11/2024 10:00:00 AM,Pothole,CDOT,Open,Phone,1 MAIN ST,1,2,41.8,-87.6', // 6
    'SR9006,01/11/2099 10:00:00 AM,Pothole,CDOT,Open,Phone,1 MAIN ST,1,2,41.8,-87.6', // 7
    'SR9007,01/11/1970 10:00:00 AM,Pothole,CDOT,Open,Phone,1 MAIN ST,1,2,41.8,-87.6', // 8
    'SR9008,01/11/2024 10:00:00 AM,Pot\u0000hole,CDOT,Open,Phone,1 MAIN ST,1,2,41.8,-87.6', // 9
    'SR9009,01/11/2024 10:00:00 AM,311 INFORMATION ONLY CALL,CDOT,Open,Phone,1 MAIN ST,1,2,41.8,-87.6', // 10
    'Total,,,,,,,,,,', // 11
    HEADER, // 12
    'SR9012,,Pothole,CDOT,Open,Phone,call 13812345678,1,2,41.8,-87.6', // 13
    ',,,,,,,,,,', // 14: nothing at all
    'SR9014,01/11/2024 10:00:00 AM,Pothole,CDOT,Open,"Phone,1 MAIN ST,1,2,41.8,-87.6', // 15: quote
    'SR9015,01/11/2024 10:00:00 AM,Pothole,CDOT,Open,Phone,1 MAIN ST,1,2,0,0',
  ]
  const bytes = Buffer.concat([Buffer.from(rows.join('\n') + '\n'), Buffer.from('SR9016,01/11/2024 10:00:00 AM,Pot'), Buffer.from([0xff]), Buffer.from('hole,CDOT,Open,Phone,1 MAIN ST,1,2,41.8,-87.6\n')])
  const result = await importInput(workshop.deps(db()), { input: { path: workshop.file('rows.csv', bytes) }, preset: 'chicago311' })
  expect(result).toMatchObject({ read: 15, new: 2, rejected: 13 })
  const { rows: rejects } = await db().query<{ line: number, reason: string, raw: unknown }>('select line::int, reason, raw from import_rejects where batch_id = $1 order by line', [result.batchId])
  expect(rejects.map(({ line: at, reason }) => [at, reason])).toEqual([
    [3, 'wrong_columns'], [4, 'accepted_at_unreadable'], [5, 'ticket_no_missing'], [6, 'ticket_no_scientific'], [7, 'accepted_in_future'], [8, 'accepted_too_old'],
    [9, 'nul_byte'], [10, 'not_a_ticket'], [11, 'total_row'], [12, 'repeated_header'], [13, 'accepted_at_missing'], [15, 'unterminated_quote'], [17, 'bad_encoding']])
  expect(JSON.stringify(rejects)).not.toContain('13812345678')
  expect(JSON.stringify(rejects)).toContain('‹手机›')
  const { rows: kept } = await db().query<{ ticket_no: string, lng: number | null }>(`select ticket_no, lng from tickets where ticket_no in ('SR9001', 'SR9015') order by 1`)
  expect(kept).toEqual([{ ticket_no: 'SR9001', lng: -87.6 }, { ticket_no: 'SR9015', lng: null }])
})

test('a file of which no row can be read is refused', async () => {
  const error = await refused(workshop.file('hopeless.csv', HEADER + '\n' + 'SR1,2024-31-31,x,y,z,a,b,c,d,1,2\n'.repeat(5)), 'no_usable_row')
  expect(error.message).toContain('accepted_at_unreadable 5')
})
