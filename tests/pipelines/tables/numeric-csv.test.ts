import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { BadInputError } from '../../../core/errors.ts'
import { readNumericCsv } from '../../../pipelines/tables/numeric-csv.ts'

const directory = mkdtempSync(join(tmpdir(), 'weisu-numbers-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

function file(name: string, content: string | Buffer): string {
  const path = join(directory, name)
  writeFileSync(path, content)
  return path
}

test('columns come in the order asked for, whatever the order, quotes and line ends of the file', async () => {
  const path = file('a.csv', '"b",a,c\r\n2,-1,x\r\n"3.5",1e3,\r\n\r\nNA,0,y\n')
  expect(await readNumericCsv(path, ['a', 'b'])).toEqual({ a: Float64Array.of(-1, 1000, 0), b: Float64Array.of(2, 3.5, NaN) })
})

test('a gzipped file is the same file', async () => {
  expect(await readNumericCsv(file('a.csv.gz', gzipSync('a\n1\n2\n')), ['a'])).toEqual({ a: Float64Array.of(1, 2) })
})

test('a missing column, a word and a short row are told with their place', async () => {
  const of = (text: string): Promise<object> => readNumericCsv(file('b.csv', text), ['a', 'b'])
  await expect(of('a,c\n1,2\n')).rejects.toMatchObject({ code: 'numbers_lack_column', details: { column: 'b', header: 'a, c' } })
  await expect(of('a,b\n1,2\n3,four\n')).rejects.toMatchObject({ code: 'numbers_bad_cell', details: { line: 3, column: 'b' } })
  await expect(of('a,b\n1\n')).rejects.toBeInstanceOf(BadInputError)
  await expect(readNumericCsv(join(directory, 'none.csv'), ['a'])).rejects.toMatchObject({ code: 'no_file' })
})
