import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { guessEncoding } from '../../../pipelines/ingest/encoding.ts'
import { importInput, previewInput } from '../../../pipelines/ingest/import.ts'
import { decodeLate } from '../../../pipelines/ingest/late-encoding.ts'
import { useDatabase } from '../../support/database.ts'
import { gb18030, useWorkshop } from './support.ts'

const db = useDatabase()
const workshop = useWorkshop()
const HEADER = 'orderNum,callTime,title,majorContent,address'
const row = (i: number, title: string): string => `GD${100000 + i},2024-03-${String(1 + (i % 28)).padStart(2, '0')} 08:00:00,${title},CODE-${i},A${i}`
/** 5,000 rows, about 190 kB, the Chinese ones behind 150 kB of ASCII. */
const csv = (chinese: (i: number) => string): string => [HEADER, ...Array.from({ length: 5000 }, (_, i) => row(i, i < 4000 ? 'Noise' : chinese(i)))].join('\n') + '\n'

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function decode(bytes: Buffer, size: number): Promise<{ text: string, encoding: string }> {
  let encoding = 'none'
  const parts: Buffer[] = []
  for await (const part of decodeLate(cut(bytes, size), (found) => { encoding = found })) parts.push(part)
  return { text: Buffer.concat(parts).toString(), encoding }
}

test('Chinese that begins behind 64 kB of ASCII is read in its encoding', async () => {
  // The wrong answer was: utf-8 for good, and 1,000 rows rejected as bad_encoding.
  const text = csv((i) => `小区停水第${i}次`)
  for (const [name, bytes] of [['late.csv', gb18030(text)], ['late.csv.gz', gzipSync(gb18030(text))], ['late-utf8.csv', Buffer.from(text)]] as const) {
    const result = await importInput(workshop.deps(db()), { input: { path: workshop.file(name, bytes) }, preset: 'generic_12345_zh', source: name })
    expect(result, name).toMatchObject({ read: 5000, new: 5000, rejected: 0 })
    const { rows } = await db().query<{ title: string }>(`select title from tickets t join sources s on s.id = t.source_id where s.name = $1 and ticket_no = 'GD104999'`, [name])
    expect(rows).toEqual([{ title: '小区停水第4999次' }])
  }
  const preview = await previewInput(workshop.deps(db()), { input: { path: workshop.file('again.csv', gb18030(text)) }, preset: 'generic_12345_zh', source: 'preview' })
  expect(preview.encoding).toBe('gb18030')
})

test('late cells that GB18030 cannot decode cost their row', async () => {
  const bytes = gb18030(csv((i) => `小区停水第${i}次`))
  bytes[bytes.indexOf(Buffer.from('GD104500')) + 30] = 0xff
  const result = await importInput(workshop.deps(db()), { input: { path: workshop.file('late-bad.csv', bytes) }, preset: 'generic_12345_zh', source: 'late-bad' })
  expect(result).toMatchObject({ read: 5000, new: 4999, rejected: 1, rejectReasons: { bad_encoding: 1 } })
})

test('where the chunks are cut changes nothing', async () => {
  const text = csv((i) => (i % 400 === 0 ? '路灯不亮' : 'Noise'))
  for (const size of [1000, 4097, 65536, 1 << 20]) {
    expect(await decode(gb18030(text), size)).toEqual({ text, encoding: 'gb18030' })
    expect(await decode(Buffer.from(text), size)).toEqual({ text, encoding: 'utf-8' })
  }
  expect(await decode(Buffer.from(csv(() => 'Noise')), 4096)).toEqual({ text: csv(() => 'Noise'), encoding: 'none' })
})

test('a single early character does not decide for those far behind it', async () => {
  const text = csv((i) => `小区停水第${i}次`).replace('Noise', '噪')
  expect(await decode(gb18030(text), 4096)).toEqual({ text, encoding: 'gb18030' })
  const result = await importInput(workshop.deps(db()), { input: { path: workshop.file('early.csv', gb18030(text)) }, preset: 'generic_12345_zh', source: 'early' })
  expect(result).toMatchObject({ read: 5000, new: 5000, rejected: 0 })
})

test('two common Chinese characters are enough, accented letters and stray bytes are not', () => {
  const of = (bytes: Buffer): string => guessEncoding(bytes).encoding
  expect(of(Buffer.concat([Buffer.from('name,place\nA,'), gb18030('北京'), Buffer.from('\n')]))).toBe('gb18030')
  expect(of(Buffer.from('name,place\nA,Caf\u00e9 \u00c9cole, \u00fcber alles\n', 'latin1'))).toBe('utf-8')
  expect(of(Buffer.from('name,place\nA,Pot\u00ffhole\n', 'latin1'))).toBe('utf-8')
  expect(of(Buffer.from('name,place\nA,北京\n'))).toBe('utf-8')
})
