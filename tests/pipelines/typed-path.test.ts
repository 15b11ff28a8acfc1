import { expect, test } from 'vitest'
import { findByPath } from '../../pipelines/typed-path.ts'

const node = (path: string): { name: string, path: string } => ({ path, name: path.split('›').at(-1) || '全部' })
const places = ['City', 'City›North', 'City›South', 'City›North›Mill', 'City›South›Mill', 'City›South›Port', 'City›south', '云川市›青山区'].map(node)
const topics = ['', 'HEAT/HOT WATER', 'HEAT/HOT WATER›Entire building', 'Noise'].map(node)
const place = (typed: string): string => findByPath(places, typed, 'no_such_place').path
const topic = (typed: string): string => findByPath(topics, typed, 'no_such_topic').path

test.each([
  ['City›North›Mill', 'City›North›Mill'],
  ['City > North > Mill', 'City›North›Mill'],
  ['city/north/mill', 'City›North›Mill'],
  [' City／North＞Mill ', 'City›North›Mill'],
  ['North/Mill', 'City›North›Mill'],
  ['Port', 'City›South›Port'],
  ['青山区', '云川市›青山区'],
  ['City›South', 'City›South'], // and not City›south
])('%s is %s', (typed, path) => expect(place(typed)).toBe(path))

test.each([['', ''], ['全部', ''], ['heat/hot water', 'HEAT/HOT WATER'], ['Heat/Hot Water/Entire building', 'HEAT/HOT WATER›Entire building']])(
  'of topics %j is %j', (typed, path) => expect(topic(typed)).toBe(path))

test.each([
  ['City/Nroth', 'City›North'], // nearest by its last name
  ['Mill', 'City›North›Mill'], // two are called so
  ['city/SOUTH', 'City›South'], // two are spelt so
  ['', 'City'], ['/', 'City'],
])('%j is refused, with what may have been meant', (typed, near) => {
  expect(() => place(typed)).toThrow(expect.objectContaining({ code: 'no_such_place', exitCode: 4, details: { typed, near: expect.arrayContaining([near]) as string[] } }))
})
