import { expect, test } from 'vitest'
import { placesInText } from '../../features/places-in-text.ts'

test('pseudonymised districts and compounds are found', () => {
  expect(placesInText('座落在A市A3区联丰路米兰春天G2栋').district).toBe('A3区')
  expect(placesInText('A7县星沙镇某地停水').district).toBe('A7县')
  expect(placesInText('A2区桂花坪街道景蓉华苑物业管理有问题')).toEqual({ district: 'A2区', street: '桂花坪街道', compound: '景蓉华苑' })
  expect(placesInText('投诉A市A2区丽发新城小区附近搅拌站').compound).toBe('丽发新城')
  expect(placesInText('A市伊景园滨河苑捆绑销售车位').compound).toBe('伊景园滨河苑')
})

test('words that only end like a place are none', () => {
  for (const text of ['我们小区停水了', '希望政府解决', '老旧小区改造', '这个街道很脏', '请问公积金贷款问题', '城区交通拥堵', '咨询医院报销']) {
    expect(placesInText(text), text).toEqual({ district: null, street: null, compound: null })
  }
})

test('long text takes linear time', () => {
  const began = performance.now()
  for (const piece of ['区', '小', '县镇', 'A', '街道']) placesInText(piece.repeat(200_000))
  expect(performance.now() - began).toBeLessThan(2000)
})
