import { expect, test } from 'vitest'
import { clausesOf, hashTerm, joinTokens, termsOf } from '../../features/terms.ts'
import { packEntries, unpackEntries } from '../../features/word-entries.ts'

const terms = (text: string, without: string[] = []): string[] => termsOf(clausesOf(text, without))

test('words and neighbouring pairs are terms; stop words, marks and removed names part them', () => {
  expect(terms('丽发新城旁边的违建搅拌站，噪音污染严重')).toEqual(expect.arrayContaining(['搅拌站', '违建搅拌站', '噪音', '噪音污染', '发新城']))
  expect(terms('旁边的违建搅拌站')).not.toContain('旁边违建')
  expect(terms('搅拌站，噪音')).not.toContain('搅拌站噪音')
  expect(terms('锦绣家园停水', ['锦绣家园'])).toEqual(['停水'])
  expect(terms('‹姓名›反映停水')).toEqual(['停水'])
})

test('English is words of three letters and more and their pairs', () => {
  expect(terms('The water main burst on Mill Road')).toEqual(['water', 'water main', 'main', 'main burst', 'burst', 'mill', 'mill road', 'road'])
})

test('numbers are no terms, but begin a name', () => {
  expect(terms('58车贷')).toContain('58车')
  expect(terms('11月3日')).toEqual([])
  expect(joinTokens(['58', '车贷'])).toBe('58车贷')
})

test('hashes of many terms hardly ever meet', () => {
  const seen = new Set<number>()
  const all = Array.from({ length: 40_000 }, (_, i) => String.fromCodePoint(0x4e00 + (i % 200), 0x4e00 + Math.floor(i / 200)))
  for (const term of all) seen.add(hashTerm(term))
  expect(all.length - seen.size).toBeLessThanOrEqual(2)
})

test('packed tickets come back, the later state in place of the earlier, and those that are gone do not', () => {
  const entry = (key: number, text: number, terms: number[]) => ({ key, place: 3, topic: 4, caller: -5, text, terms })
  const first = packEntries([entry(1, 10, [7, -8]), entry(2, 11, [])])
  const second = packEntries([entry(1, 12, [9]), { key: 2, gone: true }])
  const plain = (bytes: Buffer[]) => unpackEntries(bytes).map((one) => ({ ...one, terms: [...Array.from(one.terms)] }))
  expect(plain([first])).toEqual([entry(1, 10, [7, -8]), entry(2, 11, [])])
  expect(plain([first, Buffer.concat([Buffer.from('x'), second]).subarray(1)])).toEqual([entry(1, 12, [9])])
})
