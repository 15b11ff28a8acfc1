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

test.each([
  // Each was a compound with the words before it: 地处时代倾城 and 时代倾城 were two places.
  ['该项目地处时代倾城小区', '时代倾城'],
  ['A3区，规划局在德雅苑修路', '德雅苑'],
  ['A市，168号楚樟家园停水', '楚樟家园'],
  ['城区，此饭店所处位置是咸嘉新村', '咸嘉新村'],
  ['A3区城管称青青家园7栋违规', '青青家园'],
  ['我是黄兴镇敢胜村村民，敢胜垸污水处理厂和螺塘湾路施工', '螺塘湾'],
  ['A4区，作为小区居民，住在A4区鑫利家园，很吵', '鑫利家园'],
])('%s names a compound without the words around it', (text, compound) => {
  expect(placesInText(text).compound).toBe(compound)
})

test('names keep the 和, 与 and 到 that are theirs', () => {
  for (const name of ['润和紫郡', '家和苑', '山与墅小区', '荷花园', '原山苑', '尚都花园']) expect(placesInText(`投诉A6区${name}，停水`).compound, name).toBe(name)
})

test.each(['，几百个家庭，', '，仲裁开庭，', '，外来车辆占用小区，', '，居民小区，', '，我小区，', '，目前小区，'])('%s is no compound', (text) => {
  expect(placesInText(text).compound).toBeNull()
})

test.each([['，据悉星沙街道，', '星沙街道'], ['，请问泉塘街道，', '泉塘街道'], ['A9市市流沙河镇，', '流沙河镇'], ['，我想回家乡，', null], ['，格兰小镇，', null], ['，难道这条街道，', null]])('%s names the street %s', (text, street) => {
  expect(placesInText(text).street).toBe(street)
})

test('long text takes linear time', () => {
  const began = performance.now()
  for (const piece of ['区', '小', '县镇', 'A', '街道']) placesInText(piece.repeat(200_000))
  expect(performance.now() - began).toBeLessThan(2000)
})
