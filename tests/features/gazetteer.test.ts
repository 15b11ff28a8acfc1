import { expect, test } from 'vitest'
import { Gazetteer } from '../../features/gazetteer.ts'
import { recognisePlaces } from '../../features/recognise-places.ts'

const entry = (name: string, path: string[], kind = 'compound'): { name: string, path: string[], kind: string } => ({ name, path, kind })
const known = new Gazetteer([
  entry('望江区', ['望江区'], 'district'), entry('东城区', ['东城区'], 'district'),
  entry('锦绣花园', ['望江区', '锦绣花园']), entry('锦绣', ['望江区', '锦绣花园']), entry('云顶一号', ['望江区', '锦绣花园']),
  entry('阳光里', ['望江区', '阳光里']), entry('阳光里', ['东城区', '阳光里']), entry('Mill Park', ['North', 'Mill Park']),
])

test('the longest known name wins, in any width and case, and Latin names are whole words', () => {
  expect(known.find('锦绣花园停水').map(({ at, length }) => [at, length])).toEqual([[0, 4]])
  expect(known.find('leak at MILL PARK, again')).toHaveLength(1)
  expect(known.find('ＭＩＬＬ　ＰＡＲＫ')).toHaveLength(1)
  expect(known.find('Mill Parkway')).toEqual([])
})

test('another spelling leads to the same place', () => {
  expect(recognisePlaces(['', '云顶一号停水', ''], known).site).toMatchObject({ name: '锦绣花园', by: 'registry', path: ['望江区', '锦绣花园'] })
})

test('a name of two places is the one in the area that is named, and neither without', () => {
  expect(recognisePlaces(['东城区阳光里漏水'], known).site?.path).toEqual(['东城区', '阳光里'])
  expect(recognisePlaces(['阳光里漏水'], known).site?.path ?? null).toBeNull()
})

test('what is not known is recognised by its form, with less confidence, or not at all', () => {
  expect(recognisePlaces(['A3区楷林国际光污染严重'], null).site).toMatchObject({ name: '楷林国际', by: 'context' })
  expect(recognisePlaces(['leak at 12 Mill Road near Park Estate'], null)).toMatchObject({ road: { name: 'Mill Road' }, site: { name: 'Park Estate' } })
  expect(recognisePlaces(['咨询公积金怎么提取'], null)).toEqual({ district: null, street: null, community: null, site: null, road: null })
})

test('long text takes linear time', () => {
  for (const piece of ['A3区', '路', '小学', '锦绣', 'Mill ', '社区', '12 Mill ']) {
    const before = process.cpuUsage()
    recognisePlaces([piece.repeat(100_000)], known)
    known.find(piece.repeat(100_000))
    const { user, system } = process.cpuUsage(before)
    expect(user + system, piece).toBeLessThan(2_000_000)
  }
})
