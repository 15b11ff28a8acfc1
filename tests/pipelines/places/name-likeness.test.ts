import { expect, test } from 'vitest'
import { arePhases, likeness, likenessOfAny } from '../../../pipelines/places/name-likeness.ts'

test('names are alike without marks, width and common ends', () => {
  expect(likeness('伊景园滨河苑', '伊景园.滨河苑')).toBe(1)
  expect(likeness('丽发新城', '丽发新城小区')).toBe(1)
  expect(likeness('广铁伊景园滨河苑', '伊景园滨河苑')).toBeGreaterThan(0.85)
  expect(likeness('锦绣花园', '锦绣江南')).toBeLessThan(0.5)
  expect(likeness('阳光小区', '月光小区')).toBeLessThan(0.5)
})

test('a promotion name is as good as the registered one', () => {
  expect(likenessOfAny(['云顶项目', '滨江壹号'], ['滨江壹号府'])).toBeGreaterThan(0.8)
})

test('phases of one estate are told apart by their numbers', () => {
  expect(arePhases('丽发新城三期', '丽发新城二期')).toBe(true)
  expect(arePhases('丽发新城三期', '丽发新城')).toBe(false)
})
