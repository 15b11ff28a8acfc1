import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { openCsv } from '../../../pipelines/tables/text-csv.ts'

const directory = mkdtempSync(join(tmpdir(), 'weisu-text-csv-'))
afterAll(() => rmSync(directory, { recursive: true }))

function file(contents: string | Uint8Array): string {
  const path = join(directory, 'table.csv')
  writeFileSync(path, contents)
  return path
}

function rows(contents: string | Uint8Array, columns: string[]): [number, ...string[]][] {
  const found: [number, ...string[]][] = []
  openCsv(file(contents)).eachRow(columns, (cells, line) => found.push([line, ...cells]))
  return found
}

test('columns are found by their names, in any order', () => {
  expect(rows('\uFEFFCount, id ,note\r\n3,a,x\r\n\r\n 4 , b,y', ['id', 'count'])).toEqual([[2, 'a', '3'], [4, 'b', '4']])
})

test('quoted cells may hold commas and quotes', () => {
  expect(rows('id,count\n"a, ""b""",1\n"c" ,"2"\n"",\n', ['id', 'count'])).toEqual([[2, 'a, "b"', '1'], [3, 'c', '2'], [4, '', '']])
})

test('gzip and GB 18030 are read as what they are', () => {
  expect(rows(gzipSync('id,count\na,1\n'), ['id'])).toEqual([[2, 'a']])
  expect(rows(Uint8Array.of(0x69, 0x64, 0x0a, 0xb1, 0xb1, 0xbe, 0xa9), ['id'])).toEqual([[2, '北京']])
})

test('what cannot be read is told with its line', () => {
  expect(() => rows('id,count\na,1\nb\n', ['id', 'count'])).toThrow(/line 3 of .*table.csv has no count/)
  expect(() => rows('id,count\n', ['id', 'date'])).toThrow(/no column date, but id, count/)
  expect(() => rows('', ['id'])).toThrow(/is empty/)
  expect(() => rows(gzipSync('id\n').subarray(0, 12), ['id'])).toThrow(/damaged gzip/)
  expect(() => openCsv(join(directory, 'nowhere.csv'))).toThrow(/no such file/)
  expect(() => openCsv(directory)).toThrow(/is a directory/)
})
