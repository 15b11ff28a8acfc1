import { expect, test } from 'vitest'
import { InvalidOptionError } from '../../../core/errors.ts'
import { familyPairs } from '../../../models/text/family-pairs.ts'
import { heat } from '../../../models/text/heat.ts'
import { typicalText } from '../../../models/text/typical-text.ts'

const FACTS = { writers: 10, messages: 15, spanDays: 30, silentDays: 0, reactions: 4 }

test('heat is the written formula', () => {
  expect(heat(FACTS)).toBeCloseTo((10 + 0.2 * 5 + Math.log(5)) * (1 + 0.25 * Math.log(1 + 30 / 7)), 12)
  expect(heat({ ...FACTS, silentDays: 90 })).toBeCloseTo(0.75 * heat(FACTS), 12)
})

test('more people are hotter than more messages, and silence cools', () => {
  expect(heat({ ...FACTS, writers: 12, messages: 17 })).toBeGreaterThan(heat({ ...FACTS, messages: 17 }))
  expect(heat({ ...FACTS, silentDays: 400 })).toBeLessThan(heat({ ...FACTS, silentDays: 10 }))
  expect(() => heat(FACTS, { spam: 1 } as object)).toThrow(InvalidOptionError)
})

test('the typical text is the one most like the others', () => {
  expect(typicalText(['环境污染', '丽景苑搅拌站', '丽景苑搅拌站噪音', '投诉丽景苑搅拌站噪音扰民请处理'])).toBe(2)
  expect(typicalText(['！', ''])).toBe(-1)
  expect(typicalText([])).toBe(-1)
})

test('families that come together are told, and a place with much of everything says nothing', () => {
  const cells = []
  // At twelve places families 1 and 2 come in the same period; 3 comes in another.
  for (let place = 0; place < 12; place++) cells.push({ place, period: place, family: 1 }, { place, period: place, family: 2 }, { place, period: (place + 5) % 13, family: 3 })
  for (const family of [1, 3, 4]) for (let period = 0; period < 13; period++) cells.push({ place: 99, period, family })
  const pairs = familyPairs(cells, 13)
  expect(pairs.map(({ a, b }) => [a, b])).toEqual([[1, 2]])
  expect(pairs[0]).toMatchObject({ together: 12, expected: expect.closeTo(12 / 13, 12) })
})
