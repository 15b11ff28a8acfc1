import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BadInputError } from '../../../core/errors.ts'
import { fieldText, Tokenizer } from '../../../pipelines/ingest/tokenizer.ts'
import type { TokenizerOptions } from '../../../pipelines/ingest/tokenizer.ts'

interface Seen { cells: string[], line: number, fault: string }

function readAll(chunks: Uint8Array[], options: Partial<TokenizerOptions> = {}): Seen[] {
  const tokens = new Tokenizer(options)
  const seen: Seen[] = []
  const drain = (last: boolean): void => {
    while (tokens.read(last)) seen.push({ cells: Array.from({ length: tokens.count }, (_, i) => fieldText(tokens, i)), line: tokens.line, fault: tokens.fault })
  }
  for (const chunk of chunks) {
    tokens.push(chunk)
    drain(false)
  }
  drain(true)
  return seen
}

function write(rows: string[][], lineBreak: string): string {
  return rows.map((row) => row.map((cell) => (/[",\r\n]/.test(cell) || cell === '' ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')).join(lineBreak) + lineBreak
}

function split(bytes: Buffer, cuts: number[]): Buffer[] {
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end))
}

const cell = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r\n', 'a', '报', ' '), maxLength: 8 })).map((text) => text.replaceAll('\u0000', '').toWellFormed())

test('what is written as CSV is read back, wherever the chunks are cut', () => {
  fc.assert(fc.property(
    fc.integer({ min: 2, max: 5 }).chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 12 })),
    fc.constantFrom('\n', '\r\n'), fc.array(fc.nat(), { maxLength: 8 }), (rows, lineBreak, cuts) => {
      const bytes = Buffer.from(write(rows, lineBreak))
      const seen = readAll(split(bytes, cuts), { columns: rows[0]!.length })
      expect(seen.map((each) => each.cells)).toEqual(rows)
      expect(seen.every((each) => each.fault === '')).toBe(true)
    }), { seed: 20261123, numRuns: 500 })
})

test('every byte alone is the same as all at once', () => {
  const bytes = Buffer.from('a,b\r\n"x ""y"" z","多行\n文字"\r\n1,2\r3,4\n5,')
  const cuts = Array.from({ length: bytes.length }, (_, i) => i)
  expect(readAll(split(bytes, cuts), { columns: 2 })).toEqual(readAll([bytes], { columns: 2 }))
  expect(readAll([bytes]).map((each) => each.cells)).toEqual([['a', 'b'], ['x "y" z', '多行\n文字'], ['1', '2'], ['3', '4'], ['5', '']])
})

test('lines are counted through multi-line cells and blank lines', () => {
  const seen = readAll([Buffer.from('h,i\n"a\nb",c\n\n\nd,e\n')], { columns: 2 })
  expect(seen.map((each) => each.line)).toEqual([1, 2, 6])
})

test('a stray quote costs its own line, not those up to the next quote', () => {
  // Read plainly, the quote on line 2 swallowed lines 2 to 4 into one record.
  const seen = readAll([Buffer.from('a,b\n1,"x\n2,y\n3,"z"\n4,w\n')], { columns: 2 })
  expect(seen.map((each) => [each.line, each.fault])).toEqual([[1, ''], [2, 'unterminated_quote'], [3, ''], [4, ''], [5, '']])
  expect(seen[3]!.cells).toEqual(['3', 'z'])
})

test('a quote that nothing closes costs its own line', () => {
  const seen = readAll([Buffer.from('a,b\n1,"x\n2,y\n3,z')], { columns: 2 })
  expect(seen.map((each) => each.fault)).toEqual(['', 'unterminated_quote', '', ''])
})

test('wrong columns, NUL and bad bytes are faults of one record', () => {
  const bytes = Buffer.concat([Buffer.from('a,b\n1\n2,b\u0000\n3,'), Buffer.from([0xff, 0xfe]), Buffer.from('\n4,x\n')])
  expect(readAll([bytes], { columns: 2 }).map((each) => each.fault)).toEqual(['', 'wrong_columns', 'nul_byte', 'bad_encoding', ''])
})

test('a character cut in two by a chunk is whole', () => {
  const bytes = Buffer.from('h,i\n龘𠮷,报修\n')
  for (let cut = 1; cut < bytes.length; cut++) expect(readAll([bytes.subarray(0, cut), bytes.subarray(cut)], { columns: 2 }).map((each) => each.fault)).toEqual(['', ''])
})

test('a record over the limit is reported and the next is read', () => {
  const long = Buffer.from('1,' + 'x'.repeat(5000) + '\n2,y\n')
  expect(readAll(split(long, [1000, 2000, 3000]), { columns: 2, maxRecordBytes: 1000 }).map((each) => [each.line, each.fault])).toEqual([[1, 'record_too_long'], [2, '']])
})

test('an endless line ends the reading without being kept', () => {
  const tokens = new Tokenizer({ maxRecordBytes: 100_000, maxSkippedBytes: 1_000_000 })
  const chunk = Buffer.alloc(50_000, 0x61)
  expect(() => {
    for (let i = 0; i < 100; i++) {
      tokens.push(chunk)
      while (tokens.read()) { /* nothing */ }
    }
  }).toThrow(BadInputError)
  expect(tokens.data.length).toBeLessThan(500_000)
})

test('quotes opened on every line do not take quadratic time', () => {
  const bytes = Buffer.from('"x,1\n'.repeat(20_000))
  const began = performance.now()
  try {
    readAll([bytes], { columns: 2 })
  } catch (error) {
    expect((error as BadInputError).code).toBe('unclosed_quotes')
  }
  expect(performance.now() - began).toBeLessThan(10_000)
})

test('more columns than the limit are a fault', () => {
  expect(readAll([Buffer.from('x,'.repeat(2500) + 'y\n')])[0]!.fault).toBe('too_many_columns')
})
