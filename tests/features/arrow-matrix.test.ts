import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { tableFromIPC } from 'apache-arrow'
import { afterAll, expect, test } from 'vitest'
import { parseDay } from '../../core/days.ts'
import { BadInputError } from '../../core/errors.ts'
import { encodeIpc } from '../../features/arrow-ipc.ts'
import { createMatrixEncoder, openMatrix } from '../../features/arrow-matrix.ts'

const directory = mkdtempSync(join(tmpdir(), 'weisu-matrix-'))
afterAll(() => rmSync(directory, { recursive: true }))

const HEAD = { from: parseDay('2026-01-30'), days: 3 }
const PLACES = ['City›North', 'City›South']
const TOPICS = ['', 'Noise']

/** Rows 0 and 1 in one batch, row 2 in another; the middle day of row 1 is a gap. */
async function encode(widest: number): Promise<Buffer> {
  const encoder = createMatrixEncoder(HEAD, PLACES, TOPICS, widest, { night: '2026-02-01' })
  const Counts = widest > 0xffff ? Uint32Array : Uint16Array
  const batches = [
    encoder.batch({ length: 2, place: Int32Array.of(0, 1), topic: Int32Array.of(0, 1), counts: Counts.of(1, 2, 3, 4, 0, 6), known: Uint8Array.of(0b101111) }),
    encoder.batch({ length: 1, place: Int32Array.of(1), topic: Int32Array.of(0), counts: Counts.of(7, 8, widest) }),
  ]
  return Buffer.concat(await Readable.from(encodeIpc('file', encoder.schema, batches)).toArray() as Uint8Array[])
}

test.each([9, 0xffff, 0x10000])('rows come back as they were written, up to %i', async (widest) => {
  const path = join(directory, `counts-${widest}.arrow`)
  writeFileSync(path, await encode(widest))
  const matrix = await openMatrix(path)
  expect([matrix.from, matrix.days, matrix.batches]).toEqual([HEAD.from, HEAD.days, 2])
  const rows: unknown[] = []
  for (const batch of [1, 0]) {
    const block = await matrix.read(batch)
    const counts = new Float64Array(block.length * HEAD.days)
    block.fill(counts)
    for (let i = 0; i < block.length; i++) {
      rows.push([block.places.get(block.place[i]!), block.topics.get(block.topic[i]!), ...counts.subarray(i * HEAD.days, (i + 1) * HEAD.days)])
    }
  }
  await matrix.close()
  expect(rows).toEqual([['City›South', '', 7, 8, widest], ['City›North', '', 1, 2, 3], ['City›South', 'Noise', 4, NaN, 6]])
})

test('units, days and the night stand in the metadata, and a gap is a null', async () => {
  const table = tableFromIPC(await encode(9))
  const counts = table.schema.fields.find((field) => field.name === 'counts')!
  expect([counts.metadata.get('from'), counts.metadata.get('until'), table.schema.metadata.get('night')]).toEqual(['2026-01-30', '2026-02-02', '2026-02-01'])
  expect(counts.type.children[0]!.metadata.get('unit')).toContain('null is a gap')
  expect([...table.getChild('counts')!.get(1)]).toEqual([4, null, 6])
})

test('what is no matrix of counts is refused', async () => {
  const path = join(directory, 'none.arrow')
  writeFileSync(path, 'place,topic,count\n')
  for (const wrong of [path, join(directory, 'absent.arrow'), directory]) {
    const error = await openMatrix(wrong).catch((e: unknown) => e) as BadInputError
    expect([error instanceof BadInputError, error.code]).toEqual([true, 'not_a_matrix'])
  }
})
